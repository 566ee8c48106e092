"""Whoever keeps what everyone may see, and hands it out while the database is away (docs/decisions/kept.md).

In the folder `kept` of the instance: an edition a day, when the database was last seen in order, and what its last
examination found. All times are the clock's, so that a test may move it.
"""

import fcntl
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from weakref import ref

from sqlalchemy import Engine

from commands.logs import Own, error_name
from mapdata import clock, storage
from mapdata.claims.projection import PUBLIC, Record
from mapdata.errors import Cause, Unavailable, WrongDatabase
from mapdata.search.kept import plain
from mapdata.search.kept.edition import Edition, Heading, called, content
from mapdata.search.kept.examining import Examinations
from mapdata.search.kept.journal import Journal, Note, Way, way
from mapdata.search.kept.telling import journal_of
from mapdata.search.record_store import RecordStore, State
from mapdata.search.snapshot import Snapshot, Snapshots, build
from mapdata.sitetexts import SiteTexts, texts
from mapdata.storage import Stamp
from mapdata.storage.migrations import condition

#: How long after it was last known to be right something is shown for which nobody can be asked.
LONGEST = timedelta(minutes=10)
#: How often a process looks, in seconds; and how long an edition stands at least before the next one.
_EVERY, _STANDS = 2.0, 5.0

_log = logging.getLogger(__name__)


