"""Ctrl-C ends the site, and the port is free again."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests import schema

ROOT = Path(__file__).parents[1]


def heeding(pid: int) -> list[str]:
    """The processes that this one started and that heed SIGINT; none where the system does not tell (not Linux)."""
    told = Path(f"/proc/{pid}/task/{pid}/children")
    started = told.read_text().split() if told.exists() else []
    ignored = {child: re.search(r"SigIgn:\s*(\w+)", Path(f"/proc/{child}/status").read_text()) for child in started}
    return [child for child, mask in ignored.items() if mask and not int(mask[1], 16) >> signal.SIGINT - 1 & 1]


def test_ctrl_c_ends_the_site_without_force(tmp_path: Path) -> None:
    environment = os.environ | {"INSTANCE_DIR": schema.instance(tmp_path / "instance"), "DATABASE_URL": ""}
    with socket.create_server(("127.0.0.1", 0)) as listener, (tmp_path / "log").open("wb") as log:
        command = [sys.executable, "-m", "gunicorn", "app:create_app()", "--bind", f"fd://{listener.fileno()}",
                   "--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "warning"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, pass_fds=[listener.fileno()], start_new_session=True,
        )
        try:
            for _ in range(8):
                with urllib.request.urlopen(f"http://127.0.0.1:{listener.getsockname()[1]}/about", timeout=60) as answer:
                    assert answer.status == 200
            # what the terminal tells the workers is nothing to them once they have started: their master tells them, once
            deadline = time.monotonic() + 60
            while heeding(process.pid) and time.monotonic() < deadline:
                time.sleep(0.1)
            assert heeding(process.pid) == []
            os.killpg(process.pid, signal.SIGINT)
            process.wait(90)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    assert "SIGKILL" not in (tmp_path / "log").read_text(encoding="utf-8")
