"""What an admin does to accounts. Accounts are never deleted: what they did keeps its author."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Engine

from mapdata import clock
from mapdata.accounts import audit, offices, passwords, signing_in
from mapdata.accounts.audit import Kind
from mapdata.clock import today
from mapdata.errors import NotFound
from mapdata.people.account import Account, Actor, clean_name, name_key
from mapdata.people.refusals import AccountRefused
from mapdata.people.roles import Permission, Role, checked_offices, checked_roles, permissions_of
from mapdata.storage import reading
from mapdata.storage.engine import beside
from mapdata.storage.people import account_rows as store

LINK_WORKS = timedelta(hours=72)
_MOST_ACCOUNTS = 2**31 - 1
_LAST_ADMIN = "使える管理者がいなくなってしまいます。先に、ほかの人を管理者にしてください。"


@dataclass(frozen=True)
class Listed:
    """An account in the list of accounts; `signed_in` is the number of devices it is signed in on now."""

    account: Account
    signed_in: int

    @property
    def state(self) -> str:
        """Why it does not work, or what it waits for; "" when there is nothing to say."""
        if not self.account.enabled:
            return "停止中"
        if self.account.expired(today()):
            return "期限切れ"
        if not self.account.serves:
            return "所属がない"
        return "" if self.account.has_password else "パスワード未設定"


@dataclass(frozen=True)
class OneTimeLink:
    """A link just made. `token` is told once, to whoever made it."""

    account: Account
    token: str
    expires_at: datetime


def listed(engine: Engine) -> list[Listed]:
    now = clock.now()
    with reading(engine) as connection:
        live = store.live_sessions(connection, now - signing_in.LONGEST, now - signing_in.IDLE)
        return [Listed(account, live.get(account.id, 0)) for account in store.all_accounts(connection)]


def one(engine: Engine, account_id: int) -> Listed:
    """Raises NotFound."""
    found = next((it for it in listed(engine) if it.account.id == account_id), None)
    if found is None:
        raise NotFound(str(account_id))
    return found


def by_name(engine: Engine, name: str) -> Account:
    """Raises NotFound."""
    with reading(engine) as connection:
        found = store.account_by_key(connection, name_key(name))
    if found is None:
        raise NotFound(name)
    return found


def add(
    engine: Engine, actor: Actor, name: str, roles: Iterable[Role], office: str,
    *, more_offices: Iterable[str] = (), expires_on: date | None = None, password: str | None = None,
    demo: bool = False,
) -> Account:
    """A new account with these roles; without a password it waits for a one-time link. Raises AccountRefused."""
    kept = checked_roles(roles)
    first, *others = checked_offices(kept, (office, *more_offices))
    offices.check_into(actor, kept, (first, *others))
    wanted = Account(0, clean_name(name), kept, first, True, expires_on, demo, more_offices=tuple(others))
    if password is not None:
        passwords.check(password, wanted.name)
    hashed = None if password is None else passwords.hashed(password)
    with beside(engine) as connection:
        made = store.add_account(connection, wanted, name_key(wanted.name), actor.name, clock.now())
        if made is None:
            raise AccountRefused("name", "この名前は、もう使われています。別の名前にしてください")
        store.change_account(connection, made, {"password": hashed})
        audit.record(connection, actor, Kind.ACCOUNT_ADDED, wanted.actor_name, **_told(wanted))
        return _fresh(connection, made)


def change(
    engine: Engine, actor: Actor, account_id: int,
    *, roles: Iterable[Role], office: str, more_offices: Iterable[str] = (), expires_on: date | None,
) -> Account:
    """A role more or less, or another office, ends the account's sessions. Raises AccountRefused, NotFound."""
    kept = checked_roles(roles)
    with beside(engine) as connection:
        admins = store.lock_admins(connection)
        old = _locked(connection, account_id)
        offices.check_own(actor, old)
        first, *others = checked_offices(kept, (office, *more_offices))
        offices.check_into(actor, kept, (first, *others))
        values = {"roles": kept, "office": first, "more_offices": others, "expires_on": expires_on}
        may_manage = Permission.MANAGE_USERS in permissions_of(kept)
        _keep_an_admin(admins, old, may_manage and (expires_on is None or expires_on >= today()))
        store.change_account(connection, account_id, values)
        new = _fresh(connection, account_id)
        if _told(new) == _told(old):
            return new
        if (new.roles, new.offices) != (old.roles, old.offices):
            store.end_sessions_of(connection, account_id, "role", clock.now())
        audit.record(connection, actor, Kind.ACCOUNT_CHANGED, new.actor_name, before=_told(old), after=_told(new))
        return new


