"""The fictitious lists that a new site starts with, imported as any list would be."""

from pathlib import Path

from sqlalchemy import Engine

from mapdata import storage
from mapdata.errors import RealDataPresent
from mapdata.lists.importing import ImportReport, import_file
from mapdata.people.account import SAMPLE_ACTOR

_FOLDER = Path(__file__).parent

#: Source → its list.
LISTS = {"kuramaru": _FOLDER / "kuramaru.csv", "shakyo": _FOLDER / "shakyo.xlsx"}


def load(engine: Engine) -> dict[str, ImportReport]:
    """Import both sample lists; reports by source.

    Raises RealDataPresent where a source has spoken for itself: its numbers would be taken over.
    """
    with storage.reading(engine) as connection:
        for source in LISTS:
            if storage.others_spoke(connection, source, SAMPLE_ACTOR):
                raise RealDataPresent(source)
    return {source: import_file(engine, path, source, SAMPLE_ACTOR) for source, path in LISTS.items()}
