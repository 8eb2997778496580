"""Who somebody is, hidden behind pseudonyms: the same one for the same thing as long as a mask lives.

What is known to be a name is replaced wherever it stands; e-mail addresses, account and request ids, hosts
of somebody's own and paths are known by their form. What a verdict says stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Trait(StrEnum):
    """What a hidden word was."""

    CREDENTIAL = "credential"
    PROFILE = "profile"
    LABEL = "label"
    """An agent's own name for one of its homes, a row of a pool, a key in the keyring."""
    PROVIDER = "relay"
    """One that the user declared."""
    ACCOUNT = "account"
    VARIABLE = "VARIABLE"
    HOST = "host"
    PERSON = "person"
    REQUEST = "req"
    PATH = "path"
    USER = "user"
    MACHINE = "machine"
    WORD = "word"
    """What somebody typed in the place of a name, and nobody is called so."""


TREES = (
    *("alder", "birch", "cedar", "elm", "fir", "hazel", "ivy", "juniper", "larch", "maple", "oak", "pine"),
    *("rowan", "sorrel", "thyme", "willow", "yew", "aspen", "beech", "clover", "daisy", "fern", "heath"),
)
"""Credentials stand on every line, so theirs are short and easy to tell apart."""

KEPT = frozenset(
    {
        *("verdict", "was", "before", "after", "rule", "reason", "status", "error_type", "retry", "scope"),
        *("shape", "client", "kind", "origin", "schema", "period", "currency", "plan", "price"),
    }
)
"""Fields and keys whose words are ours or a provider's, and tell nothing of a person."""
DROPPED = frozenset({"fingerprint"})
"""Which two people could compare."""
PLACES = frozenset({"home", "path", "folder", "file"})
"""Fields and keys that hold a path and nothing else."""
HEADERS = ("anthropic-ratelimit", "x-ratelimit", "ratelimit", "retry-after", "x-should-retry", "content-type")
"""The headers that a verdict can rest on; the others may name an account."""

COMMON = frozenset(
    {
        *("api", "backup", "claude", "company", "default", "demo", "direct", "first", "free", "global"),
        *("home", "key", "login", "main", "max", "me", "my", "new", "official", "old", "open", "other"),
        *("paid", "personal", "plain", "plan", "primary", "prod", "pro", "second", "spare", "team", "test"),
        *("token", "tools", "work"),
    }
)
"""Names that are also words of our sentences: in those they are hidden only where they stand for a name."""

