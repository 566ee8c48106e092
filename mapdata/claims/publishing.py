"""When an entry becomes public, and what that asks for (docs/decisions/who-sees-what.md)."""

from collections.abc import Mapping
from typing import Any

NEEDS_CONSENT = "公開するには、掲載の同意が必要です。同意をもらったら「あり」か「口頭」にしてください"
SHARED = "ほかの所属も情報を寄せているため、自所属のみにはできません"
NO_LONGER_PUBLIC = "掲載同意が「あり」か「口頭」でないため、一般には公開されません"

_CONSENTED = frozenset({"yes", "oral"})
_PUBLISHED = frozenset({"active", "paused"})


def is_published(says: Mapping[str, Any]) -> bool:
    """Whether audience and status together mean that everyone may see the entry."""
    return says.get("audience") == "public" and says.get("status") in _PUBLISHED


def has_consent(says: Mapping[str, Any]) -> bool:
    return says.get("consent") in _CONSENTED


def lacks_consent(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether this change publishes an entry without consent.

    An entry that is published already may be mended, and its consent taken back: it is hidden all the same.
    """
    return is_published(after) and not has_consent(after) and not is_published(before)
