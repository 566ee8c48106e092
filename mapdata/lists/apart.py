"""A workbook read in a process of its own, so that one that asks for too much takes nothing but that process with it.

`python -m mapdata.lists.apart FILE` looks the workbook through (`workbook`), reads it and writes its sheets as JSON;
`sheets_of` runs that, within limits of memory and time, and says in words what came of it.
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from mapdata.lists import workbook
from mapdata.lists.workbook_parts import Marks, TooMuch

#: What the process may take: bytes of memory, seconds of work, and seconds in all.
MEMORY, WORK, PATIENCE = 2 * 1024**3, 120, 300

#: How the process is called; the file follows.
COMMAND: tuple[str, ...] = (sys.executable, "-m", "mapdata.lists.apart")
_TELL_OF_PARENTS_DEATH = 1  # PR_SET_PDEATHSIG
_ROOT = Path(__file__).parents[2]
#: All that it is told of where it runs: no address of a database, no key.
_SURROUNDINGS = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")
_PASTE = "必要な行と列だけを新しいファイルに貼りつけてください"
TOO_LONG = f"読むのに時間がかかりすぎるファイルです。{_PASTE}"
TOO_HEAVY = f"読むのに必要なメモリーが多すぎるファイルです。{_PASTE}"
#: How the process ended → what to say; whatever else ended it, it took too much.
_ENDS = {-signal.SIGXCPU: TOO_LONG, 1: ""}


class Refused(ValueError):
    """The workbook is not read; the text says why, and how to mend it. "" where it is none, or broken."""


@dataclass(frozen=True)
class Read:
    """One sheet as it stands in the file."""

    name: str
    rows: list[list[str]]
    marks: Marks


def sheets_of(path: Path) -> list[Read]:
    """Every sheet of a workbook. Raises Refused."""
    surroundings = {name: os.environ[name] for name in _SURROUNDINGS if name in os.environ}
    with subprocess.Popen(
        [*COMMAND, str(path.resolve())], cwd=_ROOT, env=surroundings | {"LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:
        try:
            told, _ = process.communicate(timeout=PATIENCE)
        except BaseException as error:
            process.kill()
            if isinstance(error, subprocess.TimeoutExpired):
                raise Refused(TOO_LONG) from None
            raise
    if process.returncode:
        raise Refused(_ENDS.get(process.returncode, TOO_HEAVY))
    answer = json.loads(told)
    if "refused" in answer:
        raise Refused(answer["refused"])
    return [Read(one["name"], one["rows"], _marks(*one["marks"])) for one in answer["sheets"]]


def _marks(merged: Any, hidden: Any, unresolved: Any, errors: Any, is_hidden: bool) -> Marks:
    one, two, three = (tuple(map(tuple, positions)) for positions in (merged, unresolved, errors))
    return Marks(one, frozenset(hidden), two, three, is_hidden)


# --- within the process ----------------------------------------------------------------------


def main(path: str) -> None:
    """Write the sheets, or why not, to standard output."""
    try:
        answer: dict[str, Any] = {"sheets": list(_sheets(path))}
    except TooMuch as error:
        answer = {"refused": str(error)}
    except MemoryError:
        answer = {"refused": TOO_HEAVY}
    except BaseException:  # the readers raise whatever their parsers met, some beside every Exception
        answer = {"refused": ""}
    json.dump(answer, sys.stdout, ensure_ascii=False, separators=(",", ":"))


def _limit() -> None:
    """Nothing that this process does takes more. Its memory is counted by addresses, as the system counts it."""
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, WORK), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, hard))
    _end_with_parent()


def _end_with_parent() -> None:
    """Whoever asked for the sheets may be ended meanwhile; Linux tells."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_TELL_OF_PARENTS_DEATH, signal.SIGKILL)


def _sheets(path: str) -> Iterator[dict[str, Any]]:
    """Raises TooMuch, Broken, and whatever the readers raise."""
    with zipfile.ZipFile(path) as archive:
        marks = workbook.marks(archive)
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    with open(path, "rb") as file:
        book = CalamineWorkbook.from_filelike(file)
    for sheet in book.sheets_metadata:
        if sheet.typ == SheetTypeEnum.WorkSheet:
            rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            it = marks.get(sheet.name, Marks())
            told = [it.merged, sorted(it.hidden_columns), it.unresolved, it.errors, it.is_hidden]
            yield {"name": sheet.name, "rows": [[cell_text(cell) for cell in row] for row in rows], "marks": told}


def cell_text(cell: object) -> str:
    """A workbook's cell as a clerk sees it: days as 2026-04-01, times as 09:00, numbers without .0."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d" if cell.time() == time() else "%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.strftime("%H:%M")
    if isinstance(cell, float):
        return _number(cell)
    return str(cell)


def _number(value: float) -> str:
    """Without an exponent, and without what a computer adds at the end of 0.1."""
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    return str(int(value)) if value.is_integer() else f"{value:.10f}".rstrip("0").rstrip(".") or "0"


if __name__ == "__main__":
    _limit()
    main(sys.argv[1])
