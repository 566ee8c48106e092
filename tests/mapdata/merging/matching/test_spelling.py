"""Each step by which names are made comparable, as input → output."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapdata.merging.matching import spelling
from mapdata.merging.matching.marks import Marks, conflict, silence
from mapdata.merging.matching.naming import Likeness, Names, compare


@pytest.mark.parametrize(("text", "unified"), [
    ("ＬＩＮＫ金町", "link金町"), ("櫻の會", "桜の会"), ("作業所Ⅱ", "作業所2"), ("学習会①", "学習会1"),
    ("第一茶の間", "第1茶の間"), ("第十二期", "第12期"), ("二号館", "2号館"), ("三世代の家", "三世代の家"), ("㈱みち", "(株)みち"),
])
def test_unify(text: str, unified: str) -> None:
    assert spelling.unify(text) == unified


@pytest.mark.parametrize("text", [
    "NPO法人ひより", "特定非営利活動法人　ひより", "(特非)ひより", "ＮＰＯひより", "認定NPO法人ひより", "(認定NPO)ひより", "特非)ひより",
    "一般社団法人ひより", "（一社）ひより", "ひより（一社）", "㈱ひより", "ひより㈲", "社会福祉法人ひより", "(福)ひより", "社福 ひより",
    "医療法人社団ひより", "労協ひより", "労働者協同組合ひより", "合同会社ひより", "（公財）ひより", "公益財団法人 ひより",
])
def test_without_corporate_form(text: str) -> None:
    assert spelling.without_corporate_form(spelling.unify(text)) == "ひより"


@pytest.mark.parametrize("text", ["株式の学習会", "有志の会", "学びの会", "福祉の相談", "npos"])
def test_what_only_looks_like_a_corporate_form_stays(text: str) -> None:
    assert spelling.without_corporate_form(spelling.unify(text)) == text


@pytest.mark.parametrize(("text", "full"), [
    ("立石社協", "立石社会福祉協議会"), ("社協・ボラセン", "社会福祉協議会・ボランティアセンター"), ("亀有北民児協", "亀有北民生委員児童委員協議会"),
    ("青戸地セン", "青戸地区センター"), ("会社協同組合", "会社協同組合"), ("社協力の会", "社協力の会"),
])
def test_in_full(text: str, full: str) -> None:
    assert spelling.in_full(text) == full


@pytest.mark.parametrize(("text", "kana"), [
    ("cafe komorebi", "カフェ こもれび"), ("link 金町", "リンク 金町"), ("lgbtq", "lgbtq"), ("gh", "gh"),
    ("cafe minna", "カフェ みんな"), ("annai", "あんない"), ("sennen", "せんねん"), ("konnyaku", "こんにゃく"),
])
def test_in_kana(text: str, kana: str) -> None:
    assert spelling.in_kana(text) == kana


@pytest.mark.parametrize(("text", "parts"), [
    ("親の会「すずかけ」", ("親の会", "すずかけ")), ("夜の電話〜ランタン〜", ("夜の電話", "らんたん")),
    ("ほっと・スペース／あん", ("ほつと", "すぺす", "あん")), ("（　）", ()),
])
def test_parts(text: str, parts: tuple[str, ...]) -> None:
    assert spelling.parts(text) == parts


@pytest.mark.parametrize(("text", "reading"), [
    ("夕焼け文庫", "ゆうやけぶんこ"), ("雫の図書室", "しずくのとしよしつ"), ("堀切", "ほりきり"), ("ぴよぴよ", "ぴよぴよ"), ("", ""),
])
def test_reading(text: str, reading: str) -> None:
    assert spelling.reading(text) == reading


@pytest.mark.parametrize(("one", "other"), [
    ("家族会みどり", "当事者会みどり"), ("親の会", "兄弟姉妹の会"), ("第1みどり", "第2みどり"), ("a型みどり", "b型みどり"), ("こども食堂", "認知症かふえ"),
    ("昼例会", "夜例会"), ("女性の会", "男性の会"), ("本館", "別館"), ("しにあさろん", "若者さろん"), ("土曜さろん", "日曜さろん"),
])
def test_what_distinguishes(one: str, other: str) -> None:
    assert conflict(Marks.of(one), Marks.of(other)) and conflict(Marks.of(other), Marks.of(one))
    assert not conflict(Marks.of(one), Marks.of(one))


@pytest.mark.parametrize(("one", "other"), [("家族会", "親の会"), ("みどり", "家族会みどり"), ("食堂みどり", "こども食堂みどり")])
def test_what_does_not(one: str, other: str) -> None:
    assert not conflict(Marks.of(one), Marks.of(other))


def test_what_a_name_leaves_out_its_other_cells_may_say() -> None:
    spoken, silent, nothing = Marks.of("認知症かふえみどり"), Marks.of("みどり"), Marks({}, ())
    assert silence(spoken, silent, nothing, nothing)
    assert not silence(spoken, silent, nothing, Marks.of("認知症の方と家族"))


@pytest.mark.parametrize(("a", "b", "likeness"), [
    ("すずかけ親の会", "親の会「すずかけ」", Likeness.EQUAL), ("みんなの居場所 ぶらんこ", "居場所ぶらんこ", Likeness.EQUAL),
    ("よろず庵", "お困りごと相談所 よろず庵", Likeness.WITHIN), ("さくらの家", "さくらんぼの家", Likeness.ALIKE),
    ("将棋クラブ", "編み物の会", Likeness.UNLIKE), ("ひなたぼっこ", "居場所ぽけっと（旧 ひなたぼっこ）", Likeness.EQUAL),
    ("亀有いこい会", "かめあり茶話室（令和5年に「亀有いこい会」から改称）", Likeness.EQUAL),
])
def test_names_compared(a: str, b: str, likeness: Likeness) -> None:
    assert compare(Names.of(a), Names.of(b)).likeness == likeness
    assert compare(Names.of(b), Names.of(a)).likeness == likeness


@pytest.mark.parametrize("remarks", ["旧「オレンジの会」", "現在は「オレンジの会」", "新名称：「オレンジの会」。5月から"])
def test_a_former_name_may_stand_in_the_remarks(remarks: str) -> None:
    assert compare(Names.of("ゆず", remarks=remarks), Names.of("オレンジの会")).likeness == Likeness.EQUAL


def test_what_is_so_now_is_no_name() -> None:
    assert compare(Names.of("ゆず", remarks="現在は休止中"), Names.of("休止中")).likeness == Likeness.UNLIKE


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_compared_both_ways_alike(a: str, b: str) -> None:
    one, other = compare(Names.of(a), Names.of(b)), compare(Names.of(b), Names.of(a))
    assert (one.likeness, bool(one.against)) == (other.likeness, bool(other.against))


@given(st.text(max_size=40))
def test_any_name_is_its_own_equal(name: str) -> None:
    assert compare(Names.of(name), Names.of(name)).likeness == Likeness.EQUAL
