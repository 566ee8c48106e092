"""`flask --app app registry …`: JSON on stdout, words for people on stderr.

Exit 0: done. 1: the input is refused, with every reason. 2: wrong usage.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import current_app

from commands import Group, LazyChoice, actor_id, existing, private
from geocode import ward
from mapdata.clock import today
from mapdata.errors import ListRefused, Problem, RealDataPresent, Unavailable

if TYPE_CHECKING:
    from mapdata.claims.projection import Audience
    from mapdata.lists.importing import ImportReport
    from mapdata.lists.taking_in import Progress
    from mapdata.registry import Registry


def _samples_refused(error: RealDataPresent) -> str:
    from mapdata.claims.projection import source_label

    return f"「{source_label(str(error))}」の一覧がすでにあるため、サンプルは読み込みません。"


group = Group("registry", help="社会資源の一覧を読み込み、書き出します。", sentences={
    RealDataPresent: _samples_refused,
    Unavailable: lambda error: error.sentence,
})


_AUDIENCES = ("public", "supporter", "staff")
_SHOWN = 50


def _sources() -> list[str]:
    """Whose list it may be, as ward.toml says: it is known only when a command runs."""
    return list(ward.load().sources)


def _audience(code: str) -> "Audience":
    from mapdata.claims import projection

    return {"public": projection.PUBLIC, "supporter": projection.SUPPORTER, "staff": projection.STAFF}[code]


def _registry() -> "Registry":
    registry: Registry = current_app.extensions["registry"]
    return registry


def _settings(_context: Any, _parameter: Any, pairs: Iterable[str]) -> dict[str, str]:
    """`--set 公開範囲=公開` → {"公開範囲": "公開"}; the column must be one of the registry's."""
    from mapdata.lists import list_file

    fill = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        heading = list_file.heading_of(name)
        if not equals or heading is None:
            raise click.BadParameter(f"「列名=値」の形で、一覧の列名を書いてください：{pair}")
        _check_value(heading, value)
        fill[heading] = value
    return fill


def _check_value(heading: str, value: str) -> None:
    from mapdata.fields import field_table, values

    if field := field_table.BY_HEADING.get(heading):
        try:
            field.read(values.clean(value))
        except values.CellError as error:
            raise click.BadParameter(f"{heading}：「{value}」は、{error}") from None


@group.command("load-sample")
@click.option("--if-empty", is_flag=True, help="すでに何か入っているときは何もしません。")
def load_sample(if_empty: bool) -> None:
    """サンプルの一覧（架空のデータ）を読み込みます。"""
    from mapdata.samples import loading

    registry = _registry()
    if if_empty and not registry.is_empty():
        click.echo("登録済みのデータがあるため、サンプルは読み込みません。", err=True)
        return
    if not ward.load().samples:
        click.echo("この ward.toml にはサンプルの一覧（[samples]）がありません。何も読み込んでいません。", err=True)
    reports = loading.load(registry.engine)
    click.echo(json.dumps({s: r.as_dict() for s, r in reports.items()}, ensure_ascii=False))
    for source, report in reports.items():
        _say(report, f"サンプル {source}")
    if any(r.problems for r in reports.values()):
        raise click.exceptions.Exit(1)


@group.command("import")
@click.argument("file", callback=existing)
@click.option("--source", type=LazyChoice(_sources), required=True, help="どこの一覧か。")
@click.option("--set", "fill", multiple=True, callback=_settings, help="空欄をうめる値（例：公開範囲=公開）。")
@click.option("--dry-run", is_flag=True, help="保存せず、何が変わるかだけを調べます。")
def import_list(file: Path, source: str, fill: dict[str, str], dry_run: bool) -> None:
    """一覧（CSV か XLSX）を読み込みます。1件でも問題があれば何も保存しません。"""
    from mapdata.lists import importing

    with _progress(file.name) as progress:
        report = importing.import_file(
            _registry().engine, file, source, actor_id(), fill=fill, dry_run=dry_run, progress=progress
        )
    click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
    _say(report, f"{file.name}（保存していません）" if dry_run else file.name)
    if _registry().holds_samples():
        click.echo("注意：サンプル（架空のデータ）も入っています。本番は別の INSTANCE_DIR で。", err=True)
    if report.problems:
        raise click.exceptions.Exit(1)


