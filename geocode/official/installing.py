"""`geocode install`: the official tables of our municipality into the instance folder, all of it or nothing."""

import csv
import io
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geocode import blocks, gazetteer, installed
from geocode.blocks import Block
from geocode.gazetteer import Town
from geocode.installed import Replacement, Rows, path_of
from geocode.official import positions
from geocode.official.archive import InstallRefused
from geocode.official.positions import Taken
from geocode.ward import Ward

__all__ = ["InstallRefused", "Report", "install"]


@dataclass(frozen=True)
class Report:
    """What was taken of each file, how many rows there are now in use, and what deserves a word.

    `towns` and `blocks` are None for a level that no file brought: what was installed of it stays.
    `unknown_towns` are names in the new table of 街区 that the gazetteer does not have.
    """

    files: tuple[tuple[Path, Taken], ...]
    towns: int | None
    blocks: int | None
    unknown_towns: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        files = [
            {"file": str(path), "towns": len(taken.towns), "blocks": len(taken.blocks), "passed_over": _counts(taken)}
            for path, taken in self.files
        ]
        unknown = list(self.unknown_towns)
        return {"files": files, "towns": self.towns, "blocks": self.blocks, "unknown_towns": unknown}


def install(paths: Sequence[Path], folder: Path, place: Ward) -> Report:
    """Install the files together; of one place in several files, the later file's point counts.

    What was installed of a level before is replaced by what these files bring of it. Raises
    InstallRefused when any of them cannot be used or written, and then nothing has changed.
    """
    files = tuple((path, positions.read(path, place)) for path in paths)
    towns = {key: town for _, taken in files for key, town in taken.towns.items()}
    new_blocks = {key: block for _, taken in files for key, block in taken.blocks.items()}
    tables = {"towns": _towns_table(towns.values()), "blocks": _blocks_table(new_blocks.values())}
    brought = {"towns": bool(towns), "blocks": bool(new_blocks)}
    _write({path_of(folder, name, place.code): tables[name] for name in tables if brought[name]})
    installed.use(folder)
    return Report(files, len(towns) or None, len(new_blocks) or None, _unknown(new_blocks.values()))


def _write(contents: dict[Path, str]) -> None:
    """Everything is on the disk before the first file is replaced."""
    try:
        with ExitStack() as stack:
            ready = []
            for path, content in contents.items():
                replacement = Replacement(path, content)
                stack.callback(replacement.discard)
                ready.append(replacement)
            for replacement in ready:
                replacement.take_place()
    except OSError as error:
        where = ", ".join(sorted({str(path.parent) for path in contents}))
        raise InstallRefused(
            f"{where} に書き込めません（{error.strerror or error}）。\n"
            "ディスクの空きと、フォルダーに書く許可を確かめてください。"
        ) from None


def _towns_table(towns: Iterable[Town]) -> str:
    rows = ((town.name, "", _blank(town.chome), town.lat, town.lng) for town in towns)
    return _table(gazetteer.HEADINGS, rows)


def _blocks_table(all_blocks: Iterable[Block]) -> str:
    rows = ((b.town, _blank(b.chome), b.number, b.lat, b.lng, int(b.displayed)) for b in all_blocks)
    return _table(blocks.HEADINGS, rows)


def _blank(chome: int | None) -> int | str:
    return "" if chome is None else chome


def _table(headings: Sequence[str], rows: Rows) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([headings, *rows])
    return text.getvalue()


def _unknown(new_blocks: Iterable[Block]) -> tuple[str, ...]:
    towns = gazetteer.load()
    labels = {
        block.town if block.chome is None else f"{block.town}{block.chome}丁目"
        for block in new_blocks
        if towns.find(towns.name_of(block.town) or "", block.chome) is None
    }
    return tuple(sorted(labels))


def _counts(taken: Taken) -> dict[str, int]:
    return {reason: count for reason, count in taken.passed_over.items() if count}
