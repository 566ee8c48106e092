"""A list sent in the browser: kept, looked through, corrected and taken in, by the same code as the command.

The work is done by a process of its own (`workers`, `import_job`); requests only start it, ask how far it is and page
through what it found.
"""

import os
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Engine

from mapdata import clock, storage
from mapdata.errors import EditRefused, NotFound, RegistryError
from mapdata.fields import field_table, values
from mapdata.lists import sheets
from mapdata.lists.sent import uploads, workers
from mapdata.lists.sent.import_job import KINDS
from mapdata.lists.sent.uploads import Upload
from mapdata.lists.sent.workers import Runner, in_background
from mapdata.storage import Job

#: After this long a sent list is gone, whether it was taken in or not.
KEPT = timedelta(days=1)

#: What the headings of a list are called that follow a standard of open data.
STANDARDS: Mapping[str, str] = {
    "facilities": "公共施設一覧", "childcare": "子育て施設一覧", "care": "介護サービス事業所一覧",
    "events": "イベント一覧",
}
_TOO_MANY_WAIT = (
    f"この所属のファイルが、もう{workers.MOST_WAITING}件、順番を待っています。終わったころに、もう一度選んでください"
)
_WORKING = {"previewing": "preview", "applying": "apply"}


class NotNow(RegistryError):
    """Something that the job is not ready for; the text says why."""


@dataclass(frozen=True)
class Column:
    """A column of the file. `name`: how it was understood, "" for not taken; `feeds`: the headings it goes into."""

    index: int
    heading: str
    name: str
    feeds: tuple[str, ...]
    examples: tuple[str, ...]

    @property
    def choice(self) -> str:
        """The one heading of the registry's that it is, "" where it is none or goes into several."""
        base = self.name.partition("#")[0]
        return base if base in field_table.HEADINGS else ""


@dataclass(frozen=True)
class Status:
    """How a job stands.

    `state`: previewing, ready, refused (problems to mend in the file or the columns), applying, done, failed or
    died; `cause` says of the last two what is known of it (`mapdata.errors.what_is_behind`). `done` of `total` rows,
    twice, count while it works; `waits_for`: how many lists come first. `corrected` is what a person said of columns.
    `outcome` has rows, added, updated, unchanged, missing; `counts` the findings by kind; `moved` says that the
    registry changed meanwhile and that this is a new look.
    """

    token: str
    filename: str
    actor: str
    at: datetime
    state: str
    done: int
    total: int
    kind: str
    sheet: int
    sheets: tuple[str, ...]
    row: int
    columns: tuple[Column, ...]
    corrected: Mapping[int, str]
    fill: Mapping[str, str]
    outcome: Mapping[str, Any]
    counts: Mapping[str, int]
    moved: bool
    operation: int | None
    cause: str = ""
    waits_for: int = 0

    @property
    def is_working(self) -> bool:
        return self.state in _WORKING


@dataclass(frozen=True)
class Page:
    """Some of the findings of one kind, out of `total`."""

    items: tuple[Mapping[str, Any], ...]
    number: int
    pages: int
    total: int


def stage(
    engine: Engine, folder: Path, stream: BinaryIO, filename: str, source: str, actor: str,
    *, run: Runner = in_background,
) -> str:
    """Keep a sent file and begin to look through it; returns its token.

    Raises ListRefused for a file that is too large, empty or plainly no list, or while too many wait already, and
    OSError where there is no room for it. Old uploads go on this occasion.
    """
    sweep(engine, folder)
    if workers.is_full(folder / "uploads", source):
        raise sheets.refused(_TOO_MANY_WAIT)
    upload = Upload(folder / "uploads", uploads.new_token())
    upload.keep(stream)
    job = Job(upload.token, _shown_name(filename), source, actor, clock.now(), "previewing")
    try:
        with storage.beside(engine) as connection:
            storage.add_job(connection, job)
    except BaseException:
        upload.remove()
        raise
    _start(engine, folder, job, "previewing", run)
    return upload.token


def _shown_name(filename: str) -> str:
    """A file's name as a person may read it; it is never a path of ours."""
    last = re.split(r"[/\\]", filename)[-1]
    return "".join(c for c in last if unicodedata.category(c)[0] != "C")[-100:] or "一覧"


