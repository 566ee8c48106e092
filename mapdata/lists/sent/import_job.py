"""The work on a list that was sent in the browser: looking through it, or taking it in.

A process of its own runs it (`workers`), so that a long list keeps no request waiting. It holds the upload's lock,
which it inherits, for as long as it lives.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from commands import logs
from geocode import installed, ward
from mapdata import clock, sitetexts, storage
from mapdata.claims import in_words
from mapdata.claims.entry import Claim
from mapdata.claims.projection import office
from mapdata.claims.widening import Widening
from mapdata.errors import ListRefused, Problem, Unavailable, what_is_behind
from mapdata.fields import field_table, values
from mapdata.lists import headings, importing, list_file, opendata, sheets, taking_in
from mapdata.lists.drafting import Drafting
from mapdata.lists.headings import Chosen, Headings
from mapdata.lists.sent.uploads import Findings, Upload
from mapdata.lists.taking_in import ListOutcome, RowChange
from mapdata.search.kept import tell_writes
from mapdata.storage import Job
from mapdata.words import Level

#: What is found, each kind to be looked through in pages.
KINDS = ("added", "changed", "missing", "problems", "warnings", "widens")

_EXAMPLES = 3

#: How often a list tries to be taken in while another one is, and the seconds between.
_TRIES, _BETWEEN_TRIES = 60, 1.0


class _Stale(Exception):
    """The list would change something else by now than what its sender was shown."""


def run(engine: Engine, upload: Upload, task: str) -> None:
    """Do a task (`preview` or `apply`) on a sent list and note what came of it.

    Why it failed is noted beside the file first: the database may be what is away.
    """
    try:
        with storage.reading(engine) as connection:
            job = storage.job(connection, upload.token)
        if job is not None:
            _do(_Work(engine, upload, job), task)
    except Exception as error:
        upload.because(what_is_behind(error))
        raise


def _do(work: "_Work", task: str) -> None:
    try:
        if task == "apply":
            work.apply()
        else:
            work.preview(moved=False)
    except Exception:
        with suppress(Unavailable):
            work.note(state="failed")
        raise


_T = TypeVar("_T")


def _patiently(do: Callable[[], _T]) -> _T:
    """Do it, and again while somebody else writes: nobody waits for a page here."""
    for _ in range(_TRIES - 1):
        try:
            return do()
        except Unavailable as error:
            if what_is_behind(error) != "locked":
                raise
            time.sleep(_BETWEEN_TRIES)
    return do()


class _Work:
    def __init__(self, engine: Engine, upload: Upload, job: Job):
        self.engine, self.upload, self.job = engine, upload, job

    def note(self, **values: Any) -> None:
        def note() -> None:
            with storage.beside(self.engine) as connection:
                storage.change_job(connection, self.job.token, (self.job.state,), **values)

        _patiently(note)

    def preview(self, moved: bool) -> None:
        """Look through the list. Its findings take the place of those of an earlier look."""
        columns: dict[str, Any] = {}
        with self.upload.writing(KINDS) as findings:
            try:
                outcome = self._look(findings, columns)
            except ListRefused as refused:
                findings.clear(KINDS)
                _add_problems(findings, "problems", refused.problems)
                _add_problems(findings, "warnings", refused.warnings)
                outcome = {"rows": refused.rows}
            counts = dict(findings.counts)
        state = "refused" if counts["problems"] else "ready"
        self.note(state=state, columns=columns, outcome={**outcome, "counts": counts, "moved": moved})

    def _look(self, findings: Findings, columns: dict[str, Any]) -> dict[str, Any]:
        read = self._read(columns)
        names = {draft.row: str(draft.says.get("name", "")) for draft in read.drafts}
        outcome = taking_in.preview_list(
            self.engine, read.drafts, self.job.source, self.job.actor, progress=self._second_half,
            tell=lambda change: findings.add(*_told(change, names)),
            start_over=lambda: findings.clear(("added", "changed")),
        )
        _add_problems(findings, "warnings", [*read.warnings, *outcome.remarks])
        self._add_missing(findings, outcome)
        self._add_widened(findings, outcome.widened)
        return {"rows": len(read.drafts), "digest": outcome.digest, **asdict(outcome.change)}

    def _add_missing(self, findings: Findings, outcome: ListOutcome) -> None:
        """By the names under which this source's own office sees them."""
        ids = [known.resource_id for known in outcome.missing]
        with storage.reading(self.engine) as connection:
            seen = storage.see_those(connection, ids, office(self.job.source), clock.today())
        for known in outcome.missing:
            it = known.resource_id
            name = seen[it].value("name") if it in seen else None
            findings.add("missing", {"id": it, "name": name or "", "local_id": known.local_id or ""})

    def _add_widened(self, findings: Findings, widened: Sequence[Widening]) -> None:
        """What it shows to whom that was not, of entries that are new or that this source's own office sees."""
        ids = list(dict.fromkeys(one.entry_id for one in widened if not one.is_new))
        with storage.reading(self.engine) as connection:
            seen = storage.see_those(connection, ids, office(self.job.source), clock.today())
        for one in widened:
            if one.is_new or one.entry_id in seen:
                findings.add("widens", {
                    "id": one.entry_id, "name": one.name, "what": one.heading, "to": in_words.audience(one.to),
                    "day": in_words.day(one.day), "is_new": one.is_new,
                })

    def apply(self) -> None:
        """Take the list in, if it still does what its sender was shown; else look through it anew."""
        read = self._read({})
        try:
            _patiently(lambda: taking_in.import_list(
                self.engine, read.drafts, self.job.source, self.job.actor,
                progress=self._second_half, before_commit=self._finish,
            ))
        except (_Stale, ListRefused):
            self.preview(moved=True)

    def _finish(self, connection: Connection, outcome: ListOutcome) -> None:
        """Note the job's end in the import's own transaction: both are kept or neither is."""
        if outcome.digest != self.job.outcome.get("digest"):
            raise _Stale
        storage.change_job(
            connection, self.job.token, (self.job.state,), state="done", operation_id=outcome.operation,
            outcome={**self.job.outcome, **asdict(outcome.change)},
        )

    def _read(self, columns: dict[str, Any]) -> Drafting:
        """The list as drafts; `columns` is filled with how its columns were understood. Raises ListRefused."""
        self.upload.tell(0, 0)
        grids = sheets.read(self.upload.file)
        settings = self.job.settings
        try:
            found = headings.find(grids, chosen_of(settings))
        except ListRefused:
            columns |= _columns_of(grids, *headings.guess(grids), names={})
            raise
        names = {i: name for i, name in enumerate(found.names) if name}
        columns |= _columns_of(grids, grids.index(found.sheet), found.row, names, found)
        with sitetexts.reading_lists(self.engine):
            return importing.drafts_of(list_file.table(found, settings.get("fill")), self._first_half)

    def _first_half(self, done: int, total: int) -> None:
        self.upload.tell(done, 2 * total)

    def _second_half(self, done: int, total: int) -> None:
        self.upload.tell(total + done, 2 * total)


