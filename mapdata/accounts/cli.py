"""`flask --app app users …`: JSON on stdout, words for people on stderr.

Exit 0: done. 1: refused, with the reason. 2: wrong usage.
"""

import getpass
import json
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import current_app

from commands import Group, actor_id
from mapdata.clock import TIMEZONE
from mapdata.errors import NotFound, Unavailable
from mapdata.people.refusals import AccountRefused
from mapdata.people.roles import Role, checked_offices, checked_roles

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from mapdata.people.account import Account, Actor

group = Group("users", help="ログインできる人を加え、調べます。", sentences={
    AccountRefused: lambda error: error.message,
    NotFound: lambda error: f"「{error}」という名前の利用者はいません。",
    Unavailable: lambda error: error.sentence,
})


_OFFICES = "所属。ward.toml の窓口のコード。支援者は団体の名前でもよい。いくつもの窓口を受け持つ人は、いくつでも。"


def _engine() -> "Engine":
    engine: Engine = current_app.extensions["registry"].engine
    return engine


def _actor() -> "Actor":
    from mapdata.people.account import Actor

    return Actor(actor_id())


@group.command("add")
@click.argument("name")
@click.option("--role", "codes", type=click.Choice([str(r) for r in Role]), required=True, multiple=True,
              help="役割。いくつでも（--role caseworker --role editor）。")
@click.option("--office", "offices", required=True, multiple=True, help=_OFFICES)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="使える最後の日（例：2027-03-31）。")
def add(name: str, codes: tuple[str, ...], offices: tuple[str, ...], until: Any) -> None:
    """利用者を加えます。パスワードは2回たずねます（パイプでは標準入力の1行目）。"""
    from mapdata.accounts import managing

    roles, (first, *others) = _checked(map(Role, codes), offices)
    last_day: date | None = until.date() if until else None
    account = managing.add(
        _engine(), _actor(), name, roles, first, more_offices=others, expires_on=last_day, password=_password(name),
    )
    click.echo(json.dumps(_told(account), ensure_ascii=False))
    click.echo(f"{_named(account)}を加えました。", err=True)
    click.echo("/login からログインできます。", err=True)


@group.command("change")
@click.argument("name")
@click.option("--role", "codes", type=click.Choice([str(r) for r in Role]), multiple=True, help="いまの役割の代わり。")
@click.option("--office", "offices", multiple=True, help=f"いまの所属の代わりに。{_OFFICES}")
def change(name: str, codes: tuple[str, ...], offices: tuple[str, ...]) -> None:
    """役割や所属を変えます。書かなかったほうは、いまのままです。ログイン中の端末ではログアウトします。"""
    from mapdata.accounts import managing

    old = managing.by_name(_engine(), name)
    roles, (first, *others) = _checked(map(Role, codes) if codes else old.roles, offices or old.offices)
    account = managing.change(
        _engine(), _actor(), old.id, roles=roles, office=first, more_offices=others, expires_on=old.expires_on,
    )
    click.echo(json.dumps(_told(account), ensure_ascii=False))
    click.echo(f"{_named(account)}になりました。", err=True)


def _checked(roles: Iterable[Role], offices: Iterable[str]) -> tuple[tuple[Role, ...], tuple[str, ...]]:
    try:
        kept = checked_roles(roles)
        return kept, checked_offices(kept, offices)
    except AccountRefused as refused:
        raise click.BadParameter(refused.message, param_hint=f"--{refused.field}") from None


def _named(account: "Account") -> str:
    return f"{account.name}（{account.roles_label}、{account.offices_label}）"


def _password(name: str) -> str:
    """Asked for twice on a terminal, else the first line of stdin. Raises AccountRefused."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    from mapdata.accounts import passwords

    while True:
        password = getpass.getpass("パスワード（12文字以上）: ")
        try:
            passwords.check(password, name)
        except AccountRefused as refused:
            click.echo(refused.message, err=True)
            continue
        if getpass.getpass("もう一度: ") == password:
            return password
        click.echo("二つのパスワードがちがいます。もう一度どうぞ。", err=True)


@group.command("list")
def list_accounts() -> None:
    """利用者の一覧を出します。"""
    from mapdata.accounts import managing

    found = managing.listed(_engine())
    click.echo(json.dumps([_told(one.account) | {"state": one.state} for one in found], ensure_ascii=False, indent=1))
    click.echo(f"{len(found)}人", err=True)


@group.command("link")
@click.argument("name")
def link(name: str) -> None:
    """パスワードを決めなおすための、一度だけ使えるリンクを作ります（72時間有効）。"""
    from mapdata.accounts import managing

    made = managing.make_link(_engine(), _actor(), managing.by_name(_engine(), name).id)
    until = made.expires_at.astimezone(TIMEZONE)
    path = f"/link/{made.token}"
    told = {"name": made.account.name, "path": path, "expires_at": until.isoformat()}
    click.echo(json.dumps(told, ensure_ascii=False))
    click.echo(f"{made.account.name}さんに渡してください：（このサイトの住所）{path}", err=True)
    click.echo(f"{until.month}月{until.day}日 {until:%H:%M}まで、1回だけ使えます。", err=True)


@group.command("demo")
def demonstrate() -> None:
    """サンプルだけが入っているとき、お試し用のアカウントの名前とパスワードを出します。"""
    show_demo_accounts()


def show_demo_accounts() -> None:
    """On stderr; they are made if there is no account yet."""
    from mapdata.accounts import demo, managing

    made = demo.accounts(_engine(), Path(current_app.config["INSTANCE_DIR"]))
    if made:
        click.echo("お試し用のアカウント（サンプルだけが入っている間、/login から使えます）：", err=True)
    elif not managing.listed(_engine()):
        click.echo("ログインできる人は、まだいません。users add で加えてください。", err=True)
    for account in made:
        click.echo(f"  {account}", err=True)


def _told(account: "Account") -> dict[str, Any]:
    """`role` is the last of `roles`, for scripts made when an account held one; `offices` stands where there are
    several, of which `office` is the first."""
    until = account.expires_on.isoformat() if account.expires_on else None
    codes = list(map(str, account.roles))
    told = {"name": account.name, "role": codes[-1], "roles": codes, "office": account.office, "expires_on": until}
    return told | ({"offices": list(account.offices)} if account.more_offices else {})
