"""Who reads this request, and what the registry looks like to them."""

from flask import current_app, g

from mapdata.claims.projection import PUBLIC, Audience, Record
from mapdata.errors import NotFound
from mapdata.registry import Registry
from mapdata.search.snapshot import Snapshot
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
        found = g.snapshot = registry().snapshots.current(audience())
    return found


def record(entry_id: str) -> Record:
    """Raises NotFound alike for an unknown entry and for one that this reader may not see."""
    found = snapshot().by_id.get(entry_id)
    if found is None:
        raise NotFound(entry_id)
    return found


def holds_samples() -> bool:
    """Whether pages must say that the data is a sample. An error page must render without a database."""
    try:
        return snapshot().holds_samples
    except Exception:  # whatever broke, the page that says so must not break of it too
        return False
