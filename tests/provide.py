"""Chromium, PostgreSQL and LibreOffice for the tests: found on this machine or, as a program, installed where that is
possible without asking anyone (`python tests/provide.py`, part of `make test`).
"""

import glob
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_CHROMES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


@dataclass(frozen=True)
class Tool:
    """Something the tests need that neither PyPI nor npm brings."""

    name: str
    setting: str  # the variable by which a person names one; then nothing is installed
    find: Callable[[], Path | None]
    packages: tuple[str, ...]
    other_ways: tuple[tuple[str, ...], ...]
    how: str

    @property
    def missing(self) -> str:
        return f"{self.name} was not found, so its tests cannot run. {self.how}"


def answers(program: str | Path) -> bool:
    """Whether it runs here: some systems have a script of that name which only says what to install."""
    try:
        return subprocess.run([program, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def find_chromium() -> Path | None:
    """CHROMIUM when set, then what is on PATH, then Playwright's own."""
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else [*filter(None, map(shutil.which, CHROMIUM_NAMES)), *MAC_CHROMES]
    for candidate in candidates:
        if answers(candidate):
            return Path(candidate)
    return None if named else _playwrights_chromium()


def _playwrights_chromium() -> Path | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def find_postgres() -> Path | None:
    """The folder of initdb and postgres, the newest of several; pg_config alone may be of the client only."""
    for folder in _postgres_folders():
        if all((folder / name).is_file() for name in ("initdb", "postgres")):
            return folder
    return None


def find_libreoffice() -> Path | None:
    """SOFFICE when set, then what is on PATH."""
    named = os.environ.get("SOFFICE")
    candidates = [named] if named else filter(None, map(shutil.which, ("soffice", "libreoffice")))
    return next((Path(candidate) for candidate in candidates if answers(candidate)), None)


def _postgres_folders() -> Iterator[Path]:
    if shutil.which("pg_config"):
        said = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)
        yield Path(said.stdout.strip() or "/nowhere")
    places = glob.glob("/usr/lib/postgresql/*/bin") + glob.glob("/opt/homebrew/opt/postgresql*/bin")
    places += glob.glob("/usr/local/opt/postgresql*/bin")
    yield from (Path(place) for place in sorted(places, key=_version, reverse=True))
    yield from (Path(place) for place in os.environ.get("PATH", "").split(os.pathsep) if place)


def _version(folder: str) -> float:
    """9.6 < 15: as numbers, not as text."""
    digits = "".join(c for c in folder if c.isdigit() or c == ".").strip(".")
    try:
        return float(digits)
    except ValueError:
        return 0.0


CHROMIUM = Tool(
    "Chromium",
    "CHROMIUM",
    find_chromium,
    ("chromium", "fonts-noto-cjk"),
    ((sys.executable, "-m", "playwright", "install", "chromium"),),
    "Install it (Debian: apt-get install chromium fonts-noto-cjk) or name it: CHROMIUM=/path/to/chrome",
)
POSTGRES = Tool(
    "PostgreSQL",
    "TEST_POSTGRES_URL",
    find_postgres,
    ("postgresql",),
    (),
    "Install it (Debian: apt-get install postgresql) or lend a server: TEST_POSTGRES_URL=postgresql://…",
)
LIBREOFFICE = Tool(
    "LibreOffice",
    "SOFFICE",
    find_libreoffice,
    ("libreoffice-calc",),
    (),
    "Install it (Debian: apt-get install libreoffice-calc) or name it: SOFFICE=/path/to/soffice",
)


def apt_get() -> list[str] | None:
    """The beginning of an apt-get command that needs no password, or None."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    if shutil.which("sudo") and _run(["sudo", "-n", "true"], quiet=True):
        return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    return None


def install(tool: Tool) -> None:
    """Try each way until the tool is found; whatever fails has said so itself."""
    for command in _ways(tool):
        print(f"Installing {tool.name}: {' '.join(command)}", flush=True)
        if _run(command) and tool.find():
            return


def _ways(tool: Tool) -> Iterator[list[str]]:
    apt = apt_get()
    if apt:
        _run([*apt, "update", "-qq"])
        yield [*apt, "install", "-y", "-qq", "--no-install-recommends", *tool.packages]
    yield from map(list, tool.other_ways)


def _run(command: list[str], quiet: bool = False) -> bool:
    output = subprocess.DEVNULL if quiet else None
    try:
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=900
        ).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def main() -> None:
    for tool in (CHROMIUM, POSTGRES, LIBREOFFICE):
        if os.environ.get(tool.setting):
            continue
        if not tool.find():
            install(tool)
        if not tool.find():
            print(tool.missing, file=sys.stderr)


if __name__ == "__main__":
    main()
