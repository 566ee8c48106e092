"""What is written to a log, whoever writes it: no value that anybody typed, and no query of an address.

A line keeps the text that stands in the code, numbers, paths without what they keep secret, and the names of errors.
Whatever else a message was filled with, and the text of every error, may be a note or a telephone number: it becomes
「…」. Where something happened is told by files and lines.
"""

import ast
import errno
import logging
import re
import signal
import sys
import threading
import traceback
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

KEPT_BACK = "…"
_LAYOUT, _WHEN = "%(asctime)s [%(process)d] [%(levelname)s] %(speaker)s: %(message)s", "%Y-%m-%d %H:%M:%S %z"

#: So much of a part of a path is told that is none of the site's own words: enough to tell two of them apart.
_FIRST_LETTERS = 4
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
_WORDS = _METHODS | {one.name for one in signal.Signals}
_REQUEST_LINE = re.compile(r"(?:\x1b\[[\d;]*m)*([A-Z]+) (\S+).* (HTTP/[\d.]+)")
_CODE = re.compile(r"[A-Z0-9_]{2,40}")
#: What a line of the access log is made of (gunicorn's `access_log_format`): the rest is what the client sent.
_ATOMS = frozenset("hltsHbBTDMLp")

_known_parts: set[str] = set()


class Own(str):
    """A word of the code's own, such as the cause of an answer or the number that its page shows: told as it is."""


def know(paths: Iterable[str]) -> None:
    """The site's own paths (/o/<key>/change): their words are told whole, what stands between them is not."""
    _known_parts.update(part for path in paths for part in path.split("/") if "<" not in part)


def path(target: str) -> str:
    """A path without its query; of each part that is none of the site's own words the first letters."""
    return "/".join(_part(part) for part in re.split(r"[?#]", target, maxsplit=1)[0].split("/"))


def _part(text: str) -> str:
    if text in _known_parts or not text:
        return text
    letters = re.match(rf"[A-Za-z0-9_-]{{0,{_FIRST_LETTERS}}}", text)
    return f"{letters[0] if letters and len(text) > _FIRST_LETTERS else ''}{KEPT_BACK}"


def error_name(error: BaseException) -> str:
    """What kind of error it is, with the code that its maker gave it, but never its text: psycopg and SQLAlchemy write
    there what was to be saved."""
    kind, code = type(error), _code_of(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return f"{name} [{code}]" if code else name


def _code_of(error: BaseException) -> str:
    if isinstance(cause := getattr(error, "orig", None), BaseException):  # SQLAlchemy's: what the driver said
        return error_name(cause)
    number = error.errno if isinstance(error, OSError) else None
    told = (getattr(error, name, None) for name in ("sqlstate", "sqlite_errorname"))
    codes = [errno.errorcode.get(number or 0, ""), *(str(code) for code in told if code)]
    return next((code for code in codes if _CODE.fullmatch(code)), "")


def trace_of(error: BaseException) -> str:
    """Where an error came from, and those that led to it: files, lines and the names of errors."""
    parts = []
    for one in reversed(list(_led_to(error))):
        frames = traceback.StackSummary.extract(traceback.walk_tb(one.__traceback__))
        parts += ["Traceback (most recent call last):\n", *frames.format(), f"{error_name(one)}\n"]
    return "".join(parts).rstrip()


def _led_to(error: BaseException) -> Iterator[BaseException]:
    """The error, and by turns what caused it."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


class PlainFormatter(logging.Formatter):
    """One for every line that this process writes. What another formatter kept of a record is not used."""

    def __init__(self) -> None:
        super().__init__(_LAYOUT, _WHEN)

    def format(self, record: logging.LogRecord) -> str:
        record.message, record.asctime = _told(record), self.formatTime(record, self.datefmt)
        record.speaker = record.name.removesuffix(".error")  # gunicorn's says whatever it has to say under that name
        error = record.exc_info[1] if record.exc_info else None
        return "\n".join([self.formatMessage(record), *([trace_of(error)] if error else [])])


def _told(record: logging.LogRecord) -> str:
    """The message, as long as it stands in the code; one that was put together before it came here may say anything."""
    if isinstance(record.msg, BaseException):
        return error_name(record.msg)
    words = _words(record.args)
    if str(record.msg) in _texts_of(record.pathname):
        with suppress(TypeError, ValueError, KeyError):
            return str(record.msg) % words if words else str(record.msg)
    told = words.values() if isinstance(words, dict) else words
    return " ".join([KEPT_BACK, *map(str, told), f"({record.filename}:{record.lineno})"])


def _words(given: Any) -> Any:
    if isinstance(given, Mapping):
        return {name: _word(value) for name, value in given.items()}
    return tuple(map(_word, given or ()))


def _word(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | Own):
        return value
    if isinstance(value, BaseException):
        return error_name(value)
    return _text(value) if isinstance(value, str) else KEPT_BACK


def _text(value: str) -> str:
    if request := _REQUEST_LINE.match(value):
        return f"{_text(request[1])} {path(request[2])} {request[3]}"
    return path(value) if value.startswith("/") else value if value in _WORDS else KEPT_BACK


@lru_cache(maxsize=64)
def _texts_of(file: str) -> frozenset[str]:
    """Every text that stands in a module's code; none where it cannot be read."""
    try:
        tree = ast.parse(Path(file).read_text("utf-8"))
    except (OSError, SyntaxError, ValueError):
        return frozenset()
    nodes = ast.walk(tree)
    return frozenset(n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))


