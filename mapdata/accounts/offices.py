"""Whose an account is, and what an admin of another office may do to it (docs/decisions/roles.md).

To stop it, always; everything else is done by the admins of its own office, so that nobody comes by what another office
keeps for itself. Where that office has no admin who works, one of another may make one link for it, which the office
is shown for a while. Commands do everything: they are given by whoever keeps the machine.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from mapdata import clock
from mapdata.accounts.audit import Kind
from mapdata.clock import TIMEZONE, today
from mapdata.people.account import Account, Actor, actor_label
from mapdata.people.refusals import AccountRefused
from mapdata.people.roles import Permission, Role, is_staff, office_label
from mapdata.storage import reading
from mapdata.storage.people import account_rows as store
from mapdata.storage.people import audit_rows

#: How long an office is shown what others did to its accounts, and how long one link made by them is enough.
SHOWN_FOR = timedelta(days=30)

_BY_COMMAND = "いくつもの窓口を受け持つ人のことは、サーバーのコマンド（users）で変えます。"
_ELSEWHERE = (
    "ほかの窓口の利用者を加えたり、窓口を移したりすることは、その窓口の管理者か、サーバーのコマンド（users）だけができます。"
)


@dataclass(frozen=True)
class Elsewhere:
    """Something that was done to an account of an office by somebody of another. `by` is their name on the screen."""

    at: datetime
    kind: Kind
    name: str
    by: str
    office: str

    @property
    def is_link(self) -> bool:
        """Whether a link was made; else it was stopped."""
        return self.kind == Kind.LINK_MADE


def is_own(actor: Actor, account: Account) -> bool:
    """Whether all of the account is this actor's to manage: of their office alone, or any admin's."""
    return actor.by_command or _is_anyones(account) or account.serves == (actor.office,)


def _is_anyones(account: Account) -> bool:
    """A supporter is of no office; nor is anybody any more whose offices ward.toml no longer names."""
    return not account.is_staff or not account.serves


def check_own(actor: Actor, account: Account) -> None:
    """Raises AccountRefused."""
    if not is_own(actor, account):
        raise AccountRefused("", _BY_COMMAND if len(account.serves) > 1 else (
            f"{account.name}さんは{account.offices_label}の人です。止めることのほかは、その窓口の管理者がします。"
        ))


def check_into(actor: Actor, held: Iterable[Role], offices: tuple[str, ...]) -> None:
    """Whether the actor may give an account these roles in these offices. Raises AccountRefused."""
    if is_staff(held) and not actor.by_command and offices != (actor.office,):
        raise AccountRefused("office", _ELSEWHERE if len(offices) == 1 else _BY_COMMAND)


def check_enabling(connection: Connection, actor: Actor, account: Account) -> None:
    """Whoever's office stopped it may take that back. Raises AccountRefused."""
    stopped = audit_rows.newest(connection, Kind.ACCOUNT_DISABLED, account.actor_name)
    if not (stopped and stopped.office == actor.office):
        check_own(actor, account)


@dataclass(frozen=True)
class Allowed:
    """What somebody may do to an account: manage it; and why they may not make a link for it, or let it work again (""
    where they may)."""

    manage: bool
    no_link: str
    no_enabling: str


def allowed(engine: Engine, actor: Actor, account: Account) -> Allowed:
    with reading(engine) as connection:
        admins = store.all_accounts(connection)
        return Allowed(
            is_own(actor, account), _refusal(check_link, connection, admins, actor, account),
            _refusal(check_enabling, connection, actor, account),
        )


def _refusal(check: Callable[..., None], *asked: Any) -> str:
    try:
        check(*asked)
    except AccountRefused as refused:
        return refused.message
    return ""


def check_link(connection: Connection, admins: Iterable[Account], actor: Actor, account: Account) -> None:
    """Whether the actor may make a link for the account. `admins`: all of them, locked, so that of two who help an
    office at once one does. Raises AccountRefused."""
    if is_own(actor, account):
        return
    if len(account.serves) > 1 or _has_admin(admins, account.serves[0]):
        check_own(actor, account)
    if helped := _helped(connection, account.serves[0]):
        day = helped.at.astimezone(TIMEZONE)
        raise AccountRefused("", (
            f"{account.offices_label}のためのリンクは、{day.month}月{day.day}日に、ほかの窓口の管理者が一つ作っています。"
            "次は、その窓口の管理者か、サーバーのコマンド（users link）で作ってください。"
        ))


def _has_admin(admins: Iterable[Account], office: str) -> bool:
    """Whether anybody who can sign in manages that office's accounts. Demonstration accounts do not count."""
    able = (one for one in admins if one.may(Permission.MANAGE_USERS) and one.has_password and one.works(today()))
    return any(office in one.serves and not one.demo for one in able)


def can_be_asked(engine: Engine, office: str) -> bool:
    """Whether anybody of that office can sign in and decide of what it keeps."""
    with reading(engine) as connection:
        able = (one for one in store.all_accounts(connection) if one.may(Permission.EDIT_REGISTRY))
        return any(office in one.serves and one.has_password and one.works(today()) for one in able)


def _helped(connection: Connection, office: str) -> Elsewhere | None:
    return next((done for done in _done(connection, office) if done.is_link), None)


def done_from_elsewhere(engine: Engine, office: str) -> list[Elsewhere]:
    """What people of other offices did lately to the accounts of this one, the newest first."""
    with reading(engine) as connection:
        return _done(connection, office)


def _done(connection: Connection, office: str) -> list[Elsewhere]:
    ours = [one for one in store.all_accounts(connection) if one.is_staff and office in one.offices]
    names = {one.actor_name: one.name for one in ours}
    rows = audit_rows.from_elsewhere(
        connection, (Kind.LINK_MADE, Kind.ACCOUNT_DISABLED), names, office, clock.now() - SHOWN_FOR)
    return [
        Elsewhere(row.at, Kind(row.kind), names[row.subject], actor_label(row.actor), office_label(row.office))
        for row in rows
    ]
