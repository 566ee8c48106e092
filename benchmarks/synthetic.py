"""The same made-up entries in every benchmark: 1,000, 10,000 or 100,000, imported as a list by the real importer.

Points are given, not looked up, so that nearly every entry has one of its own, scattered round all 町丁目. One in ten
tells its 町丁目 only, one in twenty no place at all, one in twelve has two places. Nothing here exists.
"""

import csv
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from geocode import places
from geocode.gazetteer import Town
from mapdata import words
from mapdata.lists.importing import import_file
from mapdata.registry import Registry

#: Half a 町丁目's width in degrees of latitude and longitude.
SPREAD = 0.0025

_FIRST = "あおぞら ひだまり つむぎ こもれび みどり ゆっくり となり はじめの のんびり 川べり ほっと 木かげ".split()
_SECOND = "ひろば カフェ 食堂 の会 サロン 教室 相談室 文庫 農園 工房 クラブ 広間 の家 講座 ステーション".split()
_SENTENCES = (
    "入口で名前は聞きません。", "来る時間も帰る時間も自由です。", "話しても、話さなくてもかまいません。",
    "はじめての日はスタッフがとなりにいます。", "ご家族だけの相談も受けています。", "道具はこちらで用意します。",
    "送りむかえの相談もできます。", "見学だけの日があります。", "いつ休んでもだいじょうぶです。",
)
_HOURS = ("毎週木曜 13:00～16:00", "第2・第4土曜 10:00～12:00", "平日 9:00～17:00", "毎月第1日曜 14:00～16:00")


def rows(count: int) -> Iterator[dict[str, str]]:
    """A list's rows, the first of a longer list being those of a shorter one."""
    chance, towns = random.Random(13122), places.towns()
    for number in range(count):
        yield _row(number, chance, towns)


def _row(number: int, chance: random.Random, towns: tuple[Town, ...]) -> dict[str, str]:
    homes = chance.choices(towns, k=2 if number % 12 == 0 else 1)
    points = [(t.lat + chance.uniform(-SPREAD, SPREAD), t.lng + chance.uniform(-SPREAD, SPREAD)) for t in homes]
    lowest = chance.choice(["", "0", "6", "15", "18", "20", "40", "65"])
    return {
        "管理番号": f"{number:06}",
        "名称": f"{homes[0].name}{chance.choice(_FIRST)}{chance.choice(_SECOND)} {number}",
        "名称_カナ": f"{homes[0].kana}{chance.randint(0, 9999):04}",
        "種別": chance.choice(words.KIND.terms).label,
        "運営団体": f"団体{chance.randint(0, 299)}",
        "説明": "".join(chance.sample(_SENTENCES, 3)),
        "困りごと": _some(words.NEED, chance, 1, 4),
        "活動の種類": _some(words.ACTIVITY, chance, 1, 2),
        "つながり方": _some(words.WAY, chance, 1, 2),
        "参加しやすさ": _some(words.EASE, chance, 0, 5),
        "対象年齢_下限": lowest,
        "対象年齢_上限": str(min(int(lowest) + chance.choice([12, 24, 60]), 99)) if lowest else "",
        "料金": chance.choice(["無料", "100円", "1回300円（お茶つき）"]),
        "電話番号": f"03-0000-{number % 10000:04}",
        "開催日時": "；".join(chance.choices(_HOURS, k=len(homes))),
        "住所": "；".join(f"葛飾区{t.label}{chance.randint(1, 40)}-{chance.randint(1, 30)}" for t in homes),
        "緯度": "；".join(f"{lat:.6f}" for lat, _ in points),
        "経度": "；".join(f"{lng:.6f}" for _, lng in points),
        "位置の公開": chance.choices(words.PRECISION.terms, weights=[17, 2, 1])[0].label,
        "確認日": f"2026-{chance.randint(1, 9):02}-{chance.randint(1, 28):02}",
        "公開範囲": "公開", "状態": "休止中" if number % 25 == 0 else "公開中", "掲載同意": "あり",
    }


def _some(vocabulary: words.Vocabulary, chance: random.Random, least: int, most: int) -> str:
    terms = chance.sample(vocabulary.terms, chance.randint(least, most))
    return "、".join(term.label for term in terms)


def fill(url: str, count: int, told: Callable[[str], None] = lambda _: None) -> None:
    """Import that many entries into the empty database at this URL. Raises RuntimeError if a row is refused."""
    registry = Registry(url)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        made = list(rows(count))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(made[0]))
            writer.writeheader()
            writer.writerows(made)
        told(f"importing {count:,} synthetic entries")
        report = import_file(registry.engine, path, "kuramaru", "bench")
    registry.engine.dispose()
    if report.problems or report.change.added != count:
        raise RuntimeError(f"Of {count} synthetic rows {report.change.added} came in: {report.problems[:3]}")


@contextmanager
def instance(count: int, told: Callable[[str], None] = lambda _: None) -> Iterator[Path]:
    """An instance folder whose SQLite registry holds that many entries, gone afterwards.

    With BENCH_KEEP=FOLDER it is made there once and stays, for whoever works on a benchmark itself.
    """
    with TemporaryDirectory() as scratch:
        folder = Path(os.environ.get("BENCH_KEEP", scratch)).resolve() / f"entries-{count}"
        finished = folder / "filled"
        if not finished.exists():
            folder.mkdir(parents=True, exist_ok=True)
            fill(f"sqlite:///{folder / 'registry.db'}", count, told)
            finished.touch()
        yield folder
