import os
import subprocess
import time
from pathlib import Path

import pytest

from benchmarks import processes

_STAT = "4711 (gunicorn: (w) 1 2) S 4700 4700 4700 0 -1 4194304 9000 100 2 0 {} 20 0 5 0 123456 330000000 50000 18446744073709551615"
linux = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system has no /proc")


def test_cpu_seconds_are_its_own_and_its_ended_childrens() -> None:
    ticks = os.sysconf("SC_CLK_TCK")
    assert processes.cpu_of(_STAT.format("200 30 4 1")) == pytest.approx(235 / ticks)


def test_megabytes_of_the_line_that_is_meant() -> None:
    text = "55d0-7ffd ---p 00000000 00:00 0    [rollup]\nRss:  4096 kB\nPss:              2048 kB\nPss_Dirty:  1024 kB\n"
    assert processes.megabytes(text, "Pss") == 2.0
    with pytest.raises(ValueError, match="Swap"):
        processes.megabytes(text, "Swap")


@linux
def test_a_running_tree() -> None:
    with subprocess.Popen(["sh", "-c", "sleep 60 & sleep 60 & wait"]) as process:
        try:
            deadline = time.monotonic() + 20
            while len(processes.tree(process.pid)) < 3 and time.monotonic() < deadline:
                time.sleep(0.01)
            first, *others = processes.tree(process.pid)
            assert (first, others) == (process.pid, processes.leaves(process.pid))
            assert len(others) == 2
            assert 0 < processes.proportional_mb(first) <= processes.resident_mb(first)
        finally:
            for one in reversed(processes.tree(process.pid)):
                os.kill(one, 9)


@linux
def test_work_is_counted() -> None:
    before, until = processes.cpu_seconds(os.getpid()), time.process_time() + 0.1
    while time.process_time() < until:
        pass
    assert processes.cpu_seconds(os.getpid()) - before >= 0.08
