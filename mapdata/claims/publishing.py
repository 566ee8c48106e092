"""When an entry becomes public, and what that asks for (docs/decisions/who-sees-what.md)."""

from collections.abc import Iterable, Mapping
from typing import Any

from mapdata import words
from mapdata.claims.entry import SELF, Claim
from mapdata.words import CONSENT, STATUS, Level


def _either(labels: Iterable[str]) -> str:
    """「あり」か「口頭」."""
    return "か".join(f"「{label}」" for label in labels)


_CONSENTS = _either(term.label for term in CONSENT.terms if words.consent(term.code).may_publish)
_STATUSES = _either(term.label for term in STATUS.terms if words.status(term.code).is_public)

NEEDS_CONSENT = f"公開するには、掲載の同意が必要です。同意をもらったら{_CONSENTS}にしてください"
SHARED = "ほかの所属も情報を寄せているため、自所属のみにはできません"
NO_LONGER_PUBLIC = f"掲載同意が{_CONSENTS}でないため、一般には公開されません"
#: What the form says of all of it.
RULE = (
    f"公開されるのは、公開範囲が「{words.AUDIENCE.label_of(Level.PUBLIC)}」、状態が{_STATUSES}、掲載同意が{_CONSENTS}のものだけです。"
)

#: What an entry says of itself when nothing keeps it from anybody.
OPEN: Mapping[str, Any] = {
    "audience": Level.PUBLIC, "status": words.ACTIVE, "consent": words.CONSENTED,
    "publish_from": None, "publish_until": None,
}


def may_publish(consent: object) -> bool:
    """Whether everyone may see an entry with this consent."""
    return words.consent(consent).may_publish


def is_published(says: Mapping[str, Any]) -> bool:
    """Whether audience and status together mean that everyone may see the entry."""
    return says.get("audience") == Level.PUBLIC and words.status(says.get("status")).is_public


def has_consent(says: Mapping[str, Any]) -> bool:
    return may_publish(says.get("consent"))


def lacks_consent(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether this change publishes an entry without consent.

    An entry that is published already may be mended, and its consent taken back: it is hidden all the same.
    """
    return is_published(after) and not has_consent(after) and not is_published(before)


def speaking_offices(claims: Iterable[Claim]) -> frozenset[str]:
    """The offices that say something of an entry; what the organisation says itself is nobody's list."""
    return frozenset(claim.source for claim in claims) - {SELF}


def others_speak(claims: Iterable[Claim], office: str) -> bool:
    """Whether an office beside this one says something of the entry, and would lose sight of it."""
    return bool(speaking_offices(claims) - {office})
