"""`flask --app app geocode …`: addresses in, one JSON line each out."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from geocode.match import Match, geocode

_PLACE = "place"
# Control characters, and what Python's cp932 makes of bytes that stand for nothing in CP932.
_NOT_TEXT = frozenset(map(chr, (*range(0x09), *range(0x0E, 0x1A), *range(0x1B, 0x20), 0x80, *range(0xF8F0, 0xF8F4))))


class UnreadableFile(click.ClickException):
    """A list of addresses that cannot be read: said in Japanese on stderr, exit 1."""

    exit_code = 1

    def show(self, file: object = None) -> None:
        click.echo(self.message, err=True)


class AddressesOrCommand(click.Group):
    """Its subcommands by name; anything else is an address to be placed.

    So `geocode 葛飾区立石5-13-1` and `geocode --file F` need no word between, and there is still
    room for a command such as `geocode install`.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = [_PLACE, *args]
        return super().parse_args(ctx, args)


@click.group("geocode", cls=AddressesOrCommand)
def group() -> None:
    """住所を、区の町丁目の代表点に置きます（ネットワークは使いません）。

    \b
    geocode 葛飾区立石5-13-1 …     住所を並べる
    geocode --file 住所.txt         1行に1件のファイル（- は標準入力）

    1件につき1行の JSON を出します。
    """


@group.command(_PLACE, hidden=True)
@click.argument("addresses", nargs=-1, metavar="[住所]...")
@click.option("--file", "path", metavar="F", help="1行に1件の住所。UTF-8 か CP932。- は標準入力。")
def place(addresses: Sequence[str], path: str | None) -> None:
    """住所を並べるか、--file でファイルを渡します。"""
    if bool(addresses) == (path is not None):
        raise click.UsageError("住所か --file のどちらか一方を渡してください。")
    for address in addresses or _addresses(path or "-"):
        click.echo(_json_line(geocode(address)))


def _json_line(match: Match) -> bytes:
    """The seven keys of the contract; `note` only when there is something to say. Always UTF-8."""
    answer = asdict(match)
    if not match.note:
        del answer["note"]
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")


def _addresses(path: str) -> Iterator[str]:
    """The lines of a file, empty ones too; not one more behind the last line break."""
    text = _decoded(_content(path), path).replace("\r\n", "\n").replace("\r", "\n")
    return iter(text.removesuffix("\n").split("\n") if text else ())


def _content(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise UnreadableFile(f"ファイルが見つかりません：{path}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UnreadableFile(f"ファイルを読めません：{path}（{reason}）") from None


def _decoded(content: bytes, path: str) -> str:
    """UTF-8 with or without a mark, else strict CP932 (guessing by statistics fails on 髙 and ①)."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _NOT_TEXT.isdisjoint(text):
            return text
    raise UnreadableFile(
        f"住所の一覧として読めません：{path}\n"
        "文字コード UTF-8 か CP932（Shift_JIS）で、1行に1件の住所を書いたテキストファイルにしてください。"
    )
