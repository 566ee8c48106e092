"""The named errors of the registry; one table in `views/error_pages.py` turns them into statuses."""

import errno
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum


class RegistryError(Exception):
    """Something the registry will not do; the text is for the person who asked."""


class NotFound(RegistryError):
    """No such entry, or none that this reader may see: the two answer alike."""


class RealDataPresent(RegistryError):
    """The samples would be written over a list that somebody keeps; the text names its source."""


class Cause(StrEnum):
    """Why a database does not answer."""

    AWAY = "away"
    LOCKED = "locked"
    FULL = "full"
    READ_ONLY = "read-only"
    DAMAGED = "damaged"
    #: It is there, and is not what is looked for.
    WRONG = "wrong"
    #: Its file was written over while it was read.
    TORN = "torn"


class Unavailable(RegistryError):
    """The database does not answer; trying again later may help.

    `code`: what the driver calls it. Cause and code hold nothing that anybody typed; the text may.
    """

    def __init__(self, message: str = "", cause: Cause = Cause.AWAY, code: str = ""):
        super().__init__(message)
        self.cause, self.code = cause, code

    @property
    def sentence(self) -> str:
        """For whoever runs a command; pages have a title of their own."""
        return f"データベースを使えません：{self}"


class WrongDatabase(Unavailable):
    """What lies there is no registry that this site could use; the text is one sentence with the way out."""

    def __init__(self, message: str, cause: Cause = Cause.WRONG):
        super().__init__(message, cause, "")


class OddValue(RegistryError):
    """A value that no database takes: a number without end, a sign that is none."""


class EditRefused(RegistryError):
    """An edit that breaks a rule: `errors` says at each field what is wrong and how to mend it."""

    def __init__(self, errors: Mapping[str, Sequence[str]]):
        super().__init__("\n".join(f"{name}：{message}" for name, said in errors.items() for message in said))
        self.errors = {name: list(said) for name, said in errors.items()}


@dataclass(frozen=True, order=True)
class Problem:
    """One remark on one cell. `row` is the row a person sees in Excel (the first line is 1)."""

    row: int
    column: str
    value: str
    message: str

    def as_dict(self) -> dict[str, object]:
        return asdict(self)

    def __str__(self) -> str:
        place = f"{self.row}行目" + (f"「{self.column}」" if self.column else "")
        said_within = not self.value or self.message.startswith((self.value, "「"))
        return f"{place}：{self.message}" if said_within else f"{place}：「{self.value}」は、{self.message}"


class ListRefused(RegistryError):
    """A list that is not taken; `problems` names every row, column and reason."""

    def __init__(self, problems: Sequence[Problem], rows: int = 0, warnings: Sequence[Problem] = ()):
        super().__init__("\n".join(map(str, problems)))
        self.problems, self.rows, self.warnings = list(problems), rows, list(warnings)


#: What drivers and the system call a disk without room, and a lock that another did not let go in time.
_FULL = frozenset({"SQLITE_FULL", "53100", errno.ENOSPC, errno.EDQUOT})
_LOCKED = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED", "55P03", "57014"})


def what_is_behind(error: BaseException | None) -> str:
    """`full` for a disk without room, `locked` for somebody who writes and does not end, `away` for a database that
    does not answer for any other reason, "" for whatever else is behind an error, whoever told of it."""
    found, seen = "", set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        codes = {getattr(one, name, None) for one in (error, getattr(error, "orig", None))
                 for name in ("sqlite_errorname", "sqlstate", "errno")}
        if codes & _FULL:
            return "full"
        if codes & _LOCKED:
            return "locked"
        if isinstance(error, Unavailable) and error.cause in (Cause.FULL, Cause.LOCKED):
            return str(error.cause)
        found = found or ("away" if isinstance(error, Unavailable) else "")
        error = error.__cause__ or error.__context__
    return found
