"""Cells with telephone numbers, FAX numbers, mail and web addresses ↔ the `contacts` claim.

A contact is `{"type", "value", "label"}`; the label is what stood in brackets behind it.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from mapdata.fields import CONTACT_TYPES
from mapdata.values import CellError, Reading, join

Contact = dict[str, str]

_LABELLED = re.compile(r"^(?P<value>.*?)\s*[(（](?P<label>[^()（）]*)[)）]$", re.DOTALL)
_HYPHENS = re.compile(r"[‐‑‒–—―−－ーｰ]")
_OUTSIDE_BRACKETS = r"(?![^（(]*[)）])"
_SPLIT = {
    "phone": re.compile(rf"[、，,;；/／\n]+{_OUTSIDE_BRACKETS}"),
    "email": re.compile(rf"[、，,;；/／\s]+{_OUTSIDE_BRACKETS}"),
    "url": re.compile(rf"[、，;；\s]+{_OUTSIDE_BRACKETS}"),
}
_SPLIT["fax"] = _SPLIT["phone"]
_EMAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\".]+")
_URL = re.compile(r"https?://[^\s<>\"]+")


def read(kind: str, text: str) -> Reading:
    """The contacts of one type in one cell.

    Raises CellError for a mail or web address that no program could open; a telephone cell
    without any number is kept as it is written, with a remark.
    """
    contacts, remarks = [], []
    for part in filter(None, (p.strip() for p in _SPLIT[kind].split(text))):
        contact = _contact(kind, part)
        contacts.append(contact)
        if kind in ("phone", "fax") and not re.search(r"\d{2}", contact["value"]):
            remarks.append(f"「{part}」に番号が見あたりません。書かれたまま取り込みます")
    return Reading(contacts, tuple(remarks))


def _contact(kind: str, part: str) -> Contact:
    match = _LABELLED.match(part)
    value, label = (match["value"], match["label"].strip()) if match else (part, "")
    return {"type": kind, "value": _CHECKS[kind](value or part), "label": label if value else ""}


def _number(value: str) -> str:
    """A telephone number in half-width digits, with plain hyphens."""
    return _HYPHENS.sub("-", unicodedata.normalize("NFKC", value)).strip()


def _email(value: str) -> str:
    address = unicodedata.normalize("NFKC", value).removeprefix("mailto:")
    if not _EMAIL.fullmatch(address):
        raise CellError("メールアドレスとして読めません（例：info@example.jp）")
    return address


def _url(value: str) -> str:
    if not _URL.fullmatch(value):
        raise CellError("URLは http:// か https:// で始めてください")
    return value


_CHECKS = {"phone": _number, "fax": _number, "email": _email, "url": _url}


def write(kind: str, contacts: Iterable[Contact]) -> str:
    """The cell that `read` takes back as the same contacts."""
    return join(
        c["value"] + (f"（{c['label']}）" if c["label"] else "") for c in contacts if c["type"] == kind
    )


def merge(new: Sequence[Contact], old: Sequence[Contact], absent: Iterable[str]) -> list[Contact]:
    """New contacts, with the old ones of those types whose column the list does not have."""
    kept = [c for c in old if c["type"] in set(absent)]
    order = list(CONTACT_TYPES)
    return sorted([*new, *kept], key=lambda c: order.index(c["type"]))
