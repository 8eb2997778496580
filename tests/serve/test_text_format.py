import pytest

from quotaboard.serve.text_format import OPENMETRICS, PLAIN, Counter, Gauge, Info, accepted, labelled, written

OFFERED_BY_PROMETHEUS = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)


@pytest.mark.parametrize(
    ("header", "content_type"),
    [
        (OFFERED_BY_PROMETHEUS, OPENMETRICS),
        ("application/openmetrics-text", OPENMETRICS),
        ("application/openmetrics-text; version=0.0.1", PLAIN),
        ("text/html, */*;q=0.8", PLAIN),
        ("", PLAIN),
    ],
)
def test_openmetrics_is_spoken_to_whoever_names_it(header: str, content_type: str) -> None:
    assert accepted(header) == content_type


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (0.1, "0.1"), (True, "1.0"), (1e22, "1e+22"),
        (float("inf"), "+Inf"), (float("-inf"), "-Inf"), (float("nan"), "NaN"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_both_formats_read_it(value: float, line: str) -> None:
    use = Gauge("use", "How much.")
    use.add("", value)
    assert written([use], PLAIN).decode() == f"# HELP use How much.\n# TYPE use gauge\nuse {line}\n"


def test_each_format_has_its_own_head() -> None:
    looks, lane = Counter("looks", "So many."), Info("lane", "Which.")
    looks.add(labelled(("of",), ("me",)), 3)
    lane.add("", {"name": "a"})
    samples = ['looks_total{of="me"} 3.0', 'lane_info{name="a"} 1.0']
    assert written([looks, lane], PLAIN).decode().splitlines() == [
        "# HELP looks_total So many.", "# TYPE looks_total counter", samples[0],
        "# HELP lane_info Which.", "# TYPE lane_info gauge", samples[1],
    ]  # fmt: skip
    assert written([looks, lane], OPENMETRICS).decode().splitlines() == [
        "# HELP looks So many.", "# TYPE looks counter", samples[0],
        "# HELP lane Which.", "# TYPE lane info", samples[1], "# EOF",
    ]  # fmt: skip