def status(engine: Engine, folder: Path, token: str, source: str) -> Status:
    """How a job of this office stands. Raises NotFound."""
    return _status(engine, folder, *_job(engine, folder, token, source))


def kept(engine: Engine, folder: Path, sources: Collection[str]) -> list[tuple[str, Status]]:
    """The sent lists of these sources that are still here, each with its source, the newest first."""
    with storage.reading(engine) as connection:
        jobs = [job for job in storage.jobs(connection) if job.source in sources]
    found = [(job, Upload(folder / "uploads", job.token)) for job in jobs]
    return [(job.source, _status(engine, folder, job, upload)) for job, upload in found if upload.file.exists()]


def _status(engine: Engine, folder: Path, job: Job, upload: Upload) -> Status:
    token, source = job.token, job.source
    if job.state in _WORKING and not upload.is_locked():
        job, _ = _job(engine, folder, token, source)  # it may have ended between the two looks
        job = replace(job, state="died") if job.state in _WORKING else job
    done, total = upload.progress()
    found, outcome = job.columns, dict(job.outcome)
    columns = tuple(
        Column(c["index"], c["heading"], c["name"], tuple(c["feeds"]), tuple(c["examples"]))
        for c in found.get("columns", ())
    )
    corrected = {int(index): name for index, name in job.settings.get("columns", {}).items()}
    counts, moved = outcome.pop("counts", dict.fromkeys(KINDS, 0)), outcome.pop("moved", False)
    return Status(
        token, job.filename, job.actor, job.at, job.state, done, total, found.get("kind", ""), found.get("sheet", 0),
        tuple(found.get("sheets", ())), found.get("row", 0), columns, corrected,
        job.settings.get("fill", {}), outcome, counts, moved, job.operation_id,
        cause=_cause(upload) if job.state in ("failed", "died") else "",
        waits_for=workers.waits_for(upload) if job.state in _WORKING else 0,
    )


def _cause(upload: Upload) -> str:
    """Why the work ended; a process that could not even say so may have had no room to."""
    return upload.cause() or ("" if upload.has_room() else "full")


