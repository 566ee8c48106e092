"""What the docs name is there: every link, every path in a sentence, and every page that code points to."""

import re
from collections.abc import Iterator

import pytest

from tests.test_house import FILES, ROOT, read

PAGES = [path for path in FILES if path.endswith(".md") and not path.startswith("findings/")]
#: What begins or ends so within backticks is a path of the project.
_PATH = re.compile(r"(?:[\w.-]+/)*[\w.*<>-]+(?:\.(?:py|m?js|css|html|toml|json|md|txt|csv|xlsx)|/)")
_MADE = ("instance/", ".venv/", "node_modules/", "static/vendor/", ".ci/")


def links(text: str) -> Iterator[str]:
    """Where the links of a Markdown page lead, those to other sites apart."""
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:|#", target):
            yield target.partition("#")[0]


def paths(text: str) -> Iterator[str]:
    """Paths that stand in backticks. A path with * or <> is a pattern and stands for whatever it may be."""
    for quoted in re.findall(r"`([^`\n]+)`", text):
        if "/" in quoted and _PATH.fullmatch(quoted) and not re.search(r"[*<>]", quoted):
            yield quoted


def missing_links(text: str, path: str) -> list[str]:
    return [f"{path}: {to}" for to in links(text) if not (ROOT / path).parent.joinpath(to).exists()]


def missing_paths(text: str, path: str) -> list[str]:
    named = (to for to in paths(text) if not to.startswith(_MADE))
    return [f"{path}: {to}" for to in named if not (ROOT / to).exists() and not (ROOT / path).parent.joinpath(to).exists()]


def missing_pages(text: str, path: str) -> list[str]:
    """Pages of docs/ that code or a comment points to."""
    return [f"{path}: {to}" for to in re.findall(r"docs/[\w/-]+\.md", text) if not (ROOT / to).exists()]


@pytest.mark.parametrize("path", PAGES)
def test_what_a_page_names_is_there(path: str) -> None:
    assert missing_links(read(path), path) == []
    assert missing_paths(read(path), path) == []


def test_what_code_points_to_is_there() -> None:
    code = [path for path in FILES if path.endswith((".py", ".js", ".html", ".css", ".toml")) and path not in ("tests/test_docs.py", "tests/test_house.py")]
    assert [fault for path in code for fault in missing_pages(read(path), path)] == []
    assert [path for path in code if re.search(r"\(design\b", read(path))] == []


def test_the_check_sees() -> None:
    assert missing_links("[a](nowhere.md) [b](README.md#x) [c](https://a.example/)", "README.md") == ["README.md: nowhere.md"]
    text = "`mapdata/words.py`, `mapdata/attic.py`, `words.py`, `layers/<name>.py`, `instance/registry.db`, `GET /pins.json`"
    assert missing_paths(text, "README.md") == ["README.md: mapdata/attic.py"]
    assert missing_pages("# see docs/decisions/attic.md and docs/decisions/README.md", "a.py") == ["a.py: docs/decisions/attic.md"]
