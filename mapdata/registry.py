"""Opening the registry: its database made and brought up to date, ready to be asked and written."""

from pathlib import Path

from sqlalchemy import Engine

from mapdata import storage
from mapdata.people.account import SAMPLE_ACTOR
from mapdata.search.record_store import ClaimedRecords
from mapdata.search.snapshot import Snapshots
from mapdata.storage import migrations, speaking


class Registry:
    """A registry on one database: `engine` for operations, `snapshots` for reading."""

    def __init__(self, url: str):
        """Raises Unavailable when there is no such database, or none that can be brought up to date."""
        self.engine: Engine = storage.open_engine(url)
        with storage.answering():
            migrations.upgrade(self.engine)
            speaking.keep_to_rules(self.engine)
        self.snapshots = Snapshots(ClaimedRecords(self.engine))

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
    return f"sqlite:///{(instance_dir / 'registry.db').resolve()}"
