"""Who sees what: the rules of status, audience, consent, period and location precision as tables."""

from datetime import date
from itertools import product

import pytest

from mapdata.claims import placing
from mapdata.claims.projection import PUBLIC, STAFF, SUPPORTER, Audience, office, project
from mapdata.words import Level
from tests.factories import FULL_PLACE, entry

DAY = date(2026, 11, 23)
PERIODS = {
    "open": (None, None),
    "running": (date(2026, 11, 23), date(2026, 11, 23)),
    "not yet": (date(2026, 11, 24), None),
    "over": (None, date(2026, 11, 22)),
}
READERS = {"public": PUBLIC, "supporter": SUPPORTER, "staff": STAFF, "own": office("kuramaru"), "other": office("shakyo")}

# Each row: status, audience, consents, periods → the readers who see it. Everything not listed sees nothing.
ALL_CONSENTS = ("yes", "oral", "unconfirmed", "no")
IN, OUT = ("open", "running"), ("not yet", "over")
STAFF_ALL = {"staff", "own", "other"}
RULES = [
    # status       audience      consents                  periods  who
    ("draft",     "public",     ALL_CONSENTS,             IN + OUT, STAFF_ALL),
    ("preparing", "public",     ALL_CONSENTS,             IN,       STAFF_ALL | {"supporter"}),
    ("preparing", "public",     ALL_CONSENTS,             OUT,      STAFF_ALL),
    ("active",    "public",     ("yes", "oral"),          IN,       STAFF_ALL | {"supporter", "public"}),
    ("active",    "public",     ("unconfirmed", "no"),    IN,       STAFF_ALL | {"supporter"}),
    ("active",    "public",     ALL_CONSENTS,             OUT,      STAFF_ALL),
    ("paused",    "public",     ("yes", "oral"),          IN,       STAFF_ALL | {"supporter", "public"}),
    ("paused",    "public",     ("unconfirmed", "no"),    IN,       STAFF_ALL | {"supporter"}),
    ("paused",    "public",     ALL_CONSENTS,             OUT,      STAFF_ALL),
    ("closed",    "public",     ALL_CONSENTS,             IN + OUT, STAFF_ALL),
    ("draft",     "supporter",  ALL_CONSENTS,             IN + OUT, STAFF_ALL),
    ("preparing", "supporter",  ALL_CONSENTS,             IN,       STAFF_ALL | {"supporter"}),
    ("preparing", "supporter",  ALL_CONSENTS,             OUT,      STAFF_ALL),
    ("active",    "supporter",  ALL_CONSENTS,             IN,       STAFF_ALL | {"supporter"}),
    ("active",    "supporter",  ALL_CONSENTS,             OUT,      STAFF_ALL),
    ("paused",    "supporter",  ALL_CONSENTS,             IN,       STAFF_ALL | {"supporter"}),
    ("paused",    "supporter",  ALL_CONSENTS,             OUT,      STAFF_ALL),
    ("closed",    "supporter",  ALL_CONSENTS,             IN + OUT, STAFF_ALL),
    *((status,    "staff",      ALL_CONSENTS,             IN + OUT, STAFF_ALL)
      for status in ("draft", "preparing", "active", "paused", "closed")),
    *((status,    "office",     ALL_CONSENTS,             IN + OUT, {"own"})
      for status in ("draft", "preparing", "active", "paused", "closed")),
]
CASES = [
    (status, audience, consent, period, who)
    for status, audience, consents, periods, who in RULES
    for consent, period in product(consents, periods)
]


def test_the_table_names_every_combination_once() -> None:
    named = [case[:4] for case in CASES]
    every = set(product(("draft", "preparing", "active", "paused", "closed"),
                        ("public", "supporter", "staff", "office"), ALL_CONSENTS, PERIODS))
    assert len(named) == len(set(named)) and set(named) == every


@pytest.mark.parametrize(("status", "audience", "consent", "period", "who"), CASES)
def test_who_sees_an_entry(status: str, audience: str, consent: str, period: str, who: set[str]) -> None:
    start, end = PERIODS[period]
    it = entry(status=status, audience=Level(audience), consent=consent, publish_from=start, publish_until=end)
    assert {name for name, reader in READERS.items() if project(it, reader, DAY)} == who


SECRETS = ("124-0012", "5-13-1", "ひなたビル", "徒歩5分", "35.743", "139.8485")


@pytest.mark.parametrize("reader", [PUBLIC, SUPPORTER])
@pytest.mark.parametrize("precision", ["area", "hidden"])
def test_a_withheld_place_tells_nothing_of_its_door(reader: Audience, precision: str) -> None:
    record = project(entry(location_precision=precision, places=(FULL_PLACE,)), reader, DAY)
    assert record is not None
    assert [secret for secret in SECRETS if secret in repr(record)] == []
    assert record.schedules == ("毎週木曜 13時から",)


