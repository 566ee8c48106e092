"""Drawings: each that a template names is there, and what pages load joined can be joined."""

import re
from pathlib import Path

import pytest

from layers import modules, sprite, stylesheets
from mapdata.words import KIND

TEMPLATES = Path(__file__).parents[2] / "templates"


def test_each_icon_that_a_template_names_is_drawn() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.rglob("*.html")))
    names = set(re.findall(r'icon\("([\w-]+)"', text)) | {"phone", "fax", "mail", "link"}
    assert len(names) > 25
    assert {name for name in names if not sprite.drawing(name).startswith("<")} == set()


def test_every_kind_has_a_sign_and_a_pin() -> None:
    symbols = sprite.pin_symbols()
    for kind in KIND.codes:
        for name in (kind, f"shape-{kind}", f"pin-{kind}"):
            assert sprite.drawing(name) and f'<symbol id="draw-{name}" ' in symbols


def test_an_entry_without_a_kind_has_none() -> None:
    assert sprite.drawing("shape-") == ""


def test_an_entry_without_a_kind_still_has_a_pin() -> None:
    symbols = sprite.pin_symbols()
    for part in ("pin-", "shape-", ""):
        assert f'<symbol id="draw-{part}" ' in symbols and sprite.drawing(f"{part}other") in symbols


@pytest.mark.parametrize("name", modules.BUNDLES.values())
def test_bundles_of_modules_link(name: str) -> None:
    assert "startFinder" in modules.read(name) and not re.search(r"^(?:import|export)\b", modules.read(name), re.MULTILINE)


@pytest.mark.parametrize("name", stylesheets.BUNDLES)
def test_bundles_of_style_sheets_name_pictures_that_are_there(name: str) -> None:
    for picture in re.findall(r"url\(\.\./([^)]+)\)", stylesheets.read(name)):
        assert (stylesheets.STATIC / picture).is_file(), picture
