"""The house keeps its shape: who may import whom, and what no file may hold."""

import ast
import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.house import BESIDE, FLOORS, MAY_IMPORT, MOST_ROOMS

ROOT = Path(__file__).parents[1]
#: Lines that a module stays below: one that the site is made of, and any other.
LONGEST_MODULE, LONGEST_OTHER = 350, 400
LONGEST_FUNCTION = 40

#: Library → the files that may import it.
ONLY_IN = {
    "flask": r"(app|serve)\.py|views/.+|(.+/)?cli\.py",
    "folium": r"layers/basemap\.py",
    "sqlalchemy": r"(mapdata|casework|programme)/(storage(\.py|/.+)|(\w+_)?models\.py|migrations/.+)",
}
SAME_AS = {"branca": "folium", "alembic": "sqlalchemy", "sqlite3": "sqlalchemy", "psycopg": "sqlalchemy"}

# An open database handed from one operation to the next is named by its type; that is no SQL yet.
HANDLES = {"sqlalchemy.Engine", "sqlalchemy.Connection"}


def imports_of(source: str, path: str) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything the module at `path` imports, wherever in the file it does."""
    package = path.removesuffix(".py").split("/")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            start = [*above, *filter(None, [node.module])]
            yield from ((node.lineno, ".".join([*start, alias.name])) for alias in node.names)


def import_faults(source: str, path: str) -> list[str]:
    """What the module at `path` (from the root) imports against the rules, a line each."""
    home = path.split("/")[0].removesuffix(".py")
    return [
        f"{path}:{line}: {home} may not import {name}"
        for line, name in imports_of(source, path)
        if not _may_import(home, path, name)
    ]


def _may_import(home: str, path: str, name: str) -> bool:
    top = name.split(".")[0]
    if top in BESIDE:
        return False
    if top in MAY_IMPORT:
        return top == home or top in MAY_IMPORT[home]
    if name in HANDLES and home in ("mapdata", "casework", "programme"):
        return True
    library = SAME_AS.get(top, "flask" if top.startswith("flask_") else top)
    return library not in ONLY_IN or bool(re.fullmatch(ONLY_IN[library], path))


def stair_faults(source: str, path: str) -> list[str]:
    """What the module at `path` within mapdata/ imports from its own floor or one above, a line each."""
    home = path.split("/")[1].removesuffix(".py")
    return [
        f"{path}:{line}: {home} may not import {room}"
        for line, name in imports_of(source, path)
        if name.startswith("mapdata.") and (room := name.split(".")[1]) != home and not _stands_below(room, home)
    ]


def _stands_below(room: str, home: str) -> bool:
    return FLOORS.get(room, len(FLOORS)) < FLOORS.get(home, -1)


def full_folders(paths: Iterable[str]) -> dict[str, int]:
    """Folders of code that hold more modules and folders than somebody can keep in mind."""
    rooms: dict[str, set[str]] = {}
    for path in paths:
        folder, _, room = path.rpartition("/")
        while folder:
            if room != "__init__.py":
                rooms.setdefault(folder, set()).add(room)
            folder, _, room = folder.rpartition("/")
    return {folder: len(inside) for folder, inside in rooms.items() if len(inside) > MOST_ROOMS}


def namesakes(paths: Iterable[str]) -> dict[str, list[str]]:
    """Modules of one package that are called alike; commands are called `cli` wherever they are."""
    called: dict[tuple[str, str], list[str]] = {}
    for path in paths:
        top, name = path.split("/")[0], path.rsplit("/", 1)[-1]
        if name not in ("__init__.py", "cli.py"):
            called.setdefault((top, name), []).append(path)
    return {name: alike for (_, name), alike in called.items() if len(alike) > 1}


def long_functions(source: str, path: str) -> list[str]:
    functions = (n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    long = (f for f in functions if (f.end_lineno or 0) - f.lineno + 1 > LONGEST_FUNCTION)
    return [f"{path}:{function.lineno}: {function.name}" for function in long]


def too_long(lengths: Mapping[str, int]) -> dict[str, int]:
    """Modules, by their lines, that are longer than somebody reads in one go."""
    site = {*HOUSE, *SCRIPTS}
    return {path: lines for path, lines in lengths.items()
            if lines >= (LONGEST_MODULE if path in site and "/migrations/" not in path else LONGEST_OTHER)}


def strangers(paths: Iterable[str]) -> list[str]:
    """Packages and modules at the top that the plan does not know."""
    tops = {path.split("/")[0].removesuffix(".py") for path in paths if path.endswith(".py")}
    return sorted(tops - {*MAY_IMPORT, *BESIDE})


def template_faults(source: str, path: str) -> list[str]:
    """What a strict Content-Security-Policy would refuse in a template, a line each."""
    # What Jinja writes may hold < and >, so it is taken out first, line breaks kept for the line numbers.
    html = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", lambda m: "\n" * m[0].count("\n"), source, flags=re.S)
    forbidden = {
        "an inline script": r"<script(?![^>]*\ssrc\s*=)[^>]*>",
        "an inline style sheet": r"<style[\s>]",
        "an event handler": r"<[a-zA-Z][^>]*\son[a-z]+\s*=[^>]*>",
        "a style attribute": r"<[a-zA-Z][^>]*\sstyle\s*=[^>]*>",
    }
    return [
        f"{path}:{html.count(chr(10), 0, match.start()) + 1}: {what}"
        for what, pattern in forbidden.items()
        for match in re.finditer(pattern, html, flags=re.I)
    ]


def text_faults(source: str, path: str) -> list[str]:
    """Words that no file of the project may hold, a line each."""
    # Each is put together from parts, or this file would hold it.
    forbidden = rf"\.\./{'shared'}\b|\b{'TO' + 'DO'}\b|\b{'FIX' + 'ME'}\b"
    return [
        f"{path}:{number}: {match[0]}"
        for number, line in enumerate(source.splitlines(), 1)
        for match in re.finditer(forbidden, line)
    ]


def project_files() -> list[str]:
    """Paths from the root of all files that are, or would be, committed."""
    if shutil.which("git"):
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if listed.returncode == 0:
            return sorted(path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file())
    made = r"\.git|\.venv|node_modules|static/vendor|instance|\.hypothesis|\..+_cache"
    everything = (path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file())
    return sorted(path for path in everything if not re.match(rf"({made})/|.*__pycache__/", path))


FILES = project_files()
PYTHON = [path for path in FILES if path.endswith(".py")]
SCRIPTS = [path for path in FILES if path.startswith("static/js/")]
HOUSE = [path for path in PYTHON if path.split("/")[0].removesuffix(".py") in MAY_IMPORT]


def read(path: str) -> str:
    """Its text; nothing for pictures, workbooks and lists in CP932."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_imports_go_one_way() -> None:
    assert len(HOUSE) > 10
    assert [fault for path in HOUSE for fault in import_faults(read(path), path)] == []