def test_area_tells_the_town_and_its_point() -> None:
    record = project(entry(location_precision="area", places=(FULL_PLACE,)), PUBLIC, DAY)
    assert record is not None
    place = record.places[0]
    assert place.town == "立石5丁目" and place.approximate
    assert (place.lat, place.lng, place.level) == placing.town_point("立石5丁目")


def test_hidden_tells_no_town_and_no_point() -> None:
    record = project(entry(location_precision="hidden", places=(FULL_PLACE,)), PUBLIC, DAY)
    assert record is not None and record.point is None
    assert "立石" not in repr(record)


def test_an_area_that_is_not_placed_is_drawn_nowhere() -> None:
    lost = FULL_PLACE.__class__(address="どこか", lat=None, lng=None)
    record = project(entry(location_precision="area", places=(lost,)), PUBLIC, DAY)
    assert record is not None and record.point is None and "どこか" not in repr(record)


@pytest.mark.parametrize("reader", [STAFF, office("shakyo")])
@pytest.mark.parametrize("precision", ["exact", "area", "hidden"])
def test_staff_see_the_place_itself(reader: Audience, precision: str) -> None:
    record = project(entry(location_precision=precision, places=(FULL_PLACE,)), reader, DAY)
    assert record is not None
    assert record.places[0].address == "葛飾区立石5-13-1" and record.point == (35.743, 139.8485)


# field, its value, who sees it when nobody said otherwise
VALUES = [
    ("description", "静かな部屋です", {"public", "supporter", "staff", "own", "other"}),
    ("supporter_note", "要予約のことあり", {"supporter", "staff", "own", "other"}),
    ("staff_notes", {"kuramaru": "大家さんの了解待ち"}, {"own"}),
]


@pytest.mark.parametrize(("name", "value", "who"), VALUES)
def test_who_sees_a_value(name: str, value: object, who: set[str]) -> None:
    text = value if isinstance(value, str) else "大家さん"
    seen = {n for n, reader in READERS.items() if text in repr(project(entry(**{name: value}), reader, DAY))}
    assert seen == who


@pytest.mark.parametrize(("level", "who"), [
    ("public", {"public", "supporter", "staff", "own", "other"}),
    ("supporter", {"supporter", "staff", "own", "other"}),
    ("staff", {"staff", "own", "other"}),
    ("office", {"own"}),
])
@pytest.mark.parametrize(("name", "value"), [
    ("description", "静かな部屋です"), ("contacts", ()), ("places", (FULL_PLACE,)), ("min_age", 33),
    ("ease", {"free": True}), ("remarks", "靴をぬぎます"), ("schedules", ("静かな部屋です",)),
])
def test_a_value_may_be_kept_for_fewer_readers(level: str, who: set[str], name: str, value: object) -> None:
    from mapdata.claims.entry import Contact
    values = {name: (Contact("phone", "03-0000-0001"),) if name == "contacts" else value}
    key = "places" if name == "schedules" else name
    it = entry(**values, levels={key: Level(level)})
    seen = {n for n, reader in READERS.items() if _tells(it, reader, name)}
    assert seen == who


def _tells(it: object, reader: Audience, name: str) -> bool:
    record = project(it, reader, DAY)  # type: ignore[arg-type]
    assert record is not None
    return bool(getattr(record, name))


@pytest.mark.parametrize(("low", "high", "any_age", "text", "groups"), [
    (None, None, False, "要確認", ("elementary", "teen", "young", "middle", "senior")),
    (None, None, True, "年齢不問", ("elementary", "teen", "young", "middle", "senior")),
    (18, 39, False, "18〜39歳", ("young",)),
    (17, 40, False, "17〜40歳", ("teen", "young", "middle")),
    (65, None, False, "65歳から", ("senior",)),
    (None, 17, False, "17歳まで", ("elementary", "teen")),
    (0, 5, False, "0〜5歳", ()),
])
def test_ages(low: int | None, high: int | None, any_age: bool, text: str, groups: tuple[str, ...]) -> None:
    record = project(entry(min_age=low, max_age=high, any_age=any_age), PUBLIC, DAY)
    assert record is not None and (record.age_text, record.ages) == (text, groups)


@pytest.mark.parametrize(("assured", "stale"), [
    (date(2026, 11, 23), False), (date(2025, 11, 23), False), (date(2025, 11, 22), True), (None, True),
])
def test_an_entry_not_confirmed_for_a_year_is_stale(assured: date | None, stale: bool) -> None:
    record = project(entry(assured_on=assured), PUBLIC, DAY)
    assert record is not None and record.stale is stale


def test_staff_alone_see_how_the_entry_is_kept() -> None:
    it = entry(local_ids={"kuramaru": "K-77"})
    assert [bool(r and r.staff) for r in (project(it, reader, DAY) for reader in READERS.values())] == [
        False, False, True, True, True]


def test_an_age_that_is_kept_back_is_not_told_as_any_age() -> None:
    it = entry(any_age=True, levels={"min_age": Level.STAFF})
    public, staff = project(it, PUBLIC, DAY), project(it, STAFF, DAY)
    assert public and staff and (public.age_text, staff.age_text) == ("要確認", "年齢不問")
