"""Every write to the registry is noted in the journal, by whichever process makes it."""

import secrets
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine

from mapdata import storage
from mapdata.clock import today
from mapdata.errors import Cause, Unavailable
from mapdata.search import record_store
from mapdata.search.kept.journal import Journal, Note
from mapdata.storage import Stamp

#: So many entries that changed at once are noted as they are now; of more, only which they are.
_MOST_TOLD = 200


def journal_of(engine: Engine, folder: Path | None) -> Journal | None:
    """Beside an SQLite file, so that whoever writes to it finds it; else in this folder (INSTANCE_DIR)."""
    if file := storage.file_of(engine):
        return Journal(Path(f"{file}.writes"))
    return Journal(folder / "kept" / "writes") if folder and engine.dialect.name == "postgresql" else None


def tell_writes(engine: Engine, folder: Path | None) -> None:
    """From now on, where a journal is kept, all that is written on this engine is noted in it."""
    if journal := journal_of(engine, folder):
        storage.witnessed(engine, lambda connection, before, after: _noted(journal, connection, before, after))


def _noted(journal: Journal, connection: Connection, before: Stamp, after: Stamp) -> Callable[[], None]:
    """Raises Unavailable when it cannot be noted: a write that nobody could be told of is not kept."""
    if not journal.is_kept():
        return lambda: None
    note = _note(connection, before, after)
    try:
        journal.note(note)
    except OSError as error:
        raise Unavailable(error.strerror or "", Cause.FULL, type(error).__name__) from error
    return lambda: journal.confirm(note.token)


def _note(connection: Connection, before: Stamp, after: Stamp) -> Note:
    on, ids = today(), storage.changed_since(connection, before.revision)
    token = secrets.token_hex(8)
    if len(ids) > _MOST_TOLD:
        return Note(token, before.mark, *after, on.isoformat(), {}, ids)
    records = record_store.just_changed(connection, before, after, ids, on) if ids else {}
    return Note(token, before.mark, *after, on.isoformat(), records)