class Keeper:
    """Of one process; all of the site's processes share the folder."""

    def __init__(self, engine: Engine, store: RecordStore, folder: Path):
        self._engine, self._store, self.folder = engine, store, folder / "kept"
        self._of = called(engine)
        self._journal: Journal | None = journal_of(engine, folder)
        self._process = 0
        self._stands_until = 0.0
        self._held: tuple[object, Snapshot, SiteTexts] | None = None
        self._making = threading.Lock()
        self.texts: SiteTexts | None = None
        self.examinations = Examinations(self.folder)

    # --- while the database answers

    def begin(self, snapshots: Snapshots) -> None:
        """Look after it from now on, beside the requests of this process."""
        if self._process != os.getpid():
            self._process = os.getpid()
            threading.Thread(target=_look_after, args=(ref(self), ref(snapshots)), daemon=True).start()

    def look(self, snapshots: Snapshots) -> None:
        """Note that the database is in order, and keep an edition of it where there is none. Raises nothing."""
        try:
            stamp = self._store.stamp()
            with self._making:
                self._held = None
            self.folder.mkdir(mode=0o700, exist_ok=True)
            if all([self._is_kept(day, stamp) or self._keep(day, stamp, snapshots) for day in self._days()]):
                self._tidy()
            self._note_seen()
            self._examine()
        except Unavailable:
            pass  # whoever asks is told
        except OSError as error:
            _log.warning("Nothing can be kept: %s", Own(error_name(error)))

    @staticmethod
    def _days() -> list[date]:
        """Today, and tomorrow as soon as it may have begun before the database is back."""
        soon = clock.now() + LONGEST + timedelta(minutes=2)
        return sorted({clock.today(), soon.astimezone(clock.TIMEZONE).date()})

    def _is_kept(self, day: date, stamp: Stamp) -> bool:
        heading = self._heading(day)
        return heading is not None and Stamp(heading.revision, heading.mark) == stamp

    def _heading(self, day: date) -> Heading | None:
        found = Edition(self.folder, day).heading()
        return found if found and found.of == self._of else None

    def _keep(self, day: date, stamp: Stamp, snapshots: Snapshots) -> bool:
        """Whether an edition of this day was made. Raises Unavailable and OSError."""
        if self._journal is None or (time.monotonic() < self._stands_until and self._leads_to(stamp, day)):
            return False
        with _if_nobody_else(self.folder / "lock") as is_ours:
            if not is_ours:
                return False
            self._begin_journal(self._journal)
            found = snapshots.newest(PUBLIC) if day == clock.today() else build(self._store, PUBLIC, day)
            self._stands_until = time.monotonic() + _STANDS
            return self._publish(self._journal, day, found, content(found, texts(self._engine)))

    def _leads_to(self, stamp: Stamp, day: date) -> bool:
        """Whether what is kept could be shown if the database went away now."""
        heading, journal = self._heading(day), self._journal
        if heading is None or journal is None or not journal.is_kept():
            return False
        return stamp.mark in _marks(way(heading.mark, journal.read()), heading.mark)

    def _begin_journal(self, journal: Journal) -> None:
        """Who began to write before there was a journal is waited for: what comes after is noted."""
        if not journal.is_kept():
            journal.begin()
            try:
                with storage.writing(self._engine):
                    pass
            except Unavailable as error:
                if error.cause != Cause.READ_ONLY:  # else nobody writes
                    journal.file.unlink()
                    raise

    def _publish(self, journal: Journal, day: date, found: Snapshot, body: bytes) -> bool:
        """Whether the edition took its place: not where the registry went on otherwise than the journal tells, as when
        another database was put there meanwhile."""
        with journal.alone():
            notes = journal.read()
            on = way(found.mark, notes)
            if self._store.stamp().mark not in _marks(on, found.mark):
                return False
            left = [*on.steps, *on.unsure]
            passed = [note.mark for note in notes if note not in left]
            Edition(self.folder, day).write(Heading(self._of, found.revision, found.mark, passed), body)
            if day == clock.today():
                journal.rewrite(left)
            return True

    def _note_seen(self) -> None:
        """In one write of always as many bytes, which needs no more room on the disk."""
        handle = os.open(self.folder / "seen", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(handle, clock.now().isoformat(timespec="microseconds").encode(), 0)
        finally:
            os.close(handle)

    def _examine(self) -> None:
        """Once a day. What is wrong is told by /readyz and in the log; pages go on as long as they can be read."""
        if self.examinations.is_due():
            with _if_nobody_else(self.folder / "lock") as is_ours:
                if is_ours:
                    try:
                        self.examinations.make(self.examine)
                    except WrongDatabase as wrong:
                        _log.error("The database is not whole: %s", Own(wrong.cause))

    def examine(self) -> None:
        """Raises WrongDatabase and Unavailable."""
        with storage.connected(self._engine) as connection:
            condition.require_whole(connection)

    def _tidy(self) -> None:
        current = {Edition(self.folder, day).file for day in self._days()}
        for old in set(self.folder.glob("public-*.json")) - current:
            old.unlink(missing_ok=True)

    # --- while it does not

    def has_kept(self) -> bool:
        """Whether anything was ever kept of this database."""
        days = (file.stem.removeprefix("public-") for file in self.folder.glob("public-????-??-??.json"))
        with suppress(ValueError):
            return any(self._heading(date.fromisoformat(day)) for day in days)
        return False

    def seen(self) -> datetime | None:
        """When the database was last seen in order."""
        with suppress(OSError, ValueError):
            return datetime.fromisoformat((self.folder / "seen").read_text("ascii"))
        return None

    def instead(self, newest: Snapshot | None, away: Unavailable) -> Snapshot:
        """What everyone is shown meanwhile. Raises `away` where there is nothing that may be shown."""
        seen, edition = self.seen(), Edition(self.folder, clock.today())
        if self._journal is None or seen is None or clock.now() - seen > LONGEST:
            raise away
        key = (seen, edition.state(), self._journal_state())
        with self._making:
            if self._held is None or self._held[0] != key:
                self._held = (key, *self._made(self._journal, edition, newest, seen, away))
                told = Own(away.cause), Own(away.code or "-")
                _log.warning("The database does not answer (%s, %s): what is kept is shown", *told)
            self.texts = self._held[2]
            return self._held[1]

    def _journal_state(self) -> object:
        with suppress(OSError):
            found = self._journal.file.stat() if self._journal else None
            return found and (found.st_ino, found.st_size, found.st_mtime_ns)
        return None

    def _made(
        self, journal: Journal, edition: Edition, newest: Snapshot | None, seen: datetime, away: Unavailable
    ) -> tuple[Snapshot, SiteTexts]:
        try:
            notes = journal.read()  # before the edition, which has what it no longer tells
            heading, kept, said = edition.read()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise away from error
        on = way(heading.mark, notes)
        if heading.of != self._of or any(note.mark not in heading.passed for note in on.beside):
            _log.warning("What is kept is of another history than the last writes, and is not shown")
            raise away
        return _carried_on(_start(newest, kept, on), on, edition.on).kept(seen), said


def _marks(on: Way, start: str) -> set[str]:
    """Of all states that may have been reached."""
    return {start, *(note.mark for note in (*on.steps, *on.unsure))}


def _start(newest: Snapshot | None, kept: Snapshot, on: Way) -> Snapshot:
    """This process's own where it is on the way, for it has all its columns already."""
    marks = {kept.mark, *(note.mark for note in on.steps)}
    return newest if newest and newest.on == kept.on and newest.mark in marks else kept


def _carried_on(start: Snapshot, on: Way, day: date) -> Snapshot:
    """With all that was written since; what may have been written is left out."""
    marks = [note.mark for note in on.steps]
    steps = on.steps[marks.index(start.mark) + 1:] if start.mark in marks else on.steps
    changes: dict[str, Record | None] = {}
    for note in steps:
        changes.update(_told(note) if note.on == day.isoformat() else dict.fromkeys(note.ids))
    unknown = {*(it for note in steps for it in note.without), *(it for note in on.unsure for it in note.ids)}
    changes.update(dict.fromkeys(unknown))
    last = steps[-1] if steps else start
    state = State(last.revision, start.holds_samples, start.called, last.mark)
    return (start.renewed(state, changes) if changes else start).without(unknown)


def _told(note: Note) -> dict[str, Record | None]:
    said = {it: plain.record(one) if one else None for it, one in note.records.items()}
    return {**said, **dict.fromkeys(note.without)}


@contextmanager
def _if_nobody_else(file: Path) -> Iterator[bool]:
    """Whether this process alone does it now."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(handle)


def _look_after(keeper: "ref[Keeper]", snapshots: "ref[Snapshots]") -> None:
    """Until there is nobody left to keep anything for."""
    pause = threading.Event()
    while (one := keeper()) and (its := snapshots()):
        one.look(its)
        del one, its
        pause.wait(_EVERY)
