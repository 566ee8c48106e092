"""Two list files → pairs of rows, by the command."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from tests import schema
from tests.factories import write_csv

KURAMARU = [
    {"管理番号": "1", "名称": "NPO法人ひより 談話室", "住所": "葛飾区青戸6-77-10", "電話番号": "03-0000-1004"},
    {"管理番号": "2", "名称": "将棋クラブ", "住所": "葛飾区立石1-5-5", "電話番号": ""},
    {"管理番号": "3", "名称": "家族会ともしび", "住所": "葛飾区亀有3-72-8", "電話番号": "03-0000-1010"},
    {"管理番号": "4", "名称": "灯りの会", "住所": "葛飾区亀有1-2-3", "電話番号": "03-0000-2049"},
]
SHAKYO = [
    {"番号": "A", "名称": "当事者会ともしび", "住所": "葛飾区亀有3-72-8", "電話番号": "03-0000-1010"},
    {"番号": "B", "名称": "(特非)ひより だんわ室", "住所": "葛飾区青戸六丁目77番10号", "電話番号": ""},
    {"番号": "C", "名称": "灯りの会", "住所": "葛飾区東金町4-5-6", "電話番号": "03-0000-2049"},
]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    made = create_app({"INSTANCE_DIR": schema.instance(tmp_path / "instance"), "DATABASE_URL": ""})
    yield made
    made.extensions["registry"].engine.dispose()


def test_pairs_by_row_with_decision_and_reasons(app: Flask, tmp_path: Path) -> None:
    a, b = write_csv(tmp_path / "a.csv", KURAMARU, "cp932"), write_csv(tmp_path / "b.csv", SHAKYO)
    out = tmp_path / "pairs.csv"
    result = app.test_cli_runner().invoke(args=["registry", "match", str(a), str(b), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {"file": str(out), "pairs": 2, "same": 1, "review": 1}
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["a_row"], r["b_row"], r["decision"]) for r in rows] == [("2", "3", "same"), ("5", "4", "review")]
    assert "住所が同じです（青戸6丁目77-10）" in rows[0]["reasons"].split("；")
    assert int(rows[0]["score"]) > int(rows[1]["score"])


def test_a_file_that_is_no_list_is_refused(app: Flask, tmp_path: Path) -> None:
    a = write_csv(tmp_path / "a.csv", KURAMARU)
    (tmp_path / "b.csv").write_bytes(b"\x00\x01\x02")
    out = tmp_path / "pairs.csv"
    result = app.test_cli_runner().invoke(args=["registry", "match", str(a), str(tmp_path / "b.csv"), "--out", str(out)])
    assert result.exit_code == 1 and not out.exists() and result.stderr
