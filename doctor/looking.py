"""The parts of an installation, looked at one after the other: each tells all that is wrong with it."""

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import settings
from geocode import gazetteer, installed, tables, ward
from mapdata.accounts import secret
from mapdata.errors import Cause, Unavailable, WrongDatabase
from mapdata.registry import default_file, kept_in
from mapdata.storage.migrations import inspection

#: Less room than this fills up within days; a list that is taken in needs some of it for a moment.
LEAST_FREE = 500_000_000
_ROOT = Path(__file__).parents[1]
_ASSETS = ("leaflet/leaflet.js", "leaflet/leaflet.css", "design-tokens/tokens.css", ".installed")
#: What keeps a database from being used → the way on.
_WAYS: Mapping[Cause, str] = {
    Cause.AWAY: "動いているか、場所と名前が合っているかを確かめてください。動きだせば、サイトはそのまま続きます",
    Cause.LOCKED: "長い取り込みか、ほかのプログラムが使っています。終わるのを待つか、そのプログラムを閉じてください",
    Cause.FULL: "ディスクの空きを増やしてください。増えれば、サイトはそのまま続きます",
    Cause.READ_ONLY: "データベースのファイルとフォルダーに、サイトの利用者が書けるようにしてください",
    Cause.DAMAGED: "サイトを止めて、バックアップを戻してください",
    Cause.WRONG: "場所、名前、パスワードを確かめてください。合っていれば、バックアップを戻してください",
    Cause.TORN: "ファイルを置きかえている途中です。終わってから、もう一度お試しください",
}


@dataclass(frozen=True)
class Trouble:
    """What is wrong, and how to mend it: a sentence each."""

    part: str
    what: str
    mend: str


def all_of(written: Mapping[str, Any]) -> Iterator[Trouble]:
    """Of the installation that these settings, as they are written, are of."""
    wrong = settings.all_wrong(written)
    yield from (Trouble("設定", str(one), "設定を直して、サイトを始めなおしてください") for one in wrong)
    values = settings.usable(written)
    folder = Path(values["INSTANCE_DIR"])
    yield from _folder(folder)
    yield from _ward(values["WARD_FILE"], folder)
    yield from _assets(_ROOT / "static" / "vendor")
    yield from _database(values["DATABASE_URL"], folder)


def _folder(folder: Path) -> Iterator[Trouble]:
    """A folder that is not there yet is made when the site starts."""
    part, there = "INSTANCE_DIR", _nearest(folder)
    if not os.access(there, os.R_OK | os.W_OK | os.X_OK):
        mend = "サイトを動かす利用者が読み書きできるようにしてください（chown、chmod）"
        yield Trouble(part, f"{there} を読み書きできません", mend)
    if (free := shutil.disk_usage(there).free) < LEAST_FREE:
        mend = f"{LEAST_FREE // 1_000_000:,}MB より多くなるように、ディスクの空きを増やしてください"
        yield Trouble(part, f"{there} のディスクの空きが、あと {free // 1_000_000:,}MB しかありません", mend)
    if folder.is_dir():
        yield from _open_to_others(folder, "700")
        for file in (folder / secret.FILE, default_file(folder), *kept_in(folder)):
            if file.is_file():
                yield from _open_to_others(file, "600")


def _nearest(folder: Path) -> Path:
    return next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())


def _open_to_others(path: Path, mode: str) -> Iterator[Trouble]:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Trouble("INSTANCE_DIR", f"{path} を、ほかの利用者も開けます", f"chmod {mode} {path}")


def _ward(named: str, folder: Path) -> Iterator[Trouble]:
    """What is wrong with ward.toml, with the tables that it names and with those that were installed."""
    mend = "書いてあるところを直してください（docs/another-ward.md）"
    try:
        place = ward.use(ward.file_for(named, folder))
        ward.require_files(place)
        tables.check(place)
    except ward.WardFileError as error:
        yield Trouble("ward.toml", settings.shown(error), mend)
        return
    installed.use(folder)
    found = installed.current()
    again = "geocode install で、位置参照情報を入れなおしてください"
    try:
        if found.towns:
            gazetteer.read_towns(found.towns)
    except ward.WardFileError as error:
        yield Trouble("住所の表", settings.shown(error), again)
    if not place.data.towns and not found.towns:
        mend = "geocode install で、位置参照情報を入れてください"
        yield Trouble("住所の表", f"{place.name}の町丁目の表がないため、住所を地図に置けません", mend)


def _assets(folder: Path) -> Iterator[Trouble]:
    if missing := [name for name in _ASSETS if not (folder / name).is_file()]:
        what = f"画面に使うファイルがありません：{'、'.join(missing)}"
        yield Trouble("static/vendor", what, "make setup を、もう一度してください")


def _database(url: str, folder: Path) -> Iterator[Trouble]:
    """A database that is not there yet is made when the site starts."""
    address = url or f"sqlite:///{default_file(folder)}"
    if not url and not default_file(folder).exists() and not list(kept_in(folder)):
        return
    name = "DATABASE_URL" if url else "INSTANCE_DIR"
    try:
        for found in inspection.troubles(address):
            yield Trouble("データベース", _told(found, name), _WAYS[found.cause])
    except Unavailable as away:
        yield Trouble("データベース", _told(away, name), _WAYS[away.cause])


def _told(found: Unavailable, name: str) -> str:
    if isinstance(found, WrongDatabase):
        return settings.shown(found)
    return f"データベースを使えません（{name}：{found.cause}）{settings.shown(found)}"
