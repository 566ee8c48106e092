"""What each role may do and see, and which offices it may have."""

import pytest

from mapdata.claims.projection import SUPPORTER, office
from mapdata.people.refusals import AccountRefused
from mapdata.people.roles import Permission, Role, audience, checked_office

MAY = {
    Role.SUPPORTER: {"see_supporter_fields"},
    Role.CASEWORKER: {"see_supporter_fields", "casework"},
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
    assert audience(role, "shakyo") == (SUPPORTER if role == Role.SUPPORTER else office("shakyo"))


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.EDITOR, Role.ADMIN])
@pytest.mark.parametrize("said", ["", "self", "ひだまりの会", "くらしのまると相談課", "KURAMARU"])
def test_staff_belong_to_an_office_of_the_ward(role: Role, said: str) -> None:
    with pytest.raises(AccountRefused, match="kuramaru（くらしのまると相談課）"):
        checked_office(role, said)
    assert checked_office(role, " kuramaru ") == "kuramaru"


@pytest.mark.parametrize(("said", "kept"), [("shakyo", "shakyo"), ("　ひだまり　の会\n", "ひだまり の会"), ("あ" * 60, "あ" * 60)])
def test_a_supporter_belongs_to_an_organisation(said: str, kept: str) -> None:
    assert checked_office(Role.SUPPORTER, said) == kept


@pytest.mark.parametrize("said", ["", "　", "あ" * 61])
def test_a_supporter_without_one_is_refused(said: str) -> None:
    with pytest.raises(AccountRefused):
        checked_office(Role.SUPPORTER, said)
