"""What an admin does to accounts, and that somebody may always do it."""

import threading
from contextlib import suppress
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from mapdata.accounts import audit, managing, signing_in
from mapdata.clock import today
from mapdata.errors import NotFound
from mapdata.people.account import Account, actor_label
from mapdata.people.refusals import AccountRefused
from mapdata.people.roles import Role, labels_of
from mapdata.storage.people.audit_rows import AuditQuery
from tests.accounts import TESTER, account, attempt, recorded


@pytest.mark.parametrize("again", ["田中 花子", "田中　花子", " 田中花子 ", "田中花子"])
def test_a_name_is_one_person_s_however_it_is_written(engine: Engine, again: str) -> None:
    account(engine, "田中 花子")
    with pytest.raises(AccountRefused, match="もう使われています") as caught:
        account(engine, again)
    assert caught.value.field == "name" and len(managing.listed(engine)) == 1


@pytest.mark.parametrize("name", ["", " ", "花", "a" * 41, "a\x00b", "user:花子", "<b>花子</b>", "../etc", "花子\"", "ab\u200bc"])
def test_names_that_are_refused(engine: Engine, name: str) -> None:
    with pytest.raises(AccountRefused):
        account(engine, name)
    assert managing.listed(engine) == [] and recorded(engine) == []


def test_a_change_is_recorded_with_before_and_after(engine: Engine) -> None:
    mine = account(engine)
    day = date(2099, 3, 31)
    managing.change(engine, TESTER, mine.id, roles=[Role.CASEWORKER], office="shakyo", expires_on=day)
    row = audit.find(engine, AuditQuery(kind="account_changed"), 1).rows[0]
    assert (row.actor, row.subject) == ("cli:tester", "user:花子")
    assert audit.detail_text(row.detail) == (
        "役割：編集担当 → 相談員、所属：くらしのまると相談課 → 葛飾区社会福祉協議会、使える最後の日：なし → 2099-03-31"
    )


def test_saving_what_is_there_already_does_nothing(engine: Engine) -> None:
    mine = account(engine)
    token = attempt(engine).token
    before = recorded(engine)
    managing.change(engine, TESTER, mine.id, roles=[Role.EDITOR], office="kuramaru", expires_on=None)
    assert recorded(engine) == before and managing.one(engine, mine.id).signed_in == 1 and token


def test_another_day_leaves_the_sessions(engine: Engine) -> None:
    mine = account(engine)
    attempt(engine)
    managing.change(engine, TESTER, mine.id, roles=[Role.EDITOR], office="kuramaru", expires_on=today() + timedelta(days=9))
    assert managing.one(engine, mine.id).signed_in == 1


def test_a_refused_change_changes_nothing(engine: Engine) -> None:
    mine = account(engine)
    with pytest.raises(AccountRefused, match="窓口から"):
        managing.change(engine, TESTER, mine.id, roles=[Role.ADMIN], office="ひだまりの会", expires_on=None)
    assert managing.one(engine, mine.id).account.roles == (Role.EDITOR,)


def lose(engine: Engine, admin: Account, how: str) -> None:
    if how == "disable":
        managing.disable(engine, TESTER, admin.id)
        return
    role = Role.EDITOR if how == "demote" else Role.ADMIN
    until = today() - timedelta(days=1) if how == "expire" else None
    managing.change(engine, TESTER, admin.id, roles=[role], office="kuramaru", expires_on=until)


@pytest.mark.parametrize("how", ["disable", "demote", "expire"])
def test_the_last_admin_stays(engine: Engine, how: str) -> None:
    first = account(engine, "first", Role.ADMIN)
    account(engine, "editor")
    managing.disable(engine, TESTER, account(engine, "off", Role.ADMIN).id)
    account(engine, "demo", Role.ADMIN, demo=True)
    with pytest.raises(AccountRefused, match="管理者がいなくなって"):
        lose(engine, first, how)
    account(engine, "second", Role.ADMIN)
    lose(engine, first, how)


def test_of_two_admins_who_leave_at_once_one_stays(engine: Engine) -> None:
    admins = [account(engine, f"admin{n}", Role.ADMIN) for n in range(4)]
    refused: list[AccountRefused] = []

    def leave(admin: Account) -> None:
        try:
            managing.disable(engine, TESTER, admin.id)
        except AccountRefused as reason:
            refused.append(reason)

    threads = [threading.Thread(target=leave, args=(one,)) for one in admins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.account.enabled for one in managing.listed(engine)) == 1 and len(refused) == 1


@pytest.mark.parametrize(("before", "after"), [
    ([Role.EDITOR], [Role.CASEWORKER, Role.EDITOR]), ([Role.CASEWORKER, Role.EDITOR], [Role.EDITOR]),
])
def test_a_role_more_or_less_ends_the_sessions(engine: Engine, before: list[Role], after: list[Role]) -> None:
    mine = account(engine, roles=before)
    token = attempt(engine).token
    changed = managing.change(engine, TESTER, mine.id, roles=after, office="kuramaru", expires_on=None)
    assert changed.roles == tuple(after) and signing_in.find_session(engine, token).ended == "role"
    row = audit.find(engine, AuditQuery(kind="account_changed"), 1).rows[0]
    assert row.detail["after"]["roles"] == list(map(str, after))
    assert audit.detail_text(row.detail) == f"役割：{labels_of(before)} → {labels_of(after)}"


