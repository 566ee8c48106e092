"""Answers that are kept: so many, and so many bytes of them."""

import pytest

from layers import pins
from mapdata.search import snapshot as module
from mapdata.search.cache import Cache
from tests.mapdata.search.test_asking import CORNER, ask, snapshot
from views.compressed import Compressed

KIB = 1024


def test_bytes_bound_it_and_what_was_asked_last_stays() -> None:
    kept, made = Cache(1000, 64 * KIB), []

    def get(key: str) -> None:
        kept.get(key, lambda: made.append(key) or bytes(KIB))

    for number in range(500):
        get("often")
        get(f"once {number}")
        assert kept.held <= 64 * KIB
    assert made.count("often") == 1 and kept.held > 32 * KIB
    get("once 0")
    assert made.count("once 0") == 2


def test_what_it_is_asked_by_counts_too() -> None:
    kept = Cache(1000, 64 * KIB)
    for number in range(100):
        kept.get(f"{number}".ljust(10_000), lambda: b"x")
    assert kept.held <= 64 * KIB


def test_the_count_bounds_it_as_well() -> None:
    kept = Cache(2, 64 * KIB)
    for key in "abc":
        kept.get(key, lambda: b"x")
    assert [kept.find(key) for key in "abc"] == [None, b"x", b"x"]


def test_one_that_is_larger_by_itself_is_kept_alone() -> None:
    kept = Cache(10, KIB)
    kept.get("small", lambda: b"x")
    kept.get("large", lambda: bytes(9 * KIB))
    assert kept.find("large") and kept.find("small") is None and kept.held > 9 * KIB
    kept.get("small", lambda: b"x")
    assert kept.find("large") is None and kept.held < KIB


def test_what_two_made_at_once_counts_once() -> None:
    kept = Cache(10, 64 * KIB)

    def slow() -> bytes:
        kept.get("a", lambda: bytes(10 * KIB))  # another was quicker
        return bytes(10 * KIB)

    kept.get("a", slow)
    assert kept.held < 11 * KIB


def test_the_weight_of_a_payload_and_of_an_answer_is_that_of_what_they_hold() -> None:
    body = Compressed(lambda: b'{"id":["abc"],"name":["\xe3\x81\xb2"]}' * 1000)
    assert len(body.gzip) + len(body.br) < len(body.body) < body.__sizeof__() / 2 + 100
    found = ask(snapshot(*({**CORNER, "name": f"場所{number}"} for number in range(300))), "near=亀有駅").found
    held = found.rows.nbytes + found.points.nbytes
    assert found.distances is not None and held + found.distances.nbytes < found.__sizeof__() < 20 * held


@pytest.mark.parametrize("most", [30 * KIB])
def test_a_snapshot_asked_every_text_holds_no_more(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(module, "_MOST_BYTES", most)
    site = snapshot(*({**CORNER, "name": f"場所{number}"} for number in range(300)))
    for number in range(80):
        site.payloads.get(f"q={number}", lambda n=number: Compressed(pins.encode({"n": [n] * 500}).__bytes__))
        ask(site, f"q=場所{number}")
    assert site.answers.held <= most and site.payloads.held <= most