MOST_TEXTS = 20_000
"""So many are remembered as they were masked."""

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(r"\b([a-z][a-z0-9+.-]*://)(?:[^/\s@]*@)?(\[[0-9a-fA-F:]+\]|[\w.-]+)")
_ID = re.compile(
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|\b(?:org|user|usr|acct|account|proj|team|workspace|wrkspc|key|cus)[-_](?=[A-Za-z0-9]*\d)[A-Za-z0-9]{6,}\b",
    re.IGNORECASE,
)
_REQUEST = re.compile(r"\b(?:req|msg|gen|chatcmpl|resp)[-_][A-Za-z0-9_-]{6,}")
_IP = re.compile(r"(?<![\w.])(?!127\.)\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
_PATH = re.compile(
    r"(?<![\w/:.~])/(?:home|Users|root|mnt|media|srv|opt|tmp|var|work|data|Volumes|private|run)(?:/[\w.@+-]*[\w@+-])+"
)
_BELOW_HOME = re.compile(r"~(?:/[\w.@+-]*[\w@+-])+")
_TUNED = re.compile(r"\bft:([\w.-]+):[\w.-]+(?::[\w.-]*)*")
_COLUMNS = re.compile(r"(.*?)( {2,}|$)")
"""What stands between two blanks, and those blanks."""
_VARIABLE = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
_HOLDS_SECRET = re.compile(r"_(?:KEY|TOKEN|SECRET|PASSWORD|PAT|AUTH)\d*$")
_LOOPBACK = re.compile(r"(?:localhost|127(?:\.\d+){3}|\[::1\])")


class Mask:
    """Pseudonyms for what it has been told, and for what looks like an identity."""

    def __init__(
        self,
        *,
        home: str = "",
        public: Collection[str] = (),
        is_public: Callable[[str], bool] | None = None,
        is_public_variable: Callable[[str], bool] | None = None,
    ) -> None:
        self._home = home.rstrip("/")
        self._public = frozenset(public)
        self._is_public = is_public or (lambda _host: False)
        self._is_public_variable = is_public_variable or (lambda _name: True)
        self._given: dict[str, str] = {}
        self._real: dict[str, str] = {}
        self._counts: dict[Trait, int] = {}
        self._known: dict[str, None] = {}
        """Names that stand in texts without a form of their own."""
        self._texts: dict[str, str] = {}
        self._names: re.Pattern[str] | None = None

    def know(self, trait: Trait, name: str | None) -> None:
        """From now on this is hidden, unless it is public or hidden already."""
        if not name or name in self._known or name in self._real or len(name) > 200:
            return
        if trait in (Trait.PROFILE, Trait.PROVIDER, Trait.LABEL, Trait.WORD) and name in self._public:
            return
        self._pseudonym(trait, name)
        self._known[name] = None
        self._names = None
        self._texts.clear()

    @property
    def size(self) -> int:
        """How many names it knows: what was masked before may have held one that was learned since."""
        return len(self._known)

    def real(self, name: str) -> str:
        """What a pseudonym stands for; a lane's id is taken apart."""
        if name in self._real:
            return self._real[name]
        head, slash, rest = name.partition("/")
        return f"{self._real.get(head, head)}{slash}{rest}"

    def text(self, text: str) -> str:
        """The text with every identity in it hidden."""
        if (known := self._texts.get(text)) is None:
            if len(self._texts) > MOST_TEXTS:
                self._texts.clear()
            known = self._texts[text] = self._given.get(text) or self._masked(text)
        return known

    def aligned(self, text: str) -> str:
        """Lines of a table, with its columns where they were as far as a pseudonym leaves room."""
        return "\n".join(map(self._aligned, text.split("\n")))

    def _aligned(self, line: str) -> str:
        cells = []
        for word, gap in _COLUMNS.findall(line):
            room = max(len(word) + len(gap), len(self.text(word)) + min(len(gap), 1))
            cells.append(self.text(word).ljust(room))
        return "".join(cells).rstrip()

    def value(self, value: T, name: str = "") -> T:
        """A value of this program, or a JSON document, with every text in it masked."""
        if value is None or (name in KEPT and type(value) is str):
            return value
        if name in DROPPED:
            return cast("T", None)
        if name == "headers":
            return cast("T", _telling(value))
        return cast("T", self._redone(value, name))

    def _redone(self, value: Any, name: str) -> Any:
        if type(value) is str:  # a word of an enumeration is a text too, and stays
            return self._path(value) if name in PLACES else self.text(value)
        if isinstance(value, tuple) and type(value) is tuple:
            return tuple(self.value(one, name) for one in value)
        if isinstance(value, list):
            return [self.value(one, name) for one in value]
        if isinstance(value, Mapping):
            return {key: self.value(one, str(key)) for key, one in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            before = {one.name: getattr(value, one.name) for one in fields(value)}
            after = {key: self.value(one, key) for key, one in before.items()}
            changed = {
                key: one for key, one in after.items() if one is not before[key] and one != before[key]
            }
            return replace(value, **changed) if changed else value
        return value

    def _path(self, path: str) -> str:
        """Blanks belong to it, which in a sentence they would not."""
        # As in a sentence, so that it is called the same.
        named = self._pattern().sub(self._named, self._at_home(path))
        if named.startswith("~"):
            return named if named == "~" else self._below_home(named)
        return self._pseudonym(Trait.PATH, named) if named.startswith("/") else self.text(path)

    def _at_home(self, text: str) -> str:
        if not self._home or self._home not in text:
            return text
        return re.sub(rf"{re.escape(self._home)}(?![\w.-])", "~", text)

    def _masked(self, text: str) -> str:
        """Names first, for one may look like an address; then whatever has the form of an identity."""
        if text.startswith("file:"):
            return f"file:{self._path(text[5:])}"
        text = self._pattern().sub(self._named, self._at_home(text))
        text = _EMAIL.sub(lambda found: self._pseudonym(Trait.PERSON, found[0]), text)
        text = _ADDRESS.sub(lambda found: found[1] + self._host(found[2]), text)
        text = _PATH.sub(lambda found: self._pseudonym(Trait.PATH, found[0]), text)
        text = _BELOW_HOME.sub(lambda found: self._below_home(found[0]), text)
        text = _ID.sub(lambda found: self._pseudonym(Trait.ACCOUNT, found[0]), text)
        text = _REQUEST.sub(lambda found: self._pseudonym(Trait.REQUEST, found[0]), text)
        text = _VARIABLE.sub(lambda found: self._variable(found[0]), text)
        text = _TUNED.sub(r"ft:\1:…", text)
        return _IP.sub(lambda found: self._host(found[0]), text)

    def _host(self, host: str) -> str:
        bare = host.strip("[]").lower()
        if _LOOPBACK.fullmatch(host) or self._is_public(bare):
            return host
        return self._pseudonym(Trait.HOST, bare)

    def _variable(self, name: str) -> str:
        """One for a secret that no program of everybody's reads, or one that is called after a known name."""
        own = _HOLDS_SECRET.search(name) and not self._is_public_variable(name)
        if own or any(part in name for part in self._shouted()):
            return self._pseudonym(Trait.VARIABLE, name)
        return name

    def _shouted(self) -> list[str]:
        """`ACME_JANE` for `acme-jane`."""
        return [
            re.sub(r"\W", "_", name).upper()
            for name in self._known
            if len(name) > 3 and name.casefold() not in COMMON and name not in self._public
        ]

    def _below_home(self, path: str) -> str:
        """Folders of programs are everybody's; those of a person are not."""
        if path[2] == "." or path.startswith("~/Library/"):
            return path
        return self._pseudonym(Trait.PATH, path)

    def _named(self, found: re.Match[str]) -> str:
        """However it is spelled: a server may write a name large."""
        told = found[0]
        return self._given.get(told) or next(
            self._given[name] for name in self._known if name.casefold() == told.casefold()
        )

    def _pattern(self) -> re.Pattern[str]:
        """All names that are known, the longest first; common words only where they stand for a name."""
        if self._names is None:
            plain: list[str] = []
            common: list[str] = []
            for name in sorted(self._known, key=len, reverse=True):
                is_common = name.casefold() in COMMON or name in self._public or len(name) < 2
                (common if is_common else plain).append(re.escape(name))
            parts = []
            if plain:
                parts.append(rf"(?<![\w.-])(?i:{'|'.join(plain)})(?![\w-])")
            if common:
                either = "|".join(common)
                parts += [
                    rf"(?<![\w./-])(?:{either})(?=/| / )",
                    rf"(?<=\w:)(?:{either})(?![\w-])",
                    rf"(?<=[“\"'`(])(?:{either})(?=[”\"'`)])",
                    # Our titles begin with a name: `work GATED: …`, `work: its 5h window …`.
                    rf"\A(?:{either})(?=:(?: |\Z)| \w)",
                    # Of switches: `from work (haiku) to max (haiku)`, `put on work`, `to work was taken back`
                    rf"(?<=from )(?:{either})(?= \(|\Z)",
                    rf"(?<= (?:on|to) )(?:{either})(?= \(| was taken back)",
                    rf"(?<=put on )(?:{either})(?![\w-])",
                    # An entry of a config in a preview.
                    rf"(?<=  )(?:{either})(?=: )",
                ]
            self._names = re.compile("|".join(parts) or r"(?!)")
        return self._names

    def _pseudonym(self, trait: Trait, name: str) -> str:
        if name in self._real:
            return name
        if name not in self._given:
            given = self._next(trait)
            while given in self._given:  # somebody's own name is the same
                given = self._next(trait)
            self._given[name], self._real[given] = given, name
        return self._given[name]

    def _next(self, trait: Trait) -> str:
        number = self._counts[trait] = self._counts.get(trait, 0) + 1
        match trait:
            case Trait.CREDENTIAL:
                round_, place = divmod(number - 1, len(TREES))
                return TREES[place] if not round_ else f"{TREES[place]}{round_ + 1}"
            case Trait.HOST:
                return f"host-{number}.example"
            case Trait.PERSON:
                return f"person-{number}@mail.example"
            case Trait.PATH:
                return f"~/path-{number}"
            case Trait.VARIABLE | Trait.REQUEST:
                return f"{trait}_{number}"
            case _:
                return f"{trait}-{number}"


def _telling(headers: object) -> object:
    """Pairs or a mapping of headers, without those that no verdict rests on."""
    if isinstance(headers, Mapping):
        return {name: value for name, value in headers.items() if str(name).lower().startswith(HEADERS)}
    pairs = cast("tuple[tuple[str, str], ...]", headers)
    return tuple(pair for pair in pairs if pair[0].lower().startswith(HEADERS))
