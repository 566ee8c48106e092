"""ward.toml: what it says of Katsushika, which file it is, and what is said of a file that cannot be used."""

import re
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from geocode import caches, gazetteer, geocode, places, space, ward
from tests import wards

ROOT = Path(__file__).parents[2]
SMALL = """
[ward]
prefecture = "架空県"
prefecture_romaji = "Kaku"
name = "架空市"
kana = "かくうし"
romaji = "Kaku"
code = "99999"
code_with_check_digit = "999999"
centre = [36, 140]
zoom = 12
epsg = 6677
[data]
towns = "towns.csv"
railways = "railways.csv"
boundaries = "boundaries.geojson"
towns_source = "手づくりの表"
"""
OFFICE = """
[[offices]]
code = "fukushi"
name = "福祉課"
short = "福祉"
legal_person = "架空市"
network = "lgwan"
"""


def test_katsushika() -> None:
    place = ward.load()
    assert (place.prefecture, place.name, place.kana) == ("東京都", "葛飾区", "かつしかく")
    assert (place.code, place.code_with_check_digit, place.epsg) == ("13122", "131229", 6677)
    assert place.site["name"] == "かつしか つながりマップ"
    assert len(place.neighbours) == 10


def test_check_digit_is_the_one_the_code_calls_for() -> None:
    place = ward.load()
    weighted = sum(int(digit) * weight for digit, weight in zip(place.code, (6, 5, 4, 3, 2), strict=True))
    assert place.code_with_check_digit == f"{place.code}{(11 - weighted % 11) % 10}"


def test_offices_are_known_by_the_code_of_their_source() -> None:
    place = ward.load()
    assert {office.code: office.short for office in place.offices} == {"kuramaru": "くらまる課", "shakyo": "社協"}
    assert place.office("shakyo") == ward.Office(
        "shakyo", "葛飾区社会福祉協議会", "社協", legal_person="社会福祉法人 葛飾区社会福祉協議会", network="internet"
    )
    assert place.office("self") is None


def test_windows_tell_no_number_that_nobody_has_confirmed() -> None:
    windows = ward.load().windows
    assert [window.name for window in windows] == ["くらしのまると相談課", "葛飾区社会福祉協議会"]
    assert not any(char.isdigit() for window in windows for char in window.note + window.phone)


def test_files_and_credits() -> None:
    place = ward.load()
    assert all(path.is_file() for path in (place.data.towns, place.data.railways, place.data.boundaries))
    shown = "".join(credit.text for credit in place.credits)
    assert all(name in shown for name in ("位置参照情報", "Geolonia", "CC BY 4.0", "N02", "N03"))


def test_read_once_and_unchangeable() -> None:
    assert ward.load() is ward.load()
    with pytest.raises(FrozenInstanceError):
        ward.load().zoom = 3  # type: ignore[misc]
    with pytest.raises(TypeError):
        ward.load().site["name"] = "別の名前"  # type: ignore[index]


def test_another_ward_is_another_file(tmp_path: Path) -> None:
    place = ward.read(_file(tmp_path, SMALL))
    assert place.centre == (36.0, 140.0)
    assert place.data.towns == tmp_path / "towns.csv"
    assert (place.site, place.offices, place.neighbours, place.prefecture_kana) == ({}, (), (), "")


