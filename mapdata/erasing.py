"""Erasing an entry for good, as the law or the people concerned may ask: all that was ever said of it goes.

What stays is that something was erased: when, by whom and for which reason. There is no way back.
"""

from collections.abc import Mapping

from sqlalchemy import Engine

from mapdata import storage
from mapdata.accounts import audit
from mapdata.accounts.account import Actor
from mapdata.errors import NotFound
from mapdata.resolve import resolve
from mapdata.storage import Erasure

#: Why an entry may be erased.
REASONS: Mapping[str, str] = {
    "request": "本人・団体の求め", "personal": "個人の情報がまじっていた", "law": "法令による",
    "mistake": "載せるべきでなかった",
}


def erase(engine: Engine, entry_id: str, actor: Actor, reason: str) -> Erasure:
    """Erase an entry; the answer is what to record of it. Only for those who may manage all: every office's words go.

    Its id is never given again; the same row of a list makes a new entry. Lists that were sent and not yet taken in,
    and copies of the database, may still hold it. Raises NotFound, also for one that is erased already, or ValueError.
    """
    if reason not in REASONS:
        raise ValueError(reason)
    with storage.writing(engine) as connection:
        if not storage.exists(connection, entry_id) or storage.is_erased(connection, entry_id):
            raise NotFound(entry_id)
        operation = storage.begin_operation(connection, "erase", actor.name, None)
        storage.erase_statements(connection, entry_id)
        storage.save_entries(connection, [resolve(entry_id, (), {})])
        storage.forget_organizations(connection)
        storage.add_erasure(connection, entry_id, reason, operation)
        storage.end_operation(connection, operation, {"entries": 1, "reason": reason})
        audit.record(connection, actor, audit.Kind.ERASURE, entry_id, reason=REASONS[reason])
        return next(e for e in storage.erasures(connection) if e.operation == operation)


def erased(engine: Engine) -> list[Erasure]:
    """What was erased, the newest first."""
    with storage.reading(engine) as connection:
        return storage.erasures(connection)
