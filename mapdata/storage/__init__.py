"""The one module that speaks SQL: SQLite by default, PostgreSQL by `DATABASE_URL`.

Writers take turns (SQLite: BEGIN IMMEDIATE; PostgreSQL: the row of `registry_state` is locked),
readers see one revision throughout. SQLite keeps its rollback journal with synchronous=FULL,
because WAL under several writers can corrupt a database in versions before 3.51.3.
"""

from mapdata.storage import statements
from mapdata.storage.care_rows import Attempt, Care, add_attempt, attempt_ids, attempts, cares, days_of, set_care
from mapdata.storage.claim_rows import (
    EVER,
    Told,
    add_claims,
    all_ids,
    claims_around,
    claims_of_resources,
    claims_of_source,
    end_claims,
    exists,
    history,
    is_empty,
    others_spoke,
    published,
    see,
    see_all,
    see_those,
    still_speaks,
)
from mapdata.storage.engine import (
    alone,
    answering,
    before_use,
    beside,
    connected,
    open_engine,
    reading,
    try_to_write,
    witnessed,
    writing,
)
from mapdata.storage.engine.sqlite_file import file_of, undisturbed
from mapdata.storage.entry_rows import load_entries, stream_entries
from mapdata.storage.erasures import (
    Erasure,
    add_erasure,
    erase_statements,
    erasures,
    forget_organizations,
    is_erased,
)
from mapdata.storage.jobs import Job, add_job, change_job, delete_jobs, job, jobs
from mapdata.storage.known import (
    KnownAs,
    ToldKnown,
    begin_known,
    end_known,
    known_history,
    known_of,
    known_of_resources,
    known_once,
    local_ids_of,
    number_holders,
)
from mapdata.storage.merge_rows import (
    ToldChoice,
    ToldMerge,
    all_choices,
    all_merged,
    begin_distinct,
    begin_merged,
    choices_of,
    choices_told,
    choose,
    distinct_pairs,
    end_distinct,
    merged_into,
    merges_by,
    merges_of,
    revisions_of,
    standing_before,
    standing_of,
)
from mapdata.storage.newest import RevisionCheck
from mapdata.storage.oplog import (
    Operation,
    begin_operation,
    end_operation,
    last_changes,
    latest_operations,
    operation,
    operations,
)
from mapdata.storage.revision import (
    Stamp,
    changed_since,
    descends_from,
    revision,
    rules_of_view,
    set_rules_of_view,
    stamp,
)
from mapdata.storage.statements import touched_entries
from mapdata.storage.text_rows import ToldText, current_texts, told_texts, write_texts
from mapdata.storage.view import add_resources, resolved_at, save_entries
from mapdata.storage.visit_rows import ToldVisit, add_visit, end_visits, visited, visits_of

__all__ = [
    "EVER", "Attempt", "Care", "Erasure", "Job", "KnownAs", "Operation", "RevisionCheck", "Stamp", "Told", "ToldChoice",
    "ToldKnown", "ToldMerge", "ToldText", "ToldVisit", "add_attempt", "add_claims", "add_erasure", "add_job",
    "add_resources", "add_visit", "all_choices", "all_ids", "all_merged", "alone", "answering", "attempt_ids",
    "attempts", "before_use", "begin_distinct", "begin_known", "begin_merged", "begin_operation", "beside", "cares",
    "change_job", "changed_since", "choices_of", "choices_told", "choose", "claims_around", "claims_of_resources",
    "claims_of_source", "connected", "current_texts", "days_of", "delete_jobs", "descends_from", "distinct_pairs",
    "end_claims", "end_distinct", "end_known", "end_operation", "end_visits", "erase_statements", "erasures", "exists",
    "file_of", "forget_organizations", "history", "is_empty", "is_erased", "job", "jobs", "known_history", "known_of",
    "known_of_resources", "known_once", "last_changes", "latest_operations", "load_entries", "local_ids_of",
    "merged_into", "merges_by", "merges_of", "number_holders", "open_engine", "operation", "operations", "others_spoke",
    "published", "reading", "resolved_at", "revision", "revisions_of", "rules_of_view", "save_entries", "see",
    "see_all", "see_those", "set_care", "set_rules_of_view", "stamp", "standing_before", "standing_of", "statements",
    "still_speaks", "stream_entries", "told_texts", "touched_entries", "try_to_write", "undisturbed", "visited",
    "visits_of", "witnessed", "write_texts", "writing",
]
