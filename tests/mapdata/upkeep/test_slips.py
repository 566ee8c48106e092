"""確認票: what goes on paper, and what never does."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from mapdata.claims.projection import STAFF
from mapdata.clock import today
from mapdata.editing import saving
from mapdata.registry import Registry
from mapdata.upkeep import slips
from mapdata.words import Level
from tests.factories import import_rows, published

ROW = published(
    管理番号="17", 運営団体="ひなたの会", 住所="葛飾区立石5-13-1", 方書="ひなたビル2階", 開催日時="毎週木曜 13時から", 電話番号="03-0000-0001（平日）",
    料金="無料", 支援者向けメモ="支援者だけの話", 職員向けメモ="職員だけの話", 備考="外には出さない", 公開範囲="両職員まで", 状態="下書き", 掲載同意="",
)


def made(registry: Registry, folder: Path, sealed: bool = True, **cells: str) -> slips.Slip:
    import_rows(registry, folder, [ROW | cells])
    ids = [r.id for r in registry.snapshots.current(STAFF).records]
    return slips.slips(registry.engine, ids, STAFF, today(), sealed)[0]


def facts(slip: slips.Slip) -> dict[str, str]:
    return {fact.heading: fact.text for fact in slip.facts}


def test_a_sheet_tells_the_current_facts_and_leaves_room_for_what_is_missing(registry: Registry, tmp_path: Path) -> None:
    slip = made(registry, tmp_path)
    told = facts(slip)
    assert (slip.name, slip.to, slip.numbers, slip.link) == ("ひなた", "ひなたの会", (("くらしのまると相談課", "17"),), "")
    assert told["場所"] == "葛飾区立石5-13-1 ひなたビル2階" and told["連絡先"] == "電話番号 03-0000-0001（平日）"
    assert told["開催日時"] == "毎週木曜 13時から" and told["申込方法"] == "（まだ書かれていません）"


def test_nothing_that_is_for_supporters_or_staff_goes_on_paper(registry: Registry, tmp_path: Path) -> None:
    slip = made(registry, tmp_path)
    text = f"{slip}{slips.asking_text(slip, 'サイト', '課', date(2026, 12, 1))}{slips.reply_text(slip)}"
    assert "だけの話" not in text and "外には出さない" not in text


def test_a_number_that_is_kept_to_staff_is_not_printed(registry: Registry, tmp_path: Path) -> None:
    it = made(registry, tmp_path).entry_id
    base = saving.open_entry(registry.engine, it, "kuramaru", today()).base
    saving.save(registry.engine, it, base, {}, {"contacts": Level.SUPPORTER}, "kuramaru", "user:花子", today())
    slip = slips.slips(registry.engine, [it], STAFF, today(), True)[0]
    assert facts(slip)["連絡先"] == "（公開していません）" and "0000" not in str(slip)


@pytest.mark.parametrize(("precision", "sealed", "told"), [
    ("町丁目まで", True, "葛飾区立石5-13-1 ひなたビル2階"), ("町丁目まで", False, "立石5丁目"), ("非公開", False, "（公開していません）"),
])
def test_an_address_that_is_kept_back_stands_in_a_sealed_letter_only(
    registry: Registry, tmp_path: Path, precision: str, sealed: bool, told: str
) -> None:
    slip = made(registry, tmp_path, sealed, 位置の公開=precision)
    assert facts(slip)["場所"] == told


def test_a_postcard_has_no_link_and_room_for_all_it_says(registry: Registry, tmp_path: Path) -> None:
    slip = made(registry, tmp_path, False, 開催日時="毎週木曜 13時から。" * 40)
    text = slips.asking_text(slip, "かつしか つながりマップ", "くらしのまると相談課", date(2026, 12, 14))
    assert "http" not in text and "/o/" not in text and f"整理番号：{slip.entry_id}" in text and "12月14日まで" in text
    assert len(text) < 420 and slip.entry_id in slips.reply_text(slip)


def test_links_are_made_once_for_all_that_are_printed(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(名称=name, 管理番号=name) for name in ("あ", "い")])
    ids = [r.id for r in registry.snapshots.current(STAFF).records]
    asked: list[Sequence[str]] = []

    def make(wanted: Sequence[str]) -> Mapping[str, str]:
        asked.append(wanted)
        return {it: f"https://example.jp/o/{it}" for it in wanted}

    made = slips.slips(registry.engine, [*reversed(ids), "zzzzzz"], STAFF, today(), True, make)
    assert asked == [list(reversed(ids))] and [s.link for s in made] == [f"https://example.jp/o/{it}" for it in reversed(ids)]
