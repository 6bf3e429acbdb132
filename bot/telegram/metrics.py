"""The figures that Prometheus collects. They name no chat, no user and no text."""

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
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self.received = Counter(
            "wuzhen_updates_received",
            "Updates that arrived: new, repeated or unreadable",
            ["result"],
            registry=registry,
        )
        self.worked = Counter(
            "wuzhen_updates_worked",
            "Updates worked: done, failed, dead or lost",
            ["result"],
            registry=registry,
        )
        self.work = Histogram(
            "wuzhen_work_seconds",
            "From the claim of an update to its commit",
            buckets=_QUICK,
            registry=registry,
        )
        self.wait = Histogram(
            "wuzhen_wait_seconds",
            "From the arrival of an update to its claim",
            buckets=_QUICK,
            registry=registry,
        )
        self.calls = Counter(
            "wuzhen_calls",
            "Calls of the Bot API by method and outcome",
            ["method", "result"],
            registry=registry,
        )
        self.call = Histogram(
            "wuzhen_call_seconds",
            "From the request of a call to its answer",
            buckets=_QUICK,
            registry=registry,
        )
        self.uncertain = Counter(
            "wuzhen_uncertain_sends",
            "Messages sent again although the first may have arrived",
            registry=registry,
        )
        self.polled = Gauge(
            "wuzhen_last_poll_timestamp_seconds",
            "When getUpdates last succeeded, 0 if this process does not poll",
            registry=registry,
        )
        self.leading = Gauge(
            "wuzhen_leading",
            "1 in the process that polls or sets the webhook",
            registry=registry,
        )
        self.loaded = Gauge(
            "wuzhen_index_loaded_timestamp_seconds",
            "When the index in use was opened",
            registry=registry,
        )
        self.rows = Gauge(
            "wuzhen_rows",
            "Rows of inbox and outbox by state",
            ["queue", "state"],
            registry=registry,
        )
        self.oldest = Gauge(
            "wuzhen_oldest_seconds",
            "Age of the oldest unfinished row of inbox and outbox",
            ["queue"],
            registry=registry,
        )
        self.dead_letters = Gauge(
            "wuzhen_dead_letters", "Updates that were given up", registry=registry
        )
        self.webhook_pending = Gauge(
            "wuzhen_webhook_pending_updates",
            "What getWebhookInfo counts as not delivered",
            registry=registry,
        )
        self.webhook_failed = Gauge(
            "wuzhen_webhook_last_error_timestamp_seconds",
            "When a delivery to the webhook last failed, by getWebhookInfo",
            registry=registry,
        )