def chosen_of(settings: Mapping[str, Any]) -> Chosen | None:
    if "row" not in settings:
        return None
    names = {int(column): name for column, name in settings.get("columns", {}).items()}
    return Chosen(settings["sheet"], settings["row"], names)


def _columns_of(
    grids: list[sheets.Sheet], sheet: int, row: int, names: Mapping[int, str], found: Headings | None = None
) -> dict[str, Any]:
    """How the columns were understood, with examples of what stands in them."""
    rows = grids[sheet].rows if grids else []
    texts = rows[row] if row < len(rows) else []
    columns = [
        {
            "index": index, "heading": values.clean(text), "name": names.get(index, ""),
            "feeds": list(opendata.feeds(names.get(index, ""))), "examples": list(_examples(rows[row + 1:], index)),
        }
        for index, text in enumerate(texts)
    ]
    columns = [column for column in columns if column["heading"] or column["examples"]]
    sheet_names = [grid.name for grid in grids]
    return {"sheet": sheet, "row": row, "kind": found.kind if found else "", "columns": columns, "sheets": sheet_names}


def _examples(rows: list[list[str]], index: int) -> Iterator[str]:
    seen = dict.fromkeys(text for row in rows[:200] if index < len(row) and (text := values.clean(row[index])))
    yield from (text[:60] for text in list(seen)[:_EXAMPLES])


def _add_problems(findings: Findings, kind: str, problems: list[Problem]) -> None:
    for problem in problems:
        findings.add(kind, problem.as_dict())


def _told(change: RowChange, names: Mapping[int, str]) -> tuple[str, dict[str, Any]]:
    """A row's change in words, as one finding."""
    kind = "changed" if change.before else "added"
    pairs = sorted(change.claims, key=_order)
    lines = [line for old, new in pairs if (line := _line(old, new))]
    days = {(old.assured_on, new.assured_on) for old, new in change.claims if old and new}
    before, after = (change.before and change.before.local_id) or "", change.entry.local_id or ""
    if kind == "changed" and before != after:
        lines.insert(0, {"heading": field_table.LOCAL_ID, "before": before, "after": after})
    if kind == "changed" and not lines and days:
        was, now = max(days, key=lambda pair: str(pair[1]))
        lines.append({"heading": field_table.ASSURED_ON, "before": in_words.day(was), "after": in_words.day(now)})
    entry_id = "" if change.is_new_entry else change.entry.resource_id
    found = {"row": change.row, "id": entry_id, "name": names.get(change.row, ""), "local_id": after, "fields": lines}
    return kind, found


def _order(pair: tuple[Claim | None, Claim | None]) -> int:
    return min(field_table.NAMES.index(claim.field) for claim in pair if claim)


def _line(old: Claim | None, new: Claim | None) -> dict[str, str] | None:
    """Before and after of one field, and `own` where the former was for its office alone; None where only the day
    changes on which somebody made sure."""
    said = old or new
    assert said is not None
    before, after = (in_words.value(said.field, claim.value) if claim else "" for claim in (old, new))
    heading = field_table.heading_of(said.field)
    own = {"own": "1"} if old and old.audience == Level.OFFICE else {}
    return None if before == after else {"heading": heading, "before": before, "after": after, **own}


def settle(folder: Path) -> None:
    """Be of the same ward and with the same tables as the site of this instance folder. Raises WardFileError."""
    ward.use(ward.file_for(os.environ.get("WARD_FILE", ""), folder))
    installed.use(folder)


def main(arguments: list[str], open_engine: Callable[[str], Engine] = storage.open_engine) -> None:
    """FOLDER TOKEN TASK; the database's URL stands in REGISTRY_URL, because it may hold a password."""
    logs.install()
    folder, token, task = arguments
    settle(Path(folder))
    engine = open_engine(os.environ["REGISTRY_URL"])
    tell_writes(engine, Path(folder))
    run(engine, Upload(Path(folder) / "uploads", token), task)
    engine.dispose()
