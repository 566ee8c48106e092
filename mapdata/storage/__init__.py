"""The one module that speaks SQL: SQLite by default, PostgreSQL by `DATABASE_URL`.

Writers take turns (SQLite: BEGIN IMMEDIATE; PostgreSQL: the row of `registry_state` is locked),
readers see one revision throughout. SQLite keeps its rollback journal with synchronous=FULL,
because WAL under several writers can corrupt a database in versions before 3.51.3.
"""

from mapdata.storage.claims import (
    EVER,
    KnownAs,
    add_claims,
    all_ids,
    begin_operation,
    claims_of_resources,
    claims_of_source,
    end_claims,
    end_operation,
    history,
    is_empty,
    known_of,
    local_ids_of,
    others_spoke,
    revision,
    save_known,
    still_speaks,
)
from mapdata.storage.engine import alone, answering, open_engine, reading, writing
from mapdata.storage.entries import load_entries, points_given, stream_entries
from mapdata.storage.newest import RevisionCheck
from mapdata.storage.view import add_resources, save_entries

__all__ = [
    "EVER", "KnownAs", "RevisionCheck", "add_claims", "add_resources", "all_ids", "alone", "answering",
    "begin_operation", "claims_of_resources", "claims_of_source", "end_claims", "end_operation", "history",
    "is_empty", "known_of", "load_entries", "local_ids_of", "open_engine", "others_spoke", "points_given",
    "reading", "revision", "save_entries", "save_known", "still_speaks", "stream_entries", "writing",
]
