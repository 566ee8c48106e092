"""What a database says that is no answer → the one error that everybody knows, with its cause and no value."""

import re
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, PendingRollbackError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from mapdata.errors import Cause, OddValue, Unavailable

#: SQLite's names of errors, by their beginning.
_SQLITE: Mapping[str, Cause] = {
    "SQLITE_BUSY": Cause.LOCKED, "SQLITE_LOCKED": Cause.LOCKED, "SQLITE_FULL": Cause.FULL,
    "SQLITE_READONLY": Cause.READ_ONLY, "SQLITE_PERM": Cause.READ_ONLY, "SQLITE_CORRUPT": Cause.DAMAGED,
    "SQLITE_NOTADB": Cause.WRONG, "SQLITE_ERROR": Cause.WRONG, "SQLITE_SCHEMA": Cause.WRONG,
}
#: PostgreSQL's codes, by their beginning; the longest that fits counts.
_POSTGRESQL: Mapping[str, Cause] = {
    "53100": Cause.FULL, "55P03": Cause.LOCKED, "57014": Cause.LOCKED, "40": Cause.LOCKED, "25006": Cause.READ_ONLY,
    "XX001": Cause.DAMAGED, "XX002": Cause.DAMAGED, "28": Cause.WRONG, "3D": Cause.WRONG, "3F": Cause.WRONG,
    "42P01": Cause.WRONG, "42703": Cause.WRONG, "42501": Cause.WRONG,
}
#: What a server says to whom it does not let in carries no code.
_NOT_LET_IN = re.compile(
    r"authentication failed|does not exist|pg_hba\.conf|no password supplied|認証に失敗|存在しません"
)
#: Python's own word for a number that is too large for SQLite.
_TOO_LARGE = "Python int too large to convert to SQLite"


@contextmanager
def answering() -> Iterator[None]:
    """Raises Unavailable for whatever a database says that is not there, broken or closed to us, and OddValue for a
    value that no database takes. What only our own statements can be blamed for is raised as it is."""
    try:
        yield
    except (IntegrityError, ProgrammingError) as error:
        if (found := told(error.orig)).cause != Cause.WRONG or isinstance(error.orig, sqlite3.Error):
            raise
        raise found from error
    except DataError as error:
        raise OddValue(type(error.orig).__name__) from error
    except DBAPIError as error:
        raise told(error.orig) from error
    except (NoConnectionFree, PendingRollbackError) as error:
        raise Unavailable(type(error).__name__, Cause.AWAY) from error
    except OverflowError as error:
        if _TOO_LARGE not in str(error):
            raise
        raise OddValue(type(error).__name__) from error
    except Exception as error:
        if not isinstance(error, drivers_errors()):
            raise
        raise told(error) from error


def drivers_errors() -> tuple[type[Exception], ...]:
    """What the drivers raise by themselves, where SQLAlchemy does not stand in between."""
    psycopg = sys.modules.get("psycopg")  # loaded only where it is used
    return (sqlite3.Error, psycopg.Error) if psycopg else (sqlite3.Error,)


def told(error: BaseException | None) -> Unavailable:
    """The driver's error as ours."""
    code = str(getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None) or "")
    return Unavailable(str(error), _cause(error, code), f"{type(error).__name__} {code}".strip())


def _cause(error: BaseException | None, code: str) -> Cause:
    table = _SQLITE if code.startswith("SQLITE_") else _POSTGRESQL
    for length in range(len(code), 1, -1):
        if cause := table.get(code[:length]):
            return cause
    return Cause.WRONG if not code and _NOT_LET_IN.search(str(error)) else Cause.AWAY
