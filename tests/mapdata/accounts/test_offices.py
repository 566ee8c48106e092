"""Whose an account is: what an admin of another office may do to it, and what its office is told of that."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from mapdata.accounts import managing, offices
from mapdata.clock import today
from mapdata.people.account import Account, Actor
from mapdata.people.refusals import AccountRefused
from mapdata.people.roles import Role
from tests.accounts import TESTER, account, recorded

Later = Callable[..., None]
OURS, THEIRS = "kuramaru", "shakyo"
EVERY_OFFICE = [(OURS,), (THEIRS,), (OURS, THEIRS), (THEIRS, OURS)]


@pytest.fixture
def admin(engine: Engine) -> Actor:
    """Of our office."""
    return account(engine, "管理", Role.ADMIN, OURS).acting()


@pytest.fixture
def their_admin(engine: Engine) -> Account:
    return account(engine, "向こうの管理", Role.ADMIN, THEIRS)


def state(engine: Engine) -> list[tuple[Any, ...]]:
    """All that the accounts are, and all that was recorded."""
    kept = [(a.name, a.roles, a.offices, a.enabled, a.expires_on) for a in (one.account for one in managing.listed(engine))]
    return [*kept, *recorded(engine)]


@pytest.mark.parametrize("to", EVERY_OFFICE)
@pytest.mark.parametrize("roles", [[Role.EDITOR], [Role.ADMIN], [Role.CASEWORKER, Role.EDITOR]])
def test_an_admin_adds_to_the_own_office_alone(engine: Engine, admin: Actor, to: tuple[str, ...], roles: list[Role]) -> None:
    before = state(engine)
    if to == (OURS,):
        assert managing.add(engine, admin, "次郎", roles, OURS).offices == to
        return
    with pytest.raises(AccountRefused, match="コマンド") as caught:
        managing.add(engine, admin, "次郎", roles, to[0], more_offices=to[1:])
    assert caught.value.field == "office" and state(engine) == before


@pytest.mark.parametrize("start", EVERY_OFFICE)
@pytest.mark.parametrize("to", EVERY_OFFICE)
def test_an_admin_moves_nobody_into_another_office_or_out_of_it(
    engine: Engine, admin: Actor, start: tuple[str, ...], to: tuple[str, ...]
) -> None:
    mine = account(engine, "花子", Role.EDITOR, start[0], more_offices=start[1:])
    before = state(engine)
    if start == to == (OURS,):
        assert managing.change(engine, admin, mine.id, roles=[Role.ADMIN], office=OURS, expires_on=None).roles == (Role.ADMIN,)
        return
    with pytest.raises(AccountRefused):
        managing.change(engine, admin, mine.id, roles=[Role.EDITOR], office=to[0], more_offices=to[1:], expires_on=None)
    assert state(engine) == before


def longer(engine: Engine, admin: Actor, theirs: Account) -> None:
    later = today() + timedelta(days=99)
    managing.change(engine, admin, theirs.id, roles=theirs.roles, office=theirs.office, expires_on=later)


def more(engine: Engine, admin: Actor, theirs: Account) -> None:
    managing.change(engine, admin, theirs.id, roles=[*theirs.roles, Role.ADMIN], office=theirs.office, expires_on=None)


def supporter(engine: Engine, admin: Actor, theirs: Account) -> None:
    managing.change(engine, admin, theirs.id, roles=[Role.SUPPORTER], office=OURS, expires_on=None)


def link(engine: Engine, admin: Actor, theirs: Account) -> None:
    managing.make_link(engine, admin, theirs.id)


def password(engine: Engine, admin: Actor, theirs: Account) -> None:
    managing.set_password(engine, admin, theirs.id, "別のことば四つつなげてみる")


@pytest.mark.parametrize("act", [longer, more, supporter, link, password])
@pytest.mark.parametrize("where", [(THEIRS,), (OURS, THEIRS)])
def test_what_is_another_office_s_stays_as_it_is(
    engine: Engine, admin: Actor, their_admin: Account, act: Callable[[Engine, Actor, Account], None], where: tuple[str, ...]
) -> None:
    theirs = account(engine, "花子", Role.EDITOR, where[0], more_offices=where[1:])
    before = state(engine)
    with pytest.raises(AccountRefused):
        act(engine, admin, theirs)
    assert state(engine) == before
    if where == (THEIRS,):
        act(engine, their_admin.acting(), theirs) if act is not supporter else None
    act(engine, TESTER, theirs)  # a command does everything


@pytest.mark.parametrize("office", [THEIRS, "ひだまりの会"])
def test_supporters_are_any_admin_s(engine: Engine, admin: Actor, office: str) -> None:
    made = managing.add(engine, admin, "次郎", [Role.SUPPORTER], office)
    managing.make_link(engine, admin, made.id)
    managing.change(engine, admin, made.id, roles=[Role.SUPPORTER], office="こかげの会", expires_on=today())
    managing.disable(engine, TESTER, made.id)
    managing.enable(engine, admin, made.id)
    with pytest.raises(AccountRefused):
        managing.change(engine, admin, made.id, roles=[Role.EDITOR], office=THEIRS, expires_on=None)
    assert managing.change(engine, admin, made.id, roles=[Role.EDITOR], office=OURS, expires_on=None).office == OURS


# --- stopping


@pytest.mark.parametrize("where", EVERY_OFFICE)
@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMIN])
def test_stopping_is_always_possible(engine: Engine, admin: Actor, where: tuple[str, ...], role: Role) -> None:
    theirs = account(engine, "花子", role, where[0], more_offices=where[1:])
    managing.end_sessions(engine, admin, theirs.id)
    assert not managing.disable(engine, admin, theirs.id).enabled


def test_who_stopped_an_account_may_take_that_back_and_no_other_office(engine: Engine, admin: Actor, their_admin: Account) -> None:
    theirs = account(engine, "花子", office=THEIRS)
    managing.disable(engine, admin, theirs.id)
    assert managing.enable(engine, admin, theirs.id).enabled
    managing.disable(engine, their_admin.acting(), theirs.id)
    before = state(engine)
    managing.disable(engine, admin, theirs.id)  # it is stopped already
    with pytest.raises(AccountRefused, match="その窓口の管理者"):
        managing.enable(engine, admin, theirs.id)
    assert state(engine) == before
    assert managing.enable(engine, their_admin.acting(), theirs.id).enabled


# --- an office without an admin


NO_ADMIN: dict[str, Callable[[Engine], object]] = {
    "none": lambda engine: None,
    "editor": lambda engine: account(engine, "担当", Role.EDITOR, THEIRS),
    "stopped": lambda engine: managing.disable(engine, TESTER, account(engine, "前の管理", Role.ADMIN, THEIRS).id),
    "over": lambda engine: account(engine, "前の管理", Role.ADMIN, THEIRS, expires_on=today() - timedelta(days=1)),
    "no password": lambda engine: account(engine, "次の管理", Role.ADMIN, THEIRS, password=None),
    "demonstration": lambda engine: account(engine, "demo-admin", Role.ADMIN, THEIRS, demo=True),
}


@pytest.mark.parametrize("why", NO_ADMIN)
def test_one_link_for_an_office_that_has_no_admin_who_works(engine: Engine, admin: Actor, later: Later, why: str) -> None:
    NO_ADMIN[why](engine)
    theirs, other = account(engine, "花子", office=THEIRS), account(engine, "太郎", office=THEIRS)
    assert managing.make_link(engine, admin, theirs.id).token
    told = offices.done_from_elsewhere(engine, THEIRS)
    assert [(one.name, one.by, one.office, one.is_link) for one in told] == [("花子", "管理", "くらしのまると相談課", True)]
    assert offices.done_from_elsewhere(engine, OURS) == []
    for one in (theirs, other):
        with pytest.raises(AccountRefused, match="一つ作っています"):
            managing.make_link(engine, admin, one.id)
    later(days=29)
    assert len(offices.done_from_elsewhere(engine, THEIRS)) == 1
    later(days=1, seconds=1)
    assert offices.done_from_elsewhere(engine, THEIRS) == [] and managing.make_link(engine, admin, other.id).token


@pytest.mark.parametrize("where", [(THEIRS,), (OURS, THEIRS)])
def test_where_somebody_manages_no_other_helps(engine: Engine, admin: Actor, where: tuple[str, ...]) -> None:
    account(engine, "管理の人", Role.ADMIN, where[0], more_offices=where[1:])
    theirs = account(engine, "花子", office=THEIRS)
    with pytest.raises(AccountRefused, match="その窓口の管理者"):
        managing.make_link(engine, admin, theirs.id)


def test_of_two_who_help_at_once_one_does(engine: Engine, admin: Actor) -> None:
    people = [account(engine, f"職員{number}", office=THEIRS) for number in range(4)]
    made: list[object] = []

    def help_(one: Account) -> None:
        try:
            made.append(managing.make_link(engine, admin, one.id))
        except AccountRefused as refused:
            made.append(refused)

    threads = [threading.Thread(target=help_, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(one, managing.OneTimeLink) for one in made) == 1 and len(made) == 4


def test_an_office_is_told_who_was_stopped_by_another_and_not_what_it_did_itself(
    engine: Engine, admin: Actor, their_admin: Account
) -> None:
    theirs, both = account(engine, "花子", office=THEIRS), account(engine, "両方", office=OURS, more_offices=[THEIRS])
    supporter_there = account(engine, "支援", Role.SUPPORTER, THEIRS)
    managing.make_link(engine, their_admin.acting(), theirs.id)
    managing.make_link(engine, TESTER, theirs.id)
    for one in (theirs, both, supporter_there):
        managing.disable(engine, admin, one.id)
    assert [(one.name, one.is_link) for one in offices.done_from_elsewhere(engine, THEIRS)] == [("両方", False), ("花子", False)]
    assert offices.done_from_elsewhere(engine, OURS) == []


def test_what_is_allowed_is_told_before_it_is_tried(engine: Engine, admin: Actor) -> None:
    theirs, mine = account(engine, "花子", office=THEIRS), account(engine, "太郎")
    assert offices.allowed(engine, admin, mine) == offices.Allowed(True, "", "")
    may = offices.allowed(engine, admin, theirs)
    assert not may.manage and may.no_link == "" and "葛飾区社会福祉協議会の人" in may.no_enabling
    managing.make_link(engine, admin, theirs.id)
    assert "一つ作っています" in offices.allowed(engine, admin, theirs).no_link
