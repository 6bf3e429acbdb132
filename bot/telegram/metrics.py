"""The figures that Prometheus collects. They name no chat, no user and no text."""

from functools import partial

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """One set of figures, with a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        count = partial(Counter, registry=self.registry)
        gauge = partial(Gauge, registry=self.registry)
        seconds = partial(Histogram, registry=self.registry, buckets=_QUICK)

        self.received = count(
            "wuzhen_updates_received",
            "Updates that arrived: new, repeated or unreadable",
            ["result"],
        )
        self.worked = count(
            "wuzhen_updates_worked", "Updates worked: done, failed, dead or lost", ["result"]
        )
        self.work = seconds("wuzhen_work_seconds", "From the claim of an update to its commit")
        self.wait = seconds("wuzhen_wait_seconds", "From the arrival of an update to its claim")
        self.calls = count(
            "wuzhen_calls", "Calls of the Bot API by method and outcome", ["method", "result"]
        )
        self.call = seconds("wuzhen_call_seconds", "From the request of a call to its answer")
        self.uncertain = count(
            "wuzhen_uncertain_sends", "Messages sent again although the first may have arrived"
        )
        self.polled = gauge(
            "wuzhen_last_poll_timestamp_seconds",
            "When getUpdates last succeeded, 0 if this process does not poll",
        )
        self.leading = gauge("wuzhen_leading", "1 in the process that polls or sets the webhook")
        self.loaded = gauge(
            "wuzhen_index_loaded_timestamp_seconds", "When the index in use was opened"
        )
        self.rows = gauge("wuzhen_rows", "Rows of inbox and outbox by state", ["queue", "state"])
        self.oldest = gauge(
            "wuzhen_oldest_seconds",
            "Age of the oldest unfinished row of inbox and outbox",
            ["queue"],
        )
        self.dead_letters = gauge("wuzhen_dead_letters", "Updates that were given up")
        self.webhook_pending = gauge(
            "wuzhen_webhook_pending_updates", "What getWebhookInfo counts as not delivered"
        )
        self.webhook_failed = gauge(
            "wuzhen_webhook_last_error_timestamp_seconds",
            "When a delivery to the webhook last failed, by getWebhookInfo",
        )
