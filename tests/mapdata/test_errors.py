"""What is behind an error, as both databases really say it: a disk without room, somebody who does not end writing."""

import pytest
from sqlalchemy import Connection, Engine, text

from mapdata import storage
from mapdata.errors import Unavailable, what_is_behind
from mapdata.registry import Registry


def full(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA max_page_count = 1"))  # it stays as large as it is
        connection.execute(text("CREATE TABLE more AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 99999) SELECT i FROM n"))
    connection.execute(text("DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$"))


def impatient(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA busy_timeout = 20"))
    else:
        connection.execute(text("SET lock_timeout = '20ms'"))


def write_beside(engine: Engine) -> None:
    with storage.answering(), engine.connect() as connection:
        impatient(connection)
        connection.commit()
        with storage.alone(connection).begin():
            connection.execute(text("UPDATE registry_state SET revision = revision"))


def test_a_disk_without_room(registry: Registry) -> None:
    with pytest.raises(Unavailable) as told, storage.writing(registry.engine) as connection:
        full(connection)
    assert what_is_behind(told.value) == "full"


def test_somebody_who_does_not_end_writing(registry: Registry) -> None:
    with storage.writing(registry.engine) as connection:
        connection.execute(text("UPDATE registry_state SET revision = revision"))
        with pytest.raises(Unavailable) as told:
            write_beside(registry.engine)
    assert what_is_behind(told.value) == "locked"