@contextmanager
def _progress(name: str) -> Iterator["Progress"]:
    """A bar on stderr for a person who waits; nothing where nobody looks on."""
    bar: Any = click.progressbar(length=1, label=name, file=sys.stderr, hidden=not sys.stderr.isatty())
    with bar:
        def tell(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield tell


@group.command("refresh")
def refresh() -> None:
    """住所の表を入れたあとなどに、すべての場所を地図に置きなおします。"""
    from mapdata.storage import speaking

    count = speaking.resolve_again(_registry().engine, actor_id())
    click.echo(json.dumps({"resolved": count}))
    click.echo(f"{count}件を置きなおしました。", err=True)


@group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--format", "kind", type=click.Choice(["list", "geojson"]), help="既定はファイル名の終わりで決まります。")
@click.option("--encoding", type=click.Choice(["cp932", "utf-8-sig"]), default="utf-8-sig", show_default=True)
@click.option("--audience", type=click.Choice(_AUDIENCES), help="だれに見せる範囲か（既定は public）。")
@click.option("--source", type=LazyChoice(_sources), help="その出どころの言うことだけを、一覧として書き出します。")
def export(file: Path, kind: str | None, encoding: str, audience: str | None, source: str | None) -> None:
    """一覧（CSV か XLSX）か GeoJSON を書き出します。"""
    kind = kind or _kind_of(file)
    if source and (audience or kind == "geojson"):
        raise click.UsageError("--source はその出どころの一覧を書き出すもので、--audience や geojson とは使えません。")
    try:
        with _private(file):
            count = _WRITERS[kind](file, encoding, audience or "public", source)
    except ListRefused as refused:
        _say_problems(refused.problems)
        raise click.exceptions.Exit(1) from None
    click.echo(json.dumps({"file": str(file), "rows": count}, ensure_ascii=False))
    click.echo(f"{file}：{count}件を書き出しました。", err=True)


def _private(file: Path) -> AbstractContextManager[None]:
    """What is written below INSTANCE_DIR is for nobody else on the machine."""
    return private.writing(file, Path(current_app.config["INSTANCE_DIR"]))


def _kind_of(file: Path) -> str:
    ending = file.suffix.lower()
    if ending in (".geojson", ".json"):
        return "geojson"
    if ending in (".csv", ".xlsx"):
        return "list"
    raise click.UsageError("ファイル名の終わりを .csv、.xlsx、.geojson のどれかにするか、--format を付けてください。")


def _write_list(file: Path, encoding: str, audience: str, source: str | None) -> int:
    from mapdata.fields import field_table
    from mapdata.lists import exporting

    engine = _registry().engine
    if source:
        rows, headings = exporting.source_rows(engine, source), field_table.HEADINGS
    else:
        reader = _audience(audience)
        rows, headings = exporting.audience_rows(engine, reader, today()), exporting.audience_headings(reader)
    exporting.write_list(file, rows, encoding, headings)
    return len(rows)


def _write_geojson(file: Path, _encoding: str, audience: str, _source: str | None) -> int:
    from mapdata.lists import exporting

    return exporting.write_geojson(file, _registry().engine, _audience(audience), today())


_WRITERS: dict[str, Callable[[Path, str, str, str | None], int]] = {
    "list": _write_list, "geojson": _write_geojson,
}


@group.command("match")
@click.argument("a", callback=existing)
@click.argument("b", callback=existing)
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True,
              help="組を書き出すCSVファイル。")
def match(a: Path, b: Path, out: Path) -> None:
    """2つの一覧から、同じところと思われる行の組をさがします。登録されている内容は変えません。"""
    from mapdata.lists import pair_files

    try:
        found = pair_files.match_files(a, b)
    except ListRefused as refused:
        _say_problems(refused.problems)
        raise click.exceptions.Exit(1) from None
    with _private(out):
        pair_files.write(out, found)
    same = sum(pair.decision == "same" for pair in found)
    click.echo(json.dumps({"file": str(out), "pairs": len(found), "same": same, "review": len(found) - same},
                          ensure_ascii=False))
    click.echo(f"{out}：同じと思われる組 {same}、人が確かめる組 {len(found) - same}", err=True)


def _say(report: "ImportReport", name: str) -> None:
    change = report.change
    if report.problems:
        click.echo(f"{name}：取り込めない行があるため、何も保存していません。", err=True)
    else:
        click.echo(
            f"{name}：{report.rows}件（追加 {change.added}、変更 {change.updated}、"
            f"変わらず {change.unchanged}、一覧にないもの {change.missing}（残ります））", err=True,
        )
    _say_problems(report.problems)
    for warning in report.warnings[:_SHOWN]:
        click.echo(f"  注意 {warning}", err=True)
    _say_rest(report.warnings)


def _say_problems(problems: Iterable[Problem]) -> None:
    listed = list(problems)
    for problem in listed[:_SHOWN]:
        click.echo(f"  {problem}", err=True)
    _say_rest(listed)


def _say_rest(remarks: Iterable[Problem]) -> None:
    if (more := len(list(remarks)) - _SHOWN) > 0:
        click.echo(f"  ほか {more}件", err=True)
