"""The sample lists are what they claim: fictitious, varied and readable.

They are read here with pandas alone, not through the importer, so that a fault of the
importer cannot hide a fault of the lists.
"""

import csv
import re
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from mapdata import words
from mapdata.words import Vocabulary

ROOT = Path(__file__).parents[3]
CSV_FILE = ROOT / "mapdata" / "samples" / "kuramaru.csv"
XLSX_FILE = ROOT / "mapdata" / "samples" / "shakyo.xlsx"
PAIRS_FILE = ROOT / "tests" / "data" / "sample_pairs.csv"
TOWNS_FILE = ROOT / "geocode" / "data" / "towns_13122.csv"

#: The day the lists are looked at: the freshness of their entries is measured from it.
TODAY = date(2026, 11, 1)

HEADINGS = [
    "管理番号", "名称", "名称_カナ", "種別", "運営団体", "説明", "困りごと", "対象年齢_下限",
    "対象年齢_上限", "対象者", "対象地域", "活動の種類", "参加しやすさ", "女性だけの場", "つながり方", "開催日時", "料金",
    "申込方法", "はじめての日_迎える人", "はじめての日_人数", "はじめての日_はじめにすること", "はじめての日_しなくてよいこと",
    "はじめての日_行くときのひとこと", "はじめての日_駅からの道", "郵便番号", "住所", "方書", "緯度", "経度", "位置の公開",
    "最寄り駅", "電話番号", "FAX番号", "メール", "URL", "使える言語", "バリアフリー", "公開範囲", "状態", "受け入れ",
    "受け入れ_確認日", "掲載同意", "掲載開始日", "掲載終了日", "確認日", "支援者向けメモ", "職員向けメモ", "備考",
]
#: What may not be invented for a real office or group.
INVENTABLE = ("開催日時", "住所", "電話番号", "FAX番号", "メール", "URL", "料金", "申込方法")
SEVERAL = {"困りごと": words.NEED, "活動の種類": words.ACTIVITY, "つながり方": words.WAY}
SINGLE = {
    "種別": words.KIND, "公開範囲": words.AUDIENCE, "状態": words.STATUS,
    "掲載同意": words.CONSENT, "位置の公開": words.PRECISION, "受け入れ": words.INTAKE,
}
SEPARATORS = re.compile(r"[、,;/\n]")
KANJI_DIGITS = str.maketrans("一二三四五六七八九", "123456789")
#: 名, 丁目, the rest of an address after the ward's name; the two towns without 丁目 come first.
ADDRESS = re.compile(r"(金町浄水場|水元公園)()(\d.*)|(\D+?)(\d)(?:丁目|-)(\d.*)")

Row = dict[str, str]
Towns = dict[tuple[str, str], tuple[float, float]]


def read_kuramaru() -> list[Row]:
    frame = pd.read_csv(
        CSV_FILE, encoding="cp932", encoding_errors="strict", dtype=str, keep_default_na=False
    )
    return frame.to_dict("records")  # type: ignore[return-value]


def read_shakyo() -> list[Row]:
    frame = pd.read_excel(XLSX_FILE, dtype=str, keep_default_na=False, na_values=[], engine="calamine")
    return frame.fillna("").to_dict("records")  # type: ignore[return-value]


KURAMARU, SHAKYO = read_kuramaru(), read_shakyo()
ROWS = [*KURAMARU, *SHAKYO]
LISTS = pytest.mark.parametrize("rows", [KURAMARU, SHAKYO], ids=["kuramaru", "shakyo"])


def code(vocabulary: Vocabulary, text: str) -> str | None:
    """The code that a label, an alias or a code stands for."""
    for term in vocabulary.terms:
        if text in (str(term.code), term.label, *term.aliases):
            return str(term.code)
    return None


def parts(cell: str) -> list[str]:
    return [part.strip() for part in SEPARATORS.split(cell) if part.strip()]


def codes(vocabulary: Vocabulary, cell: str) -> set[str | None]:
    return {code(vocabulary, part) for part in parts(cell)}


def eases(cell: str) -> set[tuple[str | None, bool]]:
    """Each ease with yes or no; an unreadable one as (None, …)."""
    return {
        (code(words.EASE, part), True) if code(words.EASE, part)
        else (code(words.EASE, part.removesuffix("なし")), False)
        for part in parts(cell)
    }


