"""What is remembered is bounded by its bytes, whatever somebody types, and forgotten with the ward."""

import re
import threading

import pytest

from geocode import caches
from mapdata.claims import placing
from mapdata.fields import folding
from mapdata.merging.matching import facts, spelling
from mapdata.search import likely, search_words
from mapdata.storage import entry_rows
from tests.test_house import HOUSE, read

#: functools' own caches count what they hold, not its size: where one may stand → why its things are small and few.
COUNTED = {
    "geocode/caches.py": "of_ward, for what nobody types",
    "views/assets.py": "names of our files, and where the site is mounted",
    "views/compressed.py": "64 headers, each as long as gunicorn takes one",
    "views/headers.py": "the tiles of the settings",
    "layers/stylesheets.py": "our bundles", "layers/modules.py": "our scripts", "layers/sprite.py": "our drawings",
    "mapdata/merging/matching/spelling.py": "one tokenizer",
    "mapdata/claims/stale.py": "dates",
    "mapdata/accounts/passwords.py": "one hash",
    "mapdata/search/kept/plain.py": "types of ours", "mapdata/storage/migrations/__init__.py": "the names of our steps",
    "commands/logs.py": "modules of ours",
}
KIB = 1024


def made(most_bytes: int) -> tuple[caches._OfText, list[str]]:
    """A function of a text, and what it was really called with."""
    asked: list[str] = []

    @caches.texts(most_bytes)
    def answer(text: str) -> tuple[str, int]:
        asked.append(text)
        return text.upper(), len(text)

    return answer, asked


def test_what_was_asked_before_is_not_worked_out_again() -> None:
    answer, asked = made(64 * KIB)
    assert answer("a") == answer("a") == ("A", 1) and asked == ["a"]
    answer.cache_clear()
    assert answer("a") == ("A", 1) and asked == ["a", "a"]


def test_nothing_is_an_answer_too() -> None:
    asked: list[str] = []
    answer = caches.texts(64 * KIB)(asked.append)
    assert answer("a") is answer("a") is None and asked == ["a"]


@pytest.mark.parametrize("length", [1, 100, 1000])
def test_however_many_are_asked_the_bytes_are_bounded(length: int) -> None:
    answer, asked = made(64 * KIB)
    for number in range(20_000 // length + 200):
        answer(f"{number:05}".ljust(length, "あ"))
        assert answer.cache_holds() < 64 * KIB
    assert len(set(asked)) == len(asked) and answer.cache_holds() > 16 * KIB


def test_what_is_asked_again_and_again_stays() -> None:
    answer, asked = made(64 * KIB)
    for number in range(5000):
        answer("often")
        answer(f"once {number}")
    assert asked.count("often") == 1


def test_what_is_long_by_itself_is_worked_out_anew() -> None:
    answer, asked = made(64 * KIB)
    for _ in range(3):
        answer("あ" * 10_000)
    assert len(asked) == 3 and answer.cache_holds() < KIB


def test_threads_may_share_it() -> None:
    answer, _ = made(16 * KIB)
    wrong: list[str] = []

    def ask(start: int) -> None:
        wrong.extend(text for text in (str(n % 700) for n in range(start, start + 3000)) if answer(text) != (text, len(text)))

    threads = [threading.Thread(target=ask, args=(n * 100,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [] and answer.cache_holds() < 16 * KIB


@pytest.mark.parametrize("function", [
    folding.fold, spelling.reading, facts._address, likely._address, placing._looked_up, placing.town_point, search_words._ways_to_say,
])
def test_what_people_type_is_remembered_so(function: caches._OfText) -> None:
    for text in ("東金町8丁目", "あ" * 1_000):
        assert function(text) == function(text)
    assert 0 < function.cache_holds() < 64 * KIB * KIB


def test_columns_of_entries_are_remembered_so() -> None:
    said = '{"name":["self","public"]}'
    assert entry_rows._provenance(said) is entry_rows._provenance(said) and entry_rows._languages('["日本語"]') == ("日本語",)
    assert 0 < entry_rows._provenance.cache_holds() < 64 * KIB * KIB


def test_with_the_ward_its_answers_are_forgotten() -> None:
    caches.forget()
    empty = placing._looked_up.cache_holds()
    placing._looked_up("立石5-13-1")
    assert placing._looked_up.cache_holds() > empty
    caches.forget()
    assert placing._looked_up.cache_holds() == empty


def test_the_weight_is_that_of_all_that_is_held() -> None:
    text = "あ" * 1000
    assert 2000 < caches.weight(text) < 2200
    assert caches.weight({text: (text, [text])}) > 3 * caches.weight(text)


def test_no_other_cache_counts_what_somebody_types() -> None:
    counting = re.compile(r"^\s*@(?:functools\.)?(?:lru_)?cache\b|\blru_cache\(", re.M)
    assert {path for path in HOUSE if counting.search(read(path))} == COUNTED.keys()
    of_ward = {path for path in HOUSE for found in re.findall(r"@caches\.of_ward\(.*\)\ndef \w+\((.*)\)", read(path)) if "str" in found}
    assert of_ward == set()