class AccessFormatter(logging.Formatter):
    """A line of gunicorn's access log: who asked for which page and what came of it, without what the client wrote."""

    def format(self, record: logging.LogRecord) -> str:
        atoms = record.args if isinstance(record.args, Mapping) else {}
        kept = defaultdict(lambda: "-", {name: atoms[name] for name in _ATOMS if name in atoms})
        for name, tell in (("r", _text), ("m", _text), ("U", path)):
            kept[name] = tell(str(atoms.get(name, "")))
        return str(record.msg) % kept


class _Lines(logging.StreamHandler[TextIO]):
    """To standard error. A line that cannot be written is not told of with all that was to stand in it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(PlainFormatter())

    def handleError(self, record: logging.LogRecord) -> None:
        with suppress(OSError, ValueError):
            self.stream.write(f"a line of the log could not be written: {record.name}\n")


_log = logging.getLogger(__name__)


def install() -> None:
    """From now on everything that this process writes of itself is written so: loggers, warnings, and errors that
    nobody caught, in whichever thread. Twice is once."""
    dress()
    if any(isinstance(handler, _Lines) for handler in logging.getLogger().handlers):
        return
    logging.lastResort = lines = _Lines()
    logging.getLogger().addHandler(lines)
    warnings.showwarning = _warn
    sys.excepthook = uncaught
    threading.excepthook = lambda told: _uncaught(told.exc_value)
    sys.unraisablehook = lambda told: _uncaught(told.exc_value)


def dress() -> None:
    """The handlers that somebody else made write so too: those of logging itself, and gunicorn's."""
    others = [one for one in logging.getLogger().handlers if type(one).__module__.startswith("logging")]
    for handler in [*others, *logging.getLogger("gunicorn.error").handlers]:
        handler.setFormatter(PlainFormatter())
    for handler in logging.getLogger("gunicorn.access").handlers:
        handler.setFormatter(AccessFormatter())


def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """For `sys.excepthook`. Who broke it off with Ctrl-C knows where."""
    if issubclass(kind, KeyboardInterrupt):
        return
    _uncaught(error)


def _uncaught(error: BaseException | None) -> None:
    if error is not None:
        _log.critical("An error that nobody expected", exc_info=(type(error), error, error.__traceback__))


def _warn(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, file: Any = None, line: Any = None
) -> None:
    """A library may write into its warning what it read in somebody's file."""
    _log.warning("%s at %s:%d", Own(category.__name__), Own(filename), lineno)