def chome(address: str) -> tuple[str, str] | None:
    """(town, 丁目) of one address; None outside the ward. Raises ValueError if it has neither."""
    text = unicodedata.normalize("NFKC", address).removeprefix("東京都")
    if re.match(r"\D+区", text) and not text.startswith("葛飾区"):
        return None
    text = re.sub(r"[一二三四五六七八九](?=丁目)", lambda m: m[0].translate(KANJI_DIGITS), text)
    match = ADDRESS.fullmatch(text.removeprefix("葛飾区"))
    if not match:
        raise ValueError(address)
    return (match[1] or match[4], match[5] or "")


def addresses(row: Row) -> list[str]:
    return [part for part in row["住所"].split("；") if part]


def towns_of(row: Row) -> list[tuple[str, str]]:
    return [found for found in map(chome, addresses(row)) if found]


def day(cell: str) -> date | None:
    return date(*map(int, re.split(r"[-/]", cell))) if cell else None


def in_period(row: Row) -> bool:
    start, end = day(row["掲載開始日"]), day(row["掲載終了日"])
    return (start is None or start <= TODAY) and (end is None or end >= TODAY)


def is_public(row: Row) -> bool:
    """The rule of who sees what, written here a second time on purpose."""
    return (
        code(words.AUDIENCE, row["公開範囲"]) == "public"
        and code(words.CONSENT, row["掲載同意"]) in ("yes", "oral")
        and code(words.STATUS, row["状態"]) in ("active", "paused")
        and in_period(row)
    )


@pytest.fixture(scope="module")
def towns() -> Towns:
    with TOWNS_FILE.open(encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith("#")]
    return {(r["town"], r["chome"]): (float(r["lat"]), float(r["lng"])) for r in csv.DictReader(lines)}


@pytest.fixture(scope="module")
def pairs() -> list[tuple[Row, Row, bool]]:
    """(くらまる課's row, 社協's row, whether they are one place)."""
    ours, theirs = ({row["管理番号"]: row for row in rows} for rows in (KURAMARU, SHAKYO))
    with PAIRS_FILE.open(encoding="utf-8") as file:
        return [(ours[p["kuramaru"]], theirs[p["shakyo"]], p["same"] == "1") for p in csv.DictReader(file)]


@pytest.fixture(scope="module")
def places(pairs: list[tuple[Row, Row, bool]]) -> list[list[Row]]:
    """The union: the rows of each distinct place."""
    twins = {id(a): b for a, b, same in pairs if same}
    taken = {id(b) for b in twins.values()}
    joined = [[row, twins[id(row)]] if id(row) in twins else [row] for row in KURAMARU]
    return joined + [[row] for row in SHAKYO if id(row) not in taken]


def test_csv_is_cp932_with_windows_line_ends() -> None:
    raw = CSV_FILE.read_bytes()
    text = raw.decode("cp932", errors="strict")
    assert text.count("\r\n") == text.count("\n") == len(KURAMARU) + 1
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")


def test_workbook_is_kept_as_an_office_keeps_it() -> None:
    sheet = openpyxl.load_workbook(XLSX_FILE).active
    assert sheet is not None and sheet.freeze_panes == "C2"
    assert all(cell.value is None or cell.data_type == "s" for row in sheet.iter_rows() for cell in row)
    assert sheet.column_dimensions["B"].width > sheet.column_dimensions["A"].width


@LISTS
def test_headings_are_the_registrys_own(rows: list[Row]) -> None:
    assert list(rows[0]) == HEADINGS


@LISTS
def test_sizes_and_numbers(rows: list[Row]) -> None:
    numbers = [row["管理番号"] for row in rows]
    assert 60 <= len(rows) <= 75
    assert len(set(numbers)) == len(numbers)
    assert numbers[0] == "001" and all(re.fullmatch(r"\d{3}", number) for number in numbers)


@LISTS
def test_names_and_descriptions_differ(rows: list[Row]) -> None:
    for heading in ("名称", "説明"):
        texts = [row[heading] for row in rows]
        assert all(texts) and len(set(texts)) == len(texts)
    assert all(re.fullmatch(r"[ァ-ヴー・]+", row["名称_カナ"]) for row in rows)


def test_notes_can_be_told_apart() -> None:
    """Tests of other modules search pages for them, so each is one of a kind."""
    notes = [row[h] for row in ROWS for h in ("支援者向けメモ", "職員向けメモ") if row[h]]
    public = "".join(row[h] for row in ROWS for h in HEADINGS if "メモ" not in h)
    assert len(notes) >= 30 and len(set(notes)) == len(notes)
    assert not [note for note in notes if note in public]


