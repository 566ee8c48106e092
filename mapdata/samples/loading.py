"""The fictitious lists that a new site starts with, imported as any list would be."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Engine

from geocode import ward
from mapdata import storage
from mapdata.errors import RealDataPresent
from mapdata.lists.importing import ImportReport, import_file
from mapdata.people.account import SAMPLE_ACTOR


def lists() -> Mapping[str, Path]:
    """Source → its list; empty in a ward that has none."""
    return ward.load().samples


def load(engine: Engine) -> dict[str, ImportReport]:
    """Import the sample lists that ward.toml names, which may be none; reports by source.

    Raises RealDataPresent where a source has spoken for itself: its numbers would be taken over.
    """
    with storage.reading(engine) as connection:
        for source in lists():
            if storage.others_spoke(connection, source, SAMPLE_ACTOR):
                raise RealDataPresent(source)
    return {source: import_file(engine, path, source, SAMPLE_ACTOR) for source, path in lists().items()}
