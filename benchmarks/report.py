"""Numbers into tables, and tables into README.md between their marks.

    python benchmarks/report.py [--idle] NAME COMMAND …

runs the command, and what it prints to its standard output takes the place of what stands in README.md between
`<!-- NAME -->` and `<!-- /NAME -->`, below a line that says when, on which machine and with what it was measured.
With --idle that is done only where the machine did nothing else at the start.
"""

import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

README = Path(__file__).with_name("README.md")
#: Load average of the last minute up to which a machine counts as doing nothing else.
IDLE = 1.0
_PACKAGES = ("flask", "gunicorn", "sqlalchemy", "pandas", "numpy", "folium")
_SCRIPTS = ("leaflet", "leaflet.markercluster", "jquery")


def spread(values: Sequence[float], digits: int = 0) -> str:
    """Median and range: 12 (11–15)."""
    low, high = min(values), max(values)
    return f"{statistics.median(values):,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f})"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose first column is text and whose others are numbers."""
    lines = [headings, ["---", *["---:"] * (len(headings) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def verdicts(rows: Sequence[tuple[str, str, bool]]) -> str:
    """What was wanted, what was measured, whether it was reached."""
    return table(["wanted", "measured", "reached"], [(a, b, "yes" if ok else "**no**") for a, b, ok in rows])


def tell(words: str) -> None:
    """How far it has come, to whoever waits."""
    print(f"… {words}", file=sys.stderr, flush=True)


def surroundings() -> str:
    """When, on which machine, with which versions."""
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    scripts = json.loads((README.parents[1] / "package.json").read_text(encoding="utf-8"))
    wanted = scripts["dependencies"] | scripts["devDependencies"]
    versions += "".join(f", {name} {wanted[name]}" for name in _SCRIPTS)
    return (
        f"Measured {datetime.now().astimezone():%Y-%m-%d %H:%M %Z}; {platform.system()} {platform.machine()}, "
        f"{_processor()}, {os.cpu_count()} CPUs; "
        f"Python {platform.python_version()}, {versions}{_programs()}."
    )


def busy() -> str:
    """The load average of the last minute, 5 and 15 minutes."""
    return ", ".join(f"{value:.2f}" for value in os.getloadavg())


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*:\s*(.+)$", path.read_text(), re.M) if path.exists() else None
    return found[1].strip() if found else platform.processor() or "unknown processor"


def _programs() -> str:
    """Versions of the browser and the load maker, where they are installed."""
    sys.path.insert(0, str(README.parents[1]))
    from tests import provide

    said = ""
    for program, option in ((provide.find_chromium(), "--version"), (shutil.which("wrk"), "-v")):
        if program:
            done = subprocess.run([program, option], capture_output=True, text=True, check=False)
            first = (done.stdout or done.stderr).strip().splitlines()[0]
            said += ", " + re.sub(r"\s+(built on|\[|Copyright).*", "", first).strip()
    return said


def put(name: str, text: str) -> None:
    """Replace what stands between the marks. Raises ValueError where README.md has no such marks."""
    mark = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- /{re.escape(name)} -->)", re.S)
    old = README.read_text(encoding="utf-8")
    if not mark.search(old):
        raise ValueError(f"README.md has no marks for {name}")
    README.write_text(mark.sub(lambda found: f"{found[1]}{text.strip()}\n{found[2]}", old), encoding="utf-8")


def main(name: str, command: Sequence[str], idle: bool = False) -> None:
    where, before, load = surroundings(), busy(), os.getloadavg()[0]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    print(done.stdout)
    if idle and load > IDLE:
        tell(f"not written into README.md: the load average was {load:.2f} at the start, above {IDLE:.0f}")
        return
    put(name, f"{where} Load average {before} before, {busy()} after.\n\n{done.stdout}")


if __name__ == "__main__":
    options = [word for word in sys.argv[1:2] if word == "--idle"]
    name, *command = sys.argv[1 + len(options):]
    main(name, command, idle=bool(options))
