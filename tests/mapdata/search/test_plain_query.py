"""What a snapshot answers is what a plain query to the database would: written out once more, in SQL."""

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from mapdata import storage, words
from mapdata.claims.projection import PUBLIC, STAFF, SUPPORTER, Audience, office
from mapdata.clock import today
from mapdata.registry import Registry
from mapdata.search import asking
from mapdata.search.query import Query
from mapdata.words import FILTERS, Level
from tests.factories import import_rows
from tests.mapdata.search.test_snapshot import some_row

QUESTIONS = 60

#: Whose word it was that an entry is for one office only: JSON, which the two databases read differently.
SPOKEN_BY = {"sqlite": "json_extract(provenance, '$.audience[0]')", "postgresql": "provenance->'audience'->>0"}

SEEN = {
    PUBLIC: """audience = 'public' AND consent IN ('yes', 'oral') AND status IN ('active', 'paused')
        AND (publish_from IS NULL OR publish_from <= :today) AND (publish_until IS NULL OR publish_until >= :today)""",
    SUPPORTER: """audience IN ('public', 'supporter') AND status IN ('preparing', 'active', 'paused')
        AND (publish_from IS NULL OR publish_from <= :today) AND (publish_until IS NULL OR publish_until >= :today)""",
    STAFF: "audience IN ('public', 'supporter', 'staff')",
    office("shakyo"): "(audience IN ('public', 'supporter', 'staff') OR audience = 'office' AND {spoken_by} = 'shakyo')",
}
HAS_TERM = "EXISTS (SELECT 1 FROM resource_term t WHERE t.resource_id = r.id AND t.vocabulary = '{}' AND t.code = '{}' AND t.holds)"
YEARS = {"elementary": (6, 11), "teen": (12, 17), "young": (18, 39), "middle": (40, 64), "senior": (65, 999)}


def passes(name: str, code: str) -> str:
    """The condition that one choice of a filter sets."""
    if name == "kind":
        return f"kind = '{code}'"
    if name == "age":
        first, last = YEARS[code]
        return f"(COALESCE(min_age, 0) <= {last} AND COALESCE(max_age, 999) >= {first})"  # unknown: both ends open
    return HAS_TERM.format(name, code)


def where(query: Query) -> str:
    parts = ["1 = 1"]
    for name, chosen in query.choices.items():
        joined = " AND " if name == "ease" else " OR "
        parts.append("(" + joined.join(passes(name, code) for code in chosen) + ")")
    return " AND ".join(parts)


def found(registry: Registry, audience: Audience, condition: str) -> set[str]:
    spoken_by = SPOKEN_BY[registry.engine.dialect.name]
    sql = f"SELECT id FROM resource r WHERE {SEEN[audience]} AND {condition}".replace("{spoken_by}", spoken_by)
    with storage.reading(registry.engine) as connection:
        return set(connection.execute(text(sql), {"today": today()} if ":today" in sql else {}).scalars())


def some_question(chance: random.Random) -> Query:
    choices: dict[str, tuple[str, ...]] = {}
    for vocabulary in chance.sample(FILTERS, chance.choice((0, 1, 1, 2, 3))):
        most = 2 if vocabulary.name == "ease" else 3
        chosen = set(chance.sample(vocabulary.codes, chance.randint(1, most)))
        choices[vocabulary.name] = tuple(code for code in vocabulary.codes if code in chosen)
    return Query(choices=choices)


@pytest.mark.parametrize("seed", range(2))
def test_answers_are_those_of_the_database(registry: Registry, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for source in ("kuramaru", "shakyo"):
        rows = [some_row(chance, n) | dates(chance) | consent(chance) for n in range(90)]
        assert not import_rows(registry, tmp_path, rows, source).problems
    sizes = []
    for _ in range(QUESTIONS):
        query, audience = some_question(chance), chance.choice(list(SEEN))
        answer = asking.ask(registry.snapshots.current(audience), query)
        wanted = found(registry, audience, where(query))
        assert {record.id for record in answer.records} == wanted and len(answer.rows) == len(wanted)
        sizes.append(len(wanted))
        vocabulary = chance.choice(FILTERS)
        others = {name: chosen for name, chosen in query.choices.items() if name != vocabulary.name}
        for code in vocabulary.codes:
            alone = where(Query(choices={**others, vocabulary.name: (code,)}))
            assert answer.counts[vocabulary.name][code] == len(found(registry, audience, alone)), (query, vocabulary.name, code)
    assert len(set(sizes)) > 15, "the questions ask too little"


def dates(chance: random.Random) -> dict[str, Any]:
    """Periods that begin or end around today, and ages of every kind."""
    first, last = (today() + timedelta(days=chance.randint(*days)) for days in ((-2, 1), (-1, 2)))
    low, high = chance.choice(("", "", "6", "12", "40", "年齢不問")), chance.choice(("", "", "41", "64", "80"))
    return {
        "掲載開始日": chance.choice(("", "", str(min(first, last)))), "掲載終了日": chance.choice(("", "", str(last))),
        "対象年齢_下限": low, "対象年齢_上限": "" if low == "年齢不問" else high,
    }


def consent(chance: random.Random) -> dict[str, str]:
    return {"掲載同意": "口頭"} if chance.random() < 0.2 else {"掲載同意": chance.choices(words.CONSENT.terms, [6, 1, 1, 1])[0].label}


def test_the_levels_are_all_asked() -> None:
    assert {audience.level for audience in SEEN} == set(Level)
