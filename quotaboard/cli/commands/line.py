"""`quotaboard line`: one line for a status bar, from the store alone, in a few milliseconds.

Nothing heavy is imported here: a status bar runs this every few seconds. `--from` alone asks a server.
"""

from __future__ import annotations

import sys
import time

from quotaboard.cli.line_words import WORDS, rank

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from quotaboard.store.glance import LaneRow, WindowRow

    Told = dict[str, str | int]

SEPARATOR = " │ "
ASCII_SEPARATOR = " | "
FORMAT = "{name} {window} {verdict}"
FIELDS = {
    "name": "the credential",
    "verdict": "a word unless it is open",
    "slug": "the verdict as in JSON",
    "reason": "why",
    "window": "the window that counts, how full it is, and when it resets",
    "used": "how full",
    "left": "until its reset",
    "blocked": "how many lanes are blocked",
    "lanes": "of how many",
}
NAMED = ("plain", "tmux", "zellij", "starship", "waybar", "json")
"""Formats for what reads the line; `bars` writes them."""
SHORTENED = ("plain", "tmux", "zellij", "starship")
"""Of these the line itself is all there is to see."""
HELP = (
    f"for what reads it: {', '.join(NAMED[:-1])} or {NAMED[-1]}; "
    "or how each credential is told, then without agents, with "
    + ", ".join(f"{{{name}}} ({what})" for name, what in FIELDS.items())
)

SERVING_OR_UNDECIDED = ("paid", "near_limit", "open", "unavailable", "bad_request", "unknown")

TROUBLE = {
    "locked": "the store is held by another program just now; try again in a moment",
    "unreadable": "the store cannot be read; `quotaboard doctor` says why",
}
NOTHING = "nothing is known yet; `quotaboard init` finds your credentials"

USAGE, UNKNOWN = 2, 4


def quick(words: list[str]) -> int | None:
    """The line, when the words are simple enough to need no parser."""
    if not words:
        return show(FORMAT)
    if len(words) == 3 and words[0] == "--format" and words[2].startswith("--columns="):
        return show(words[1], _number(words[2].partition("=")[2]))
    if len(words) == 2 and words[0] == "--format":
        return show(words[1])
    if len(words) == 1 and words[0].startswith("--format="):
        return show(words[0].partition("=")[2])
    return None


def add_arguments(parser: ArgumentParser) -> None:
    # The default is not shown by argparse, which would take its braces for fields of its own.
    form = parser.add_argument("--format", default=FORMAT, metavar="F", help=HELP)
    parser.add_argument(
        "--columns",
        type=_number,
        metavar="N",
        help="take no more cells than that, in a line without a template: how many are left out is said",
    )
    # What a shell completes; a template of one's own is as good.
    form.offers = NAMED  # type: ignore[attr-defined]
    from quotaboard.cli.afar import add_from

    add_from(parser)


def run(args: Namespace) -> int:
    if args.source is not None:
        return _from_afar(args.format, args.columns or 0, args.source, in_ascii=bool(args.ascii))
    return show(args.format, args.columns or 0, in_ascii=bool(args.ascii), in_mask=args.mask)


def _number(text: str) -> int:
    """None that can be read is no limit: what tells it may not know."""
    return int(text) if text.isdecimal() else 0


def show(template: str, columns: int = 0, *, in_ascii: bool = False, in_mask: bool = False) -> int:
    """Print the line; the exit code."""
    from quotaboard.config.paths import state_dir
    from quotaboard.store.glance import glance, glance_at_agents

    now_ms = int(time.time() * 1000)
    path = str(state_dir() / "store.db")
    state, lanes, windows = glance(path, now_ms)
    if not lanes and not windows:
        return _nothing_known(template, TROUBLE.get(state, NOTHING))
    told = _told(lanes, windows, now_ms)
    agents: list[Told] = []
    if _tells_agents(template):
        from quotaboard.cli.agents_line import agents_told

        agents = agents_told(*glance_at_agents(path), lanes, told)
    if in_mask:
        from quotaboard.cli.masking import hidden

        told = [one | {"name": hidden(one["name"])} for one in told]
        agents = [one | {key: hidden(one[key]) for key in ("name", "way")} for one in agents]
    return _print(template, (told, agents), columns, in_ascii=in_ascii)


def _from_afar(template: str, columns: int, source: str, *, in_ascii: bool) -> int:
    """The same of a fleet; where an agent could go is known on its own machine alone."""
    from quotaboard.cli import afar, diagnostics, masking
    from quotaboard.cli.agents_line import agents_told
    from quotaboard.cli.line_afar import BRIEFLY, agent_rows, lane_rows, window_rows
    from quotaboard.poll.fleet.prometheus import Trouble
    from quotaboard.store.times import to_ms

    found = afar.asked(source, BRIEFLY)
    if isinstance(found, Trouble):
        return _nothing_known(template, found.sentence, afar.code_of(found))
    board = masking.masked(found)
    lanes, windows = list(lane_rows(board)), list(window_rows(board))
    if not lanes and not windows:
        return _nothing_known(template, board.trouble or "nothing is known of any machine")
    if board.trouble:
        diagnostics.error(board.trouble)
    told = _told(lanes, windows, to_ms(board.at))
    agents = agents_told(list(agent_rows(board)), "", lanes, told) if _tells_agents(template) else []
    return _print(template, (told, agents), columns, in_ascii=in_ascii)


