"""What Linux tells of running processes: who started whom, the CPU seconds they took, the memory they hold.

Raises OSError for a process that is gone, and where the system has no /proc.
"""

import os
import re
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    """The process and all that come from it and still run, each after the one that started it."""
    return [pid, *(one for child in children(pid) for one in tree(child))]


def children(pid: int) -> list[int]:
    """A process's children, whichever of its threads started them; none of one that has just gone."""
    return [int(child) for told in Path(f"/proc/{pid}/task").glob("*/children") for child in told.read_text().split()]


def leaves(pid: int) -> list[int]:
    """Those of the tree that started none themselves: of a running site, its workers."""
    return [one for one in tree(pid) if not children(one)]


def cpu_seconds(pid: int) -> float:
    """User and system, of the whole tree, with what children that have ended took before they were waited for."""
    return sum(cpu_of(Path(f"/proc/{one}/stat").read_text()) for one in tree(pid))


def cpu_of(stat: str) -> float:
    """/proc/PID/stat → seconds: utime, stime, cutime and cstime, the 14th to 17th field (proc(5))."""
    # the second field is the program's name in brackets, which may hold spaces and brackets itself
    fields = stat.rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS


def proportional_mb(pid: int) -> float:
    """What the process holds, what it shares counted in equal parts with those it shares it with (PSS)."""
    return megabytes(Path(f"/proc/{pid}/smaps_rollup").read_text(), "Pss")


def resident_mb(pid: int) -> float:
    return megabytes(Path(f"/proc/{pid}/status").read_text(), "VmRSS")


def megabytes(text: str, name: str) -> float:
    """A line like `Pss:   1234 kB` → MB. Raises ValueError where no line has that name."""
    found = re.search(rf"^{name}:\s*(\d+) kB$", text, re.M)
    if not found:
        raise ValueError(f"no line {name}: in what the system tells of the process")
    return int(found[1]) / 1024
