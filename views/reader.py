"""Who reads this request, and what the registry looks like to them."""

from contextlib import suppress
from datetime import datetime

from flask import current_app, g, request

from mapdata.claims.projection import PUBLIC, Audience, Record
from mapdata.errors import NotFound, Unavailable
from mapdata.registry import Registry
from mapdata.search.snapshot import Snapshot
from mapdata.sitetexts import SiteTexts
from views import sessions


def registry() -> Registry:
    found: Registry = current_app.extensions["registry"]
    return found


def audience() -> Audience:
    """Everyone who has not signed in is the public."""
    account = sessions.account()
    return account.audience if account else PUBLIC


def snapshot() -> Snapshot:
    """The registry as this reader sees it, the same throughout one request."""
    found: Snapshot | None = g.get("snapshot")
    if found is None:
        here = registry()
        if not here.is_kept and request.is_multithread:  # a server; whoever answers in one thread has none beside it
            here.keep()
        found = g.snapshot = here.snapshots.current(audience())
    return found


def record(entry_id: str) -> Record:
    """Raises NotFound alike for an unknown entry and for one that this reader may not see; Unavailable where that
    cannot be known now."""
    found = snapshot().by_id.get(entry_id)
    if found is None:
        raise Unavailable(entry_id) if entry_id in snapshot().left_out else NotFound(entry_id)
    return found


def kept_from() -> datetime | None:
    """When what this page shows was known to be right; None where it is known now."""
    with suppress(Exception):  # as below
        return snapshot().kept_from
    return None


def kept_texts() -> SiteTexts | None:
    """What the site says by itself, of the same time as what is kept; None where that is not shown."""
    shown: Snapshot | None = g.get("snapshot")
    keeper = registry().keeper
    return keeper.texts if keeper and shown and shown.kept_from else None


def holds_samples() -> bool:
    """Whether pages must say that the data is a sample. An error page must render without a database."""
    try:
        return snapshot().holds_samples
    except Exception:  # whatever broke, the page that says so must not break of it too
        return False
