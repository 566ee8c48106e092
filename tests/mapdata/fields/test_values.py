"""Cells ↔ values, one table a reader."""

import pytest

from mapdata import words
from mapdata.fields import contacts, place_cells, values
from mapdata.fields.values import CellError


@pytest.mark.parametrize(("cell", "text"), [
    ("  ひなた　", "ひなた"), ("a\r\nb", "a\nb"), ("10〜12時", "10～12時"), ("−5", "－5"), ("'=SUM(A1)", "=SUM(A1)"),
    ("'ABC'", "'ABC'"), ("ひ\x07なた\ufffe", "ひなた"), ("''引用", "'引用"),
])
def test_clean(cell: str, text: str) -> None:
    assert values.clean(cell) == text


@pytest.mark.parametrize(("cell", "codes"), [
    ("ひきこもり", ["hikikomori"]), ("hikikomori", ["hikikomori"]), ("しごと・就労、ひきこもり", ["hikikomori", "work"]),
    ("不登校, お金; 障がい / ﾔﾝｸﾞｹｱﾗｰ\n住まい", ["school_refusal", "money", "disability", "carer", "housing"]),
    ("８０５０・家族の悩み", ["family_8050"]),
])
def test_needs(cell: str, codes: list[str]) -> None:
    assert values.some_of(words.NEED)(cell).value == codes


def test_an_unknown_need_is_a_remark_and_the_rest_is_taken() -> None:
    reading = values.some_of(words.NEED)("ひきこもり、宇宙")
    assert reading.value == ["hikikomori"] and "「宇宙」" in reading.remarks[0]


@pytest.mark.parametrize(("cell", "value"), [
    ("個室", {"private_room": True}), ("個室なし", {"private_room": False}),
    ("無料、予約不要なし、no_phone", {"no_booking": False, "no_phone": True, "free": True}),
    ("電話しなくてよい（メール・LINE・フォーム）", {"no_phone": True}), ("free、freeなし", {"free": False}),
])
def test_ease(cell: str, value: dict[str, bool]) -> None:
    assert values.read_ease(cell).value == value


@pytest.mark.parametrize(("cell", "value"), [
    ("2026-04-01", "2026-04-01"), ("2026/4/1", "2026-04-01"), ("２０２６年４月１日", "2026-04-01"),
    ("2026-04-01 00:00:00", "2026-04-01"),
])
def test_dates(cell: str, value: str) -> None:
    assert values.read_date(cell).value == value


@pytest.mark.parametrize(("reader", "cell", "part"), [
    (values.read_date, "2026-02-30", "暦にない"), (values.read_date, "来年", "日付として読めません"),
    (values.read_age, "はたち", "年齢として"), (values.read_age, "121", "120"), (values.read_min_age, "不明", "年齢不問"),
    (values.read_latitude, "139.8", "日本の外"), (values.read_longitude, "abc", "経度として"),
    (values.read_latitude, "nan", "日本の外"), (values.read_postal_code, "12345", "7けた"),
    (values.one_of(words.AUDIENCE), "みんな", "公開、支援者まで、両職員まで、自所属のみ"),
])
def test_refused_cells_say_how_to_mend_them(reader: object, cell: str, part: str) -> None:
    with pytest.raises(CellError, match=part):
        reader(cell)  # type: ignore[operator]


@pytest.mark.parametrize("vocabulary", [*words.FILTERS, words.AUDIENCE, words.CONSENT, words.PRECISION, words.STATUS])
def test_every_label_code_and_alias_reads_as_its_own_term(vocabulary: words.Vocabulary) -> None:
    for term in vocabulary.terms:
        assert values.code_of(vocabulary, term.label) == term.code
        assert values.code_of(vocabulary, term.code) == term.code
        for alias in term.aliases:
            assert values.code_of(vocabulary, alias) == term.code, alias


@pytest.mark.parametrize(("kind", "cell", "found"), [
    ("phone", "03-0000-0001", [("03-0000-0001", "")]),
    ("phone", "０３（００００）０００１", [("03(0000)0001", "")]),
    ("phone", "03ー0000−0001（代表、平日のみ）、03-0000-0002(夜間)",
     [("03-0000-0001", "代表、平日のみ"), ("03-0000-0002", "夜間")]),
    ("email", "a@example.jp\nb@example.jp", [("a@example.jp", ""), ("b@example.jp", "")]),
    ("url", "https://example.jp/a/b?x=1", [("https://example.jp/a/b?x=1", "")]),
])
def test_contacts(kind: str, cell: str, found: list[tuple[str, str]]) -> None:
    assert [(c["value"], c["label"]) for c in contacts.read(kind, cell).value] == found


@pytest.mark.parametrize(("kind", "cell"), [("url", "javascript:alert(1)"), ("email", "メール"), ("url", "ホームページあり")])
def test_contacts_that_nothing_could_open_are_refused(kind: str, cell: str) -> None:
    with pytest.raises(CellError):
        contacts.read(kind, cell)


def test_a_telephone_cell_in_words_is_kept_with_a_remark() -> None:
    reading = contacts.read("phone", "要問合せ")
    assert reading.value[0]["value"] == "要問合せ" and reading.remarks


def test_two_places_in_one_row() -> None:
    cells = {"address": "立石1-1-1；亀有2-2-2", "address_2": "A；B", "schedule": "第1火曜；第3火曜", "station": "京成立石駅"}
    assert place_cells.read(cells) == [
        {"address": "立石1-1-1", "address_2": "A", "schedule": "第1火曜", "station": "京成立石駅"},
        {"address": "亀有2-2-2", "address_2": "B", "schedule": "第3火曜"},
    ]
    assert place_cells.read(place_cells.write(place_cells.read(cells))) == place_cells.read(cells)


def test_semicolons_in_the_schedule_of_one_place_stay() -> None:
    assert place_cells.read({"address": "立石1-1-1", "schedule": "月；水"})[0]["schedule"] == "月；水"


@pytest.mark.parametrize(("cells", "heading"), [
    ({"address": "立石1；亀有2", "schedule": "月；火；水"}, "開催日時"),
    ({"lat": "35.7"}, "緯度"), ({"lng": "139.8", "address": "立石1"}, "経度"),
])
def test_places_that_do_not_pair_up(cells: dict[str, str], heading: str) -> None:
    with pytest.raises(place_cells.PartError) as caught:
        place_cells.read(cells)
    assert caught.value.heading == heading


@pytest.mark.parametrize(("cell", "said"), [
    ("はい", True), ("有", True), ("○", True), ("〇", True), ("ＹＥＳ", True), ("可", True), ("1", True),
    ("いいえ", False), ("無", False), ("なし", False), ("×", False), ("No", False), (" 0 ", False),
])
def test_yes_and_no_in_the_ways_of_offices(cell: str, said: bool) -> None:
    assert values.read_yes_no(cell).value is said
    assert values.read_yes_no(values.write_yes_no(said)).value is said


@pytest.mark.parametrize("cell", ["火曜だけ", "△", "女性", "要相談", "-"])
def test_neither_yes_nor_no_is_never_guessed(cell: str) -> None:
    with pytest.raises(values.CellError, match="はい"):
        values.read_yes_no(cell)
