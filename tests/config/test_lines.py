import tomllib
from typing import Any

import pytest

from quotaboard.config.lines import KeyPath, key_lines, nearest_line

DOCUMENT = '''\
# a comment with key = "value"
top = 1

[poll]
fresh_for = "2m"  # [not.a.table]
  indented   =  3

[[credentials]]
name = "a"
models = [
  "x",  # y = 3
  ["z"],
]
[credentials.nested]
deep = true

[[credentials]]
name = "b"
"quoted key" = 1
'single' = 2
dotted . "in two".parts = 3
text = """
inside = "a text"
[neither.a.table]
"""
after = 4

[shapes."with space"]
headers = { "x-team" = "a" }
literal = \'\'\'
also = inside
\'\'\'
last = 5
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("poll",), 4),
        (("poll", "fresh_for"), 5),
        (("poll", "indented"), 6),
        (("credentials", 0), 8),
        (("credentials", 0, "name"), 9),
        (("credentials", 0, "models"), 10),
        (("credentials", 0, "nested", "deep"), 15),
        (("credentials", 1), 17),
        (("credentials", 1, "name"), 18),
        (("credentials", 1, "quoted key"), 19),
        (("credentials", 1, "single"), 20),
        (("credentials", 1, "dotted", "in two", "parts"), 21),
        (("credentials", 1, "after"), 26),
        (("shapes", "with space", "headers"), 29),
        (("shapes", "with space", "last"), 33),
    ],
)
def test_each_key_is_found_on_the_line_it_was_written_on(path: KeyPath, line: int) -> None:
    assert key_lines(DOCUMENT)[path] == line


def test_what_a_long_text_quotes_is_not_taken_for_a_key() -> None:
    known = key_lines(DOCUMENT)
    assert not {path[-1] for path in known} & {"inside", "also", "key", "y"}
    assert ("neither", "a", "table") not in known


def test_every_line_is_that_of_a_key_that_the_document_has() -> None:
    document: Any = tomllib.loads(DOCUMENT)
    for path in key_lines(DOCUMENT):
        value = document
        for part in path:
            value = value[part]


def test_a_key_without_a_line_takes_that_of_what_holds_it() -> None:
    known = key_lines(DOCUMENT)
    assert nearest_line(known, ("credentials", 0, "models", 1)) == 10
    assert nearest_line(known, ("credentials", 1, "missing")) == 17
    assert nearest_line(known, ("ui", "theme")) is None