def test_nothing_can_ring_or_be_reached() -> None:
    for row in ROWS:
        for heading in ("電話番号", "FAX番号"):
            for number in parts(row[heading]):
                digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", number))
                assert re.fullmatch(r"030000\d{4}", digits), (row["名称"], number)
        assert all(re.fullmatch(r"[\w-]+@example\.(jp|org)", mail) for mail in parts(row["メール"]))
        assert not row["URL"] or re.fullmatch(r"https://example\.jp/[\w-]+", row["URL"])


@pytest.mark.parametrize("name", ["くらしのまると相談課", "葛飾区社会福祉協議会", "かつROOM", "だんご虫Time"])
def test_real_names_carry_no_invented_facts(name: str) -> None:
    rows = [row for row in ROWS if name in row["名称"] or row["運営団体"] == name]
    assert rows
    for row in rows:
        assert not any(row[heading] for heading in INVENTABLE), row["名称"]
        assert "詳しくは、" in row["説明"]


def test_invented_numbers_of_blocks_stay_clear_of_real_houses() -> None:
    """街区 above 50 hardly exist in the ward: no one's home gets a pin."""
    for row in ROWS:
        for address in filter(chome, addresses(row)):
            text = unicodedata.normalize("NFKC", address)
            block = re.search(r"(\d+)(?:番|-)\d+号?$", text)
            assert block and int(block[1]) > 50, address


def test_every_word_is_in_the_vocabularies() -> None:
    unknown = []
    for row in ROWS:
        unknown += [(row["名称"], h) for h, v in SEVERAL.items() if None in codes(v, row[h])]
        unknown += [(row["名称"], h) for h, v in SINGLE.items() if row[h] and code(v, row[h]) is None]
        unknown += [(row["名称"], "参加しやすさ") for found, _ in eases(row["参加しやすさ"]) if found is None]
    assert not unknown


@pytest.mark.parametrize("heading", [*SEVERAL, *SINGLE])
def test_every_term_is_used(heading: str) -> None:
    vocabulary = {**SEVERAL, **SINGLE}[heading]
    used = set().union(*(codes(vocabulary, row[heading]) for row in ROWS))
    assert used == set(map(str, vocabulary.codes))


def test_every_term_has_a_public_entry() -> None:
    """No choice of the page is empty on the day the samples are loaded."""
    public = [row for row in ROWS if is_public(row)]
    for heading, vocabulary in {**SEVERAL, "種別": words.KIND}.items():
        assert set().union(*(codes(vocabulary, row[heading]) for row in public)) == set(vocabulary.codes)
    yes = {found for row in public for found, said in eases(row["参加しやすさ"]) if said}
    assert yes == set(words.EASE.codes)


def test_some_eases_are_said_not_to_be() -> None:
    noes = {found for row in ROWS for found, said in eases(row["参加しやすさ"]) if not said}
    assert len(noes) >= 5


def test_the_first_day_and_the_intake_are_told_of_some() -> None:
    """Of some entries all of it, of one the way to a place that is kept back, of most nothing."""
    first_day = [heading for heading in HEADINGS if heading.startswith("はじめての日_")]
    told = [row for row in ROWS if any(row[heading] for heading in first_day)]
    assert 5 <= len(told) <= len(ROWS) // 4 and any(all(row[heading] for heading in first_day) and is_public(row) for row in told)
    assert any(row["はじめての日_駅からの道"] and code(words.PRECISION, row["位置の公開"]) == "area" for row in told)
    assert {row["女性だけの場"] for row in ROWS} == {"はい", "いいえ", ""}
    assert all(bool(row["受け入れ"]) == bool(day(row["受け入れ_確認日"])) for row in ROWS)
    assert any("個人の電話" in row["電話番号"] and is_public(row) for row in ROWS)


def test_ages_known_any_and_unknown() -> None:
    lows = [row["対象年齢_下限"] for row in ROWS]
    ages = [(row["対象年齢_下限"], row["対象年齢_上限"]) for row in ROWS]
    assert all(text in ("", words.ANY_AGE_LABEL) or text.isdigit() for pair in ages for text in pair)
    known = [(int(a) if a else None, int(b) if b else None) for a, b in ages
             if (a or b) and a != words.ANY_AGE_LABEL]
    assert set().union(*(words.age_groups(*pair) for pair in known)) == set(words.AGE_GROUP.codes)
    assert lows.count(words.ANY_AGE_LABEL) >= 10
    assert ages.count(("", "")) >= 3
    assert any(a and not b for a, b in ages) and any(b and not a for a, b in ages)


