"""Cells with telephone numbers, FAX numbers, mail and web addresses ↔ the `contacts` claim.

A contact is `{"type", "value", "label"}`; the label is what stood in brackets behind it. One whose label says that it
is somebody's own (`personal`) is for staff alone.
"""

import re
from collections.abc import Iterable, Sequence

import phonenumbers

from mapdata.fields import personal
from mapdata.fields.field_table import CONTACT_TYPES
from mapdata.fields.folding import hyphened, one_width
from mapdata.fields.values import CellError, Reading, join
from mapdata.sentences import say

Contact = dict[str, str]

_OPENING, _CLOSING = "(（", ")）"
_SEPARATORS = {"phone": "、，,;；/／\n", "fax": "、，,;；/／\n", "email": "、，,;；/／ 　\t\n", "url": "、，;； 　\t\n"}
_EMAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\".]+")
_URL = re.compile(r"https?://[^\s<>\"]+")
#: An address as people say it: www.example.jp/kai
_BARE_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[^\s<>\"]*)?", re.IGNORECASE)

#: A second number that follows without any separator: 03-0000-0001（平日）03-0000-0002（土日）.
_RUN_ON = re.compile(r"(?<=[^\d０-９][)）])\s*(?=[0０+＋])|(?<=[\d０-９)）])\s+(?=[0０][\d０-９]{1,4}[-－ー‐(（])")
_PREFIX = re.compile(r"^(?:TEL|電話番号|電話|☎|℡|FAX|ファックス|ファクス)\s*[:：.]?\s*", re.IGNORECASE)


def read(kind: str, text: str) -> Reading:
    """The contacts of one type in one cell.

    Raises CellError for a mail or web address that no program could open; a telephone cell
    without any number is kept as it is written, with a remark.
    """
    contacts, remarks = [], []
    for part in filter(None, (p.strip() for p in _parts(kind, text))):
        contact = _contact("email" if kind == "url" and _is_mail(part) else kind, part)
        contacts.append(contact)
        if kind == "url" and contact["value"] not in part:
            remarks.append(f"「{part}」の前に http:// を付けて読みました")
        if kind in _NUMBERS:
            remarks += _about_number(part, contact["value"])
        if is_own(contact) and not personal.is_plain(contact["label"]):
            remarks.append(f"「{part}」は個人の電話や自宅と見て、職員だけに見せます")
    return Reading(contacts, tuple(remarks))


def _is_mail(part: str) -> bool:
    """A mail address in a column for web addresses; https://example.jp/@name is none."""
    return bool(_EMAIL.fullmatch(part)) and "/" not in part


def _parts(kind: str, text: str) -> list[str]:
    parts = _split(text, _SEPARATORS[kind])
    return [one for part in parts for one in _RUN_ON.split(part)] if kind in _NUMBERS else parts


def _split(text: str, separators: str) -> list[str]:
    """The text cut at separators that do not stand in brackets; a bracket that never closes holds nothing."""
    depth_ends = text.rfind(_CLOSING[0]), text.rfind(_CLOSING[1])
    last_closing, depth, start, parts = max(depth_ends), 0, 0, []
    for index, sign in enumerate(text):
        if sign in _OPENING and index < last_closing:
            depth += 1
        elif sign in _CLOSING:
            depth = max(0, depth - 1)
        elif sign in separators and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]


def _labelled(part: str) -> tuple[str, str]:
    """「03-0000-0001（平日）」 → the number and its label, "" where there is none."""
    if part.endswith(tuple(_CLOSING)):
        opened = max(part.rfind(sign) for sign in _OPENING)
        if opened >= 0 and not set(part[opened + 1:-1]) & set(_OPENING + _CLOSING):
            return part[:opened].rstrip(), part[opened + 1:-1].strip()
    return part, ""


def _about_number(part: str, value: str) -> list[str]:
    if not re.search(r"\d{2}", value):
        return [f"「{part}」に番号が見あたりません。書かれたまま取り込みます"]
    if _lost_zero(_plain(part)):
        return [f"先頭の0が落ちていると見て、{value} と読みました"]
    return []


def _contact(kind: str, part: str) -> Contact:
    value, label = _labelled(one_width(part) if kind in _NUMBERS else part)
    return {"type": kind, "value": _CHECKS[kind](value or part), "label": label if value else ""}


def _plain(value: str) -> str:
    """Half-width digits and plain hyphens, without a TEL: in front."""
    plain = hyphened(value).strip()
    return _PREFIX.sub("", plain) or plain


def _lost_zero(plain: str) -> bool:
    """Nine or ten digits alone that begin with 1 to 9: a number that a spreadsheet took for one."""
    return bool(re.fullmatch(r"[1-9]\d{8,9}(?:\.0)?", plain))


def _number(value: str) -> str:
    """A telephone number with plain hyphens; bare digits are grouped as the area's plan has it."""
    plain = _plain(value)
    if _lost_zero(plain):
        plain = f"0{plain.removesuffix('.0')}"
    return _grouped(plain) if re.fullmatch(r"0\d{9,10}", plain) else plain


def _grouped(digits: str) -> str:
    number = phonenumbers.parse(digits, "JP")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def _email(value: str) -> str:
    address = one_width(value).removeprefix("mailto:")
    if not _EMAIL.fullmatch(address):
        raise CellError(say("メールアドレスとして読めません（例：info@example.jp）"))
    return address


def _url(value: str) -> str:
    if _BARE_HOST.fullmatch(value):
        return f"http://{value}"
    if not _URL.fullmatch(value):
        raise CellError(say("URLは http:// か https:// で始めてください"))
    return value


_NUMBERS = ("phone", "fax")
_CHECKS = {"phone": _number, "fax": _number, "email": _email, "url": _url}


def write(kind: str, contacts: Iterable[Contact]) -> str:
    """The cell that `read` takes back as the same contacts."""
    return join(
        c["value"] + (f"（{c['label']}）" if c["label"] else "") for c in contacts if c["type"] == kind
    )


def is_own(contact: Contact) -> bool:
    """Whether it is somebody's own telephone or home."""
    return personal.is_personal(contact["type"], contact["value"], contact["label"])


def merge(new: Sequence[Contact], old: Sequence[Contact], absent: Iterable[str]) -> list[Contact]:
    """New contacts, with the old ones of those types whose column the list does not have."""
    types = set(absent)
    kept = [c for c in old if c["type"] in types and c not in new]
    order = list(CONTACT_TYPES)
    return sorted([*new, *kept], key=lambda c: order.index(c["type"]))
