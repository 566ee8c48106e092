"""Permissions, the roles made of them, and what each role may see."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from geocode import ward
from mapdata.claims import projection
from mapdata.claims.projection import Audience
from mapdata.people.refusals import AccountRefused


class Permission(StrEnum):
    EDIT_REGISTRY = "edit_registry"
    CASEWORK = "casework"
    MANAGE_USERS = "manage_users"
    SEE_SUPPORTER_FIELDS = "see_supporter_fields"


class Role(StrEnum):
    SUPPORTER = "supporter"
    CASEWORKER = "caseworker"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def permissions(self) -> frozenset[Permission]:
        return PERMISSIONS[self]


_SEES = frozenset({Permission.SEE_SUPPORTER_FIELDS})
_EDITS = _SEES | {Permission.EDIT_REGISTRY}

#: Who keeps the registry or the accounts sees no casework: that belongs to the caseworkers.
PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType({
    Role.SUPPORTER: _SEES,
    Role.CASEWORKER: _SEES | {Permission.CASEWORK},
    Role.EDITOR: _EDITS,
    Role.ADMIN: _EDITS | {Permission.MANAGE_USERS},
})

_LABELS = {
    Role.SUPPORTER: "支援者", Role.CASEWORKER: "相談員", Role.EDITOR: "編集担当", Role.ADMIN: "管理者",
}

#: What a role is for, as the screen says it beside the choice.
MEANINGS: Mapping[Role, str] = MappingProxyType({
    Role.SUPPORTER: "支援者どうしで共有していることを見られます。直すことはできません。",
    Role.CASEWORKER: "職員として見て、相談の記録を付けられます。一覧を直すことはできません。",
    Role.EDITOR: "社会資源の一覧を直し、取り込めます。相談の記録は見られません。",
    Role.ADMIN: "編集担当のできることに加えて、利用者と記録を扱えます。相談の記録は見られません。",
})

_LONGEST_OFFICE = 60


def audience(role: Role, office: str) -> Audience:
    """What an account of this role and office sees of the registry."""
    return projection.SUPPORTER if role == Role.SUPPORTER else projection.office(office)


def checked_office(role: Role, office: str) -> str:
    """The office as it is kept: a code of ward.toml, or for a supporter the name of an organisation too.

    Raises AccountRefused.
    """
    text = " ".join(office.split())
    offices = ward.load().offices
    if any(o.code == text for o in offices):
        return text
    if role != Role.SUPPORTER:
        known = "、".join(f"{o.code}（{o.name}）" for o in offices)
        raise AccountRefused("office", f"{role.label}の所属は、次の窓口から選んでください：{known}")
    if not text:
        raise AccountRefused("office", "所属する団体の名前を書いてください")
    if len(text) > _LONGEST_OFFICE:
        raise AccountRefused("office", f"所属は{_LONGEST_OFFICE}文字までで書いてください")
    return text


def office_label(office: str, short: bool = False) -> str:
    """How an account's office is called on the screen."""
    found = ward.load().office(office)
    return (found.short if short else found.name) if found else office
