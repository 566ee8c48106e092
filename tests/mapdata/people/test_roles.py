"""What each role may do and see, and which offices it may have."""

from collections.abc import Iterable

import pytest

from mapdata.claims.projection import SUPPORTER, office
from mapdata.people.refusals import AccountRefused
from mapdata.people.roles import (
    MEANINGS,
    Permission,
    Role,
    audience_of,
    checked_office,
    checked_roles,
    in_order,
    labels_of,
    permissions_of,
)

MAY = {
    Role.SUPPORTER: {"see_supporter_fields"},
    Role.CASEWORKER: {"see_supporter_fields", "casework"},
    Role.CASEWORK_LEAD: {"see_supporter_fields", "lead_casework"},
    Role.EDITOR: {"see_supporter_fields", "edit_registry"},
    Role.ADMIN: {"see_supporter_fields", "edit_registry", "manage_users"},
}


@pytest.mark.parametrize("role", Role)
def test_permissions_of_a_role(role: Role) -> None:
    assert role.permissions == MAY[role]


def test_who_keeps_the_registry_sees_no_casework() -> None:
    assert [role for role in Role if Permission.CASEWORK in role.permissions] == [Role.CASEWORKER]


@pytest.mark.parametrize("role", Role)
def test_audience_of_a_role(role: Role) -> None:
    assert audience_of([role], "shakyo") == (SUPPORTER if role == Role.SUPPORTER else office("shakyo"))


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.CASEWORK_LEAD, Role.EDITOR, Role.ADMIN])
@pytest.mark.parametrize("said", ["", "self", "ひだまりの会", "くらしのまると相談課", "KURAMARU"])
def test_staff_belong_to_an_office_of_the_ward(role: Role, said: str) -> None:
    with pytest.raises(AccountRefused, match="kuramaru（くらしのまると相談課）"):
        checked_office([role], said)
    assert checked_office([role], " kuramaru ") == "kuramaru"


@pytest.mark.parametrize(("said", "kept"), [("shakyo", "shakyo"), ("　ひだまり　の会\n", "ひだまり の会"), ("あ" * 60, "あ" * 60)])
def test_a_supporter_belongs_to_an_organisation(said: str, kept: str) -> None:
    assert checked_office([Role.SUPPORTER], said) == kept


@pytest.mark.parametrize("said", ["", "　", "あ" * 61])
def test_a_supporter_without_one_is_refused(said: str) -> None:
    with pytest.raises(AccountRefused):
        checked_office([Role.SUPPORTER], said)


def test_permissions_of_several_are_those_of_each() -> None:
    assert permissions_of([Role.EDITOR, Role.CASEWORKER]) == MAY[Role.EDITOR] | MAY[Role.CASEWORKER]
    assert permissions_of([]) == set()


@pytest.mark.parametrize("others", [[Role.CASEWORKER], [Role.EDITOR, Role.ADMIN]])
def test_several_see_the_most_that_any_of_them_sees(others: list[Role]) -> None:
    assert audience_of(others, "shakyo") == audience_of([Role.SUPPORTER, *others], "shakyo") == office("shakyo")


def test_roles_stand_once_and_in_one_order() -> None:
    assert in_order([Role.ADMIN, Role.CASEWORKER, Role.ADMIN]) == (Role.CASEWORKER, Role.ADMIN)
    assert checked_roles(reversed(list(Role)[1:])) == tuple(Role)[1:]
    assert labels_of(in_order([Role.EDITOR, Role.CASEWORKER])) == "相談員・編集担当"


@pytest.mark.parametrize(("held", "why"), [
    ([], "一つ以上"), ([Role.SUPPORTER, Role.EDITOR], "編集担当の方は「支援者」を外して"), (Role, "職員にも見えます"),
])
def test_roles_that_make_no_sense_together_are_refused(held: Iterable[Role], why: str) -> None:
    with pytest.raises(AccountRefused, match=why) as caught:
        checked_roles(held)
    assert caught.value.field == "role"


def test_one_of_staff_among_them_asks_for_an_office_of_the_ward() -> None:
    with pytest.raises(AccountRefused, match="相談員・編集担当の所属は"):
        checked_office([Role.CASEWORKER, Role.EDITOR], "ひだまりの会")


def test_every_role_has_words_of_its_own() -> None:
    assert MEANINGS.keys() == set(Role) and len({role.label for role in Role}) == len(set(MEANINGS.values())) == len(Role)
