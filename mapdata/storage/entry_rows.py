"""Reading the resolved view: all entries, or those that have changed since a revision."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import orjson
from sqlalchemy import Connection, Text, cast, select

from geocode import caches
from mapdata.claims.entry import FOR_ALL, NO_MORE, ByReader, Contact, Entry, Place, Provenance
from mapdata.storage.claim_rows import EVER
from mapdata.storage.revision import chunks
from mapdata.storage.tables import models as m
from mapdata.storage.visit_rows import VISIT_COLUMNS, newest_first, visit_of
from mapdata.words import EASE, FILTERS, Level

_PLAIN = (
    "id", "name", "name_kana", "kind", "status", "audience", "consent", "location_precision", "description",
    "min_age", "max_age", "any_age", "eligibility_description", "service_area", "fees_description",
    "application_process", "accessibility", "remarks", "publish_from", "publish_until", "assured_on",
    "supporter_note",
)
#: Read as the text they are stored as: most entries have the same, which is then understood once.
_JSON = ("languages", "staff_notes", "provenance", "more", "by_reader")
_PLACE = ("postal_code", "address", "address_2", "station", "lat", "lng", "level", "town")
_CODES: dict[str, str] = {code: code for vocabulary in FILTERS for code in vocabulary.codes}

Row = Sequence[Any]


def load_entries(connection: Connection, since: int = EVER) -> list[Entry]:
    """The resolved view in the order of ids; only what was resolved after the revision `since`."""
    return list(stream_entries(connection, since))


def stream_entries(connection: Connection, since: int = EVER) -> Iterator[Entry]:
    """The same one by one, some thousands in memory at a time."""
    table = m.resource
    for some in chunks(_ids(connection, since)):
        children = _Children(connection, some, since)
        columns = [*(table.c[name] for name in _PLAIN), *(cast(table.c[name], Text) for name in _JSON)]
        query = (
            select(*columns, m.organization.c.name)
            .join(m.organization, m.organization.c.id == table.c.organization_id, isouter=True)
            .where(_among(table.c.id, some, since)).order_by(table.c.id)
        )
        for row in connection.execute(query).all():
            yield children.entry(row)


def _ids(connection: Connection, since: int) -> Sequence[str]:
    """In their order. Of few they are sorted here, or SQLite would look through all in that order for them."""
    if since == EVER:
        return connection.execute(select(m.resource.c.id).order_by(m.resource.c.id)).scalars().all()
    return sorted(connection.execute(select(m.resource.c.id).where(m.resource.c.revision > since)).scalars())


def _among(column: Any, ids: Sequence[str], since: int) -> Any:
    """These ids; where all are read, those between the first and the last are the same ones."""
    return column.between(ids[0], ids[-1]) if since == EVER else column.in_(ids)


class _Children:
    """The rows that hang on some entries."""

    def __init__(self, connection: Connection, ids: Sequence[str], since: int):
        def grouped(table: Any, order: str, *names: str) -> dict[str, list[Row]]:
            query = select(table.c.resource_id, *(table.c[name] for name in names))
            if "ended_by" in table.c:
                query = query.where(table.c.ended_by.is_(None))
            ordered = query.where(_among(table.c.resource_id, ids, since)).order_by(table.c.resource_id, table.c[order])
            found: dict[str, list[Row]] = defaultdict(list)
            for row in connection.execute(ordered).all():
                found[row[0]].append(row)
            return found

        self.places = grouped(m.place, "position", "position", *_PLACE)
        self.schedules = grouped(m.schedule, "position", "place_position", "description")
        self.contacts = grouped(m.contact, "position", "type", "value", "label")
        self.terms = grouped(m.resource_term, "id", "vocabulary", "code", "holds")
        self.known = grouped(m.known_as, "id", "source", "local_id")
        self.visits = grouped(m.visit, "id", *VISIT_COLUMNS)

    def entry(self, row: Row) -> Entry:
        """From `_PLAIN`, `_JSON` and the organisation's name."""
        plain = dict(zip(_PLAIN, row, strict=False))
        key, level = row[0], Level(plain.pop("audience"))
        languages, staff_notes, provenance, more, by_reader, organization = row[len(_PLAIN):]
        at_place = {place: text for _, place, text in self.schedules[key]}
        return Entry(
            **plain,
            audience=level,
            organization=organization or "",
            languages=_languages(languages),
            staff_notes=_notes(staff_notes),
            provenance=_provenance(provenance),
            more=NO_MORE if more == "{}" else orjson.loads(more),
            by_reader=FOR_ALL if by_reader == "{}" else _by_reader(orjson.loads(by_reader)),
            places=tuple(_place(place, at_place.get(place[1], "")) for place in self.places[key]),
            schedules=tuple(text for _, place, text in self.schedules[key] if place is None),
            contacts=tuple(Contact(*contact[1:]) for contact in self.contacts[key]),
            local_ids={source: number or "" for _, source, number in self.known[key]},
            visits=newest_first(visit_of(dict(zip(VISIT_COLUMNS, v[1:], strict=True))) for v in self.visits[key]),
            **_terms(self.terms[key]),
        )


def _terms(rows: Sequence[Row]) -> dict[str, Any]:
    codes: dict[str, list[str]] = {"need": [], "activity": [], "way": []}
    ease: dict[str, bool] = {}
    for _, vocabulary, read, holds in rows:
        code = _CODES.get(read) or read  # one text for all entries that have it
        if vocabulary == EASE.name:
            ease[code] = holds
        else:
            codes[vocabulary].append(code)
    needs, activities, ways = map(tuple, codes.values())
    return {"needs": needs, "activities": activities, "ways": ways, "ease": ease}


def _by_reader(told: Mapping[str, Any]) -> ByReader:
    return ByReader(
        {office: Level(level) for office, level in told["scopes"].items()},
        {name: [(source, Level(level), value) for source, level, value in line]
         for name, line in told["others"].items()},
        {key: date.fromisoformat(day) for key, day in told["days"].items()},
    )


def _place(row: Row, schedule: str) -> Place:
    return Place(*row[2:], schedule)  # type: ignore[call-arg]


@caches.texts(most_bytes=2 * 1024 * 1024)
def _languages(text: str) -> tuple[str, ...]:
    return tuple(orjson.loads(text))


def _notes(text: str) -> dict[str, str]:
    return _NO_NOTES if text == "{}" else dict(orjson.loads(text))


_NO_NOTES: dict[str, str] = {}


@caches.texts(most_bytes=16 * 1024 * 1024)
def _provenance(text: str) -> Mapping[str, Provenance]:
    return {field: Provenance(source, Level(level)) for field, (source, level) in orjson.loads(text).items()}