def test_the_order_in_which_roles_are_said_is_no_change(engine: Engine) -> None:
    mine = account(engine, roles=[Role.EDITOR, Role.CASEWORKER])
    attempt(engine)
    again = [Role.CASEWORKER, Role.EDITOR, Role.CASEWORKER]
    managing.change(engine, TESTER, mine.id, roles=again, office="kuramaru", expires_on=None)
    assert managing.one(engine, mine.id).signed_in == 1


@pytest.mark.parametrize("roles", [[], [Role.SUPPORTER, Role.EDITOR]])
def test_roles_that_make_no_sense_change_nothing(engine: Engine, roles: list[Role]) -> None:
    mine, before = account(engine), recorded(engine)
    for act in (
        lambda: managing.change(engine, TESTER, mine.id, roles=roles, office="kuramaru", expires_on=None),
        lambda: managing.add(engine, TESTER, "太郎", roles, "kuramaru"),
    ):
        with pytest.raises(AccountRefused):
            act()
    assert [one.account.roles for one in managing.listed(engine)] == [(Role.EDITOR,)] and recorded(engine) == before


def test_the_last_admin_may_hold_more_and_less_but_stays_one(engine: Engine) -> None:
    mine = account(engine, roles=[Role.CASEWORKER, Role.ADMIN])
    account(engine, "lead", Role.CASEWORK_LEAD)  # whose code is no admin's
    for roles in ([Role.ADMIN], list(Role)[1:]):
        managing.change(engine, TESTER, mine.id, roles=roles, office="kuramaru", expires_on=None)
    with pytest.raises(AccountRefused, match="管理者がいなくなって"):
        managing.change(engine, TESTER, mine.id, roles=list(Role)[1:-1], office="kuramaru", expires_on=None)


def test_of_two_admins_who_give_it_up_at_once_one_stays(engine: Engine) -> None:
    admins = [account(engine, f"admin{n}", [Role.EDITOR, Role.ADMIN]) for n in range(4)]

    def leave(admin: Account) -> None:
        with suppress(AccountRefused):
            managing.change(engine, TESTER, admin.id, roles=[Role.EDITOR], office="kuramaru", expires_on=None)

    threads = [threading.Thread(target=leave, args=(one,)) for one in admins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(Role.ADMIN in one.account.roles for one in managing.listed(engine)) == 1


def test_who_manages_stands_first_in_the_list(engine: Engine) -> None:
    account(engine, "aa", Role.SUPPORTER)
    account(engine, "bb", [Role.CASEWORKER, Role.EDITOR])
    account(engine, "cc", [Role.CASEWORKER, Role.ADMIN])
    account(engine, "dd", Role.CASEWORK_LEAD)
    assert [one.account.name for one in managing.listed(engine)] == ["cc", "bb", "dd", "aa"]


def test_states_are_told(engine: Engine) -> None:
    account(engine, "works")
    account(engine, "waits", password=None)
    account(engine, "over", expires_on=today() - timedelta(days=1))
    managing.disable(engine, TESTER, account(engine, "stopped").id)
    states = {one.account.name: one.state for one in managing.listed(engine)}
    assert states == {"works": "", "waits": "パスワード未設定", "over": "期限切れ", "stopped": "停止中"}


def test_no_link_for_an_account_that_does_not_work(engine: Engine) -> None:
    mine = account(engine)
    managing.disable(engine, TESTER, mine.id)
    with pytest.raises(AccountRefused):
        managing.make_link(engine, TESTER, mine.id)
    managing.enable(engine, TESTER, mine.id)
    assert managing.make_link(engine, TESTER, mine.id).account.name == "花子"


@pytest.mark.parametrize("act", [managing.disable, managing.enable, managing.end_sessions, managing.make_link])
@pytest.mark.parametrize("number", [0, 99, 2**31, 2**70])
def test_nobody_of_that_number(engine: Engine, act: object, number: int) -> None:
    with pytest.raises(NotFound):
        act(engine, TESTER, number)  # type: ignore[operator]


@pytest.mark.parametrize(("actor", "said"), [
    ("user:花子", "花子"), ("demo:demo-editor", "demo-editor（お試し）"), ("cli:root", "root（コマンド）"), ("sample", "サンプルデータ"),
    ("", ""), ("tester", "tester"),
])
def test_an_author_as_the_screen_says_it(actor: str, said: str) -> None:
    assert actor_label(actor) == said


def test_no_account_can_pass_for_another_author(engine: Engine) -> None:
    names = {account(engine, name).actor_name for name in ("sample", "cli.root", "demo-admin")}
    assert names == {"user:sample", "user:cli.root", "user:demo-admin"}
