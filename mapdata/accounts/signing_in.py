"""Signing in and out, and what comes with it: sessions, the own password, one-time links.

Sessions live in the database, so that whatever ends one ends it at once and in every process.
"""

import hashlib
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from mapdata import clock
from mapdata.accounts import audit, passwords, throttle
from mapdata.accounts.audit import Kind
from mapdata.clock import today
from mapdata.errors import Unavailable
from mapdata.people.account import DEMO_ACTORS, NOBODY, SAMPLE_ACTOR, Account, name_key
from mapdata.people.refusals import AccountRefused, LinkUnusable, SignInRefused
from mapdata.storage import proposal_rows as proposals_store
from mapdata.storage import reading
from mapdata.storage.engine import at_once, beside
from mapdata.storage.people import account_rows as store
from mapdata.storage.people import audit_rows as audit_store
from mapdata.storage.people import throttle_rows as throttle_store

#: Without a request for this long, a session has run out; and after LONGEST in any case.
IDLE, LONGEST = timedelta(hours=2), timedelta(hours=12)
#: When a session was last seen is written down no more often than this.
_SEEN_EVERY = timedelta(minutes=5)
#: Ended sessions are kept to tell why they ended, addresses to look into attempts, readers' contacts to answer them.
_SESSIONS_KEPT, _ADDRESSES_KEPT, _CONTACTS_KEPT = timedelta(days=7), timedelta(days=90), timedelta(days=180)

WRONG = "名前かパスワードがちがいます。"
_DISABLED = "このアカウントは、いま止められています。管理者にたずねてください。"
_NO_OFFICE = "このアカウントの所属は、いまのサイトの窓口にありません。管理者にたずねてください。"
_NOT_SERVED = "その窓口は、受け持ちではありません。受け持つ窓口から選んでください。"
_NOT_ANY_MORE = "ログインが切れています。もう一度ログインしてください。"
_EXPIRED = "このアカウントは、使える期限が過ぎました。管理者にたずねてください。"
_DEMO_OVER = "サンプルでないデータが入ったため、お試し用のアカウントは使えなくなりました。"


@dataclass(frozen=True)
class Attempt:
    """Someone's try at signing in. `devices`: by account id, what this device calls itself for those who signed in
    on it before (to be believed: the caller has checked its seal)."""

    name: str
    password: str = field(repr=False)
    address: str = ""
    devices: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SignedIn:
    """`token` is the session's secret: it goes into the cookie, and nowhere else. An account that serves several
    offices acts for none ("") before it is said for which: until then nothing is done or seen."""

    account: Account
    token: str = field(repr=False)


@dataclass(frozen=True)
class Session:
    """What a token stands for: an account while it works, else how the session ended. `waiting` is one that has yet to
    choose the office it acts for."""

    account: Account | None
    ended: str = ""
    waiting: Account | None = None


def sign_in(engine: Engine, attempt: Attempt) -> SignedIn:
    """Raises Throttled, or SignInRefused with what to tell the person; either is over before anything is told
    of whether there is such an account."""
    with beside(engine) as connection:
        account = store.account_by_key(connection, name_key(attempt.name))
        stored = store.password_of(connection, account.id) if account else None
        device = attempt.devices.get(account.id, "") if account else ""
        where = throttle.buckets(connection, name_key(attempt.name), attempt.address, clock.now(), device)
        throttle.reserve(connection, where, clock.now())
    # Slow on purpose, so not while others wait for the database.
    right = passwords.matches(stored, attempt.password)
    with beside(engine) as connection:
        reason = _refused(connection, account, stored) if right and account else WRONG
        if account is None or reason:
            _record_failure(connection, account, attempt.address, reason)
        else:
            throttle.succeeded(connection, where)
            signed_in = _let_in(connection, account, attempt)
    if account is None or reason:
        raise SignInRefused(reason)
    _tidy(engine)
    return signed_in


def _refused(connection: Connection, account: Account, stored: str | None) -> str:
    """Why an account may not come in although the password is right; "" when it may."""
    now = store.account_by_id(connection, account.id, lock=True)
    if now is None or store.password_of(connection, account.id) != stored:
        return WRONG
    if not now.enabled:
        return _DISABLED
    if now.expired(today()):
        return _EXPIRED
    if not now.serves:
        return _NO_OFFICE
    return _DEMO_OVER if demo_is_over(connection, now) else ""


def _record_failure(connection: Connection, account: Account | None, address: str, reason: str) -> None:
    subject = account.actor_name if account else ""
    detail = {} if reason == WRONG else {"reason": reason}
    audit.record(connection, replace(NOBODY, address=address), Kind.SIGN_IN_FAILED, subject, **detail)


def _let_in(connection: Connection, account: Account, attempt: Attempt) -> SignedIn:
    now = clock.now()
    stored = store.password_of(connection, account.id)
    changes: dict[str, object] = {"last_sign_in_at": now}
    if stored and passwords.is_outdated(stored):
        changes["password"] = passwords.hashed(attempt.password)
    store.change_account(connection, account.id, changes)
    throttle.remember(connection, name_key(account.name), attempt.address, now)
    return _begin(connection, account, "", now, Kind.SIGN_IN, attempt.address)


def _begin(
    connection: Connection, account: Account, office: str, now: datetime, how: Kind, address: str,
    begun_at: datetime | None = None,
) -> SignedIn:
    """A session for that office, or for the account's only one; recorded with what it began with."""
    token = secrets.token_urlsafe(32)
    acting = account.seated(office) or account.unseated
    store.add_session(connection, digest(token), account.id, now, acting.office, begun_at)
    audit.record(connection, acting.acting(address), how)
    return SignedIn(acting, token)


