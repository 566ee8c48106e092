"""Every case of the one filter table: page, payload and GeoJSON answer alike; counts are as the table says."""

import re
from typing import Any
from urllib.parse import parse_qsl

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from mapdata.claims.projection import PUBLIC
from mapdata.registry import Registry
from mapdata.search.asking import ask
from mapdata.search.query import Query
from tests.cases import CASES, TABLE, list_rows


@pytest.fixture
def numbers(fill: Any, registry: Registry) -> dict[str, int]:
    """管理番号 of the table by the entry's id."""
    ids = fill(*list_rows())
    return {ids[entry["name"]]: entry["no"] for entry in TABLE["entries"]}


def test_every_case_gives_the_same_entries_everywhere(client: FlaskClient, numbers: dict[str, int]) -> None:
    for case in CASES:
        page = re.findall(r'data-row="(\w+)"', client.get(f"/?{case['query']}").text)
        pins = client.get(f"/pins.json?{case['query']}").json["id"]  # type: ignore[index]
        features = client.get(f"/resources.geojson?{case['query']}").json["features"]  # type: ignore[index]
        assert page == pins == [f["id"] for f in features], case["name"]
        assert sorted(numbers[it] for it in page) == case["expect"], case["name"]


def test_counts_are_as_the_table_says(client: FlaskClient, numbers: dict[str, int], registry: Registry) -> None:
    counted = 0
    for case in CASES:
        query = Query.read(MultiDict(parse_qsl(case["query"])))
        counts = ask(registry.snapshots.current(PUBLIC), query).counts
        for name, said in case.get("counts", {}).items():
            assert {code: counts[name][code] for code in said} == said, (case["name"], name)
            counted += 1
    assert counted > 10


def test_ages_fall_into_the_groups_of_the_table(registry: Registry, numbers: dict[str, int]) -> None:
    records = registry.snapshots.current(PUBLIC).records
    assert {numbers[r.id]: list(r.ages) for r in records} == {e["no"]: e["ages"] for e in TABLE["entries"]}
