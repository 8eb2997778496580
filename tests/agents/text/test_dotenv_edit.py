import io
import random

import pytest
from dotenv import dotenv_values

from quotaboard.agents.text.dotenv_edit import assignments, edit_dotenv, values

FILES = [
    "A=1\nB='two words' # c\nexport C=\"x\\ny\"\n# D=4\nE=\nF\n",
    'A = spaced  \nB=a#b #c\r\nA=again\r\nG="multi\nline"\nH=h',
    "K='it\\'s'\nL=${A}/x\nM=\"${NOPE:-d}\"\n  N=indented\n",
    "",
    "\n\n#only\n",
    'X="unclosed\nY=2\n',
]


@pytest.mark.parametrize("text", FILES)
def test_a_file_is_read_as_python_dotenv_reads_it(text: str) -> None:
    theirs = {
        key: value for key, value in dotenv_values(stream=io.StringIO(text)).items() if value is not None
    }
    assert values(text) == theirs


@pytest.mark.parametrize("text", FILES)
def test_one_value_changes_alone(text: str) -> None:
    new = edit_dotenv(text, {"A": "sk-new", "ZZ": "q"})
    theirs = dotenv_values(stream=io.StringIO(new))
    assert (theirs["A"], theirs["ZZ"]) == ("sk-new", "q")
    before = dotenv_values(stream=io.StringIO(text))
    untouched = {key for key in before if key not in ("A", "L")}
    assert {key: theirs[key] for key in untouched} == {key: before[key] for key in untouched}
    removed = [line for line in text.splitlines() if line not in new.splitlines()]
    assert len(removed) <= 1


def test_comments_order_and_quotes_stay() -> None:
    text = "# mine\nexport A='old' # why\nB=2\n"
    assert edit_dotenv(text, {"A": "new"}) == "# mine\nexport A='new' # why\nB=2\n"


def test_the_assignment_that_counts_is_changed() -> None:
    assert edit_dotenv("A=1\nA=2\n", {"A": "3"}) == "A=1\nA=3\n"
    assert [one.line for one in assignments("A=1\n\nA=2\n")] == [1, 3]


@pytest.mark.parametrize("value", ["a b", "it's", "a\\b", "#x", "$HOME", "", "é", 'q"q', "\\'"])
def test_any_value_reads_back(value: str) -> None:
    assert (
        dotenv_values(stream=io.StringIO(edit_dotenv("B=1", {"A": value})), interpolate=False)["A"] == value
    )


def test_generated_files_keep_every_other_value() -> None:
    chance = random.Random(3)
    parts = [
        "A=1",
        "B='x y'",
        'C="q\\"q"',
        "# c",
        "",
        "export D=d # e",
        "E=",
        "G=a=b",
        "H='#'",
        "  I=i  ",
        "J=é",
    ]
    for _ in range(1000):
        lines = chance.choices(parts, k=chance.randrange(8))
        newline = chance.choice(["\n", "\r\n"])
        text = newline.join(lines) + chance.choice(["", newline])
        before = values(text)
        new = edit_dotenv(text, {"D": "new"})
        assert values(new) == {**before, "D": "new"}
        theirs = {
            key: value for key, value in dotenv_values(stream=io.StringIO(new)).items() if value is not None
        }
        assert theirs == values(new)
