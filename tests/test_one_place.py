"""What a maintainer changes stands in one file: a term, a status, a consent, how long a confirmation holds."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from mapdata import words
from tests.test_house import project_files

ROOT = Path(__file__).parents[1]
CODE = re.compile(r"(geocode|mapdata|layers|views|casework|programme|exchange|templates|static/js)/.+\.(py|html|js)|app\.py")
#: They hold the words of their day, for good.
LEFT_OUT = re.compile(r"mapdata/storage/migrations/.+")

#: Codes of 状態 and 掲載同意; "yes" and "no" are answers to much else.
CODES = {*words.STATUS.codes, *words.CONSENT.codes} - {"yes", "no"}
TABLE = "mapdata/words.py"
#: File → the words in it that are spelled like a code and mean something else.
NOT_MEANT: Mapping[str, tuple[set[str], str]] = {
    "layers/pins.py": ({"paused"}, "a column of the payload: drawn as resting"),
    "layers/marks.py": ({"paused"}, "the same, of a mark"),
    "static/js/map/pin-art.js": ({"paused"}, "the words for a pin that is drawn as resting"),
    "templates/public/_finder.html": ({"paused"}, "the words for a pin that is drawn as resting"),
    "mapdata/storage/proposal_rows.py": ({"closed"}, "a proposal's column"),
    "mapdata/storage/tables/proposals_models.py": ({"closed"}, "a proposal's column"),
    "mapdata/upkeep/org_links.py": ({"closed"}, "why a link cannot be answered"),
    "views/public/org_link.py": ({"closed"}, "why a link cannot be answered"),
    "templates/orglink/closed.html": ({"closed"}, "why a link cannot be answered"),
    "views/staff/entries.py": ({"draft"}, "what a button of the form does"),
    "templates/staff/entry/_save_bar.html": ({"draft"}, "what a button of the form does"),
}


def literals(source: str, path: str) -> Iterator[tuple[int, str]]:
    """(line, text) of every string that a file of code holds."""
    if path.endswith(".py"):
        texts = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
        yield from ((node.lineno, node.value) for node in texts if isinstance(node.value, str))
    else:
        for number, line in enumerate(source.splitlines(), 1):
            yield from ((number, match[2]) for match in re.finditer(r"""(["'])([^"']*)\1""", line))


def faults(source: str, path: str) -> list[str]:
    """Where code names a status or a consent that it should ask the table for, a line each."""
    meant_otherwise = NOT_MEANT.get(path, (set(), ""))[0]
    return [
        f"{path}:{line}: {text}" for line, text in literals(source, path)
        if text in CODES - meant_otherwise and path != TABLE
    ]


def compared(source: str, path: str) -> list[str]:
    """Where code asks for one status by its name and not for what follows from it, a line each."""
    named = {"DRAFT", "ACTIVE", "CLOSED", "CONSENTED"}
    return [
        f"{path}:{node.lineno}" for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Compare)
        for side in (node.left, *node.comparators)
        if (getattr(side, "id", None) or getattr(side, "attr", None)) in named
    ]


def code() -> Iterator[tuple[str, str]]:
    """(source, path) of all code."""
    for path in project_files():
        if CODE.fullmatch(path) and not LEFT_OUT.fullmatch(path):
            yield (ROOT / path).read_text(encoding="utf-8"), path


def test_statuses_and_consents_are_named_in_the_table_alone() -> None:
    assert [fault for source, path in code() for fault in faults(source, path)] == []
    assert [fault for source, path in code() if path.endswith(".py") for fault in compared(source, path)] == []


def test_what_is_let_through_is_still_there() -> None:
    held = {path: {text for _, text in literals(source, path)} for source, path in code() if path in NOT_MEANT}
    assert {path: said - held.get(path, set()) for path, (said, _) in NOT_MEANT.items()} == {p: set() for p in NOT_MEANT}


@pytest.mark.parametrize(("source", "path"), [
    ('if record.status == "closed": pass', "views/a.py"), ('{% if record.status == "paused" %}', "templates/a.html"),
    ("if (entry.status === 'draft') hide();", "static/js/a.js"), ('SEEN = {"active", "x"}', "mapdata/a.py"),
    ('if consent in ("oral",): pass', "layers/a.py"), ('x = "draft"', "layers/pins.py"),
])
def test_the_check_sees(source: str, path: str) -> None:
    assert len(faults(source, path)) == 1


def test_the_check_sees_a_status_that_is_asked_for_by_its_name() -> None:
    assert compared("if record.status == words.CLOSED: pass", "views/a.py") == ["views/a.py:1"]
    assert compared("x = words.CLOSED", "views/a.py") == []


#: What stands once → what else would be a second one, and the files that may have it, with the reason.
ONCE: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "the order of audiences": (r"list\(Level\)\.index|levels\.index|_ORDER\b", {}),
    "folding": (r"\bNFKC\b", {
        "mapdata/fields/folding.py": "", "static/js/common/text-search.js": "its twin in the browser",
        "geocode/normalise.py": "addresses, below this floor", "mapdata/accounts/passwords.py": "stored hashes hang on it",
        "mapdata/merging/matching/spelling.py": "a remark",
        "static/js/finder/near.js": "the browser's own, in one word", "static/js/staff/place-pins.js": "the same",
    }),
    "the clock": (r"datetime\.(?:utc)?now\(|date\.today\(|\btime\.time\(", {
        "mapdata/clock.py": "", "mapdata/lists/sent/uploads.py": "against the times of files, which the machine gives",
    }),
    "how long a confirmation holds": (r"\d年(?:半)?以上|半年以上|\b365\b", {
        "mapdata/claims/stale.py": "", "views/compressed.py": "how long browsers keep a file",
        "mapdata/lists/opendata/ages.py": "a baby's days",
    }),
    "the kinds, and what needs no place": (r"""["'](?:ibasho|programme)["']|phone_online""", {"mapdata/words.py": ""}),
    "the source that is no office": (r"""["']self["']""", {
        "geocode/ward.py": "", "views/headers.py": "a policy of browsers",
        "templates/staff/import/done.html": "no list is that source's",
    }),
}


@pytest.mark.parametrize("what", ONCE)
def test_it_stands_once(what: str) -> None:
    pattern, places = ONCE[what]
    found = {path for source, path in code() if re.search(pattern, source)}
    assert found == set(places)


def test_made_up_terms_and_numbers_reach_every_page_without_another_file() -> None:
    """In an interpreter of their own, as all that follows from the tables is made when they are first read."""
    asked = ["-q", "-p", "tests.made_up", "-p", "no:cacheprovider", "tests/views/made_up_pages.py"]
    done = subprocess.run([sys.executable, "-m", "pytest", *asked], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and re.search(r"\b10 passed", done.stdout), done.stdout + done.stderr
