"""The table of judged pairs, tests/data/pairs*.txt, as facts to compare."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mapdata import words
from mapdata.fields import contacts, place_cells, values
from mapdata.merging.matching import Facts

DATA = Path(__file__).parents[3] / "data"
_KIND = values.one_of(words.KIND)


@dataclass(frozen=True)
class Judged:
    """Two rows, and whether a person takes them for one; `at` says where in the table."""

    at: str
    kind: str
    same: bool
    a: Facts
    b: Facts


def read(path: Path) -> Iterator[Judged]:
    """Every pair of the file; the first lines of it say how they are written."""
    lines = path.read_text(encoding="utf-8").splitlines()
    kind = ""
    for number, line in enumerate(lines, 1):
        if line.startswith("## "):
            kind = line[3:]
        elif line[:2] in ("= ", "x "):
            yield Judged(f"{path.name}:{number}", kind, line[0] == "=", _facts(line), _facts(lines[number]))


def _facts(line: str) -> Facts:
    name, operator, address, address_2, phone, more = _cells(line)
    further = dict(pair.strip().split("=", 1) for pair in more.split(";") if "=" in pair)
    place = {
        "address": address, "address_2": address_2, "lat": further.get("緯度", ""), "lng": further.get("経度", ""),
    }
    return Facts(
        name=name, organization=operator, kana=further.get("名称_カナ", ""), remarks=further.get("備考", ""),
        kind=_KIND(further["種別"]).value if "種別" in further else "",
        about=" ".join(further.get(column, "") for column in ("活動の種類", "困りごと")),
        places=tuple(place_cells.read({part: text for part, text in place.items() if text})),
        contacts=tuple(contacts.read("phone", phone).value) if phone else (),
    )


def _cells(line: str) -> list[str]:
    cells = [cell.strip() for cell in line[2:].split("|")]
    return cells + [""] * (6 - len(cells))