def preview(
    engine: Engine, folder: Path, token: str, source: str, kind: str, page: int = 1, per_page: int = 50
) -> Page:
    """A page of what was found: `added`, `changed`, `missing`, `problems` or `warnings`. Raises NotFound."""
    job, upload = _job(engine, folder, token, source)
    if kind not in KINDS:
        raise NotFound(kind)
    total = job.outcome.get("counts", {}).get(kind, 0)
    pages = max(1, -(-total // per_page))
    number = min(max(page, 1), pages)
    return Page(tuple(upload.findings(kind, (number - 1) * per_page, per_page)), number, pages, total)


def look_again(
    engine: Engine, folder: Path, token: str, source: str, *, columns: Mapping[int, str] | None = None,
    fill: Mapping[str, str] | None = None, sheet: int | None = None, row: int | None = None,
    run: Runner = in_background,
) -> None:
    """Look through the list anew: after it died, or with columns corrected (column → heading, "" for not taken).

    `fill`: what blank cells of a column mean, by heading. `sheet` and `row`: where the headings stand, from 0.
    What is None stays as it is. Raises NotFound, NotNow, or EditRefused with errors at `columns` and `fill`.
    """
    job, _ = _job(engine, folder, token, source)
    if job.state == "done":
        raise NotNow("もう取り込みました。もう一度取り込むときは、ファイルを選びなおしてください")
    settings = dict(job.settings)
    if columns is not None or sheet is not None or row is not None:
        found = {"sheet": job.columns.get("sheet", 0), "row": job.columns.get("row", 0)}
        said = {"sheet": sheet, "row": row}
        settings |= found | {name: number for name, number in said.items() if number is not None}
        settings["columns"] = {str(index): name for index, name in (columns or {}).items()}
    if fill is not None:
        settings["fill"] = {heading: text for heading, text in fill.items() if text}
    _check(settings)
    _start(engine, folder, job, "previewing", run, settings=settings)


def apply(engine: Engine, folder: Path, token: str, source: str, *, run: Runner = in_background) -> None:
    """Take the list in as it was shown. Raises NotFound, or NotNow for one that is not ready.

    Where the registry changed meanwhile so that the list would do something else, nothing is taken in and the
    job is `ready` again with `moved`, to be looked at anew.
    """
    job, _ = _job(engine, folder, token, source)
    if job.state not in ("ready", "applying", "failed") or "digest" not in job.outcome:
        raise NotNow("まだ取り込めません。先に内容を確かめてください")
    _start(engine, folder, job, "applying", run)


def discard(engine: Engine, folder: Path, token: str, source: str) -> None:
    """Throw a sent list away; a process that works on it is ended. The file goes first: a disk may be full.

    Raises NotFound, or NotNow where it was taken in meanwhile, or by a process that is not to be found.
    """
    before, upload = _job(engine, folder, token, source)
    if upload.is_locked() and not workers.stop(upload):
        raise NotNow("作業中です。終わるまでお待ちください")
    job, _ = _job(engine, folder, token, source)
    if before.state in _WORKING and job.state == "done":
        raise NotNow("やめる前に、取り込みが終わりました。元にもどすときは、取り込んだあとの画面から取り消してください")
    upload.remove()
    with storage.beside(engine) as connection:
        storage.delete_jobs(connection, [token])


def sweep(engine: Engine, folder: Path, now: datetime | None = None) -> None:
    """Remove lists that were sent more than a day ago, and files of which no job is known."""
    limit = (now or clock.now()) - KEPT
    place = folder / "uploads"
    with storage.reading(engine) as connection:
        jobs = storage.jobs(connection)
    old = [job.token for job in jobs if job.at < limit and not Upload(place, job.token).is_locked()]
    if old:
        with storage.beside(engine) as connection:
            storage.delete_jobs(connection, old)
    kept = {job.token for job in jobs} - set(old)
    for token in uploads.tokens(place) - kept:
        upload = Upload(place, token)
        if token in old or upload.age() > KEPT:
            upload.remove()


def _job(engine: Engine, folder: Path, token: str, source: str) -> tuple[Job, Upload]:
    try:
        upload = Upload(folder / "uploads", token)
    except ValueError:
        raise NotFound(token) from None
    with storage.reading(engine) as connection:
        job = storage.job(connection, token)
    if job is None or job.source != source or not upload.file.exists():
        raise NotFound(token)
    return job, upload


def _start(engine: Engine, folder: Path, job: Job, state: str, run: Runner, **changes: Any) -> None:
    """Hand the job to a process, unless one has it already. Raises NotNow."""
    upload = Upload(folder / "uploads", job.token)
    if (lock := _lock(upload, patient=job.state not in _WORKING)) is None:
        raise NotNow("作業中です。終わるまでお待ちください")
    try:
        with storage.beside(engine) as connection:
            if not storage.change_job(connection, job.token, (job.state,), state=state, **changes):
                raise NotNow("ほかの画面で先に進んでいます。開きなおしてください")
        upload.begin(job.source)
    except BaseException:
        os.close(lock)  # held on, it would look as if somebody were at work for ever
        raise
    run(engine, folder, upload, _WORKING[state], lock)


def _lock(upload: Upload, patient: bool) -> int | None:
    """The upload's lock; whoever only asks whether it is held holds it for a moment too.

    `patient`: its work is done, and the process that did it is only a moment from its end.
    """
    for _ in range(500 if patient else 20):
        if (lock := upload.lock()) is not None:
            return lock
        time.sleep(0.01)
    return None


def _check(settings: Mapping[str, Any]) -> None:
    errors: dict[str, list[str]] = {}
    chosen = Counter(name for name in settings.get("columns", {}).values() if name)
    for name, count in chosen.items():
        if name not in field_table.HEADINGS:
            errors.setdefault("columns", []).append(f"「{name}」という列はありません")
        elif count > 1:
            errors.setdefault("columns", []).append(f"「{name}」が2つの列に選ばれています。1つにしてください")
    for heading, text in settings.get("fill", {}).items():
        if message := _fault_of_fill(heading, text):
            errors.setdefault("fill", []).append(message)
    if errors:
        raise EditRefused(errors)


def _fault_of_fill(heading: str, text: str) -> str:
    if heading not in field_table.HEADINGS:
        return f"「{heading}」という列はありません"
    if field := field_table.BY_HEADING.get(heading):
        try:
            field.read(values.clean(text))
        except values.CellError as error:
            return f"{heading}：「{text}」は、{error}"
    return ""
