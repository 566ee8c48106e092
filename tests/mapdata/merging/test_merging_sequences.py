"""Whatever people do with lists, merges and ways back, in any order: nothing is lost, and everything can be taken back."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapdata import storage
from mapdata.claims.entry import Entry
from mapdata.claims.projection import office
from mapdata.claims.resolve import resolved
from mapdata.editing import visits
from mapdata.editing.edit import EditConflict
from mapdata.editing.saving import save
from mapdata.errors import EditRefused, NotFound
from mapdata.history import undo
from mapdata.history.undo import NotUndoable
from mapdata.merging import merge
from mapdata.merging.merge import MergeRefused
from mapdata.merging.unmerge import GOING
from mapdata.registry import Registry
from mapdata.storage import statements
from mapdata.storage.speaking.acting import MustAsk
from mapdata.words import Level
from tests import scale, schema
from tests.factories import import_rows

ON = date(2026, 11, 1)
SOURCES = ["kuramaru", "shakyo", "self"]
NAMES = ["甲", "乙", "丙"]
FEES = ["", "無料", "100円", "200円"]
DAYS = ["2026-04-01", "2026-05-01"]
ROW = st.tuples(st.sampled_from(NAMES), st.sampled_from(FEES), st.sampled_from(FEES), st.booleans(), st.sampled_from(DAYS))
LIST = st.lists(ROW, min_size=1, max_size=3, unique_by=lambda row: row[0])
WHICH = st.integers(0, 5)
STEP = st.one_of(
    st.tuples(st.just("import"), st.sampled_from(SOURCES), LIST),
    st.tuples(st.just("import"), st.sampled_from(SOURCES), LIST),
    st.tuples(st.just("merge"), st.sampled_from(SOURCES[:2]), WHICH, WHICH, st.booleans()),
    st.tuples(st.just("merge"), st.sampled_from(SOURCES[:2]), WHICH, WHICH, st.booleans()),
    st.tuples(st.just("distinct"), WHICH, WHICH),
    st.tuples(st.just("choose"), WHICH, WHICH),
    st.tuples(st.just("edit"), st.sampled_from(SOURCES[:2]), WHICH, st.sampled_from(FEES)),
    st.tuples(st.just("visit"), WHICH),
    st.tuples(st.just("undo"), WHICH),
    st.tuples(st.just("part or join"), WHICH),
    st.tuples(st.just("part or join"), st.just(0)),
)
REFUSALS = (MergeRefused, NotFound, ValueError, NotUndoable, EditRefused, EditConflict, MustAsk)


def entries(registry: Registry) -> list[Entry]:
    with storage.reading(registry.engine) as connection:
        return [e for e in storage.load_entries(connection) if e.provenance]


def log(registry: Registry) -> list[storage.Operation]:
    with storage.reading(registry.engine) as connection:
        return storage.latest_operations(connection, 200, None, ())


def take_step(registry: Registry, folder: Path, step: tuple[Any, ...]) -> None:
    """One thing that somebody does; what is refused changes nothing."""
    kind, *what = step
    found = entries(registry)
    ids = [e.id for e in sorted(found, key=lambda e: (e.name, e.id))]
    engine, base = registry.engine, registry.revision()
    if kind == "import":
        import_rows(registry, folder, [
            {"管理番号": name if numbered else "", "名称": name, "料金": fee, "備考": more, "確認日": day, "公開範囲": "両職員まで"}
            for name, fee, more, numbered, day in what[1]
        ], what[0])
    elif kind in ("undo", "part or join"):
        done = [o for o in log(registry) if not o.undone_by]
        if kind == "part or join":  # what made two one, and what made two of one again, also when much was said since
            done = [o for o in done if o.kind == "merge" or o.summary.get("merge")]
        if done:
            undo.undo(engine, done[what[0] % len(done)].id, "t")
    elif ids:
        which = [ids[n % len(ids)] for n in what if isinstance(n, int) and not isinstance(n, bool)]
        if kind == "merge":
            choices = {"name": next(iter(_sources(registry, which[0], "name")))} if what[3] else {}
            merge.merge(engine, which[0], which[1], choices, "t", what[0], ON, base)
        elif kind == "distinct":
            merge.find_distinct(engine, which[0], which[1], "", "t", "kuramaru", ON)
        elif kind == "choose":
            sources = sorted(_sources(registry, which[0], "fees_description"))
            if sources:
                chosen = {"fees_description": sources[what[1] % len(sources)]}
                merge.choose(engine, which[0], chosen, "t", "kuramaru", ON, base)
        elif kind == "edit":
            save(engine, which[0], base, {"fees_description": what[2] or None}, {}, what[0], "t", ON)
        elif kind == "visit":
            visits.write(engine, which[0], ON, "見た", Level.STAFF, "kuramaru", "t")


def _sources(registry: Registry, it: str, field: str) -> set[str]:
    with storage.reading(registry.engine) as connection:
        return {c.source for c in storage.claims_of_resources(connection, [it])[it] if c.field == field}


class Everything:
    """All that is said now, and all that was ever said, without the entries it is said of."""

    def __init__(self, registry: Registry):
        self.now: dict[str, Counter[str]] = {}
        self.ever: set[str] = set()
        with storage.reading(registry.engine) as connection:
            ids = sorted(storage.all_ids(connection))
            self.merged = set(storage.all_merged(connection))
            for kind in GOING:
                self.now[kind.table.name] = Counter()
                spans = statements.spans(connection, kind, ids)
                said = statements.contents(connection, kind, [s.id for held in spans.values() for s in held])
                for slot, held in spans.items():
                    for span in held:
                        words = repr((kind.table.name, slot[1:], said[span.id]))
                        self.ever.add(words)
                        if span.ended is None:
                            assert slot[0] not in self.merged, "said of an entry that is part of another"
                            self.now[kind.table.name][words] += 1
            self.claims = storage.claims_of_resources(connection, ids)
            standing = storage.standing_of(connection, ids)
            self.view = {e.id: e for e in storage.load_entries(connection)}
            for it in ids:
                made = resolved(it, self.claims.get(it, []), standing[it])
                kept = self.view[it]
                assert (made.name, made.fees_description, made.provenance) == (kept.name, kept.fees_description, kept.provenance)
                assert made.local_ids == kept.local_ids


    def check_rows(self) -> None:
        """What a list alone says goes where its row goes: here 運営団体 writes nothing on the screen."""
        said = {it for it, claims in self.claims.items() if any(c.source == "self" for c in claims)}
        assert said == {it for it, entry in self.view.items() if "self" in entry.local_ids}


def check_nothing_lost(before: Everything, after: Everything, step: tuple[Any, ...]) -> None:
    assert before.ever <= after.ever
    if step[0] in ("merge", "distinct", "choose"):
        assert before.now["known_as"] == after.now["known_as"] and before.now["visit"] == after.now["visit"]
        assert not after.now["claim"] - before.now["claim"]
        gone = before.now["claim"] - after.now["claim"]  # of two values of one source the older
        assert not gone or step[0] == "merge"


def run(registry: Registry, folder: Path, first: list[Any], then: list[Any]) -> None:
    for step in first:
        take_step(registry, folder, step)
    start, at, before = entries(registry), len(log(registry)), Everything(registry)
    for step in then:
        try:
            take_step(registry, folder, step)
        except REFUSALS:
            assert Everything(registry).now == before.now
        after = Everything(registry)
        if "undo" not in [kind for kind, *_ in then]:  # taking back an import alone may leave a row without its words
            after.check_rows()
        check_nothing_lost(before, after, step)
        before = after
    for operation in log(registry)[:-at or None]:
        assert undo.undo(registry.engine, operation.id, "t").skipped == ()
        Everything(registry)
    assert entries(registry) == start


FIRST = st.lists(st.tuples(st.just("import"), st.sampled_from(SOURCES), LIST), min_size=2, max_size=3)
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@given(FIRST, st.lists(STEP, min_size=1, max_size=9))
@settings(max_examples=scale.of(35, 240), suppress_health_check=QUIET)
def test_nothing_is_lost_and_all_can_be_taken_back(tmp_path: Path, first: list[Any], then: list[Any]) -> None:
    registry = schema.in_memory()
    run(registry, tmp_path, first, then)
    registry.engine.dispose()


SAME = st.tuples(st.just("甲"), st.sampled_from(FEES), st.sampled_from(FEES), st.booleans(), st.sampled_from(DAYS)).map(lambda row: [row])
AGAIN = st.one_of(
    st.tuples(st.just("import"), st.sampled_from(["kuramaru", "self"]), SAME),
    st.tuples(st.just("import"), st.just("self"), SAME),
    st.tuples(st.just("part or join"), st.just(0)),
    st.tuples(st.just("choose"), WHICH, WHICH),
    st.tuples(st.just("visit"), WHICH),
)


@given(SAME, SAME, st.lists(AGAIN, min_size=2, max_size=7))
@settings(max_examples=scale.of(20, 120), suppress_health_check=QUIET)
def test_made_one_and_parted_while_lists_come(tmp_path: Path, one: list[Any], other: list[Any], then: list[Any]) -> None:
    registry = schema.in_memory()
    first = [("import", "kuramaru", one), ("import", "self", other)]
    run(registry, tmp_path, first, [("merge", "kuramaru", 0, 1, True), *then])
    registry.engine.dispose()


@given(first=FIRST, then=st.lists(STEP, min_size=1, max_size=6))
@settings(max_examples=8, suppress_health_check=QUIET)
def test_on_a_server_too(postgres_server: str, postgres_registry: str, tmp_path: Path, first: list[Any], then: list[Any]) -> None:
    from tests import postgres

    with postgres.database(postgres_server, postgres_registry) as url:
        registry = Registry(url)
        run(registry, tmp_path, first, then)
        registry.engine.dispose()


def test_a_list_of_two_merges_in_three_orders_ends_in_one(tmp_path: Path) -> None:
    for order in ((0, 1, 2), (2, 1, 0), (1, 0, 2)):
        registry = schema.in_memory()
        for source in SOURCES:
            import_rows(registry, tmp_path, [{"管理番号": source, "名称": "甲", "料金": source, "公開範囲": "両職員まで"}], source)
        ids = [e.id for e in sorted(entries(registry), key=lambda e: next(iter(e.local_ids)))]
        for other in order[1:]:
            merge.merge(registry.engine, ids[order[0]], ids[other], {}, "t", "kuramaru", ON, registry.revision())
        (one,) = entries(registry)
        assert one.local_ids == {source: source for source in SOURCES}
        registry.engine.dispose()


@pytest.mark.parametrize("reader", ["kuramaru", "shakyo"])
def test_nothing_chosen_is_nothing_to_decide(tmp_path: Path, reader: str) -> None:
    registry = schema.in_memory()
    import_rows(registry, tmp_path, [{"名称": "甲"}])
    assert merge.undecided(registry.engine, office(reader), ON) == {}
    registry.engine.dispose()
