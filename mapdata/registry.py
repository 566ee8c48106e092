"""Opening the registry: its database made and brought up to date, ready to be asked and written."""

from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Engine

from mapdata import storage
from mapdata.errors import Cause, Unavailable, WrongDatabase
from mapdata.people.account import SAMPLE_ACTOR
from mapdata.search.kept import Keeper, tell_writes
from mapdata.search.record_store import ClaimedRecords
from mapdata.search.snapshot import Snapshot, Snapshots
from mapdata.storage import migrations, speaking
from mapdata.storage.migrations import condition


class Registry:
    """A registry on one database: `engine` for operations, `snapshots` for reading.

    `folder`: the instance's, where what everyone may see is kept for the time in which the database is away.
    """

    def __init__(self, url: str, folder: Path | None = None, may_be_away: bool = False):
        """Raises Unavailable when there is no such database, or none that can be brought up to date; one that does not
        answer is waited for where it `may_be_away`. Raises WrongDatabase for what is no registry."""
        self.engine: Engine = storage.open_engine(url)
        self._store = ClaimedRecords(self.engine)
        self.keeper = Keeper(self.engine, self._store, folder) if folder else None
        self.snapshots = Snapshots(self._store, self._instead(self.keeper))
        self.is_kept = False  # by this process; who only forks others never begins
        tell_writes(self.engine, folder)
        try:
            self._open()
        except Unavailable as away:
            if not may_be_away or away.cause in (Cause.WRONG, Cause.DAMAGED):
                raise
            storage.before_use(self.engine, self._open)

    @staticmethod
    def _instead(keeper: Keeper | None) -> Callable[[Snapshot | None, Unavailable], Snapshot] | None:
        return keeper.instead if keeper else None

    def _open(self) -> None:
        with storage.answering():
            if self.keeper and self.keeper.has_kept() and migrations.standing(self.engine) is None:
                raise WrongDatabase(condition.GONE.format(folder=self.keeper.folder))
            migrations.upgrade(self.engine)
            speaking.keep_to_rules(self.engine)

    def keep(self) -> None:
        """From now on this process keeps what everyone may see, beside its requests."""
        self.is_kept = True
        if self.keeper:
            self.keeper.begin(self.snapshots)

    def stamp(self) -> storage.Stamp:
        """The state that it is in, in no time. Raises Unavailable."""
        return self._store.stamp()

    def require_writable(self) -> None:
        """Raises Unavailable when nothing can be saved."""
        storage.try_to_write(self.engine)

    def is_empty(self) -> bool:
        with storage.reading(self.engine) as connection:
            return storage.is_empty(connection)

    def holds_samples(self) -> bool:
        with storage.reading(self.engine) as connection:
            return storage.still_speaks(connection, SAMPLE_ACTOR)

    def revision(self) -> int:
        with storage.reading(self.engine) as connection:
            return storage.revision(connection)


def default_url(instance_dir: Path) -> str:
    """The SQLite file in the instance folder, which is made, for its owner only, if it is not there."""
    instance_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return f"sqlite:///{default_file(instance_dir)}"


def default_file(instance_dir: Path) -> Path:
    return (instance_dir / "registry.db").resolve()


def kept_in(instance_dir: Path) -> Iterator[Path]:
    """The files of what is kept for the time in which the database is away."""
    yield from sorted((instance_dir / "kept").glob("public-*.json"))
