"""The record of what was done: written once, read by those who answer for the site."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, true, update

from mapdata.storage.tables.account_models import audit


@dataclass(frozen=True)
class AuditRow:
    """One thing done. `subject` is whom or what it was done to."""

    id: int
    at: datetime
    actor: str
    office: str
    kind: str
    subject: str
    detail: Mapping[str, Any]
    address: str


@dataclass(frozen=True)
class AuditQuery:
    """What is asked for; "" and None for whatever. `person` did it, or it was done to them; `until` is not included."""

    kind: str = ""
    person: str = ""
    since: datetime | None = None
    until: datetime | None = None


def add(connection: Connection, row: Mapping[str, Any]) -> None:
    connection.execute(insert(audit).values(dict(row)))


def count(connection: Connection, query: AuditQuery) -> int:
    return connection.execute(select(func.count()).select_from(audit).where(_where(query))).scalar_one()


def rows(connection: Connection, query: AuditQuery, first: int = 0, most: int | None = None) -> list[AuditRow]:
    """The newest first."""
    chosen = select(audit).where(_where(query)).order_by(audit.c.id.desc()).offset(first).limit(most)
    return [_row(row) for row in connection.execute(chosen).mappings()]


def people(connection: Connection) -> list[str]:
    """Everyone who ever did something, or to whom something was done."""
    actors = connection.execute(select(audit.c.actor).distinct()).scalars()
    subjects = connection.execute(select(audit.c.subject).distinct().where(audit.c.subject.like("user:%"))).scalars()
    return sorted({*actors, *subjects} - {""})


def newest(connection: Connection, kind: str, subject: str) -> AuditRow | None:
    """The last time that was done to that one."""
    found = select(audit).where((audit.c.kind == kind) & (audit.c.subject == subject)).order_by(audit.c.id.desc())
    row = connection.execute(found.limit(1)).mappings().first()
    return _row(row) if row else None


def from_elsewhere(
    connection: Connection, kinds: Iterable[str], subjects: Iterable[str], office: str, since: datetime
) -> list[AuditRow]:
    """What people of other offices than this one did to these since then; the newest first. Commands are none."""
    those = audit.c.kind.in_(list(kinds)) & audit.c.subject.in_(list(subjects)) & (audit.c.at >= since)
    found = select(audit).where(those & audit.c.office.not_in(["", office])).order_by(audit.c.id.desc())
    return [_row(row) for row in connection.execute(found).mappings()]


def forget_addresses(connection: Connection, before: datetime) -> None:
    old = (audit.c.at < before) & (audit.c.address != "")
    connection.execute(update(audit).where(old).values(address=""))


def _where(query: AuditQuery) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [true()]
    if query.kind:
        parts.append(audit.c.kind == query.kind)
    if query.person:
        parts.append(or_(audit.c.actor == query.person, audit.c.subject == query.person))
    if query.since:
        parts.append(audit.c.at >= query.since)
    if query.until:
        parts.append(audit.c.at < query.until)
    return and_(*parts)


def _row(row: Any) -> AuditRow:
    at = row["at"] if row["at"].tzinfo else row["at"].replace(tzinfo=UTC)
    return AuditRow(row["id"], at, *(row[name] for name in ("actor", "office", "kind", "subject", "detail", "address")))
