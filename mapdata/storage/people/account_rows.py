"""Accounts, their sessions and one-time links."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from mapdata.people.account import Account
from mapdata.people.roles import Role, in_order
from mapdata.storage.tables import account_models as a
from mapdata.storage.tables import models as m


@dataclass(frozen=True)
class SessionRow:
    """A session as it is kept; `ended_how` is "" while nobody ended it, `office` while none was chosen."""

    account: Account
    begun_at: datetime
    seen_at: datetime
    ended_how: str
    office: str


# --- accounts


def add_account(connection: Connection, account: Account, key: str, by: str, at: datetime) -> int | None:
    """The id of a new account, which has no password yet; None where the name is taken."""
    row = {
        "name": account.name, "name_key": key, "roles": _codes(account.roles), "office": account.office,
        "more_offices": " ".join(account.more_offices), "enabled": account.enabled, "expires_on": account.expires_on,
        "demo": account.demo, "made_at": at, "made_by": by,
    }
    try:
        with connection.begin_nested():
            made = connection.execute(insert(a.account).values(row)).inserted_primary_key
    except IntegrityError:
        return None
    assert made is not None
    return int(made[0])


def change_account(connection: Connection, account_id: int, values: Mapping[str, Any]) -> None:
    """Set what is named. `roles` are Roles here as everywhere, `more_offices` codes."""
    written = {"roles": _codes, "more_offices": " ".join}
    row = {name: written[name](value) if name in written else value for name, value in values.items()}
    connection.execute(update(a.account).where(a.account.c.id == account_id).values(row))


def account_by_id(connection: Connection, account_id: int, lock: bool = False) -> Account | None:
    """The account; with `lock`, nobody else changes it until this transaction ends."""
    query = select(a.account).where(a.account.c.id == account_id)
    return _one(connection, query.with_for_update() if lock else query)


def account_by_key(connection: Connection, key: str) -> Account | None:
    return _one(connection, select(a.account).where(a.account.c.name_key == key))


def all_accounts(connection: Connection) -> list[Account]:
    """By the last of their roles (those who manage first), then by name."""
    found = [_account(row) for row in connection.execute(select(a.account)).mappings()]
    order = list(reversed(Role))
    return sorted(found, key=lambda one: (order.index(one.roles[-1]), one.name))


def lock_admins(connection: Connection) -> list[Account]:
    """All admins; none is changed by another until this transaction ends."""
    held = " " + a.account.c.roles + " "
    admin = held.contains(f" {Role.ADMIN} ")
    query = select(a.account).where(admin).order_by(a.account.c.id).with_for_update()
    return [_account(row) for row in connection.execute(query).mappings()]


def password_of(connection: Connection, account_id: int) -> str | None:
    return connection.execute(select(a.account.c.password).where(a.account.c.id == account_id)).scalar()


def others_wrote(connection: Connection, actor: str, origin: str) -> bool:
    """Whether anything was written to the registry but by this actor and by actors of this origin.

    What only places known entries anew is no writing.
    """
    by = m.operation.c.actor
    others = (by != actor) & by.not_like(f"{origin}%") & (m.operation.c.kind != "resolve")
    return connection.execute(select(m.operation.c.id).where(others).limit(1)).first() is not None


def _one(connection: Connection, query: Any) -> Account | None:
    row = connection.execute(query).mappings().first()
    return _account(row) if row else None


def _account(row: Mapping[Any, Any]) -> Account:
    return Account(
        row["id"], row["name"], _roles(row["roles"]), row["office"], row["enabled"], row["expires_on"], row["demo"],
        row["password"] is not None, _utc(row["made_at"]), _utc(row["last_sign_in_at"]),
        tuple(row["more_offices"].split()),
    )


def _codes(roles: Iterable[Role]) -> str:
    return " ".join(in_order(roles))


def _roles(codes: str) -> tuple[Role, ...]:
    return in_order(map(Role, codes.split()))


def _utc(at: datetime | None) -> datetime | None:
    """SQLite gives times without their zone, which is UTC."""
    return at.replace(tzinfo=at.tzinfo or UTC) if at else None


# --- sessions


def add_session(
    connection: Connection, digest: str, account_id: int, at: datetime,
    office: str = "", begun_at: datetime | None = None,
) -> None:
    """A session that is seen now; begun now too, or where it goes on with another, as that one was."""
    row = {"digest": digest, "account_id": account_id, "begun_at": begun_at or at, "seen_at": at, "office": office}
    connection.execute(insert(a.login_session).values(row))


def session(connection: Connection, digest: str) -> SessionRow | None:
    s = a.login_session
    of_session = (s.c.begun_at, s.c.seen_at, s.c.ended_how, s.c.office.label("acts_for"))
    query = select(a.account, *of_session).join(s, s.c.account_id == a.account.c.id)
    row = connection.execute(query.where(s.c.digest == digest)).mappings().first()
    if row is None:
        return None
    begun_at, seen_at = _utc(row["begun_at"]), _utc(row["seen_at"])
    assert begun_at and seen_at
    return SessionRow(_account(row), begun_at, seen_at, row["ended_how"] or "", row["acts_for"])


def see_session(connection: Connection, digest: str, at: datetime) -> None:
    connection.execute(update(a.login_session).where(a.login_session.c.digest == digest).values(seen_at=at))


def end_session(connection: Connection, digest: str, how: str, at: datetime) -> None:
    _end_sessions(connection, a.login_session.c.digest == digest, how, at)


def end_sessions_of(connection: Connection, account_id: int, how: str, at: datetime) -> None:
    _end_sessions(connection, a.login_session.c.account_id == account_id, how, at)


def _end_sessions(connection: Connection, which: Any, how: str, at: datetime) -> None:
    open_ones = which & a.login_session.c.ended_at.is_(None)
    connection.execute(update(a.login_session).where(open_ones).values(ended_at=at, ended_how=how))


def live_sessions(connection: Connection, begun_after: datetime, seen_after: datetime) -> dict[int, int]:
    """How many sessions each account has that are neither ended nor run out."""
    s = a.login_session.c
    live = s.ended_at.is_(None) & (s.begun_at > begun_after) & (s.seen_at > seen_after)
    query = select(s.account_id, func.count()).where(live).group_by(s.account_id)
    return {account_id: count for account_id, count in connection.execute(query)}


# --- one-time links


def add_link(connection: Connection, digest: str, account_id: int, by: str, at: datetime, until: datetime) -> None:
    """A new link; whatever the account had before no longer works."""
    end_links_of(connection, account_id, at)
    row = {"digest": digest, "account_id": account_id, "made_at": at, "made_by": by, "expires_at": until}
    connection.execute(insert(a.one_time_link).values(row))


def end_links_of(connection: Connection, account_id: int, at: datetime) -> None:
    link = a.one_time_link
    unused = (link.c.account_id == account_id) & link.c.ended_at.is_(None)
    connection.execute(update(link).where(unused).values(ended_at=at))


def account_of_link(connection: Connection, digest: str, at: datetime) -> Account | None:
    """Whose link it is, if it works at that time."""
    link = a.one_time_link
    usable = (link.c.digest == digest) & link.c.ended_at.is_(None) & (link.c.expires_at > at)
    return _one(connection, select(a.account).join(link, link.c.account_id == a.account.c.id).where(usable))


def take_link(connection: Connection, digest: str, at: datetime) -> bool:
    """Use it up; False where another was quicker, or it no longer works."""
    link = a.one_time_link
    usable = (link.c.digest == digest) & link.c.ended_at.is_(None) & (link.c.expires_at > at)
    return connection.execute(update(link).where(usable).values(ended_at=at)).rowcount == 1


# --- what is no longer needed


def forget_old(connection: Connection, before: datetime) -> None:
    """Sessions and links that were over by then."""
    s, link = a.login_session.c, a.one_time_link.c
    connection.execute(delete(a.login_session).where(or_(s.ended_at < before, s.seen_at < before)))
    connection.execute(delete(a.one_time_link).where(or_(link.ended_at < before, link.expires_at < before)))
