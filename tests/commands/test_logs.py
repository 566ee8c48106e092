"""A line of a log tells where something broke, and nothing that anybody typed."""

import io
import logging
import sqlite3
import subprocess
import sys
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from commands import logs
from tests.test_house import ROOT

SECRET = "山田の電話 090-0000-1234"


@pytest.fixture
def lines() -> Any:
    """(a logger, what it has written)."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.PlainFormatter())
    logger = logging.Logger("t")
    logger.addHandler(handler)
    return logger, out


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except BaseException as found:
        return found


@pytest.mark.parametrize(("message", "args", "told"), [
    ("nothing more to say", (), "nothing more to say"),
    ("%d rows of %s in %.1f", (3, SECRET, 0.5), "3 rows of … in 0.5"),
    ("%(a)s and %(b)d", ({"a": SECRET, "b": 2},), "… and 2"),
    ("a list %s", ([SECRET],), "a list …"),
    ("%d of a text", (SECRET,), "… … (test_logs.py:"),
    ("known: %s", (logs.Own("ab12"),), "known: ab12"),
    ("signal %s", ("SIGTERM",), "signal SIGTERM"),
    ("error %s", (OSError(28, SECRET),), "error OSError [ENOSPC]"),
    ("at %s", ("/secretvalue/山田?q=秘密",), "at /secr…/…"),
    ("%s", ('\x1b[33mGET /x-secret/?q=090 HTTP/1.1\x1b[0m',), "GET /x-se…/ HTTP/1.1"),
    (f"made of {SECRET}", (), "… (test_logs.py:"),
    (f"made of {SECRET} in %s", (7,), "… 7 (test_logs.py:"),
    (ValueError(SECRET), (), "ValueError"),
])
def test_a_message_keeps_what_stands_in_the_code(lines: Any, message: Any, args: tuple[Any, ...], told: str) -> None:
    logger, out = lines
    logger.error(message, *args)
    assert told in out.getvalue() and "山田" not in out.getvalue() and "090" not in out.getvalue()


def test_an_error_is_told_by_its_kind_its_code_and_its_way(lines: Any) -> None:
    logger, out = lines
    cause = raised(sqlite3.IntegrityError(SECRET))
    logger.error("broken", exc_info=raised(KeyError(SECRET), cause))
    found = out.getvalue()
    assert found.index("sqlite3.IntegrityError") < found.index("\nKeyError") and "in raised" in found
    assert "山田" not in found and "090" not in found


def test_what_another_formatter_kept_of_an_error_is_not_repeated(lines: Any) -> None:
    logger, out = lines
    record = logger.makeRecord("t", logging.ERROR, __file__, 1, "broken", (), (None, raised(ValueError(SECRET)), None))
    logging.Formatter().format(record)
    assert SECRET in record.exc_text
    logger.handle(record)
    assert "山田" not in out.getvalue()


def test_an_error_of_the_database_says_neither_statement_nor_values(lines: Any) -> None:
    logger, out = lines
    engine, statement = create_engine("sqlite://"), text("insert into t values (:a), (:a)")
    with pytest.raises(DBAPIError) as found, engine.begin() as connection:
        connection.execute(text("create table t (a unique)"))
        connection.execute(statement, {"a": SECRET})
    logger.error("broken", exc_info=found.value)
    told = out.getvalue()
    assert "sqlalchemy.exc.IntegrityError [sqlite3.IntegrityError [SQLITE_CONSTRAINT_UNIQUE]]" in told
    assert "山田" not in told and "insert into t" not in told


def test_the_words_of_our_own_paths_are_whole_and_what_stands_between_is_cut() -> None:
    logs.know(["/o/<key>/change", "/staff/entries/<entry_id>"])
    token = "Qx7_kanarienvogel-0123456789"
    assert logs.path(f"/o/{token}/change?lang=ja") == "/o/Qx7_…/change"
    assert logs.path("/staff/entries/abc234xyz9#top") == "/staff/entries/abc2…"
    assert logs.path("/staff/entries/abcd") == "/staff/entries/…" and logs.path("/") == "/"


@pytest.mark.parametrize("layout", ['%(h)s "%(r)s" %(s)s "%(f)s" "%(a)s"', "%(U)s %(q)s %(m)s %({cookie}i)s %({query_string}e)s %(u)s"])
def test_the_access_log_has_no_query_and_nothing_that_the_client_wrote(layout: str) -> None:
    atoms = {
        "h": "127.0.0.1", "r": f"GET /o/secrettoken?q={SECRET} HTTP/1.1", "s": "200", "f": SECRET, "a": SECRET, "m": "GET",
        "U": "/o/secrettoken", "q": SECRET, "u": SECRET, "{cookie}i": SECRET, "{query_string}e": SECRET,
    }
    told = logs.AccessFormatter().format(logging.LogRecord("gunicorn.access", 20, "", 1, layout, (atoms,), None))
    assert "山田" not in told and "secrettoken" not in told and "secr…" in told and "GET" in told


_BREAKS = """
import sys, threading, warnings
from commands import logs
logs.install(), logs.install()
warnings.warn("%(secret)s")
thread = threading.Thread(target=lambda: {}["%(secret)s"], name="beside")
thread.start(), thread.join()
import logging
logging.getLogger("anyone").warning("%(secret)s" + " said")
class Broken:
    def __del__(self): raise OSError(5, "%(secret)s")
Broken()
raise RuntimeError("%(secret)s" + sys.argv[1])
"""


def test_everything_that_a_process_writes_of_itself_is_written_so() -> None:
    """Also what nobody caught, in a thread, a warning, and what broke while something was thrown away."""
    code = "exec(compile(open(0).read(), 'given', 'exec'))"
    done = subprocess.run(
        [sys.executable, "-c", code, SECRET], cwd=ROOT, capture_output=True, text=True, input=_BREAKS % {"secret": SECRET})
    assert done.returncode == 1 and "山田" not in done.stderr and "090" not in done.stderr
    for kind in ("UserWarning at given:5", "\nKeyError", "OSError [EIO]", "\nRuntimeError", "anyone: …"):
        assert kind in done.stderr, done.stderr
    assert done.stderr.count("\nRuntimeError") == 1
