"""Rows a second and memory of an import of 20,000 rows, beside reading the same file into one plain table.

    python benchmarks/lists.py [ROWS]

Each measurement runs in a process of its own (peak memory is a process's), rounds alternate between the
methods, the median is told. The plain table is what a script with pandas alone would do: no check, no
address placed, no claim, no history. Then the time until each kind of unreadable file is refused.
"""

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

ROUNDS = 3
METHODS = ("ours, CSV", "ours again, unchanged", "ours, XLSX", "pandas to_sql, CSV", "pandas to_sql, XLSX")


def rows(count: int) -> list[dict[str, str]]:
    """The same list in every run: 20 columns filled, addresses over all 町丁目."""
    from geocode import places
    from mapdata import words

    chance, towns = random.Random(13122), places.towns()
    some = lambda v, n: "、".join(t.label for t in chance.sample(v.terms, n))  # noqa: E731
    return [
        {
            "管理番号": f"{i:05}", "名称": f"場所{i}", "名称_カナ": f"バショ{i}", "種別": some(words.KIND, 1),
            "運営団体": f"団体{i % 300}", "説明": "入口で名前は聞きません。静かに過ごせます。" * 3,
            "困りごと": some(words.NEED, 3), "対象年齢_下限": str(chance.randint(0, 60)),
            "活動の種類": some(words.ACTIVITY, 1), "参加しやすさ": some(words.EASE, 4),
            "つながり方": some(words.WAY, 1),
            "開催日時": "毎週木曜 13:00～16:00", "料金": "無料", "電話番号": f"03-0000-{i % 10000:04}",
            "住所": f"葛飾区{chance.choice(towns).label}{chance.randint(1, 40)}-{chance.randint(1, 30)}",
            "確認日": "令和8年4月1日", "公開範囲": "公開", "状態": "公開中", "掲載同意": "あり", "備考": "靴をぬぎます",
        }
        for i in range(count)
    ]


def ours(path: Path, twice: bool) -> float:
    from mapdata.lists.importing import import_file
    from mapdata.registry import Registry

    with tempfile.TemporaryDirectory() as folder:
        registry = Registry(f"sqlite:///{folder}/registry.db")
        if twice:
            import_file(registry.engine, path, "kuramaru", "bench")
        began = time.perf_counter()
        report = import_file(registry.engine, path, "kuramaru", "bench")
        seconds = time.perf_counter() - began
        assert not report.problems and (report.change.unchanged if twice else report.change.added) == report.rows
        registry.engine.dispose()
    return seconds


def plain(path: Path) -> float:
    import pandas as pd
    from sqlalchemy import create_engine

    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        if path.suffix == ".xlsx":
            frame = pd.read_excel(path, dtype=str, engine="openpyxl")
        else:
            frame = pd.read_csv(path, dtype=str, encoding="cp932")
        frame.to_sql("list", create_engine(f"sqlite:///{folder}/plain.db"), index=False)
        return time.perf_counter() - began


def measure(method: str, folder: Path) -> None:
    """One measurement, told as JSON: seconds, and peak memory in MB."""
    path = folder / ("list.xlsx" if "XLSX" in method else "list.csv")
    seconds = ours(path, "again" in method) if method.startswith("ours") else plain(path)
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def run(method: str, folder: Path) -> list[float]:
    command = [sys.executable, __file__, "--measure", method, str(folder)]
    answer: list[float] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return answer


def refusals(folder: Path) -> list[tuple[str, float]]:
    """Seconds until each unreadable file of the tests' table is refused, the longest first."""
    from mapdata.lists.importing import import_file
    from mapdata.registry import Registry
    from tests.mapdata.lists.test_refusals import REFUSALS

    registry, found = Registry("sqlite://"), []
    for name, data, _ in REFUSALS:
        path = folder / "refused.xlsx"
        path.write_bytes(data)
        began = time.perf_counter()
        assert import_file(registry.engine, path, "self", "bench").problems
        found.append((name, time.perf_counter() - began))
    return sorted(found, key=lambda pair: -pair[1])


def main(count: int) -> None:
    import pandas as pd

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        frame = pd.DataFrame(rows(count))
        frame.to_csv(folder / "list.csv", index=False, encoding="cp932", errors="replace")
        frame.to_excel(folder / "list.xlsx", index=False)
        results: dict[str, list[list[float]]] = {method: [] for method in METHODS}
        for _ in range(ROUNDS):
            for method in METHODS:
                results[method].append(run(method, folder))
        print(f"| {count:,} rows | rows a second | seconds, median (range) | peak memory, MB |\n|---|---:|---:|---:|")
        for method, found in results.items():
            seconds = [f[0] for f in found]
            middle = statistics.median(seconds)
            print(f"| {method} | {count / middle:,.0f} | {middle:.1f} ({min(seconds):.1f}–{max(seconds):.1f}) "
                  f"| {max(f[1] for f in found):.0f} |")
        longest = refusals(folder)[:3]
        print("\nRefused, the three that took longest: " + ", ".join(f"{n} {s * 1000:.0f} ms" for n, s in longest))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 20_000)