def test_the_plan_knows_every_package() -> None:
    assert strangers(PYTHON) == []


def test_stairs_lead_down_only() -> None:
    within = [path for path in PYTHON if path.startswith("mapdata/") and path != "mapdata/__init__.py"]
    assert {path.split("/")[1].removesuffix(".py") for path in within} == set(FLOORS)
    assert [fault for path in within for fault in stair_faults(read(path), path)] == []


def test_no_folder_is_too_full_to_keep_in_mind() -> None:
    assert full_folders([p for p in (*HOUSE, *SCRIPTS) if "/versions/" not in p]) == {}


def test_no_two_modules_are_called_alike() -> None:
    assert namesakes([path for path in HOUSE if "/migrations/" not in path]) == {}


def test_functions_stay_readable() -> None:
    assert [found for path in HOUSE if "/migrations/" not in path for found in long_functions(read(path), path)] == []


def test_the_plan_has_no_circle() -> None:
    for name, below in MAY_IMPORT.items():
        assert below <= set(MAY_IMPORT) - {name}
        assert all(MAY_IMPORT[other] <= below for other in below), name


def test_templates_hold_nothing_inline() -> None:
    templates = [path for path in FILES if path.startswith("templates/")]
    assert templates
    assert [fault for path in templates for fault in template_faults(read(path), path)] == []


def test_no_file_leans_on_what_is_not_in_it() -> None:
    assert [fault for path in FILES for fault in text_faults(read(path), path)] == []


def test_modules_stay_readable() -> None:
    modules = [path for path in FILES if path.endswith((".py", ".js", ".mjs", ".css", ".html"))]
    assert too_long({path: read(path).count("\n") for path in modules}) == {}


def test_the_lock_names_no_host() -> None:
    lock = json.loads(read("package-lock.json"))
    assert lock["packages"]
    assert "://" not in read("package-lock.json")
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


@pytest.mark.parametrize(
    ("path", "source", "refused"),
    [
        ("geocode/space.py", "import mapdata", "mapdata"),
        ("geocode/space.py", "def f():\n    from mapdata.storage import load", "mapdata.storage.load"),
        ("mapdata/a/b.py", "from ... import views", "views"),
        ("layers/pins.py", "from casework.fit import best", "casework.fit.best"),
        ("casework/fit.py", "import programme.dates", "programme.dates"),
        ("views/public/pages.py", "from app import create_app", "app.create_app"),
        ("mapdata/search/asking.py", "from flask import request", "flask.request"),
        ("mapdata/search/asking.py", "import flask_login", "flask_login"),
        ("mapdata/search/asking.py", "from sqlalchemy import select", "sqlalchemy.select"),
        ("mapdata/search/asking.py", "import sqlite3", "sqlite3"),
        ("views/public/pages.py", "from sqlalchemy import Engine", "sqlalchemy.Engine"),
        ("layers/pins.py", "import folium", "folium"),
        ("layers/pins.py", "from branca.element import Element", "branca.element.Element"),
        ("mapdata/search/asking.py", "from tests.factories import entry", "tests.factories.entry"),
    ],
)
def test_the_import_check_sees(path: str, source: str, refused: str) -> None:
    assert [fault.split()[-1] for fault in import_faults(source, path)] == [refused]


