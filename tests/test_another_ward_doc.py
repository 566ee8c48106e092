"""docs/another-ward.md: it names every key that ward.toml may have, and nothing else; and what it says works."""

import csv
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import Result

from app import create_app
from geocode import gazetteer, places, space, ward
from tests import schema, wards

ROOT = Path(__file__).parents[1]
DOC = (ROOT / "docs" / "another-ward.md").read_text("utf-8")
PART = re.compile(r"^(?:### )?.*?`\[\[?([a-z]+)\]?\]`")
KEY = re.compile(r"^\|[^|]*?\| ?`([a-z_]+)` ?\||^\| ?`([a-z_]+)` ?\|")


def named_keys(text: str) -> dict[str, set[str]]:
    """Part of ward.toml → the keys that the tables under its heading, or in its rows, name."""
    found: dict[str, set[str]] = {}
    part = ""
    for line in text.splitlines():
        if line.startswith("#"):
            part = ""
        if line.startswith(("###", "|")) and (heading := PART.match(line)):
            part = heading[1]
            found.setdefault(part, set())
        if part and (key := KEY.match(line)):
            found[part].add(key[1] or key[2])
    return found


def test_every_key_is_told_and_no_other() -> None:
    told = named_keys(DOC)
    assert told.pop("samples") == set()
    assert told == {part: set(keys) for part, keys in ward.KEYS.items()}


def test_reserved_codes_are_told() -> None:
    line = next(line for line in DOC.splitlines() if "は使えません" in line)
    assert set(re.findall(r"`([a-z]+)`", line)) - {"code"} == ward._RESERVED


def test_what_may_be_left_out_may_be_left_out(tmp_path: Path) -> None:
    """The rows marked ○, and every part under そのほか."""
    table = tomllib.loads(wards.OTHERS["mihon"].read_text("utf-8"))
    optional = set(re.findall(r"^\| `([a-z_]+)` \|[^|]*\|[^|]*○ \|$", DOC, re.M))
    assert optional == {"prefecture_kana", "postal_prefixes", "neighbours", "towns", "towns_source"}
    lines = wards.OTHERS["mihon"].read_text("utf-8").split("[[credits]]")[0].splitlines()
    kept = [line for line in lines if line.partition(" ")[0] not in optional]
    assert len(kept) == len(lines) - len(optional) and {"credits", "site", "offices"} <= table.keys()
    (tmp_path / "ward.toml").write_text("\n".join(kept), "utf-8")
    assert ward.read(tmp_path / "ward.toml").name == "見本市"


def test_the_tables_shown_are_of_the_form_that_is_read(tmp_path: Path) -> None:
    towns, railways = re.findall(r"```csv\n(.+?)```", DOC, re.S)
    (tmp_path / "towns.csv").write_text(towns, "utf-8")
    (tmp_path / "railways.csv").write_text(railways, "utf-8")
    assert [town.label for town in gazetteer.read_towns(tmp_path / "towns.csv")] == ["霧ヶ丘1丁目", "霧ヶ丘2丁目", "星見町"]
    assert [stop.station.in_ward for stop in places.read_railways(tmp_path / "railways.csv")] == [False, True]
    assert next(csv.reader(towns.splitlines())) == list(gazetteer.HEADINGS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small city's files, as someone who follows the page copies them."""
    made = tmp_path / "見本市"
    made.mkdir()
    for path in wards.OTHERS["mihon"].parent.iterdir():
        (made / path.name).write_bytes(path.read_bytes())
    return made


def test_the_outlines_are_made_before_there_is_a_site(folder: Path) -> None:
    """As the page has it, in a process of its own: WARD_FILE=… python -m geocode outline N03-….geojson …/boundaries.geojson"""
    command = re.search(r"^WARD_FILE=\S+ \.venv/bin/python (-m geocode outline) \S+\.geojson \S+/boundaries\.geojson$", DOC, re.M)
    assert command
    box = [[[139.48, 36.095], [139.525, 36.095], [139.525, 36.14], [139.48, 36.14], [139.48, 36.095]]]
    feature = {"type": "Feature", "properties": {"N03_004": "見本市", "N03_007": "99201"}, "geometry": {"type": "Polygon", "coordinates": box}}
    (folder / "N03.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    target = folder / "boundaries.geojson"
    target.unlink()
    with wards.using(folder / "ward.toml") as place:
        subprocess.run([sys.executable, *command[1].split(), str(folder / "N03.geojson"), str(target)], cwd=ROOT, check=True, capture_output=True)
        ward.require_files(place)
        assert space.in_ward(36.12, 139.5)


def test_the_commands_of_the_page_do_what_it_says(folder: Path, tmp_path: Path) -> None:
    commands = re.findall(r"^\.venv/bin/flask --app app (\S.*?)(?: +#.*)?$", DOC, re.M)
    addresses = next(command.split()[1:] for command in commands if command.startswith("geocode 見本市"))
    imports = [command.split() for command in commands if command.startswith("registry import")]
    assert len(imports) == 2
    with wards.using(folder / "ward.toml"):
        app = create_app({"INSTANCE_DIR": schema.instance(tmp_path / "データ"), "DATABASE_URL": ""})

        def run(*args: str) -> Result:
            return app.test_cli_runner().invoke(args=list(args))

        found = [json.loads(line) for line in run("geocode", *addresses).stdout.splitlines()]
        assert [one["level"] for one in found] == ["chome"] * 3
        for command in imports:
            done = run(*(str(folder / "fukushi.csv") if word.endswith(".xlsx") else word for word in command))
            assert done.exit_code == 0 and json.loads(done.stdout)["added"] == 3, done.output
        app.extensions["registry"].engine.dispose()
