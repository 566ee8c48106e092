"""Erasing an entry for good, as the law or the people concerned may ask: all that was ever said of it goes.

What stays is that something was erased: when, by whom and for which reason. There is no way back.
"""

from collections.abc import Mapping

from sqlalchemy import Engine

from mapdata import storage
from mapdata.accounts import audit
from mapdata.claims.resolve import resolve
from mapdata.errors import NotFound
from mapdata.people.account import Actor
from mapdata.storage import Erasure
from mapdata.storage.speaking import asked

#: Why an entry may be erased.
REASONS: Mapping[str, str] = {
    "request": "本人・団体の求め", "personal": "個人の情報がまじっていた", "law": "法令による",
    "mistake": "載せるべきでなかった",
}


def erase(engine: Engine, entry_id: str, actor: Actor, reason: str) -> Erasure:
    """Erase an entry; the answer is what to record of it. Only for those who may manage all: every office's words go.

    What is part of it goes too. Its id is never given again; the same row of a list makes a new entry. Lists that were
    sent and not yet taken in, and copies of the database, may still hold it. Raises NotFound, also for one that is
    erased already, or ValueError.
    """
    if reason not in REASONS:
        raise ValueError(reason)
    with storage.writing(engine) as connection:
        if not storage.exists(connection, entry_id) or storage.is_erased(connection, entry_id):
            raise NotFound(entry_id)
        gone = [entry_id, *(it for it, kept in storage.all_merged(connection).items() if kept == entry_id)]
        operation = storage.begin_operation(connection, "erase", actor.name, None)
        for it in gone:
            storage.erase_statements(connection, it)
            asked.forget_requests(connection, it)
            storage.add_erasure(connection, it, reason, operation)
        storage.save_entries(connection, [resolve(it, (), {}) for it in gone])
        storage.forget_organizations(connection)
        storage.end_operation(connection, operation, {"entries": 1, "reason": reason})
        audit.record(connection, actor, audit.Kind.ERASURE, entry_id, reason=REASONS[reason])
        return next(e for e in storage.erasures(connection) if (e.entry_id, e.operation) == (entry_id, operation))


def erased(engine: Engine) -> list[Erasure]:
    """What was erased, the newest first."""
    with storage.reading(engine) as connection:
        return storage.erasures(connection)
