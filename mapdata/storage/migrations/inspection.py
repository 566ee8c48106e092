"""A database looked at from outside, for whoever wants to know all that is wrong with it."""

from sqlalchemy import Engine

from mapdata import storage
from mapdata.errors import Unavailable, WrongDatabase
from mapdata.storage import migrations
from mapdata.storage.migrations import condition


def troubles(url: str) -> list[Unavailable]:
    """What keeps this database from being read, written or believed. Nothing is changed in it, and nothing made.
    Raises Unavailable for a URL that names none."""
    engine = storage.open_engine(url)
    found = []
    try:
        for look in (_is_ours, _is_whole, _is_writable):
            try:
                look(engine)
            except Unavailable as trouble:
                found.append(trouble)
                if look is _is_ours:
                    break  # nothing else can be said of it
    finally:
        engine.dispose()
    return found


def _is_ours(engine: Engine) -> None:
    with storage.answering():
        standing = migrations.standing(engine)
    if standing is None:
        raise WrongDatabase(condition.MISSING)
    if standing != migrations.newest():
        raise WrongDatabase(condition.OTHER_VERSION)


def _is_whole(engine: Engine) -> None:
    with storage.connected(engine) as connection:
        condition.require_whole(connection, thorough=True)


def _is_writable(engine: Engine) -> None:
    storage.try_to_write(engine)
