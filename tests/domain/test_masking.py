"""A mask hides who and where, says the same for the same, and leaves what is going on."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaboard.domain.agent import Applied, Home, Origin, Profile, Route, SwitchPlan
from quotaboard.domain.board import AgentView, Board, CredentialView, Event, LaneView, ProfileView
from quotaboard.domain.judgement import Evidence, Judgement
from quotaboard.domain.lane import Credential, Kind, Lane
from quotaboard.domain.masking import TREES, Mask, Trait
from quotaboard.domain.verdict import Verdict
from tests.domain.fleet import NOW
from tests.signs import ANY

HOME = "/home/jane"


@pytest.fixture
def mask() -> Mask:
    made = Mask(
        home=HOME, public={"hermes", "openrouter"}, is_public=lambda host: host == "api.anthropic.com"
    )
    made.know(Trait.CREDENTIAL, "acme-jane")
    made.know(Trait.CREDENTIAL, "work")
    return made


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("acme-jane is open", "alder is open"),
        ("ACME-JANE is open", "alder is open"),
        ("acme-janet is somebody else", "acme-janet is somebody else"),
        ("work", "birch"),
        ("this will not work", "this will not work"),
        ("work/claude/tools/direct is open", "birch/claude/tools/direct is open"),
        ("work / claude-sonnet-4-6 / tools is open", "birch / claude-sonnet-4-6 / tools is open"),
        ("work GATED: claude-sonnet-4-6", "birch GATED: claude-sonnet-4-6"),
        ("the lane “work” is open", "the lane “birch” is open"),
        ("write to jane.doe+ai@acme.co.uk.", "write to person-1@mail.example."),
        ("https://jane:hunter2@relay.acme.com:8443/v1", "https://host-1.example:8443/v1"),
        ("https://api.anthropic.com/v1", "https://api.anthropic.com/v1"),
        ("http://127.0.0.1:4000/v1", "http://127.0.0.1:4000/v1"),
        ("it is at 10.2.3.4", "it is at host-1.example"),
        ("/home/jane/.hermes/config.yaml", "~/.hermes/config.yaml"),
        ("read /home/jane/clients/acme/key and stop", "read ~/path-1 and stop"),
        ("/home/janet/x", "~/path-1"),
        ("file:/secret place/acme key", "file:~/path-1"),
        ("POST /v1/messages gave 429", "POST /v1/messages gave 429"),
        ("org 1b4e28ba-2fa1-11d2-883f-0016d3cca427", "org account-1"),
        ("org-Acme12345 is disabled", "account-1 is disabled"),
        ("org_level_disabled_until", "org_level_disabled_until"),
        ("400 req_011CVBk7fYq3mZt8sLhWnR2x", "400 req_1"),
        ("KEY_OF_ACME_JANE in .env", "VARIABLE_1 in .env"),
        ("ft:gpt-4o:acme-corp::abc123", "ft:gpt-4o:…"),
    ],
)
def test_identities_are_hidden_and_the_rest_stays(mask: Mask, text: str, masked: str) -> None:
    assert mask.text(text) == masked


def test_the_same_is_called_the_same_and_another_is_not(mask: Mask) -> None:
    assert mask.text("a@b.de c@d.de a@b.de").split() == [
        *("person-1@mail.example", "person-2@mail.example", "person-1@mail.example"),
    ]


def test_a_path_is_called_the_same_wherever_it_stands(mask: Mask) -> None:
    paths = (mask.text(f"file:{HOME}/keys/acme-jane"), mask.text(f"it is in {HOME}/keys/acme-jane"))
    assert paths == ("file:~/path-1", "it is in ~/path-1")
    assert mask.value({"path": f"{HOME}/keys/acme-jane"}) == {"path": "~/path-1"}


def test_masking_twice_changes_nothing_more(mask: Mask) -> None:
    text = "acme-jane a@b.de /home/jane/x/y https://relay.acme.com req_123456789 10.0.0.1"
    assert mask.text(mask.text(text)) == mask.text(text)


def test_a_pseudonym_leads_back(mask: Mask) -> None:
    assert mask.real("alder") == "acme-jane"
    assert mask.real("birch/claude-sonnet-4-6/tools/direct") == "work/claude-sonnet-4-6/tools/direct"
    assert mask.real("somebody") == "somebody"


def test_somebodys_own_name_is_no_pseudonym_of_another() -> None:
    mask = Mask()
    mask.know(Trait.CREDENTIAL, "birch")
    mask.know(Trait.CREDENTIAL, "jane")
    assert mask.text("birch") == "alder"
    assert mask.text("jane") == "cedar"


def test_there_are_pseudonyms_for_any_number() -> None:
    mask = Mask()
    names = [f"account{number}" for number in range(3 * len(TREES))]
    for name in names:
        mask.know(Trait.CREDENTIAL, name)
    assert len({mask.text(name) for name in names}) == len(names)


def board() -> Board:
    lane = Lane("acme-jane", "anthropic", "claude-sonnet-4-6", "tools")
    told = Judgement(
        Verdict.GATED,
        "anthropic.gated",
        reason="work",
        summary="acme-jane is refused",
        evidence=Evidence(
            400,
            "invalid",
            "for jane@acme.com",
            "req_0123456789",
            (("anthropic-organization-id", "acme"), ("retry-after", "7")),
        ),
    )
    credential = Credential(
        "acme-jane",
        "anthropic",
        Kind.OAUTH,
        "hermes:jane",
        found_in=("Hermes pool",),
        fingerprint="sha256:0123",
        account="1b4e28ba-2fa1-11d2-883f-0016d3cca427",
        base_url="https://relay.acme.com/v1",
    )
    said = Event(NOW, "hermes", "failed", "jane@acme.com was refused", lane.id)
    profile = ProfileView("work", lane, active=True, host="relay.acme.com", judgement=told)
    agent = AgentView("hermes", "Hermes", "/home/jane/.hermes", now=profile, profiles=(profile,), said=said)
    view = CredentialView(credential, lanes=(LaneView(lane, told),), notes=("for jane@acme.com",))
    return Board(NOW, (view,), (agent,))


def test_a_board_keeps_its_verdicts_and_loses_its_names(mask: Mask) -> None:
    shown = mask.value(board())
    assert all(word not in repr(shown) for word in ("jane@", "acme-jane", "/home", "sha256", "0016d3cc"))
    assert shown.lanes[0].lane.id == "alder/claude-sonnet-4-6/tools/direct"
    judged = shown.lanes[0].judgement
    assert (judged.verdict, judged.rule, judged.reason) == (Verdict.GATED, "anthropic.gated", "work")
    assert judged.evidence.headers == (("retry-after", "7"),)
    assert shown.agents[0].active == "birch"
    assert shown.agents[0].home == "~/.hermes"


def test_what_names_nobody_is_not_even_copied(mask: Mask) -> None:
    plain = replace(board(), credentials=(), agents=())
    assert mask.value(plain) is plain


def test_a_plan_for_an_agent_is_masked_in_all_its_words(mask: Mask) -> None:
    route = Route("anthropic", "claude-sonnet-4-6", "https://relay.acme.com/v1")
    plan = SwitchPlan(
        Home("hermes", "/home/jane/.hermes"),
        Profile("work", route, Origin.OWN),
        route,
        route,
        (),
        "+acme-jane",
    )
    assert "acme" not in repr(mask.value(Applied(plan, NOW, route)))


def test_a_document_is_masked_by_its_values_and_keeps_its_keys(mask: Mask) -> None:
    document = {"name": "work", "verdict": "work", "work": [{"path": "/home/jane/a b/c"}], "count": 3}
    assert mask.value(document) == {
        "name": "birch",
        "verdict": "work",
        "work": [{"path": "~/path-1"}],
        "count": 3,
    }


def test_columns_stay_where_they_were(mask: Mask) -> None:
    rows = ["acme-jane  OPEN  now", "work       OPEN  now", "  a  b"]
    assert [mask.aligned(row) for row in rows] == ["alder      OPEN  now", "birch      OPEN  now", "  a  b"]


@given(st.text(ANY))
def test_any_text_can_be_masked_and_none_knows_a_name_any_more(text: str) -> None:
    mask = Mask(home=HOME)
    mask.know(Trait.CREDENTIAL, "zq-secret-name")
    masked = mask.text(f"{text} zq-secret-name {text} {HOME}/x a@b.de")
    assert " zq-secret-name " not in masked
    assert "a@b.de" not in masked
    json.dumps(masked)


@pytest.mark.parametrize(
    ("told", "masked"),
    [
        ("put on work", "put on alder"),
        ("hermes: put on work by itself: max is gated", "hermes: put on alder by itself: max is gated"),
        ("taken back from work", "taken back from alder"),
        (
            "hermes: from work (sonnet) at a to max (haiku) at a",
            "hermes: from alder (sonnet) at a to birch (haiku) at a",
        ),
        (
            "The switch of hermes to work was taken back. It is on max (sonnet).",
            "The switch of hermes to alder was taken back. It is on birch (sonnet).",
        ),
        ("   work: {", "   alder: {"),
        ("run this work in the client, to work around it", "run this work in the client, to work around it"),
    ],
)
def test_a_name_that_is_a_common_word_is_hidden_in_what_is_said_of_switches(told: str, masked: str) -> None:
    mask = Mask()
    for name in ("work", "max"):
        mask.know(Trait.CREDENTIAL, name)
    assert mask.text(told) == masked
