"""Entries that a new one may already be, while its name is typed: alike in name, at the same address or telephone."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

import geocode
from geocode import caches
from mapdata.claims.projection import Record
from mapdata.fields.folding import fold, one_width, unspaced
from mapdata.search.snapshot import Snapshot

#: Folded names at least so alike (0 to 100) are worth a look; names shorter than this are never looked for in others.
_ALIKE, _SHORT = 75, 3

SAME_NAME, ALIKE_NAME = "名前が同じです", "名前が似ています"
SAME_ADDRESS, SAME_PHONE = "住所が同じです", "電話番号が同じです"
#: What counts how much when there are more than can be shown; the name's likeness adds up to 1.
_WEIGHTS = {SAME_NAME: 1.0, ALIKE_NAME: 0.0, SAME_ADDRESS: 0.6, SAME_PHONE: 0.9}


@dataclass(frozen=True)
class Likely:
    """An entry that may be the same, and why."""

    record: Record
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class _Index:
    """Rows of a snapshot by folded name and reading, by address and by telephone number."""

    names: Sequence[str]
    kana: Sequence[str]
    addresses: Mapping[object, Sequence[int]]
    phones: Mapping[str, Sequence[int]]


def likely_duplicates(
    snapshot: Snapshot, name: str, address: str = "", phone: str = "", limit: int = 5, without: str = ""
) -> list[Likely]:
    """Entries of this reader's snapshot that may be the one being typed, the likeliest first; never `without`."""
    index = snapshot.indexes.get("likely", lambda: _index(snapshot.records))
    reasons: dict[int, list[str]] = defaultdict(list)
    scores = _by_name(index, fold(name))
    for row, score in scores.items():
        reasons[row].append(SAME_NAME if score == 1 else ALIKE_NAME)
    for row in index.addresses.get(_address(address), ()) if address else ():
        reasons[row].append(SAME_ADDRESS)
    for row in {row for number in _numbers(phone) for row in index.phones.get(number, ())}:
        reasons[row].append(SAME_PHONE)
    ranked = sorted(reasons, key=lambda row: (-scores.get(row, 0) - sum(_WEIGHTS[r] for r in reasons[row]), row))
    found = [Likely(snapshot.records[row], tuple(reasons[row])) for row in ranked]
    return [one for one in found if one.record.id != without][:limit]


def _by_name(index: _Index, name: str) -> dict[int, float]:
    """Rows with a name or reading like this one, 1 for the same."""
    if not name:
        return {}
    found: dict[int, float] = {}
    for names in (index.names, index.kana):
        for _, score, row in process.extract(name, names, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=None):
            found[row] = max(found.get(row, 0), score / 100)
        if len(name) >= _SHORT:
            for row, other in enumerate(names):
                if len(other) >= _SHORT and (name in other or other in name):
                    found[row] = max(found.get(row, 0), _ALIKE / 100)
    return found


def _index(records: Sequence[Record]) -> _Index:
    addresses: dict[object, list[int]] = defaultdict(list)
    phones: dict[str, list[int]] = defaultdict(list)
    for row, record in enumerate(records):
        for key in {_address(p.address) for p in record.places if p.address} - {None}:
            addresses[key].append(row)
        for number in {n for c in record.contacts if c.type in ("phone", "fax") for n in _numbers(c.value)}:
            phones[number].append(row)
    return _Index([fold(r.name) for r in records], [fold(r.name_kana) for r in records], addresses, phones)


@caches.texts_of_ward(most_bytes=16 * 1024 * 1024)
def _address(address: str) -> object:
    """The same for every writing of one address; None for one without a number."""
    if key := geocode.address_key(address):
        return key
    plain = unspaced(address)
    return plain if re.search(r"\d", plain) else None


def _numbers(text: str) -> Iterable[str]:
    """The telephone numbers in a text, by their digits."""
    plain = one_width(text)
    runs = re.findall(r"\+?\d[\d\-‐‑‒–—―−ー()\s]{7,}\d", plain)
    return [digits for run in runs if len(digits := re.sub(r"\D", "", run)) >= 9]
