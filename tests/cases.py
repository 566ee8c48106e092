"""The one table of filter cases, as the Python, JavaScript and browser tests read it."""

import json
from pathlib import Path
from typing import Any

from mapdata import words
from tests.factories import PUBLISHED

TABLE: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "filter_cases.json").read_text("utf-8"))
CASES: list[dict[str, Any]] = TABLE["cases"]


def list_rows() -> list[dict[str, str]]:
    """The table's entries as rows of a list that the public may see."""
    return [_row(entry) for entry in TABLE["entries"]]


def _row(entry: dict[str, Any]) -> dict[str, str]:
    ages = {"対象年齢_下限": "年齢不問" if entry["any_age"] else entry["min_age"], "対象年齢_上限": entry["max_age"]}
    terms = {
        "困りごと": (words.NEED, entry["needs"]), "活動の種類": (words.ACTIVITY, entry["activities"]),
        "つながり方": (words.WAY, entry["ways"]), "種別": (words.KIND, [entry["kind"]]),
        "位置の公開": (words.PRECISION, [entry["location_precision"]]), "状態": (words.STATUS, [entry["status"]]),
    }
    return {
        **PUBLISHED,
        "管理番号": str(entry["no"]), "名称": entry["name"], "名称_カナ": entry["name_kana"],
        "説明": entry["description"], "住所": entry["address"],
        "参加しやすさ": "、".join(code if yes else f"{words.EASE.label_of(code)}なし" for code, yes in entry["ease"].items()),
        **{heading: "" if age is None else str(age) for heading, age in ages.items()},
        **{heading: "、".join(vocabulary.label_of(c) for c in codes if c) for heading, (vocabulary, codes) in terms.items()},
    }
