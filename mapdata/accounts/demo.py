"""Accounts to try the site out with, for as long as it holds nothing but the sample lists.

As soon as anyone else writes to the registry (a list imported by command, an entry changed by a real account),
they no longer work, whoever is signed in: their passwords stand in a file of the instance folder.
"""

import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from geocode import ward
from mapdata.accounts import managing
from mapdata.people.account import DEMO_ACTORS, SAMPLE_ACTOR, Account, Actor
from mapdata.people.refusals import AccountRefused
from mapdata.people.roles import Role
from mapdata.storage import reading
from mapdata.storage.people import account_rows as store

FILE = "demo-accounts.txt"
#: No letter that is taken for another: the passwords are read from a screen and typed.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_MAKER = Actor("cli:users demo")


@dataclass(frozen=True)
class DemoAccount:
    """An account with its password, as it is printed."""

    account: Account
    password: str

    def __str__(self) -> str:
        return f"{self.account.name:18} {self.password}   {self.account.roles_label}（{self.account.office_label}）"


def accounts(engine: Engine, folder: Path) -> list[DemoAccount]:
    """The demonstration accounts with their passwords, made where there is no account but them.

    None where the registry holds more than the samples; none new where somebody made accounts of their own.
    """
    path = folder / FILE
    with reading(engine) as connection:
        over = store.others_wrote(connection, SAMPLE_ACTOR, DEMO_ACTORS)
        known = {a.name: a for a in store.all_accounts(connection)}
    if over:
        path.unlink(missing_ok=True)
        return []
    passwords, wanted = _read(path), _wanted()
    kept = {name: DemoAccount(known[name], passwords[name]) for name in wanted if name in passwords and name in known}
    if any(not account.demo for account in known.values()):
        return list(kept.values())
    made = [kept.get(name) or _make(engine, known.get(name), name, *held) for name, held in wanted.items()]
    if len(kept) < len(made):
        _write(path, made)
    return made


def _wanted() -> dict[str, tuple[tuple[Role, ...], str]]:
    """By name, the roles and the office: one of each role, where a ward would have one; and one of two, as where few
    people do all there is to do."""
    if not ward.load().offices:
        return {}
    first, last = ward.load().offices[0].code, ward.load().offices[-1].code
    return {
        "demo-admin": ((Role.ADMIN,), first),
        "demo-editor": ((Role.EDITOR,), last),
        "demo-caseworker": ((Role.CASEWORKER,), first),
        "demo-casework_lead": ((Role.CASEWORK_LEAD,), first),
        "demo-both": ((Role.CASEWORKER, Role.EDITOR), last),
        "demo-supporter": ((Role.SUPPORTER,), "ひだまりの会（架空）"),
    }


def _make(engine: Engine, known: Account | None, name: str, roles: Iterable[Role], office: str) -> DemoAccount:
    """An account that is there, but whose password nobody knows any more, gets a new one."""
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    if known is None:
        with suppress(AccountRefused):  # another start was quicker
            known = managing.add(engine, _MAKER, name, roles, office, password=password, demo=True)
            return DemoAccount(known, password)
        known = managing.by_name(engine, name)
    managing.set_password(engine, _MAKER, known.id, password)
    return DemoAccount(known, password)


def _read(path: Path) -> dict[str, str]:
    """Passwords by name: a line each, parted by a blank."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError:
        return {}
    return {name: password for name, _, password in (line.partition(" ") for line in lines) if password}


def _write(path: Path, made: Iterable[DemoAccount]) -> None:
    """For its owner only, from the first letter on."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.writelines(f"{one.account.name} {one.password}\n" for one in made)