def test_every_town_and_only_real_chome(towns: Towns) -> None:
    used = [found for row in ROWS for found in towns_of(row)]
    assert not set(used) - set(towns)
    assert {town for town, _ in used} == {town for town, _ in towns}


def test_no_town_has_them_all(places: list[list[Row]]) -> None:
    counts = Counter(town for rows in places for town in {t for t, _ in towns_of(rows[0])})
    assert max(counts.values()) <= 8


def test_given_points_lie_in_their_chome(towns: Towns) -> None:
    """Within 100 m of the representative point: 0.0009° of latitude, 0.0011° of longitude."""
    given = [row for row in ROWS if row["緯度"] or row["経度"]]
    inside = 0
    for row in given:
        lat, lng = float(row["緯度"]), float(row["経度"])
        for found in towns_of(row):
            assert abs(lat - towns[found][0]) < 0.0009 and abs(lng - towns[found][1]) < 0.0011, row["名称"]
            inside += 1
    assert inside >= 15
    assert len(given) - inside == 2, "two lie outside the ward and have their point given"


def test_unusual_places_are_there() -> None:
    online = [row for row in ROWS if not row["住所"] and "オンライン" in row["活動の種類"]]
    two = [row for row in ROWS if "；" in row["住所"]]
    at_one_address = Counter(tuple(addresses(row)) for row in KURAMARU + SHAKYO if row["住所"])
    assert len(online) >= 4
    assert all(len(row[h].split("；")) == 2 for row in two for h in ("住所", "方書", "最寄り駅", "開催日時"))
    assert two and at_one_address.most_common(1)[0][1] >= 4


def test_hidden_addresses_stand_nowhere_else() -> None:
    """A search for the address of an `area` or `hidden` entry must find a leak and nothing else."""
    guarded = [r for r in ROWS if code(words.PRECISION, r["位置の公開"]) in ("area", "hidden")]
    kinds = Counter(code(words.PRECISION, row["位置の公開"]) for row in guarded)
    assert kinds["area"] >= 5 and kinds["hidden"] >= 4
    blocks = {_block(row["住所"]) for row in guarded}
    others = [r for r in ROWS if r not in guarded and r["住所"]]
    assert not blocks & {_block(row["住所"]) for row in others}
    assert not any(row["緯度"] for row in guarded)


def _block(address: str) -> tuple[object, ...]:
    """丁目 and the numbers after it, whatever the writing."""
    text = unicodedata.normalize("NFKC", address)
    return (chome(address.split("；")[0]), *re.findall(r"\d+", text)[-2:])


def test_enough_is_public(places: list[list[Row]]) -> None:
    assert 100 <= len(places) <= 120
    assert sum(any(map(is_public, rows)) for rows in places) >= 80


def test_every_reason_not_to_show_has_an_entry() -> None:
    otherwise = [row for row in ROWS if not is_public(row)]
    assert any(code(words.STATUS, row["状態"]) is None for row in otherwise)
    assert any(row["公開範囲"] == "" for row in otherwise)
    assert any((end := day(row["掲載終了日"])) and end < TODAY for row in otherwise)
    assert any((start := day(row["掲載開始日"])) and start.year >= TODAY.year + 5 for row in otherwise)


def test_confirmation_dates_are_of_all_ages() -> None:
    days = [day(row["確認日"]) for row in ROWS]
    old = [d for d in days if d and (TODAY - d).days > 365]
    assert days.count(None) >= 3
    assert 0.15 <= len(old) / len(days) <= 0.35
    assert all(d <= TODAY for d in days if d)


def test_pairs_are_spelled_differently_but_meet(pairs: list[tuple[Row, Row, bool]]) -> None:
    same = [(a, b) for a, b, is_same in pairs if is_same]
    assert len(same) >= 25
    assert len({a["管理番号"] for a, _ in same}) == len({b["管理番号"] for _, b in same}) == len(same)
    for a, b in same:
        assert a["名称"] != b["名称"] and a["説明"] != b["説明"]
        assert towns_of(a) == towns_of(b), a["名称"]
        assert code(words.PRECISION, a["位置の公開"]) == code(words.PRECISION, b["位置の公開"]), a["名称"]


def test_near_misses_are_neighbours_and_not_one(pairs: list[tuple[Row, Row, bool]]) -> None:
    others = [(a, b) for a, b, is_same in pairs if not is_same]
    assert len(others) >= 3
    assert sum(_block(a["住所"]) == _block(b["住所"]) for a, b in others) >= 2
    names = {(a["名称"], b["名称"]) for a, b in others}
    assert any("家族会" in a and "当事者会" in b for a, b in names)
