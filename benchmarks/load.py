"""Many requests in a bounded time, from a process of their own: wrk where it is installed, else threads of Python.

Python's own client takes a good part of a CPU for itself, so its rates are lower; the share of one page's rate in
another's is told by either. A path is taken in turn from a list, so that no answer is the last one's copy.
"""

import http.client
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

_SCRIPT = """
local paths = {%s}
local headers = {%s}
local number = 0
request = function()
  number = number + 1
  return wrk.format("GET", paths[number %% #paths + 1], headers)
end
done = function(summary, latency)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.write(string.format("\\n[%%d, %%d, %%f, %%d]\\n",
    summary.requests, summary.duration, latency:percentile(95), failed))
end
"""


@dataclass(frozen=True)
class Found:
    """Answers a second, and the milliseconds within which 95 of 100 came."""

    rate: float
    p95: float


def press(
    url: str, paths: Sequence[str], readers: int, seconds: int, headers: Mapping[str, str] | None = None
) -> Found:
    """So many readers, each on one kept connection, ask without pause. Raises RuntimeError when one is refused.

    Where not one answer came in time, it is tried once more for ten times as long.
    """
    found = _press(url, paths, readers, seconds, headers)
    found = found or _press(url, paths, readers, seconds * 10, headers)
    if not found:
        raise RuntimeError(f"No answer within {seconds * 10} s: {paths[0]}")
    return found


def _press(
    url: str, paths: Sequence[str], readers: int, seconds: int, headers: Mapping[str, str] | None
) -> Found | None:
    said = {"Accept-Encoding": "gzip"} | dict(headers or {})
    if wrk := shutil.which("wrk"):
        return _with_wrk(wrk, url, paths, readers, seconds, said)
    task = json.dumps([url, list(paths), readers, seconds, said])
    done = subprocess.run([sys.executable, __file__], input=task, capture_output=True, text=True, timeout=seconds + 60)
    if done.returncode:
        raise RuntimeError(done.stderr)
    rate, p95 = json.loads(done.stdout)
    return Found(rate, p95) if rate else None


def _with_wrk(
    wrk: str, url: str, paths: Sequence[str], readers: int, seconds: int, headers: Mapping[str, str]
) -> Found | None:
    with TemporaryDirectory() as folder:
        script = Path(folder, "paths.lua")
        named = ",".join(f"[{json.dumps(k)}]={json.dumps(v)}" for k, v in headers.items())
        script.write_text(_SCRIPT % (",".join(map(json.dumps, paths)), named), encoding="utf-8")
        command = [wrk, "-t1", f"-c{readers}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script), url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=True)
    requests, microseconds, p95, failed = json.loads(done.stdout.strip().splitlines()[-1])
    if failed:
        raise RuntimeError(f"{failed} of {requests} requests failed: {paths[0]}")
    return Found(requests / microseconds * 1e6, p95 / 1000) if requests else None


def send(url: str, paths: Sequence[str], readers: int, headers: Mapping[str, str] | None = None) -> None:
    """Each path asked for once, by so many readers, each on one kept connection, from this process.

    Raises RuntimeError when one is refused, and when not all are answered within five minutes.
    """
    said = {"Accept-Encoding": "gzip"} | dict(headers or {})
    shares = [paths[number::readers] for number in range(readers)]
    answered = len(_crowd(url, shares, 300, said))
    if answered < len(paths):
        raise RuntimeError(f"{answered} of {len(paths)} answers within 300 s: {paths[0]}")


def _threads(url: str, paths: Sequence[str], readers: int, seconds: int, headers: Mapping[str, str]) -> Found:
    """The same as wrk's in this process."""
    shares = [islice(cycle(paths), number, None, readers) for number in range(readers)]
    times = _crowd(url, shares, seconds, headers)
    return Found(len(times) / seconds, sorted(times)[int(len(times) * 0.95)] * 1000 if times else 0.0)


def _crowd(url: str, shares: Sequence[Iterable[str]], seconds: float, headers: Mapping[str, str]) -> list[float]:
    """Seconds of each answer; a reader for each share asks for its paths until they end or the time is up."""
    end = time.perf_counter() + seconds
    with ThreadPoolExecutor(len(shares)) as crowd:
        return [one for times in crowd.map(lambda share: _read(url, share, end, headers), shares) for one in times]


def _read(url: str, paths: Iterable[str], end: float, headers: Mapping[str, str]) -> list[float]:
    times: list[float] = []
    with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)) as connection:
        for path in paths:
            if (begun := time.perf_counter()) >= end:
                break
            connection.request("GET", path, headers=dict(headers))
            answer = connection.getresponse()
            answer.read()
            if answer.status >= 400:
                raise RuntimeError(f"{answer.status} for {path}")
            times.append(time.perf_counter() - begun)
    return times


if __name__ == "__main__":
    found = _threads(*json.load(sys.stdin))
    print(json.dumps([found.rate, found.p95]))
