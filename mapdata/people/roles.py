"""Permissions, the roles made of them, and what an account that holds some of them may do and see."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from geocode import ward
from mapdata.claims import projection
from mapdata.claims.projection import Audience
from mapdata.people.refusals import AccountRefused


class Permission(StrEnum):
    EDIT_REGISTRY = "edit_registry"
    CASEWORK = "casework"
    LEAD_CASEWORK = "lead_casework"
    MANAGE_USERS = "manage_users"
    SEE_SUPPORTER_FIELDS = "see_supporter_fields"


class Role(StrEnum):
    """In the order in which they are listed wherever several stand together."""

    SUPPORTER = "supporter"
    CASEWORKER = "caseworker"
    CASEWORK_LEAD = "casework_lead"
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

#: Who keeps the registry or the accounts sees no casework: that belongs to the caseworkers. Who leads them reads who
#: opened what, hands cases over and erases; to open a case one is a caseworker too.
PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType({
    Role.SUPPORTER: _SEES,
    Role.CASEWORKER: _SEES | {Permission.CASEWORK},
    Role.CASEWORK_LEAD: _SEES | {Permission.LEAD_CASEWORK},
    Role.EDITOR: _EDITS,
    Role.ADMIN: _EDITS | {Permission.MANAGE_USERS},
})

_LABELS = {
    Role.SUPPORTER: "支援者", Role.CASEWORKER: "相談員", Role.CASEWORK_LEAD: "相談員のまとめ役",
    Role.EDITOR: "編集担当", Role.ADMIN: "管理者",
}

#: What a role is for, as the screen says it beside the choice.
MEANINGS: Mapping[Role, str] = MappingProxyType({
    Role.SUPPORTER: "職員でない方の役割です。支援者どうしで共有していることを見られます。直すことはできません。",
    Role.CASEWORKER: "職員として見て、相談の記録を付けられます。一覧は、編集担当でもあるときに直せます。",
    Role.CASEWORK_LEAD: "相談の担当を引きつぎ、期限の過ぎた記録を消し、だれが記録を開いたかを確かめられます。"
                        "記録の中身は、相談員でもあるときに見られます。",
    Role.EDITOR: "社会資源の一覧を直し、取り込めます。相談の記録は、相談員でもあるときに見られます。",
    Role.ADMIN: "編集担当のできることに加えて、利用者と操作の記録を扱えます。"
                "相談の記録は、相談員でもあるときに見られます。",
})

_LONGEST_OFFICE = 60


def in_order(held: Iterable[Role]) -> tuple[Role, ...]:
    """Each of these roles once, in the order of the list."""
    some = set(held)
    return tuple(role for role in Role if role in some)


def labels_of(held: Iterable[Role]) -> str:
    """How roles are called together on the screen: 相談員・編集担当."""
    return "・".join(role.label for role in held)


def permissions_of(held: Iterable[Role]) -> frozenset[Permission]:
    """What any of these roles may do."""
    return frozenset().union(*(role.permissions for role in held))


def audience_of(held: Iterable[Role], office: str) -> Audience:
    """What an account of these roles and this office sees of the registry: the most that any of them sees."""
    return projection.office(office) if is_staff(held) else projection.SUPPORTER


def is_staff(held: Iterable[Role]) -> bool:
    """Whether it is one of the ward's offices, and not a supporter."""
    return bool(_of_staff(held))


def _of_staff(held: Iterable[Role]) -> tuple[Role, ...]:
    return tuple(role for role in held if role != Role.SUPPORTER)


def checked_roles(held: Iterable[Role]) -> tuple[Role, ...]:
    """The roles as they are kept: at least one, and a supporter's beside no other, to which it would add nothing.

    Raises AccountRefused.
    """
    roles = in_order(held)
    if not roles:
        raise AccountRefused("role", "役割を一つ以上選んでください")
    staff = _of_staff(roles)
    if staff and staff != roles:
        raise AccountRefused("role", (
            f"「{Role.SUPPORTER.label}」は、職員でない方の役割です。{labels_of(staff)}の方は「{Role.SUPPORTER.label}」を"
            "外してください（支援者に見えるものは、職員にも見えます）"
        ))
    return roles


def checked_office(held: Iterable[Role], office: str) -> str:
    """The office as it is kept: a code of ward.toml, or for supporters the name of an organisation too.

    Raises AccountRefused.
    """
    text = " ".join(office.split())
    offices = ward.load().offices
    if any(o.code == text for o in offices):
        return text
    if staff := _of_staff(held):
        known = "、".join(f"{o.code}（{o.name}）" for o in offices)
        raise AccountRefused("office", f"{labels_of(staff)}の所属は、次の窓口から選んでください：{known}")
    if not text:
        raise AccountRefused("office", "所属する団体の名前を書いてください")
    if len(text) > _LONGEST_OFFICE:
        raise AccountRefused("office", f"所属は{_LONGEST_OFFICE}文字までで書いてください")
    return text


def checked_offices(held: Iterable[Role], offices: Iterable[str]) -> tuple[str, ...]:
    """The offices as they are kept, each once; several for those of staff only. Raises AccountRefused."""
    roles = in_order(held)
    found = tuple(dict.fromkeys(checked_office(roles, office) for office in offices))
    if len(found) > 1 and not is_staff(roles):
        raise AccountRefused("office", f"「{Role.SUPPORTER.label}」の所属は一つです")
    return found


def office_label(office: str, short: bool = False) -> str:
    """How an account's office is called on the screen."""
    found = ward.load().office(office)
    return (found.short if short else found.name) if found else office