def _tells_agents(template: str) -> bool:
    return template == FORMAT or template in NAMED


def _print(template: str, known: tuple[list[Told], list[Told]], columns: int, *, in_ascii: bool) -> int:
    """The credentials and the agents that are known, in so many cells; 0: in as many as it takes."""
    told, agents = known
    separator = ASCII_SEPARATOR if in_ascii or not _shows(SEPARATOR) else SEPARATOR
    if template in NAMED:
        from quotaboard.cli import output
        from quotaboard.cli.bars import bar  # whoever wants colours

        more = 0
        if columns and template in SHORTENED:
            from quotaboard.cli.line_fitting import fitted

            agents, told, more = fitted(agents, told, separator, columns)
        output.line(bar(template, told, separator, agents) + (f"{separator}+{more}" if more else ""))
        return 0
    return _filled(template, told, separator, agents)


def _nothing_known(template: str, sentence: str, code: int = UNKNOWN) -> int:
    if template in NAMED:
        from quotaboard.cli import output
        from quotaboard.cli.bars import nothing

        if (text := nothing(template, sentence)) is not None:
            output.line(text)
    return _complain(sentence, code)


def _filled(template: str, told: list[Told], separator: str, agents: list[Told]) -> int:
    """The agents that need a person, then the template filled for each credential."""
    from quotaboard.cli import output
    from quotaboard.cli.agents_line import in_words

    if (wrong := _wrong(template)) is not None:
        return _complain(wrong, USAGE)
    try:
        parts = [in_words(one, separator) for one in agents]
        parts += [template.format_map(one) for one in told]
    except (LookupError, ValueError, OverflowError, MemoryError) as error:
        return _complain(f"--format cannot be followed ({error}); a brace itself is written twice", USAGE)
    text = separator.join(" ".join(part.split()) for part in parts)
    # A reason or a name may come from elsewhere; a bar must not be given control characters.
    output.line(text if text.isprintable() else "".join(c if c.isprintable() else "?" for c in text))
    return 0


def _wrong(template: str) -> str | None:
    """What a template asks for that there is not."""
    if (unknown := _unknown_field(template)) is not None:
        fields = ", ".join(f"{{{field}}}" for field in FIELDS)
        return f"--format has no field {{{unknown}}}; it knows {fields}"
    if "{" in template or "}" in template:
        return None
    return f"--format is one of {', '.join(NAMED)}, or has fields in braces such as {{name}}"


def _unknown_field(template: str) -> str | None:
    """The first name in braces that is none of ours; also `{name.upper}`, for that is not the name alone."""
    for piece in template.replace("{{", "").split("{")[1:]:
        field = piece.partition("}")[0].partition(":")[0].partition("!")[0]
        if field not in FIELDS:
            return field
    return None


def _told(lanes: list[LaneRow], windows: list[WindowRow], now_ms: int) -> list[Told]:
    """What may be told of each credential, in the order of the board."""
    told: dict[str, Told] = {}
    for name, _model, _shape, _client, verdict, reason, _until, _since, _stale_at, confirmed, _was in lanes:
        one = told.setdefault(name, _nothing(name))
        one["lanes"] = int(one["lanes"]) + 1
        one["blocked"] = int(one["blocked"]) + (verdict not in SERVING_OR_UNDECIDED)
        if rank(verdict) < rank(one["slug"]):
            word = WORDS.get(verdict, verdict)
            one["slug"], one["reason"] = verdict, reason or ""
            one["verdict"] = word if confirmed or not word else f"{word}?"
    for name, *_ in windows:
        told.setdefault(name, _nothing(name))
    for name, one in told.items():
        _add_window(one, [window for window in windows if window[0] == name], now_ms)
    return list(told.values())


def _add_window(one: Told, windows: list[WindowRow], now_ms: int) -> None:
    """The window that is spent, if one is; else the shortest that counts for every model."""
    known = [row for row in windows if row[2] is not None]
    spent = [row for row in known if one["slug"] == "spent" and row[1] == one["reason"]]
    general = [row for row in known if row[5] is None]
    for _name, window, used, resets_at, _seen, _model in spent or general:
        one["used"], one["left"] = _percent(used or 0.0), _left(resets_at, now_ms)
        one["window"] = f"{window} {one['used']} {one['left']}"
        return


def _nothing(name: str) -> Told:
    return {**dict.fromkeys(FIELDS, ""), "name": name, "blocked": 0, "lanes": 0}


def _percent(share: float) -> str:
    """Rounded down: 99.9 % is not yet 100. A float such as 0.29 × 100 falls just short of 29."""
    points = int(share * 100 + 1e-9)
    return "<1%" if not points and share > 0 else f"{points}%"


def _left(resets_at: int | None, now_ms: int) -> str:
    if resets_at is None or resets_at <= now_ms:
        return ""
    hours, minutes = divmod((resets_at - now_ms) // 60_000, 60)
    return f"{hours}:{minutes:02d}" if hours < 24 else f"{hours // 24}d{hours % 24}h"


def _shows(text: str) -> bool:
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def _complain(sentence: str, code: int) -> int:
    from quotaboard.cli import diagnostics

    diagnostics.error(sentence if sentence.endswith((".", "?")) else f"{sentence}.")
    return code
