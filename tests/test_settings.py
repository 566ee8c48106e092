"""The table of settings: what is read, what is refused in one sentence, and who shows the table."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import settings
from app import create_app
from commands import CannotStart
from tests import schema
from tests.test_house import HOUSE, ROOT, read

TILES = "https://tiles.example.jp/{z}/{x}/{y}.png"

WRONG = [
    ("TRUSTED_PROXIES", "one"), ("TRUSTED_PROXIES", "-1"), ("TRUSTED_PROXIES", "1.5"), ("TRUSTED_PROXIES", "10"), ("TRUSTED_PROXIES", "²"),
    ("PORT", "80000"), ("PORT", "0"), ("PORT", "http"),
    ("HOST", "http://map.example.jp"), ("HOST", "127.0.0.1:5000"), ("HOST", "a b"), ("HOST", "::zz"),
    ("PUBLIC_URL", "map.example.jp"), ("PUBLIC_URL", "ftp://map.example.jp"), ("PUBLIC_URL", "https://"), ("PUBLIC_URL", "https://[map"),
    ("PUBLIC_URL", "https://map.example.jp:abc"), ("PUBLIC_URL", "https://map.example.jp:80000"),
    ("TILE_URL", "tiles.example.jp/{z}/{x}/{y}"), ("TILE_URL", "https://tiles.example.jp/{z}/{x}"), ("TILE_URL", TILES + "{{7*7}}"),
    ("TILE_ATTRIBUTION", "{% x %}"), ("INSTANCE_DIR", __file__),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_one_is_told_in_one_sentence(name: str, value: str) -> None:
    with pytest.raises(settings.WrongSetting) as wrong:
        settings.read({"TILE_URL": TILES, "TILE_ATTRIBUTION": "地図", name: value})
    assert str(wrong.value).startswith(f"{name}={value} は使えません：") and "\n" not in str(wrong.value)
    assert settings.SETTINGS[name].expected in str(wrong.value) and settings.SETTINGS[name].example in str(wrong.value)


@pytest.mark.parametrize(("name", "value", "read"), [
    ("TRUSTED_PROXIES", "2", 2), ("TRUSTED_PROXIES", 2, 2), ("TRUSTED_PROXIES", "", 0), ("PORT", " 5001 ", 5001), ("PORT", None, 5000),
    ("HOST", "[::1]", "::1"), ("HOST", "::1", "::1"), ("HOST", "0.0.0.0", "0.0.0.0"), ("HOST", "map-1.local", "map-1.local"),
    ("PUBLIC_URL", "https://map.example.jp/tsunagari/", "https://map.example.jp/tsunagari/"), ("PUBLIC_URL", "", ""),
    ("TILE_URL", "https://{s}.example.jp/{z}/{x}/{y}", "https://{s}.example.jp/{z}/{x}/{y}"), ("INSTANCE_DIR", "", "instance"),
])
def test_a_right_one_is_read(name: str, value: object, read: object) -> None:
    assert settings.read({"TILE_ATTRIBUTION": "地図", name: value})[name] == read


def test_tiles_need_their_credit() -> None:
    with pytest.raises(settings.WrongSetting, match=r"^TILE_ATTRIBUTION がありません：TILE_URL を書くときは"):
        settings.read({"TILE_URL": TILES})
    assert settings.read({"TILE_ATTRIBUTION": "地図"})["TILE_URL"] == ""


@pytest.mark.parametrize("url", [
    "postgresql://a:hidden@h/d", "postgresql+psycopg://a:hid:den@h:5432/d", "postgresql://a:hid@den@h/d", "postgresql://h/d?user=a&password=hidden",
])
def test_no_password_is_shown(url: str) -> None:
    assert "hid" not in settings.shown(url) and "den" not in settings.shown(url) and settings.shown(url).startswith("postgresql")
    assert settings.shown("https://h/a@b c:d@e") == "https://h/a@b c:d@e"


def test_examples_and_defaults_are_right_themselves() -> None:
    examples = {s.name: s.example for s in settings.SETTINGS.values()} | {"WARD_FILE": str(ROOT / "ward.toml")}
    assert settings.read(examples).keys() == settings.SETTINGS.keys() == settings.read({}).keys()


# --- who shows the table


def test_readme_has_the_table() -> None:
    assert settings.as_markdown() in read("README.md")


def test_make_help_and_help_name_every_setting() -> None:
    made = subprocess.run(["make", "--silent", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    helped = _flask("--help").stdout
    for setting in settings.SETTINGS.values():
        assert re.search(rf"^ +{setting.name} .*{re.escape(setting.purpose)}", made, re.M)
        assert re.search(rf"^ +{setting.name} .*{re.escape(setting.purpose)}", helped, re.M)


@pytest.mark.parametrize("group", ["registry", "users", "geocode", "map", "serve"])
def test_each_group_s_help_names_them_and_each_tells_the_version(group: str) -> None:
    helped = _flask(group, "--help").stdout
    assert all(re.search(rf"\b{name}\b", helped) for name in settings.SETTINGS)
    assert _flask(group, "--version").stdout == f"つながりマップ {settings.VERSION}\n"


def test_nothing_else_reads_the_environment() -> None:
    """A setting that is no row of the table would be neither checked nor told."""
    known = {
        "app.py", "gunicorn.conf.py",
        "geocode/ward.py",  # WARD_FILE, for whoever uses the package without a site
        "mapdata/lists/sent/workers.py", "mapdata/lists/sent/import_job.py",  # one tells the other what it needs
        "mapdata/lists/apart.py",  # which hands on where programs and libraries are, and nothing else
    }
    assert [path for path in HOUSE if path not in known and re.search(r"\benviron\b|\bgetenv\b", read(path))] == []


# --- who is stopped by a wrong one


def _flask(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return _run([sys.executable, "-m", "flask", "--app", "app", *args], **environment)


def _run(command: Sequence[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=60)


_GUNICORN = [sys.executable, "-m", "gunicorn", "app:create_app()", "--bind", "127.0.0.1:0"]
_SERVE = [sys.executable, "-m", "flask", "--app", "app", "serve"]
_USERS = [sys.executable, "-m", "flask", "--app", "app", "users", "list"]


@pytest.mark.parametrize(("command", "environment", "said"), [
    (_USERS, {"TRUSTED_PROXIES": "one"}, "TRUSTED_PROXIES=one"),
    (_USERS, {"DATABASE_URL": "mysql://a:hidden@h/d"}, "DATABASE_URL=mysql://a:***@h/d"),
    (_USERS, {"INSTANCE_DIR": "/dev/null/none"}, "INSTANCE_DIR=/dev/null/none"),
    (_USERS, {"WARD_FILE": str(ROOT / "pyproject.toml")}, "pyproject.toml"),
    (_SERVE, {"PORT": "80000"}, "PORT=80000"), (_SERVE, {"INSTANCE_DIR": "/dev/null/none"}, "INSTANCE_DIR=/dev/null/none"),
    (_SERVE, {"HOST": "192.0.2.1"}, "HOST=192.0.2.1"),
    (_GUNICORN, {"TILE_URL": TILES}, "TILE_ATTRIBUTION"),
    (_GUNICORN, {"DATABASE_URL": "mysql://a:hidden@h/d"}, "DATABASE_URL=mysql://a:***@h/d"),
    (_GUNICORN, {"WARD_FILE": str(ROOT / "pyproject.toml")}, "pyproject.toml"),
])
def test_it_stops_every_way_to_start(command: list[str], environment: dict[str, str], said: str) -> None:
    done = _run(command, **environment)
    assert done.returncode == 2 and done.stdout == ""
    assert said in done.stderr and done.stderr.count("\n") == 1 and "hidden" not in done.stderr


def test_no_worker_begins_where_there_is_no_registry(tmp_path: Path) -> None:
    """What lies there is told in one sentence, with the way out, and stays as it is."""
    (tmp_path / "registry.db").touch()
    done = _run(_GUNICORN, INSTANCE_DIR=str(tmp_path))
    assert done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1
    assert "空です" in done.stderr and "バックアップ" in done.stderr and (tmp_path / "registry.db").stat().st_size == 0


def test_help_helps_even_then() -> None:
    for args in (["--help"], ["users", "--help"], ["users", "add", "--help"]):
        done = _flask(*args, PORT="80000")
        assert done.returncode == (2 if args == ["users", "add", "--help"] else 0)
    assert "1 から 65535 まで" in _flask("users", "list", PORT="80000").stderr


def test_what_is_given_stands_over_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "one")
    made = create_app({"INSTANCE_DIR": schema.instance(tmp_path), "DATABASE_URL": "", "TRUSTED_PROXIES": 1, "ANYTHING": "else"})
    assert (made.config["TRUSTED_PROXIES"], made.config["ANYTHING"]) == (1, "else")
    with pytest.raises(CannotStart, match="TRUSTED_PROXIES=one"):
        create_app({"INSTANCE_DIR": schema.instance(tmp_path), "DATABASE_URL": ""})
