"""Commands import what they need, and no more."""

import subprocess
import sys

import pytest

from tests.test_house import ROOT

HEAVY = ("pandas", "geopandas", "folium", "openpyxl", "sudachipy", "sqlalchemy", "alembic", "rapidfuzz", "numpy", "shapely", "wtforms", "views")
_ASKED = """
import sys
from flask.cli import main
sys.argv = ["flask", "--app", "app", *sys.argv[1:]]
try:
    main()
finally:
    print(*(name for name in {heavy!r} if name in sys.modules), file=sys.stderr)
"""


def imported(*args: str) -> set[str]:
    """What of it a command has imported when it ends."""
    done = subprocess.run([sys.executable, "-c", _ASKED.format(heavy=HEAVY), *args], cwd=ROOT, capture_output=True, text=True)
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("args", [
    ["--help"], ["users", "--help"], ["users", "add", "--help"], ["registry", "--help"], ["registry", "import", "--help"],
    ["map", "export", "--help"], ["geocode", "--help"], ["registry", "import", "none.csv", "--source", "self"], ["users", "nothing"],
])
def test_help_and_refusals_load_nothing(args: list[str]) -> None:
    assert imported(*args) == set()


def test_accounts_need_the_database_only() -> None:
    assert imported("users", "list") & {"pandas", "geopandas", "folium", "openpyxl", "sudachipy", "wtforms", "views"} == set()
    assert "sqlalchemy" in imported("users", "list")
