"""Random acts by random people of both offices: what anybody sees afterwards that they did not is what was named and
agreed, no more and no less."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mapdata import clock, storage
from mapdata.claims.projection import PUBLIC, STAFF, SUPPORTER, Audience, office, project
from mapdata.claims.widening import ENTRY, Widening
from mapdata.editing import bulk
from mapdata.editing.saving import save
from mapdata.errors import RegistryError
from mapdata.history import requests, undo
from mapdata.merging import merge as merging
from mapdata.registry import Registry
from mapdata.storage.speaking.acting import Agreed, MustAsk, WouldWiden
from mapdata.words import Level
from tests import schema
from tests.factories import import_rows, published

OFFICES = ("kuramaru", "shakyo")
READERS = (PUBLIC, SUPPORTER, STAFF, *map(office, OFFICES))
TEXTS = ("静かな部屋", "広い和室", "二階の奥", None)
LEVELS = (Level.PUBLIC, Level.SUPPORTER, Level.STAFF)
RULES = {
    "location_precision": ("exact", "area", "hidden"), "audience": ("public", "supporter", "staff", "office"),
    "status": ("draft", "preparing", "active", "paused", "closed"), "consent": ("yes", "oral", "unconfirmed", "no"),
    "publish_from": (None, "2020-01-01", "2100-01-01"), "publish_until": (None, "2020-12-31", "2100-12-31"),
}
VALUES: dict[str, tuple[Any, ...]] = {
    "description": TEXTS, "remarks": TEXTS, "supporter_note": TEXTS, "staff_note": TEXTS,
    "contacts": tuple([{"type": "phone", "value": f"03-0000-000{n}", "label": label}] for n, label in enumerate(("", "個人の電話", "代表"))),
    "places": ([{"address": "葛飾区立石5-13-1", "lat": 35.744, "lng": 139.847}], [{"address": "葛飾区亀有3-1-1", "schedule": "木曜"}], None),
    "first_day_directions": ("北口を右へ", "南口を左へ", None),
}
TOWNS = {"葛飾区立石5-13-1": "立石5丁目", "葛飾区亀有3-1-1": "亀有3丁目"}
Fact = tuple[str, str]


def told(record: Any) -> Iterator[Fact]:
    """All that a record tells, piece by piece, by our own reading of it."""
    for name in ("description", "remarks", "supporter_note", "name"):
        if text := getattr(record, name):
            yield name, text
    for contact in record.contacts:
        yield "contacts", contact.value
    for place in record.places:
        yield from (("places", text) for text in (place.address, place.schedule) if text)
        if place.level == "point":
            yield "places", f"{place.lat},{place.lng}"
        if place.town and not place.address:
            yield "places", place.town
    yield from (("places", text) for text in record.loose_schedules)
    yield from ((name, str(value)) for name, value in record.more.items())
    yield from (("staff_note", text) for text in record.staff_notes.values())


def of_value(name: str, value: Any) -> Iterator[Fact]:
    """The same of what somebody types."""
    if name == "contacts":
        yield from (("contacts", one["value"]) for one in value or ())
    elif name == "places":
        for one in value or ():
            yield from (("places", one[part]) for part in ("address", "schedule") if part in one)
            yield "places", TOWNS.get(one.get("address"), "")
            if "lat" in one:
                yield "places", f"{one['lat']},{one['lng']}"
    elif value is not None:
        yield name, value


@dataclass
class World:
    """Two lists, and what everybody sees of them."""

    registry: Registry
    folder: Path
    dice: random.Random
    names: Counter[str] = field(default_factory=Counter)
    causes: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for source in OFFICES:
            rows = [published(管理番号=f"{source[0]}{n}", 名称=f"{source[0]}-{n}", 説明=f"{source}の説明{n}", 電話番号=f"03-0000-1{n}0{source[0] == 's':d}",
                              住所="葛飾区立石5-13-1", 公開範囲=self.dice.choice(["公開", "公開", "公開", "支援者まで", "両職員まで", ""]),
                              状態=self.dice.choice(["公開中", "公開中", "公開中", "準備中", "下書き"]), 位置の公開=self.dice.choice(["正確な位置", "町丁目まで", "非公開"]),
                              掲載同意=self.dice.choice(["あり", "あり", "未確認", "なし"])) for n in range(3)]
            import_rows(self.registry, self.folder, rows, source)

    @property
    def engine(self) -> Any:
        return self.registry.engine

    def seen(self) -> dict[Audience, dict[str, set[Fact]]]:
        with storage.reading(self.engine) as connection:
            entries = storage.load_entries(connection)
        on = clock.today()
        records = {reader: [r for e in entries if (r := project(e, reader, on))] for reader in READERS}
        return {reader: {r.id: set(told(r)) for r in some} for reader, some in records.items()}

    def may_see(self) -> dict[Audience, dict[str, set[Fact]]]:
        """What each reader may see of what is said, whether or not something else is shown in its place."""
        with storage.reading(self.engine) as connection:
            ids, on = sorted(storage.all_ids(connection)), clock.today()
            seen = {reader: storage.see_those(connection, ids, reader, on) for reader in READERS}
            return {
                reader: {it: {fact for name in (*VALUES, "name") for c in one.visible(name) for fact in of_value(name, c.value)}
                         for it, one in some.items()}
                for reader, some in seen.items()
            }

    def entries(self) -> set[str]:
        """Of which anything is said: where these change, what was said of one is said of another now."""
        with storage.reading(self.engine) as connection:
            return {e.id for e in storage.load_entries(connection) if e.provenance}

    def own(self, reader: Audience) -> set[Fact]:
        """What an office says itself: it becomes visible to that office, and to nobody else by that."""
        with storage.reading(self.engine) as connection:
            seen = storage.see_those(connection, sorted(storage.all_ids(connection)), reader, clock.today()) if reader.office else {}
        return {fact for one in seen.values() for c in one.visible_of(reader.office) for fact in of_value(c.field, c.value) if c.field in VALUES}

    def ids(self, who: str) -> list[str]:
        return sorted(self.seen()[office(who)])

    # --- acts: each returns what somebody types by it, and how to do it

    def edit(self, who: str) -> tuple[set[Fact], Callable[[Agreed], Any]]:
        it, name = self.dice.choice(self.ids(who)), self.dice.choice([*VALUES, *RULES, *["location_precision"] * 4, "consent", "status"])
        value = self.dice.choice((VALUES | RULES)[name])
        levels = {self.dice.choice(["description", "contacts"]): self.dice.choice(LEVELS)} if self.dice.random() < 0.5 else {}
        base = self.registry.revision()
        typed = set(of_value(name, value)) if name in VALUES else set()
        return typed, lambda agreed: save(self.engine, it, base, {name: value}, levels, who, "t", clock.today(), agreed=agreed)

    def many(self, who: str) -> tuple[set[Fact], Callable[[Agreed], Any]]:
        ids = self.dice.sample(self.ids(who), k=self.dice.randint(1, 2))
        if self.dice.random() < 0.5:
            status = self.dice.choice(RULES["status"])
            return set(), lambda agreed: bulk.set_status(self.engine, ids, status, who, "t", clock.today(), agreed)
        level = Level(self.dice.choice(RULES["audience"]))
        return set(), lambda agreed: bulk.set_audience(self.engine, ids, level, who, "t", clock.today(), agreed)

    def merge(self, who: str) -> tuple[set[Fact], Callable[[Agreed], Any]]:
        keep, other = self.dice.sample(self.ids(who), k=2)
        base = self.registry.revision()
        return set(), lambda agreed: merging.merge(self.engine, keep, other, {}, "t", who, clock.today(), base, agreed)

    def undo(self, who: str) -> tuple[set[Fact], Callable[[Agreed], Any]]:
        with storage.reading(self.engine) as connection:
            done = [o.id for o in storage.latest_operations(connection, 8, None, ()) if o.kind not in ("import", "resolve")]
        operation = self.dice.choice(done or [0])
        return set(), lambda agreed: undo.undo(self.engine, operation, "t", who, agreed)

    def act(self) -> None:
        who = self.dice.choice(OFFICES)
        make = self.dice.choices([self.edit, self.many, self.merge, self.undo], [6, 3, 1, 2])[0]
        typed, do = make(who)
        before, may, entries = self.seen(), self.may_see(), self.entries()
        named: tuple[Widening, ...] = ()
        self.names["tried"] += 1
        try:
            do(Agreed(""))
        except MustAsk as must:
            assert self.seen() == before
            if must.act is None or self.dice.random() < 0.5:
                self.names["asked"] += 1
                return
            number = requests.ask(self.engine, must.act, must.offices, who, "t", "")
            keeper = must.offices[0]
            case = requests.look(self.engine, number, keeper)
            named = case.widenings
            assert self.seen() == before
            try:
                requests.accept(self.engine, number, case.left, keeper, "k")
            except requests.Lapsed:
                return
            self.names["accepted"] += 1
        except WouldWiden as would:
            assert self.seen() == before and would.widenings
            named = would.widenings
            do(Agreed(would.digest))
        except RegistryError:
            assert self.seen() == before
            self.names["refused"] += 1
            return
        self.names["done"] += 1
        for one in named:
            self.causes[make.__name__, "value" if one.what != ENTRY else "entry", one.cause] += 1
        self.check(self.entries() != entries, typed, before, may, named)

    def check(self, moves: bool, typed: set[Fact], before: Any, may: Any, named: tuple[Widening, ...]) -> None:
        now = self.seen()
        for reader in READERS:
            own = self.own(reader)
            then = {it: facts for it, facts in before[reader].items()}
            everything = set().union(*then.values(), *may[reader].values())
            gained: dict[tuple[str, str], set[Fact]] = {}
            for it, facts in now[reader].items():
                new = facts - (everything if moves else then.get(it, set()) | may[reader].get(it, set())) - typed - own
                if new:
                    gained[it, "entry" if it not in then and not moves else "value"] = new
            for (it, _), new in gained.items():
                told_here = [w for w in named if w.entry_id == it and w.day is None and reader.level.is_within(w.to)]
                for name, value in new:
                    assert any(w.what in (ENTRY, name) for w in told_here), (reader, it, name, value, named)
        for one in named:  # no more than that
            if one.day is None:
                reader = next(r for r in (PUBLIC, SUPPORTER, STAFF) if r.level == one.to)
                assert one.entry_id in now[reader], one
                old = set().union(*before[reader].values()) if moves else before[reader].get(one.entry_id, set())
                shown = {fact for fact in now[reader][one.entry_id] if one.what in (ENTRY, fact[0])}
                assert moves or shown - old or (one.what == ENTRY and one.entry_id not in before[reader]), one


def run(registry: Registry, folder: Path, seed: int, acts: int) -> World:
    here = World(registry, folder, random.Random(seed))
    for _ in range(acts):
        here.act()
    return here


def test_what_anybody_gains_was_named_and_agreed(tmp_path: Path) -> None:
    names: Counter[str] = Counter()
    causes: Counter[Any] = Counter()
    wanted = {"location_precision", "consent", "status", "audience", "level"}
    for seed in range(40):  # ids are drawn by chance, so no number of acts is sure to meet every cause
        if seed >= 6 and wanted <= {cause for _, _, cause in causes} and names["accepted"] and names["asked"]:
            break
        registry = schema.in_memory()
        here = run(registry, tmp_path, seed, 35)
        names, causes = names + here.names, causes + here.causes
        registry.engine.dispose()
    assert names["done"] >= names["tried"] / 2 and names["accepted"] and names["asked"], names
    assert wanted <= {cause for _, _, cause in causes}, causes


def test_on_both_databases(registry: Registry, tmp_path: Path) -> None:
    assert run(registry, tmp_path, 99, 15).names["done"]


@pytest.mark.full
@pytest.mark.parametrize("seed", range(100, 160))
def test_many_more(registry: Registry, tmp_path: Path, seed: int) -> None:
    assert run(registry, tmp_path, seed, 60).names["done"]
