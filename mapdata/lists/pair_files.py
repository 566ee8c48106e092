"""Two list files matched: rows as people see them in Excel, with the decision and its reasons."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mapdata.lists import list_file
from mapdata.lists.drafting import draft_list
from mapdata.merging.matching.facts import Facts
from mapdata.merging.matching.pairing import pairs

HEADINGS = ("a_row", "b_row", "score", "decision", "reasons")


@dataclass(frozen=True)
class RowPair:
    """Rows (as Excel counts them) of the two files that are `same`, or for `review`; score 0 to 100."""

    a_row: int
    b_row: int
    score: int
    decision: str
    reasons: tuple[str, ...]


def match_files(a: Path, b: Path) -> list[RowPair]:
    """The pairs of two list files, best first. Rows with faults are matched by what can be read of them.

    Raises ListRefused when a file cannot be read as a list at all.
    """
    left, right = (draft_list(list_file.read(path)).drafts for path in (a, b))
    found = pairs([Facts.of(d.says) for d in left], [Facts.of(d.says) for d in right])
    return [
        RowPair(left[p.left].row, right[p.right].row, p.judgement.score, str(p.judgement.decision), p.judgement.reasons)
        for p in found
    ]


def write(path: Path, found: Iterable[RowPair]) -> None:
    """As CSV that Excel opens (UTF-8 with BOM); several reasons are separated by ；."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows((p.a_row, p.b_row, p.score, p.decision, "；".join(p.reasons)) for p in found)
