"""`flask --app app map …`: JSON on stdout, words for people on stderr.

Exit 0: done. 1: the file could not be written. 2: wrong usage.
"""

import json
from pathlib import Path
from typing import Any

import click
from flask import current_app

from commands import Group, private
from commands.whole import write_whole
from mapdata import clock
from mapdata.clock import TIMEZONE
from mapdata.errors import Unavailable

group = Group("map", help="地図を書き出します。", sentences={
    Unavailable: lambda error: error.sentence,
})


def _html_path(_context: Any, _parameter: Any, value: str) -> Path:
    path = Path(value)
    if path.suffix.lower() not in (".html", ".htm"):
        raise click.BadParameter(f"ファイル名の終わりを .html にしてください：{value}")
    return path


@group.command("export")
@click.argument("file", callback=_html_path)
@click.option("--audience", type=click.Choice(("public", "supporter", "staff")), default="public", show_default=True,
              help="だれに見せる範囲か。")
def export(file: Path, audience: str) -> None:
    """地図・一覧・くわしい内容を、通信なしで開ける一つの HTML に書き出します。"""
    from layers.onefile import MARKS, Edition
    from mapdata.claims import projection

    reader = {"public": projection.PUBLIC, "supporter": projection.SUPPORTER, "staff": projection.STAFF}[audience]
    snapshot = current_app.extensions["registry"].snapshots.current(reader)
    page_of = current_app.extensions["page_of"]
    body = Edition(snapshot, current_app.jinja_env, page_of, clock.now().astimezone(TIMEZONE)).html().encode()
    try:
        with private.writing(file, Path(current_app.config["INSTANCE_DIR"])):
            write_whole(file, body)
    except OSError as error:
        click.echo(f"{file} に書けません（{_reason(error)}）。何も変えていません。", err=True)
        raise click.exceptions.Exit(1) from None
    count = len(snapshot.records)
    click.echo(json.dumps({"file": str(file), "entries": count, "bytes": len(body)}, ensure_ascii=False))
    click.echo(f"{MARKS[snapshot.audience.level]}の地図に{count}件を書き出しました：{file}", err=True)


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "フォルダーがありません"
    if isinstance(error, PermissionError):
        return "書き込みが許されていません"
    if isinstance(error, IsADirectoryError):
        return "同じ名前のフォルダーがあります"
    return error.strerror or type(error).__name__
