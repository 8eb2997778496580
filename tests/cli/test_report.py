"""The report needs nothing, runs nothing, and lets no server write into it."""

import base64
import hashlib
import re
import stat
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from quotaboard.cli import main
from quotaboard.cli.report.html import html
from quotaboard.cli.report.picture import picture
from quotaboard.cli.report.plots import COUNT, HIGH, hours, shapes
from quotaboard.cli.report.telling import Telling
from quotaboard.domain.board import Board
from quotaboard.domain.forecast import Use
from quotaboard.domain.history import Trail, Turn
from quotaboard.domain.verdict import Verdict
from quotaboard.tui.draw.foreign import shown
from quotaboard.tui.draw.page import Page
from quotaboard.tui.draw.palette import DARK_PALETTE
from quotaboard.tui.draw.plot import Course, span_of
from tests.cli.conftest import Later
from tests.tui.boards import STATES
from tests.tui.fake_session import FakeSession
from tests.tui.pieces import NOW

DAY = timedelta(days=1)
HOSTILE = "</title><script>alert(1)</script>\x1b[2J<img src=x onerror=y>&\u202e]]>"


def telling(state: str, length: timedelta = DAY) -> Telling:
    session = FakeSession(STATES[state]())
    session.remembers = True
    board = session.board(NOW)
    names = [view.credential.name for view in board.credentials]
    pasts = {name: session.history(name, NOW - length, NOW) for name in names}
    return Telling(board, pasts, length)