@pytest.mark.parametrize(("path", "source", "refused"), [
    ("mapdata/fields/values.py", "from mapdata.claims import entry", "claims"),
    ("mapdata/accounts/demo.py", "from mapdata.search.snapshot import Snapshot", "search"),
    ("mapdata/words.py", "from mapdata import errors", "errors"),
    ("mapdata/storage/tables/models.py", "import mapdata.cli", "cli"),
    ("mapdata/search/asking.py", "from mapdata import attic", "attic"),
    ("mapdata/attic/a.py", "from mapdata import words", "words"),
])
def test_the_stairs_check_sees(path: str, source: str, refused: str) -> None:
    assert [fault.split()[-1] for fault in stair_faults(source, path)] == [refused]


def test_the_stairs_check_passes() -> None:
    source = "from mapdata import clock, storage\nfrom mapdata.search.query import Query\nfrom geocode import ward"
    assert stair_faults(source, "mapdata/search/asking.py") == []


def test_what_is_too_full_too_long_or_called_alike_is_seen() -> None:
    full = [f"mapdata/a/m{n}.py" for n in range(MOST_ROOMS - 1)]
    assert full_folders([*full, "mapdata/a/__init__.py", "mapdata/a/b/c.py"]) == {}
    assert full_folders([*full, "mapdata/a/b/c.py", "mapdata/a/d/e.py"]) == {"mapdata/a": MOST_ROOMS + 1}
    assert list(namesakes(["mapdata/a/x.py", "mapdata/b/x.py", "views/x.py", "views/cli.py", "views/a/cli.py"])) == ["x.py"]
    assert long_functions("def f():\n" + "    g()\n" * LONGEST_FUNCTION, "a.py") == ["a.py:1: f"]
    assert list(too_long({"app.py": LONGEST_MODULE, "static/js/map/pins.js": LONGEST_MODULE - 1, "tests/x.py": LONGEST_OTHER - 1})) == ["app.py"]
    assert list(too_long({"static/js/map/pins.js": LONGEST_MODULE, "tests/x.py": LONGEST_OTHER})) == ["static/js/map/pins.js", "tests/x.py"]
    assert long_functions("def f():\n" + "    g()\n" * (LONGEST_FUNCTION - 1), "a.py") == []


def test_a_package_that_nobody_planned_is_seen() -> None:
    assert strangers(["attic/a.py", "app.py", "tests/b.py", "docs/c.md", "mapdata/d/e.py"]) == ["attic"]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("app.py", "import flask, views.public.pages, mapdata.cli"),
        ("geocode/cli.py", "from flask.cli import AppGroup\nfrom . import places\nfrom .space import near"),
        ("mapdata/storage.py", "from sqlalchemy import select\nfrom geocode import ward"),
        ("mapdata/migrations/versions/0001.py", "from alembic import op"),
        ("mapdata/lists/taking_in.py", "from sqlalchemy import Connection, Engine"),
        ("layers/basemap.py", "import folium\nfrom branca.element import Element"),
        ("views/public/pages.py", "from flask import request\nfrom layers import pins"),
    ],
)
def test_the_import_check_passes(path: str, source: str) -> None:
    assert import_faults(source, path) == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("<p>\n<script>go()</script>", "t.html:2: an inline script"),
        ('<script type="module">import "x"</script>', "t.html:1: an inline script"),
        ('<style media="print">', "t.html:1: an inline style sheet"),
        ('{% if a > b %}<a href="{{ url }}"\n  onclick="go()">', "t.html:1: an event handler"),
        ('{# two\nlines #}<p class="a" style="color:red">', "t.html:2: a style attribute"),
    ],
)
def test_the_template_check_sees(source: str, fault: str) -> None:
    assert template_faults(source, "t.html") == [fault]


def test_the_template_check_passes() -> None:
    source = '<script type="module" src="{{ url }}"></script><p data-on="1" class="style">style=none on=1</p>'
    assert template_faults(source, "t.html") == []


@pytest.mark.parametrize("word", ["../" + "shared/x.md", "# TO" + "DO: later", "FIX" + "ME"])
def test_the_text_check_sees(word: str) -> None:
    assert len(text_faults(f"first line\n{word}\n", "a.md")) == 1
