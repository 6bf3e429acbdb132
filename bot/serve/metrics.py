"""The figures that Prometheus collects. They hold counts, and no text and no names of people."""

from functools import partial

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """One set of figures, with a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        count = partial(Counter, registry=self.registry)
        self.requests = count("wuzhen_http_requests", "Requests by status", ["status"])
        self.answers = count(
            "wuzhen_answers", "Questions by channel and outcome", ["channel", "outcome"]
        )
        self.ratings = count("wuzhen_ratings", "Ratings of answers on the page", ["rating"])
        self.seconds = Histogram(
            "wuzhen_answer_seconds",
            "From the arrival of a question to its answer, waiting included",
            registry=self.registry,
            buckets=_QUICK,
        )
