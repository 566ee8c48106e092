"""`flask --app app geocode …`: addresses in, one JSON line each out; and official tables to install."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click
from flask import current_app, has_app_context

from commands import Group, existing
from geocode import installed, ward
from geocode.match import ConfirmedPoints, Match, geocode
from geocode.official import installing
from geocode.official.installing import InstallRefused, Report

_PLACE = "place"
# Control characters, and what Python's cp932 makes of bytes that stand for nothing in CP932.
_NOT_TEXT = frozenset(map(chr, (*range(0x09), *range(0x0E, 0x1A), *range(0x1B, 0x20), 0x80, *range(0xF8F0, 0xF8F4))))


class AddressesOrCommand(Group):
    """Its subcommands by name; anything else is an address to be placed.

    So `geocode 見本市桜町5-13-1` and `geocode --file F` need no word between, and there is still
    room for `geocode install`.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {*self.commands, *ctx.help_option_names, *(word for param in self.params for word in param.opts)}
        if not args or args[0] not in own:
            args = [_PLACE, *args]
        return super().parse_args(ctx, args)


class Refused(Exception):
    """A file that cannot be used."""


@click.group("geocode", cls=AddressesOrCommand, sentences={
    Refused: str, InstallRefused: lambda error: f"{error}\n何も変えていません。",
})
def group() -> None:
    """住所を、この区市町村の町丁目の代表点に置きます（ネットワークは使いません）。

    \b
    geocode 見本市桜町5-13-1 …     住所を並べる
    geocode --file 住所.txt         1行に1件のファイル（- は標準入力）
    geocode install ファイル.zip     国土交通省の位置参照情報を入れる（番まで置けるようになる）

    1件につき1行の JSON を出します。
    """
    installed.use(_instance_folder())


def _instance_folder() -> Path | None:
    return Path(current_app.config["INSTANCE_DIR"]) if has_app_context() else None


@group.command(_PLACE, hidden=True)
@click.argument("addresses", nargs=-1, metavar="[住所]...")
@click.option("--file", "path", metavar="F", callback=existing, help="1行に1件の住所。UTF-8 か CP932。- は標準入力。")
def place(addresses: Sequence[str], path: Path | None) -> None:
    """住所を並べるか、--file でファイルを渡します。"""
    if bool(addresses) == (path is not None):
        raise click.UsageError("住所か --file のどちらか一方を渡してください。")
    confirmed = _confirmed_points()
    for address in addresses or _addresses(str(path)):
        click.echo(_json_line(geocode(address, confirmed)))


def _confirmed_points() -> ConfirmedPoints | None:
    """The points that staff have confirmed, where the site keeps such: who runs commands is staff."""
    try:
        found: ConfirmedPoints | None = current_app.extensions["confirmed_points"] if has_app_context() else None
    except KeyError:
        return None
    return found


def _json_line(match: Match) -> bytes:
    """The seven keys of the contract; `note` only when there is something to say. Always UTF-8."""
    answer = asdict(match)
    del answer["town"]
    if not match.note:
        del answer["note"]
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")


def _addresses(path: str) -> Iterator[str]:
    """The lines of a file, empty ones too; not one more behind the last line break."""
    text = _decoded(_content(path), path).replace("\r\n", "\n").replace("\r", "\n")
    return iter(text.removesuffix("\n").split("\n") if text else ())


def _content(path: str) -> bytes:
    """Raises Refused; a file that is not there was wrong usage."""
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Refused(f"ファイルを読めません：{path}（{error.strerror}）") from None


def _decoded(content: bytes, path: str) -> str:
    """UTF-8 with or without a mark, else strict CP932 (guessing by statistics fails on 髙 and ①)."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _NOT_TEXT.isdisjoint(text):
            return text
    raise Refused(
        f"住所の一覧として読めません：{path}\n"
        "文字コード UTF-8 か CP932（Shift_JIS）で、1行に1件の住所を書いたテキストファイルにしてください。"
    )


@group.command("install")
@click.argument("files", nargs=-1, required=True, metavar="FILE.zip...", callback=existing)
def install(files: Sequence[Path]) -> None:
    """国土交通省の位置参照情報（街区レベル、大字・町丁目レベル）の zip を入れます。

    この区市町村の行だけを使います。使えないファイルがあるときは、何も変えません。
    """
    folder = _instance_folder()
    if folder is None:
        raise click.UsageError("flask --app app geocode install … として実行してください。")
    report = installing.install(files, folder, ward.load())
    click.echo(json.dumps(report.as_dict(), ensure_ascii=False).encode("utf-8", "replace"))
    _say(report)


@group.command("outline")
@click.argument("source", metavar="N03.geojson", callback=existing)
@click.argument("target", metavar="boundaries.geojson", type=click.Path(dir_okay=False, path_type=Path))
def outline(source: Path, target: Path) -> None:
    """国土数値情報の行政区域データから、この区市町村とまわりの形を取り出します。

    まわりは、ward.toml の neighbours にある区市町村です。地図が軽くなるように、細かな角は落とします。
    """
    from geocode.official import outlining  # loads geopandas, which no other command of these needs

    text = outlining.outline(source, ward.load())
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(f"{target} に書けません（{error.strerror}）。") from None
    names = [feature["properties"]["name"] for feature in json.loads(text)["features"]]
    click.echo(json.dumps({"file": str(target), "outlines": names}, ensure_ascii=False).encode("utf-8"))
    click.echo(f"{target}：{'、'.join(names)} の形を書き出しました。", err=True)


def _say(report: Report) -> None:
    for path, taken in report.files:
        passed = "、".join(f"{reason} {count:,}行" for reason, count in taken.passed_over.items() if count)
        click.echo(
            f"{path}：町丁目 {len(taken.towns):,}件、街区 {len(taken.blocks):,}件を入れました"
            f"（使わなかった行：{passed or 'なし'}）。",
            err=True,
        )
    if report.unknown_towns:
        names = "、".join(report.unknown_towns[:5]) + (" など" if len(report.unknown_towns) > 5 else "")
        click.echo(
            f"町丁目の表にない町の街区は、住所を読むときに使えません：{names}。\n"
            "大字・町丁目レベルのファイルも入れてください。",
            err=True,
        )
    click.echo("動いているサイトでは、次に起動したときから使われます。", err=True)