def _tidy(engine: Engine) -> None:
    """What is kept no longer than needed goes when someone signs in, unless the database has more to do."""
    now = clock.now()
    with suppress(Unavailable), at_once(engine) as connection:
        throttle_store.forget_old(connection, now - throttle.KEPT, now - throttle.KNOWN_FOR)
        store.forget_old(connection, now - _SESSIONS_KEPT)
        audit_store.forget_addresses(connection, now - _ADDRESSES_KEPT)
        proposals_store.forget_contacts(connection, now - _CONTACTS_KEPT)


def digest(token: str) -> str:
    """What is kept of a secret: it has 256 random bits, so a quick digest will do."""
    return hashlib.sha256(token.encode()).hexdigest()


def demo_is_over(connection: Connection, account: Account) -> bool:
    """Whether it is an account of the demonstration, and the registry holds more than the samples by now."""
    return account.demo and store.others_wrote(connection, SAMPLE_ACTOR, DEMO_ACTORS)


# --- sessions


def find_session(engine: Engine, token: str) -> Session:
    """Who is signed in with this token, if anybody still is."""
    now = clock.now()
    with reading(engine) as connection:
        row = store.session(connection, digest(token))
        over = row is not None and demo_is_over(connection, row.account)
    if row is None:
        return Session(None, "unknown")
    if ended := "demo" if over else _ended(row, now):
        return Session(None, ended)
    if now - row.seen_at > _SEEN_EVERY:
        # Another's long write must not hold up a page; the next request will tell.
        with suppress(Unavailable), at_once(engine) as connection:
            store.see_session(connection, digest(token), now)
    seated = row.account.seated(row.office)
    return Session(seated) if seated else Session(None, "choosing", row.account.unseated)


def _ended(row: store.SessionRow, now: datetime) -> str:
    if row.ended_how:
        return row.ended_how
    if not row.account.works(today()):
        return "disabled"
    if not row.account.serves:
        return "office"
    if now - row.begun_at > LONGEST:
        return "long"
    return "idle" if now - row.seen_at > IDLE else ""


def sign_out(engine: Engine, account: Account, token: str, address: str = "") -> None:
    with beside(engine) as connection:
        store.end_session(connection, digest(token), "signed_out", clock.now())
        audit.record(connection, account.acting(address), Kind.SIGN_OUT)


def choose_office(engine: Engine, token: str, office: str, address: str = "") -> SignedIn:
    """Go on for this office, in a session of a new id: a form that was opened for another is too old by then.

    It lasts no longer than the one it takes the place of. Raises AccountRefused for an office that the account does not
    serve, and where the session has just ended.
    """
    now = clock.now()
    with beside(engine) as connection:
        row = store.session(connection, digest(token))
        account = store.account_by_id(connection, row.account.id, lock=True) if row else None
        if row is None or account is None or _ended(row, now) or demo_is_over(connection, account):
            raise AccountRefused("", _NOT_ANY_MORE)
        if office not in account.serves:
            raise AccountRefused("office", _NOT_SERVED)
        store.end_session(connection, digest(token), "replaced", now)
        return _begin(connection, account, office, now, Kind.OFFICE_CHOSEN, address, row.begun_at)


def abandon(engine: Engine, token: str) -> None:
    """End a session that another one takes the place of on its device."""
    with beside(engine) as connection:
        store.end_session(connection, digest(token), "replaced", clock.now())


# --- the own password


def change_password(engine: Engine, account: Account, current: str, new: str, address: str = "") -> SignedIn:
    """All sessions of the account end, and a new one begins here. Raises AccountRefused or Throttled."""
    where = {throttle.bucket("own", str(account.id)): throttle.PERSON}
    passwords.check(new, account.name)
    with beside(engine) as connection:
        throttle.reserve(connection, where, clock.now())
        stored = store.password_of(connection, account.id)
    if not passwords.matches(stored, current):
        raise AccountRefused("current_password", "いまのパスワードがちがいます")
    hashed = passwords.hashed(new)
    with beside(engine) as connection:
        throttle.succeeded(connection, where)
        return _with_new_password(connection, account, account.office, hashed, Kind.PASSWORD, address)


def _with_new_password(
    connection: Connection, account: Account, office: str, hashed: str, kind: Kind, address: str
) -> SignedIn:
    now = clock.now()
    store.change_account(connection, account.id, {"password": hashed})
    store.end_sessions_of(connection, account.id, "password", now)
    store.end_links_of(connection, account.id, now)
    return _begin(connection, account, office, now, kind, address)


# --- one-time links


def whose_link(engine: Engine, token: str) -> Account:
    """Whose link this is, without using it up. Raises LinkUnusable."""
    with reading(engine) as connection:
        return _owner(connection, token)


def use_link(engine: Engine, token: str, new: str, address: str = "") -> SignedIn:
    """Set the password and sign in; the link is used up. Raises AccountRefused (not used up) or LinkUnusable."""
    account = whose_link(engine, token)
    passwords.check(new, account.name)
    hashed = passwords.hashed(new)
    with beside(engine) as connection:
        account = _owner(connection, token)
        if not store.take_link(connection, digest(token), clock.now()):
            raise LinkUnusable
        store.change_account(connection, account.id, {"last_sign_in_at": clock.now()})
        throttle.remember(connection, name_key(account.name), address, clock.now())
        return _with_new_password(connection, account, "", hashed, Kind.LINK_USED, address)


def _owner(connection: Connection, token: str) -> Account:
    account = store.account_of_link(connection, digest(token), clock.now())
    if account is None or not account.works(today()) or not account.serves or demo_is_over(connection, account):
        raise LinkUnusable
    return account
