"""Every finding says what it is about, pins what it installs and is listed. None is run here: they need registries."""

import os
import re
import subprocess
from pathlib import Path

import pytest

FINDINGS = Path(__file__).parents[1] / "findings"
SCRIPTS = sorted(FINDINGS.glob("*.sh"))
HEADER = ("Library", "Question", "Guess", "Seen", "Matters")


def unpinned(script: str) -> list[str]:
    """The packages that a script installs without a version."""
    joined = script.replace("\\\n", " ")
    python = re.findall(r"pip install (.+)", joined)
    node = re.findall(r"npm install (.+)", joined)
    packages = [(name, r".+==\d.*") for line in python for name in line.split()]
    packages += [(name, r".+@\d.*") for line in node for name in line.replace("--prefix .", "").split()]
    return [name for name, pinned in packages if not name.startswith("--") and not re.fullmatch(pinned, name)]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_finding_is_told_whole(path: Path) -> None:
    script = path.read_text(encoding="utf-8")
    told = re.findall(r"^# (\w+): +\S", script, flags=re.M)
    assert tuple(told) == HEADER
    assert unpinned(script) == []
    assert os.access(path, os.X_OK)
    assert subprocess.run(["bash", "-n", path], check=False).returncode == 0


def test_the_list_of_findings_names_each_once() -> None:
    listed = re.findall(r"^\| `([\w-]+\.sh)` \|", (FINDINGS / "README.md").read_text(encoding="utf-8"), flags=re.M)
    assert SCRIPTS
    assert sorted(listed) == [path.name for path in SCRIPTS]


def test_the_check_of_versions_sees() -> None:
    assert unpinned("venv/bin/pip install --quiet \\\n  jaconv==0.5.0 segno\nnpm install --prefix . xlsx ical.js@2.2.1") == ["segno", "xlsx"]
