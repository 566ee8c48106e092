"""`flask --app app doctor`: JSON on stdout, words for people on stderr; exit 1 where anything is wrong."""

import json
from dataclasses import asdict

import click
from flask import current_app

from commands import Command
from commands.cli import WRITTEN


@click.command("doctor", cls=Command, whatever_is_set=True)
def command() -> None:
    """この設置によくないところがないかを調べ、直しかたと一緒に挙げます。何も変えません。"""
    from doctor import looking

    found = list(looking.all_of(current_app.extensions[WRITTEN]))
    click.echo(json.dumps({"problems": [asdict(one) for one in found]}, ensure_ascii=False))
    for one in found:
        click.echo(f"{one.part}：{one.what}\n  → {one.mend}", err=True)
    if found:
        raise click.exceptions.Exit(1)
    click.echo("よくないところは、見つかりませんでした。", err=True)
