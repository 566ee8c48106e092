"""A place that stands in two lists, for tests of making it one."""

from datetime import date
from pathlib import Path
from typing import Any

from mapdata import storage
from mapdata.claims.entry import Entry
from mapdata.claims.projection import office
from mapdata.editing.saving import save
from mapdata.history import undo
from mapdata.merging import merge as merging
from mapdata.registry import Registry
from tests.factories import import_rows, published

ON = date(2026, 11, 1)
HINATA = published(管理番号="1", 名称="ひなたサロン", 料金="無料", 電話番号="03-0000-0001", 確認日="2026-04-01")
#: The same place as the other office writes it.
SUNNY = {"管理番号": "S-7", "名称": "サロンひなた", "料金": "100円", "住所": "葛飾区立石5-1-1", "公開範囲": "両職員まで",
         "掲載同意": "口頭", "状態": "公開中", "確認日": "2026-05-01"}


class Two:
    """A registry with one place as two lists have it."""

    def __init__(self, registry: Registry, folder: Path):
        self.registry, self.engine, self.folder = registry, registry.engine, folder
        self.take("kuramaru", HINATA)
        self.take("shakyo", SUNNY)
        self.keep, self.other = self.id("ひなたサロン"), self.id("サロンひなた")

    def take(self, source: str, *rows: dict[str, str], **changes: str) -> None:
        assert not import_rows(self.registry, self.folder, [row | changes for row in rows], source).problems

    def entries(self) -> dict[str, Entry]:
        with storage.reading(self.engine) as connection:
            return {e.id: e for e in storage.load_entries(connection) if e.provenance}

    def id(self, name: str) -> str:
        return next(e.id for e in self.entries().values() if e.name == name)

    @property
    def entry(self) -> Entry:
        return self.entries()[self.keep]

    def merge(self, source: str = "kuramaru", **choices: str) -> int:
        return self.merge_two(self.keep, self.other, source, **choices)

    def merge_two(self, keep: str, other: str, source: str = "kuramaru", **choices: str) -> int:
        base = self.registry.revision()
        return merging.merge(self.engine, keep, other, choices, "花子", source, ON, base).operation

    def edit(self, it: str, source: str, **says: Any) -> int | None:
        return save(self.engine, it, self.registry.revision(), says, {}, source, "花子", ON).operation

    def undecided(self, source: str = "kuramaru") -> dict[str, list[str]]:
        return merging.undecided(self.engine, office(source), ON)

    def undo(self, operation: int | None) -> undo.Undone:
        return undo.undo(self.engine, operation or 0, "花子")
