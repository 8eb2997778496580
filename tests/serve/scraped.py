"""What a scrape tells, read by the client library of Prometheus."""

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from quotaboard.serve.exposition import families
from quotaboard.serve.known import Known
from quotaboard.serve.text_format import PLAIN, written


def text(known: Known) -> str:
    """In Prometheus' own format."""
    return written(families(known), PLAIN).decode()


def metrics_of(known: Known) -> list[Metric]:
    """The same, read back."""
    return list(text_string_to_metric_families(text(known)))