def _told(account: Account) -> dict[str, object]:
    """What the record keeps of an account."""
    until = account.expires_on.isoformat() if account.expires_on else None
    office = list(account.offices) if account.more_offices else account.office
    return {"roles": list(map(str, account.roles)), "office": office, "expires_on": until}


def disable(engine: Engine, actor: Actor, account_id: int) -> Account:
    """It ends the account's sessions and links. Raises AccountRefused for the last who may manage, NotFound.

    Of one that is stopped already nothing is recorded: who stopped it may take it back.
    """
    with beside(engine) as connection:
        admins = store.lock_admins(connection)
        account = _locked(connection, account_id)
        if not account.enabled:
            return account
        _keep_an_admin(admins, account, keeps_managing=False)
        store.change_account(connection, account_id, {"enabled": False})
        store.end_sessions_of(connection, account_id, "disabled", clock.now())
        store.end_links_of(connection, account_id, clock.now())
        audit.record(connection, actor, Kind.ACCOUNT_DISABLED, account.actor_name)
        return _fresh(connection, account_id)


def enable(engine: Engine, actor: Actor, account_id: int) -> Account:
    """Raises AccountRefused, NotFound."""
    with beside(engine) as connection:
        account = _locked(connection, account_id)
        offices.check_enabling(connection, actor, account)
        store.change_account(connection, account_id, {"enabled": True})
        audit.record(connection, actor, Kind.ACCOUNT_ENABLED, account.actor_name)
        return _fresh(connection, account_id)


def end_sessions(engine: Engine, actor: Actor, account_id: int) -> Account:
    """Sign the account out wherever it is signed in. Raises NotFound."""
    with beside(engine) as connection:
        account = _locked(connection, account_id)
        store.end_sessions_of(connection, account_id, "ended", clock.now())
        audit.record(connection, actor, Kind.SESSIONS_ENDED, account.actor_name)
        return account


def make_link(engine: Engine, actor: Actor, account_id: int) -> OneTimeLink:
    """A link with which a person chooses a password, once, within LINK_WORKS; earlier ones no longer work.

    Raises AccountRefused for an account that does not work or is not theirs to help, NotFound.
    """
    token, now = secrets.token_urlsafe(32), clock.now()
    with beside(engine) as connection:
        admins = store.lock_admins(connection)
        account = _locked(connection, account_id)
        if not account.works(today()):
            raise AccountRefused("", "このアカウントは停止中か、期限が切れています。先に使えるようにしてください。")
        if not account.serves:
            raise AccountRefused("", "このアカウントの所属は、いまのサイトの窓口にありません。先に変えてください。")
        offices.check_link(connection, admins, actor, account)
        store.add_link(connection, signing_in.digest(token), account_id, actor.name, now, now + LINK_WORKS)
        audit.record(connection, actor, Kind.LINK_MADE, account.actor_name)
    return OneTimeLink(account, token, now + LINK_WORKS)


def set_password(engine: Engine, actor: Actor, account_id: int, password: str) -> None:
    """Another's password, as for the demonstration accounts. Raises AccountRefused, NotFound."""
    with beside(engine) as connection:
        account = _locked(connection, account_id)
        offices.check_own(actor, account)
        passwords.check(password, account.name)
        store.change_account(connection, account_id, {"password": passwords.hashed(password)})
        store.end_sessions_of(connection, account_id, "password", clock.now())
        audit.record(connection, actor, Kind.PASSWORD, account.actor_name)


def _keep_an_admin(admins: Sequence[Account], changed: Account, keeps_managing: bool) -> None:
    """Raises AccountRefused where nobody would be left who may manage accounts; demonstration accounts do not count."""
    others = [a for a in admins if a.id != changed.id and not a.demo and a.works(today())]
    if changed.may(Permission.MANAGE_USERS) and not (keeps_managing or changed.demo or others):
        raise AccountRefused("role", _LAST_ADMIN)


def _locked(connection: Connection, account_id: int) -> Account:
    """Raises NotFound, for a number that no database would take too."""
    found = store.account_by_id(connection, account_id, lock=True) if account_id <= _MOST_ACCOUNTS else None
    if found is None:
        raise NotFound(str(account_id))
    return found


def _fresh(connection: Connection, account_id: int) -> Account:
    found = store.account_by_id(connection, account_id)
    assert found is not None
    return found
