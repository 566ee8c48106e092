"""A disk that fills up at whatever moment of a save, an import, a merge: said as such, nothing half done, and well again
as soon as there is room."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from mapdata import storage
from mapdata.claims.projection import PUBLIC
from mapdata.clock import today
from mapdata.editing.saving import save
from mapdata.errors import Cause, Unavailable
from mapdata.merging.merge import merge
from mapdata.registry import Registry
from tests import schema
from tests.factories import import_rows, published

Act = Callable[[Registry, Path], Any]


def _import(registry: Registry, folder: Path) -> None:
    import_rows(registry, folder, [published(管理番号=f"n{n}", 名称=f"新しい場所{n}" * 20, 住所="葛飾区立石5-13-1") for n in range(150)], "shakyo")


def _save(registry: Registry, _folder: Path) -> None:
    entry = registry.snapshots.newest(PUBLIC).records[0].id
    text = "長い説明" * 10_000
    save(registry.engine, entry, registry.revision(), {"description": text}, {}, "kuramaru", "花子", today())


def _merge(registry: Registry, _folder: Path) -> None:
    records = registry.snapshots.newest(PUBLIC).records
    merge(registry.engine, records[0].id, records[-1].id, {}, "花子", "kuramaru", today(), registry.revision())


ACTS: dict[str, Act] = {"import": _import, "save": _save, "merge": _merge}


@contextmanager
def room(registry: Registry, pages: int) -> Iterator[None]:
    """The file may grow by so many pages, and no further: then SQLite says what it says of a disk that is full."""
    with storage.connected(registry.engine) as connection:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def limit(driver: Any, *_: object) -> None:
        driver.execute(f"PRAGMA max_page_count={used + pages}")

    event.listen(registry.engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(registry.engine, "checkout", limit)
        registry.engine.dispose()


def state(registry: Registry) -> object:
    with storage.reading(registry.engine) as connection:
        return storage.stamp(connection), storage.load_entries(connection)


def _fill_up(tmp_path: Path, act: Act, moments: range) -> None:
    registry = Registry(schema.file(tmp_path / "registry.db"), tmp_path)
    import_rows(registry, tmp_path, [published(管理番号=str(n), 名称=f"場所{n}", 説明="長い説明" * 3_000) for n in range(3)])
    import_rows(registry, tmp_path, [published(名称="場所9", 備考="長い備考" * 3_000)], "shakyo")
    assert registry.keeper
    registry.keeper.look(registry.snapshots)
    before, refused = state(registry), 0
    for pages in moments:
        with room(registry, pages):
            try:
                act(registry, tmp_path)
                break  # it needs no more than that
            except Unavailable as full:
                assert full.cause == Cause.FULL
                refused += 1
            assert [r.name for r in registry.snapshots.current(PUBLIC).records] == ["場所0", "場所1", "場所2", "場所9"]
        assert state(registry) == before
        registry.require_writable()
    assert refused
    if state(registry) == before:
        act(registry, tmp_path)
    assert state(registry) != before
    registry.keeper.examine()
    registry.engine.dispose()


@pytest.mark.parametrize("act", ACTS)
def test_a_full_disk(tmp_path: Path, act: str) -> None:
    _fill_up(tmp_path, ACTS[act], range(1))


@pytest.mark.full
@pytest.mark.parametrize("act", ACTS)
def test_a_disk_that_fills_up_at_twenty_moments(tmp_path: Path, act: str) -> None:
    step = {"import": 12, "save": 2, "merge": 1}[act]
    _fill_up(tmp_path, ACTS[act], range(0, 20 * step, step))