class Read(HTMLParser):
    """What a browser finds: elements, values, texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.texts)


def page_of(told: Telling) -> str:
    return html(told, DARK_PALETTE, DARK_PALETTE)


@pytest.mark.parametrize("state", sorted(STATES))
def test_any_board_is_a_page_and_a_picture(state: str) -> None:
    told = telling(state)
    read = Read(page_of(told))
    for view in told.board.credentials:
        assert " ".join(shown(view.credential.name).split()) in " ".join(read.text.split())
    ET.fromstring(picture(told, DARK_PALETTE))  # noqa: S314 - our own


def test_a_strict_policy_allows_its_own_style_and_nothing_else() -> None:
    text = page_of(telling("agents"))
    policy = next(one["content"] for tag, one in Read(text).elements if tag == "meta" and "http-equiv" in one)
    style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert len(style) == 1
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@pytest.mark.parametrize("state", ["agents", "fleet", "hostile-agents"])
def test_nothing_is_asked_for_and_nothing_runs(state: str) -> None:
    read = Read(page_of(telling(state)))
    assert {tag for tag, _ in read.elements} <= {
        *("html", "head", "meta", "title", "style", "body", "header", "section", "article", "footer", "div"),
        *("h1", "h2", "h3", "p", "b", "span", "table", "tr", "th", "td", "ol", "li", "figure", "figcaption"),
        *("svg", "rect", "line", "path", "text"),
    }
    names = {name for _, told in read.elements for name in told}
    assert not any(name.startswith("on") or name in {"src", "href", "style", "xlink:href"} for name in names)
    page = page_of(telling(state))
    assert "url(" not in page
    assert "@import" not in page


def hostile_board() -> Telling:
    told = telling("agents")
    views = []
    for view in told.board.credentials:
        lanes = tuple(
            replace(
                one,
                lane=replace(one.lane, model=HOSTILE),
                judgement=replace(one.judgement, summary=HOSTILE, options=(HOSTILE,)),
            )
            for one in view.lanes
        )
        credential = replace(view.credential, plan=HOSTILE, found_in=(HOSTILE,))
        views.append(replace(view, credential=credential, lanes=lanes, trouble=HOSTILE, notes=(HOSTILE,)))
    board: Board = replace(told.board, credentials=tuple(views), trouble=HOSTILE)
    turn = Turn("a/b/c/direct", NOW, Verdict.OPEN, Verdict.GATED, HOSTILE, "", HOSTILE)
    pasts = {name: replace(past, turns=(turn,)) for name, past in told.pasts.items()}
    return replace(told, board=board, pasts=pasts)


def test_what_a_server_says_is_text_and_nothing_else() -> None:
    told = hostile_board()
    page = page_of(told)
    read = Read(page)
    assert "<script>alert(1)</script>" in read.text, "it is readable"
    assert not any(tag in {"script", "img"} for tag, _ in read.elements)
    drawn = picture(told, DARK_PALETTE)
    ET.fromstring(drawn)  # noqa: S314 - our own
    for text in (page, drawn):
        assert "<script" not in text
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_the_page_says_what_the_board_says() -> None:
    text = " ".join(Read(page_of(telling("agents"))).text.split())
    for words in (
        "6 of 14 lanes blocked",
        "2 agents blocked",
        "openrouter serves",
        "tools refused, 5h 3 % used",
        "extra usage off",
        "$5.00 of $20.00 left this month",
        "empty about Sun 09:00, 2d 1h before its reset",
        "Run this in Claude Code, which the plan still serves.",
        "2 more before",
    ):
        assert words in text, words


def test_the_word_of_an_agent_that_cannot_work_is_as_loud_as_on_the_board() -> None:
    told = telling("agents")
    badges = [
        facts["class"]
        for tag, facts in Read(page_of(told)).elements
        if "word" in (facts.get("class") or "").split()
    ]
    assert badges[:3] == ["word lane-blocked", "word lane-open", "word lane-blocked"]
    drawn = ET.fromstring(picture(told, DARK_PALETTE))  # noqa: S314 - our own
    grounds = [one for one in drawn.iter() if one.tag.endswith("rect") and one.get("class") == "lane-blocked"]
    words = [
        one for one in drawn.iter() if one.tag.endswith("tspan") and "background" in (one.get("class") or "")
    ]
    assert [one.text for one in words] == ["GATED", "SPENT"]
    assert [one.get("x") for one in grounds] == [one.get("x") for one in words]


def test_a_picture_tells_nobody_to_press_a_key() -> None:
    drawn = ET.fromstring(picture(telling("agents"), DARK_PALETTE))  # noqa: S314 - our own
    said = " ".join(drawn.itertext())
    assert "press" not in said
    assert "switch hermes to openrouter" in said


def test_what_will_become_of_a_window_is_not_cut_in_the_middle() -> None:
    drawn = ET.fromstring(picture(telling("fleet"), DARK_PALETTE))  # noqa: S314 - our own
    captions = ["".join(one.itertext()) for one in drawn.iter() if one.get("class") == "told"]
    assert captions
    assert not [one for one in captions if "…" in one]


def test_a_window_is_drawn_by_its_columns_its_resets_and_its_forecast() -> None:
    resets_at = NOW + timedelta(hours=2)
    uses = tuple(
        Use(NOW - timedelta(minutes=minutes), share, resets_at)
        for minutes, share in ((300, 0.2), (200, 0.5), (100, 0.95), (10, 1.0))
    )
    span = span_of(timedelta(hours=5), NOW)
    drawn, top = shapes(Trail("5h", None, 18_000, uses), Course(1.0, NOW + timedelta(hours=1), True), span)
    kinds = [one.get("class") for one in drawn]
    assert top == 1.0
    assert kinds[:2] == ["floor", "full"]
    assert {"gauge-ok", "gauge-warn", "gauge-over", "now", "course alarming"} <= set(kinds)
    for one in drawn:
        for name, most in (("x1", COUNT), ("x2", COUNT), ("y1", HIGH), ("y2", HIGH)):
            assert 0 <= float(one.get(name) or 0) <= most


def test_little_use_is_drawn_large_and_none_is_an_empty_plot() -> None:
    span = span_of(DAY, NOW)
    assert shapes(Trail("5h", None, None, (Use(NOW, 0.03, None),)), None, span)[1] == 0.1
    assert [one.get("class") for one in shapes(Trail("5h", None, None), None, span)[0]] == ["floor", "now"]


@pytest.mark.parametrize("length", [timedelta(hours=5), DAY, 7 * DAY, 30 * DAY])
def test_hours_stand_apart_and_end_now(length: timedelta) -> None:
    told = hours(span_of(length, NOW), Page(100, NOW))
    assert told[-1][1] == "now"
    places = [place for place, _ in told]
    assert all(0 < place < 1 for place in places)
    assert all(after - before > 0.08 for before, after in pairwise(places))


def test_it_is_written_in_one_step_for_its_user_alone(
    filled: Path, later: Later, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later(timedelta())
    assert main(["report", "--out", str(tmp_path / "page.html")]) == 0
    assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == 0o600
    assert (tmp_path / "page.html").read_text().startswith("<!doctype html>")
    assert main(["report", "--out", str(tmp_path / "page.svg"), "--since", "7d"]) == 0
    assert ET.parse(tmp_path / "page.svg").getroot().tag.endswith("svg")  # noqa: S314
    capsys.readouterr()
    assert main(["report", "--format", "svg"]) == 0
    assert capsys.readouterr().out.startswith("<?xml")


def test_it_can_be_masked(filled: Path, later: Later, capsys: pytest.CaptureFixture[str]) -> None:
    later(timedelta())
    assert main(["report", "--mask"]) == 0
    text = Read(capsys.readouterr().out).text
    assert "Names are pseudonyms." in text
    assert "alder/claude-haiku-4-5/tools/direct" in text
    assert not re.search(r"\b(?:max|team|home)\b", text)
    assert "FOUR_" not in text


def test_without_a_store_the_page_says_what_to_do(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report"]) == 4
    assert "quotaboard init finds your credentials" in capsys.readouterr().out


@pytest.mark.parametrize("since", ["soon", "1m", "91d"])
def test_a_span_must_be_one(since: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--since", since]) == 2
    assert "--since takes a span" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_a_sentence(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--out", "/proc/nowhere/page.html"]) == 1
    assert "cannot be written" in capsys.readouterr().err