def test_a_ward_without_a_table_of_towns_waits_for_the_official_one(tmp_path: Path) -> None:
    bare = SMALL.replace('towns = "towns.csv"', "").replace('towns_source = "手づくりの表"', "")
    data = ward.read(_file(tmp_path, bare)).data
    assert (data.towns, data.towns_source) == (None, "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"\[ward\] がありません"),
        (SMALL.replace('railways = "railways.csv"', ""), "railways がありません"),
        (SMALL.replace("[ward]", "[ward"), "正しい TOML ではありません"),
        (SMALL.replace("[36, 140]", "[36]"), "読めない項目があります"),
        (SMALL.replace("zoom = 12", ""), "zoom"),
        (SMALL.replace("zoom = 12", "zoom = 12\nzooom = 13"), "zooom"),
        (SMALL + "[offfices]", r"\[offfices\] というまとまりはありません"),
        (SMALL + OFFICE.replace("short", "shrot"), r"\[offices\] に shrot という項目はありません"),
        (SMALL + OFFICE.replace('network = "lgwan"', ""), r"\[offices\] の network がありません"),
        (SMALL + OFFICE.replace("lgwan", "wifi"), "fukushi の network は lgwan か internet です：wifi"),
        (SMALL + OFFICE.replace('"架空市"', '" "'), "legal_person は空にできません"),
        (SMALL + OFFICE.replace('"fukushi"', '"福祉"'), "英小文字で始まる.*：福祉"),
        (SMALL + OFFICE.replace('"fukushi"', '"self"'), "使えません：self"),
        (SMALL + OFFICE.replace('"fukushi"', f'"{"f" * 33}"'), "2〜32文字"),
        (SMALL + OFFICE + OFFICE.replace("福祉", "福祉第二"), "code が重なっています：fukushi"),
        (SMALL + OFFICE + OFFICE.replace("fukushi", "fukushi2"), "name が重なっています：福祉課"),
        (SMALL + '[samples]\nfukushi = "list.csv"', r"\[samples\] の fukushi は、\[\[offices\]\] の code にありません"),
        (SMALL.replace('"99999"', '"9999"'), "code は5桁"),
        (SMALL.replace('"99999"', "99999"), r"\[ward\] の code は半角の \" で囲んで書きます：99999"),
        (SMALL.replace("[36, 140]", "[140, 36]"), r"\[緯度, 経度\] の順に"),
        (SMALL.replace("[36, 140]", '"36, 140"'), r"\[緯度, 経度\] の順に"),
        (SMALL.replace("zoom = 12", "zoom = 99"), "zoom は 5 から 18"),
        (re.sub(r"epsg = \d+", "epsg = 4326", SMALL), "epsg は平面直角座標系の 6669 から 6687"),
        (SMALL.replace('"99999"', "“99999”"), r"TOML ではありません（\d+行目のあたり）。値は半角の"),
        (SMALL.replace("[ward]", "[[ward]]"), r"\[ward\] は、見本と同じ数の"),
        (SMALL.replace('"999999"', '"123456"'), "検査数字を付けた6桁"),
        (SMALL.replace('"架空市"', '"架空市東区"'), "kana は、架空市と東区の読みを空白で区切って"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ward.WardFileError, match=said):
        ward.read(_file(tmp_path, text))


def test_two_parts_of_a_name() -> None:
    names = ["大阪市北区", "架空郡見本町", "葛飾区", "四日市市", "蒲郡市", "郡上市", "余市町", "市川市"]
    assert [ward.name_parts(name) for name in names] == [
        ("大阪市", "北区"), ("架空郡", "見本町"), ("葛飾区",), ("四日市市",), ("蒲郡市",), ("郡上市",), ("余市町",), ("市川市",),
    ]  # fmt: skip


def test_samples_and_examples(tmp_path: Path) -> None:
    place = ward.read(_file(tmp_path, SMALL + OFFICE + '[samples]\nfukushi = "lists/a.csv"\nself = "b.csv"'))
    assert place.samples == {"fukushi": tmp_path / "lists/a.csv", "self": tmp_path / "b.csv"}
    assert place.sources == ("fukushi", "self")
    assert place.examples == ward.Examples("架空市○○1-2-3", "○○駅から徒歩5分", "○○駅")
    said = ward.read(_file(tmp_path, SMALL + '[examples]\naddress = "架空市霧ヶ丘1"'))
    assert said.examples == ward.Examples("架空市霧ヶ丘1", "○○駅から徒歩5分", "○○駅")


def test_the_file_that_is_named_then_the_instance_folders_then_the_projects(tmp_path: Path) -> None:
    assert ward.file_for("", None) == ward.file_for("", tmp_path) == ward.PROJECT_FILE
    own = _file(tmp_path, SMALL)
    assert ward.file_for("", tmp_path) == own
    assert ward.file_for(str(wards.KATSUSHIKA), tmp_path) == wards.KATSUSHIKA
    assert ward.file_for("named.toml", tmp_path) == Path.cwd() / "named.toml", "a name that is given counts, there or not"


def test_the_projects_own_file_can_be_used() -> None:
    """Whichever municipality's it is."""
    place = ward.read(ward.PROJECT_FILE)
    files = [place.data.railways, place.data.boundaries, *filter(None, [place.data.towns]), *place.samples.values()]
    assert [path for path in files if not path.is_file()] == []


def test_nothing_of_another_ward_is_remembered() -> None:
    before = geocode("葛飾区立石5-13-1"), places.stations(), space.metres([(35.7, 139.8)]).tolist()
    with wards.using(wards.OTHERS["osaka_kita"]) as there:
        assert ward.load() is there
        assert geocode("葛飾区立石5-13-1").level == "none"
        assert geocode("大阪市北区架空橋2-3").matched == "大阪市北区架空橋2丁目"
        assert {town.name for town in places.towns()} == {"見本町", "架空橋", "大阪見本"}
        assert places.stations() == () and not places.lines() and places.find("亀有駅") is None
        assert space.in_ward(34.7, 135.5) and not space.in_ward(35.7434, 139.8472)
        assert space.metres([(36, 136)])[0] == pytest.approx([0, 0], abs=1e-6), "the origin of EPSG:6674"
    assert (geocode("葛飾区立石5-13-1"), places.stations(), space.metres([(35.7, 139.8)]).tolist()) == before


def test_the_same_file_again_forgets_nothing() -> None:
    towns = gazetteer.load()
    assert ward.use(wards.KATSUSHIKA) is ward.load() and gazetteer.load() is towns
    caches.forget()
    assert gazetteer.load() is not towns


def test_a_file_that_cannot_be_used_changes_nothing(tmp_path: Path) -> None:
    before = ward.load()
    with pytest.raises(ward.WardFileError):
        ward.use(_file(tmp_path, "[ward]"))
    assert ward.load() is before


def test_without_a_site_the_setting_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARD_FILE", str(wards.OTHERS["mihon"]))
    told = [sys.executable, "-c", "from geocode import ward; print(ward.load().name)"]
    assert subprocess.run(told, cwd=ROOT, capture_output=True, text=True, check=True).stdout == "見本市\n"


def test_a_table_that_is_named_and_not_there(tmp_path: Path) -> None:
    ward.require_files(ward.load())
    with pytest.raises(ward.WardFileError, match=r"\[data\] の towns に書いた表がありません：.*towns.csv"):
        ward.require_files(ward.read(_file(tmp_path, SMALL)))
    with pytest.raises(ward.WardFileError, match="railways"):
        ward.require_files(ward.read(_file(tmp_path, SMALL.replace('towns = "towns.csv"', ""))))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ward.WardFileError, match="読めません"):
        ward.read(tmp_path / "ward.toml")


def _file(folder: Path, text: str) -> Path:
    path = folder / "ward.toml"
    path.write_text(text, encoding="utf-8")
    return path
