"""Lists sent in the browser, waiting to be taken in."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from mapdata.storage.oplog import aware
from mapdata.storage.tables import models as m


@dataclass(frozen=True)
class Job:
    """One sent list. What `settings`, `columns` and `outcome` hold, `mapdata.lists.sent.staging` says."""

    token: str
    filename: str
    source: str
    actor: str
    at: datetime
    state: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, Any] = field(default_factory=dict)
    outcome: Mapping[str, Any] = field(default_factory=dict)
    operation_id: int | None = None


def add_job(connection: Connection, job: Job) -> None:
    connection.execute(insert(m.import_job).values(asdict(job)))


def job(connection: Connection, token: str) -> Job | None:
    row = connection.execute(select(m.import_job).where(m.import_job.c.token == token)).mappings().first()
    return _job(row) if row else None


def jobs(connection: Connection) -> list[Job]:
    """All of them, the newest first."""
    rows = connection.execute(select(m.import_job).order_by(m.import_job.c.at.desc())).mappings()
    return [_job(row) for row in rows]


def change_job(connection: Connection, token: str, states: Iterable[str], **values: Any) -> bool:
    """Change a job that is in one of these states; whether there was one."""
    c = m.import_job.c
    where = (c.token == token) & c.state.in_(list(states))
    return connection.execute(update(m.import_job).where(where).values(values)).rowcount == 1


def delete_jobs(connection: Connection, tokens: Iterable[str]) -> None:
    connection.execute(delete(m.import_job).where(m.import_job.c.token.in_(list(tokens))))


def _job(row: Mapping[Any, Any]) -> Job:
    return Job(**{**row, "at": aware(row["at"])})
