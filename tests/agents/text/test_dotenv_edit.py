import io
import random

import pytest
from dotenv import dotenv_values

from quotaboard.agents.text.dotenv_edit import assignments, edit_dotenv, values
from quotaboard.agents.text.problem import Problem

FILES = [
    "A=1\nB='two words' # c\nexport C=\"x\\ny\"\n# D=4\nE=\nF\n",
    'A = spaced  \nB=a#b #c\r\nA=again\r\nG="multi\nline"\nH=h',
    "K='it\\'s'\nL=${A}/x\nM=\"${NOPE:-d}\"\n  N=indented\n",
    "",
    "\n\n#only\n",
    'X="unclosed\nY=2\n',
]


def edited(text: str, changes: dict[str, str]) -> str:
    new = edit_dotenv(text, changes)
    assert isinstance(new, str), new
    return new


@pytest.mark.parametrize("text", FILES)
def test_a_file_is_read_as_python_dotenv_reads_it(text: str) -> None:
    theirs = {
        key: value for key, value in dotenv_values(stream=io.StringIO(text)).items() if value is not None
    }
    assert values(text) == theirs


@pytest.mark.parametrize("text", FILES)
def test_one_value_changes_alone(text: str) -> None:
    new = edited(text, {"A": "sk-new", "ZZ": "q"})
    theirs = dotenv_values(stream=io.StringIO(new))
    assert (theirs["A"], theirs["ZZ"]) == ("sk-new", "q")
    before = dotenv_values(stream=io.StringIO(text))
    untouched = {key for key in before if key not in ("A", "L")}
    assert {key: theirs[key] for key in untouched} == {key: before[key] for key in untouched}
    removed = [line for line in text.splitlines() if line not in new.splitlines()]
    assert len(removed) <= 1


def test_comments_order_and_quotes_stay() -> None:
    text = "# mine\nexport A='old' # why\nB=2\n"
    assert edited(text, {"A": "new"}) == "# mine\nexport A='new' # why\nB=2\n"


def test_the_assignment_that_counts_is_changed() -> None:
    assert edited("A=1\nA=2\n", {"A": "3"}) == "A=1\nA=3\n"
    assert [one.line for one in assignments("A=1\n\nA=2\n")] == [1, 3]


@pytest.mark.parametrize("value", ["a b", "it's", "a\\b", "#x", "$HOME", "", "é", 'q"q', "\\'"])
def test_any_value_reads_back(value: str) -> None:
    assert dotenv_values(stream=io.StringIO(edited("B=1", {"A": value})), interpolate=False)["A"] == value


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
        new = edited(text, {"D": "new"})
        assert values(new) == {**before, "D": "new"}
        theirs = {
            key: value for key, value in dotenv_values(stream=io.StringIO(new)).items() if value is not None
        }
        assert theirs == values(new)


def test_a_quote_without_an_end_hides_what_it_takes_in() -> None:
    text = 'A="no end\nB=1\nC="x"\nD=2\n'
    assert values(text) == {"D": "2"}
    assert values(edited(text, {"B": "3"})) == {"D": "2", "B": "3"}


def test_a_value_that_would_close_such_a_quote_is_refused() -> None:
    problem = edit_dotenv('B=1\nA="no end\nC=2\n', {"C": 'q"q'})
    assert isinstance(problem, Problem)
    assert "never closed" in problem.sentence


def test_an_empty_value_is_no_comment() -> None:
    assert edited("A=old # why\n", {"A": ""}) == "A='' # why\n"
    assert edited("A=", {"A": "new", "B": "x"}) == "A=new\nB=x\n"


def test_a_byte_order_mark_hides_the_name_behind_it() -> None:
    assert edited("\ufeffA=1\n", {"A": "2"}) == "\ufeffA=1\nA=2\n"
