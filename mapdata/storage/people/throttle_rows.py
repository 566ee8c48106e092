"""How many sign-ins failed, by bucket; and from where which names signed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mapdata.storage.tables.account_models import sign_in_failure, sign_in_place

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True)
class Failures:
    """What is counted in a bucket: how many, and when the last one was."""

    count: int
    last_at: datetime


def lock(connection: Connection, buckets: Iterable[str], at: datetime) -> dict[str, Failures]:
    """What stands in these buckets, those that are new made empty; others wait until this transaction ends."""
    wanted = sorted(set(buckets))
    rows = [{"bucket": one, "failures": 0, "last_at": at} for one in wanted]
    connection.execute(_INSERT[connection.dialect.name](sign_in_failure).on_conflict_do_nothing(), rows)
    table = sign_in_failure.c
    query = select(sign_in_failure).where(table.bucket.in_(wanted)).order_by(table.bucket).with_for_update()
    return {row.bucket: Failures(row.failures, _utc(row.last_at)) for row in connection.execute(query)}


def put(connection: Connection, bucket: str, count: int, at: datetime) -> None:
    where = sign_in_failure.c.bucket == bucket
    connection.execute(update(sign_in_failure).where(where).values(failures=count, last_at=at))


def clear(connection: Connection, bucket: str) -> None:
    connection.execute(delete(sign_in_failure).where(sign_in_failure.c.bucket == bucket))


def take_back(connection: Connection, bucket: str) -> None:
    """One failure fewer: what was counted beforehand turned out well."""
    table = sign_in_failure
    fewer = update(table).where((table.c.bucket == bucket) & (table.c.failures > 0))
    connection.execute(fewer.values(failures=table.c.failures - 1))


def failed_since(connection: Connection, bucket: str, since: datetime) -> bool:
    table = sign_in_failure.c
    counts = (table.bucket == bucket) & (table.failures > 0) & (table.last_at >= since)
    return connection.execute(select(table.bucket).where(counts)).first() is not None


def see(connection: Connection, bucket: str, at: datetime) -> None:
    """That somebody signed in there now."""
    row = _INSERT[connection.dialect.name](sign_in_place).values(bucket=bucket, last_at=at)
    connection.execute(row.on_conflict_do_update(index_elements=["bucket"], set_={"last_at": at}))


def signed_in_since(connection: Connection, bucket: str, since: datetime) -> bool:
    table = sign_in_place.c
    found = select(table.bucket).where((table.bucket == bucket) & (table.last_at >= since))
    return connection.execute(found).first() is not None


def forget_old(connection: Connection, failures_before: datetime, places_before: datetime) -> None:
    """What nobody asks for any more, and what counts nothing."""
    table = sign_in_failure.c
    connection.execute(delete(sign_in_failure).where((table.last_at < failures_before) | (table.failures == 0)))
    connection.execute(delete(sign_in_place).where(sign_in_place.c.last_at < places_before))


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
