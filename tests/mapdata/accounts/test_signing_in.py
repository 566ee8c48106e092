"""Signing in and out, what ends a session, the own password, one-time links."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from mapdata import clock
from mapdata.accounts import audit, managing, passwords, signing_in
from mapdata.accounts.signing_in import find_session
from mapdata.clock import today
from mapdata.people.account import Account
from mapdata.people.refusals import AccountRefused, LinkUnusable, SignInRefused
from mapdata.people.roles import Role
from mapdata.storage import reading
from mapdata.storage.engine import beside
from mapdata.storage.people.audit_rows import AuditQuery
from mapdata.storage.tables import account_models as a
from tests.accounts import PASSWORD, TESTER, account, attempt, recorded

Later = Callable[..., None]
OTHER = "別のことば四つつなげてみる"


def test_signing_in_and_out(engine: Engine) -> None:
    mine = account(engine)
    token = attempt(engine, "花 子").token
    assert find_session(engine, token).account == managing.one(engine, mine.id).account
    signing_in.sign_out(engine, mine, token)
    assert find_session(engine, token) == signing_in.Session(None, "signed_out")
    assert recorded(engine)[1:] == [("sign_in", "user:花子", ""), ("sign_out", "user:花子", "")]


def test_no_secret_stands_in_the_database(engine: Engine) -> None:
    mine = account(engine)
    link, token = managing.make_link(engine, TESTER, mine.id).token, attempt(engine).token
    with reading(engine) as connection:
        everything = str([connection.execute(select(table)).all() for table in a.metadata.sorted_tables])
    assert PASSWORD not in everything and link not in everything and token not in everything


@pytest.mark.parametrize(("name", "password"), [("花子", OTHER), ("太郎", PASSWORD), ("", ""), ("花子", ""), ("花子' --", PASSWORD), ("花\x00子\x01", OTHER)])
def test_a_wrong_name_says_what_a_wrong_password_says(engine: Engine, name: str, password: str) -> None:
    account(engine)
    with pytest.raises(SignInRefused, match=f"^{signing_in.WRONG}$"):
        attempt(engine, name, password)


def test_of_an_unknown_name_nothing_is_kept(engine: Engine) -> None:
    account(engine)
    for name in ("花子", "ひみつのことば"):
        with pytest.raises(SignInRefused):
            attempt(engine, name, OTHER)
    assert recorded(engine)[1:] == [("sign_in_failed", "", "user:花子"), ("sign_in_failed", "", "")]
    assert "ひみつ" not in str(audit.find(engine, AuditQuery(), 1))


def test_an_account_without_a_password_waits_for_its_link(engine: Engine) -> None:
    account(engine, password=None)
    for password in ("", "None", PASSWORD):
        with pytest.raises(SignInRefused, match="ちがいます"):
            attempt(engine, password=password)


@pytest.mark.parametrize(("act", "said"), [("password", "ちがいます"), ("disable", "止められて")])
def test_what_changes_while_a_password_is_checked_counts(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, act: str, said: str
) -> None:
    mine, real = account(engine), passwords.matches

    def slow(stored: str | None, password: str) -> bool:
        monkeypatch.setattr(passwords, "matches", real)
        right = real(stored, password)
        if act == "password":
            signing_in.change_password(engine, mine, PASSWORD, OTHER)
        else:
            managing.disable(engine, TESTER, mine.id)
        return right

    monkeypatch.setattr(passwords, "matches", slow)
    with pytest.raises(SignInRefused, match=said):
        attempt(engine)


@pytest.mark.parametrize(("how", "said"), [("disabled", "止められて"), ("expired", "期限")])
def test_an_account_that_does_not_work_is_told_so_only_with_the_right_password(engine: Engine, how: str, said: str) -> None:
    mine = account(engine, expires_on=today() - timedelta(days=1) if how == "expired" else None)
    if how == "disabled":
        managing.disable(engine, TESTER, mine.id)
    with pytest.raises(SignInRefused, match="ちがいます"):
        attempt(engine, password=OTHER)
    with pytest.raises(SignInRefused, match=said):
        attempt(engine)


def test_the_last_day_still_works(engine: Engine) -> None:
    account(engine, expires_on=today())
    assert find_session(engine, attempt(engine).token).account


def disable(engine: Engine, mine: Account) -> None:
    managing.disable(engine, TESTER, mine.id)


def promote(engine: Engine, mine: Account) -> None:
    managing.change(engine, TESTER, mine.id, roles=[Role.ADMIN], office="kuramaru", expires_on=None)


def move(engine: Engine, mine: Account) -> None:
    managing.change(engine, TESTER, mine.id, roles=[Role.EDITOR], office="shakyo", expires_on=None)


def expire(engine: Engine, mine: Account) -> None:
    yesterday = today() - timedelta(days=1)
    managing.change(engine, TESTER, mine.id, roles=[Role.EDITOR], office="kuramaru", expires_on=yesterday)


def end(engine: Engine, mine: Account) -> None:
    managing.end_sessions(engine, TESTER, mine.id)


def change_password(engine: Engine, mine: Account) -> None:
    signing_in.change_password(engine, mine, PASSWORD, OTHER)


def use_a_link(engine: Engine, mine: Account) -> None:
    signing_in.use_link(engine, managing.make_link(engine, TESTER, mine.id).token, OTHER)


@pytest.mark.parametrize(("act", "how"), [
    (disable, "disabled"), (promote, "role"), (move, "role"), (expire, "disabled"), (end, "ended"),
    (change_password, "password"), (use_a_link, "password"),
])
def test_what_ends_every_session_of_an_account_at_once(
    engine: Engine, act: Callable[[Engine, Account], None], how: str
) -> None:
    mine, other = account(engine), account(engine, "太郎")
    tokens = [attempt(engine).token for _ in range(2)]
    theirs = attempt(engine, "太郎").token
    act(engine, mine)
    assert [find_session(engine, token) for token in tokens] == [signing_in.Session(None, how)] * 2
    assert find_session(engine, theirs).account == managing.one(engine, other.id).account


def test_a_session_runs_out_after_two_idle_hours_or_twelve_in_all(engine: Engine, later: Later) -> None:
    account(engine)
    idle, busy = attempt(engine).token, attempt(engine).token
    for _ in range(7):
        assert find_session(engine, busy).account
        later(minutes=100)
    assert find_session(engine, idle).ended == "idle"
    assert find_session(engine, busy).account
    later(minutes=25)
    assert find_session(engine, busy).ended == "long"
    assert find_session(engine, "made up") == signing_in.Session(None, "unknown")


def test_a_page_does_not_wait_for_another_s_long_write(engine: Engine, later: Later) -> None:
    account(engine)
    token = attempt(engine).token
    later(minutes=10)
    with beside(engine) as connection:
        connection.execute(a.audit.insert().values(
            at=clock.now(), actor="", office="", kind="x", subject="", detail={}, address=""))
        before = clock.now()
        assert find_session(engine, token).account
        assert clock.now() - before < timedelta(seconds=5)


def test_a_password_kept_the_old_way_is_kept_anew(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = account(engine)
    old = passwords._HASHER
    monkeypatch.setattr(passwords, "_HASHER", passwords.PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    attempt(engine)
    with reading(engine) as connection:
        kept = connection.execute(select(a.account.c.password).where(a.account.c.id == mine.id)).scalar_one()
    assert "t=2" in kept and old.check_needs_rehash(kept)
    assert attempt(engine).account.id == mine.id


def test_the_own_password(engine: Engine) -> None:
    mine = account(engine)
    with pytest.raises(AccountRefused) as caught:
        signing_in.change_password(engine, mine, OTHER, OTHER)
    assert caught.value.field == "current_password"
    with pytest.raises(AccountRefused, match="12文字"):
        signing_in.change_password(engine, mine, PASSWORD, "short")
    here = signing_in.change_password(engine, mine, PASSWORD, OTHER).token
    assert find_session(engine, here).account
    with pytest.raises(SignInRefused):
        attempt(engine)
    assert attempt(engine, password=OTHER).account.id == mine.id


# --- one-time links


def test_a_link_works_once(engine: Engine) -> None:
    mine = account(engine, password=None)
    link = managing.make_link(engine, TESTER, mine.id)
    for _ in range(3):
        assert signing_in.whose_link(engine, link.token).name == "花子"
    with pytest.raises(AccountRefused):
        signing_in.use_link(engine, link.token, "short")
    signed_in = signing_in.use_link(engine, link.token, OTHER)
    assert find_session(engine, signed_in.token).account
    assert attempt(engine, password=OTHER).account.id == mine.id
    for look in (signing_in.whose_link, lambda e, t: signing_in.use_link(e, t, PASSWORD)):
        with pytest.raises(LinkUnusable):
            look(engine, link.token)


@pytest.mark.parametrize("what", ["old", "replaced", "altered", "disabled", "password"])
def test_a_link_that_no_longer_works(engine: Engine, later: Later, what: str) -> None:
    mine = account(engine)
    token = managing.make_link(engine, TESTER, mine.id).token
    if what == "old":
        later(hours=72, seconds=1)
    elif what == "replaced":
        managing.make_link(engine, TESTER, mine.id)
    elif what == "altered":
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    elif what == "disabled":
        managing.disable(engine, TESTER, mine.id)
    else:
        signing_in.change_password(engine, mine, PASSWORD, OTHER)
    with pytest.raises(LinkUnusable):
        signing_in.use_link(engine, token, OTHER)


def test_a_link_works_until_its_last_minute(engine: Engine, later: Later) -> None:
    token = managing.make_link(engine, TESTER, account(engine).id).token
    later(hours=71, minutes=59)
    assert signing_in.use_link(engine, token, OTHER)


def test_of_two_at_once_one_uses_the_link(engine: Engine) -> None:
    token = managing.make_link(engine, TESTER, account(engine).id).token
    ends: list[object] = []

    def use(number: int) -> None:
        try:
            ends.append(signing_in.use_link(engine, token, f"{OTHER} {number}"))
        except LinkUnusable as refused:
            ends.append(refused)

    threads = [threading.Thread(target=use, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(end, signing_in.SignedIn) for end in ends) == 1 and len(ends) == 6


# --- what is kept no longer than needed


def test_addresses_and_old_sessions_are_forgotten(engine: Engine, later: Later) -> None:
    account(engine)
    token = attempt(engine).token
    later(days=8)
    attempt(engine)
    assert find_session(engine, token).ended == "unknown"
    assert any(row.address == "192.0.2.1" for row in audit.find(engine, AuditQuery(), 1).rows)
    later(days=91)
    attempt(engine, address="192.0.2.2")
    assert {row.address for row in audit.find(engine, AuditQuery(), 1).rows} == {"", "192.0.2.2"}
