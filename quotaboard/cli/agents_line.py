"""Agents in the line for a status bar: which cannot work, why, and where each could go.

Nothing heavy is imported, for a bar runs this every few seconds.
"""

from __future__ import annotations

from quotaboard.cli.line_words import WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from quotaboard.store.glance import AgentRow, LaneRow

    Told = dict[str, str | int]
    Key = tuple[str, str, str, str]

QUIET = ("open", "unknown")
"""Agents of which no more is known than that say nothing: the line is for what needs a person."""
ARROW, ASCII_ARROW = "→", "->"
SERVES = ("open", "near_limit")


def agents_told(
    rows: Sequence[AgentRow], note: str, lanes: Sequence[LaneRow], credentials: Sequence[Told]
) -> list[Told]:
    """What may be told of each agent that does not simply work; the fields are those of a credential."""
    verdicts = {row[:4]: (row[4], row[5] or "", bool(row[9])) for row in lanes}
    meters = {one["name"]: one for one in credentials}
    advised = {line.split("\t")[0]: line.split("\t")[1:] for line in note.split("\n")}
    told = []
    for agent, is_now, _, *lane, _ in rows:
        slug, reason, sure = verdicts.get(_key(lane), ("unknown", "", True))
        if not is_now or slug in QUIET:
            continue
        others = {row[2]: _key(row[3:7]) for row in rows if row[0] == agent and not row[1] and not row[7]}
        way = next(
            (
                name
                for name in advised.get(agent, ())
                if name in others and verdicts.get(others[name], ("", "", True))[0] in SERVES
            ),
            "",
        )
        one: Told = {"name": agent, "slug": slug, "reason": reason, "way": way}
        word = WORDS.get(slug, slug)
        one["verdict"] = word if sure else f"{word}?"
        told.append(one | {"why": _why(slug, reason, lane, meters.get(lane[0], {}))})
    return told


def around_the_word(one: Told, separator: str) -> tuple[str, str]:
    """`hermes` and `(tools; 5h 3%) → openrouter`: what stands before the word, and after it."""
    why = f"({one['why']})" if one["why"] else ""
    arrow = ASCII_ARROW if separator.isascii() else ARROW
    way = f"{arrow} {one['way']}" if one["way"] else ""
    return str(one["name"]), " ".join(part for part in (why, way) if part)


def in_words(one: Told, separator: str) -> str:
    """`hermes GATED (tools; 5h 3%) → openrouter`."""
    name, rest = around_the_word(one, separator)
    return f"{name} {one['verdict']} {rest}"


def _why(slug: str, reason: str, lane: Sequence[str], meter: Told) -> str:
    """`tools; 5h 3%`; of what is spent until when."""
    if slug in ("spent", "near_limit", "paid"):
        return _squeezed(meter.get("window", ""))
    what = "" if slug != "gated" else lane[2] if reason != "bare_429" and lane[2] != "plain" else lane[1]
    if slug != "gated":
        return ""
    used = _squeezed(f"{meter.get('window', '')}".removesuffix(f"{meter.get('left', '')}"))
    return "; ".join(part for part in (what, used) if part)


def _squeezed(text: str | int) -> str:
    return " ".join(str(text).split())


def _key(lane: Sequence[object]) -> Key:
    credential, model, shape, client = map(str, lane)
    return (credential, model, shape, client)
