"""Accounts for tests: makers, and passwords that are quick to check."""

from collections.abc import Iterable
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine

from mapdata.accounts import audit, managing, passwords, signing_in
from mapdata.accounts.signing_in import Attempt, SignedIn
from mapdata.people.account import Account, Actor
from mapdata.people.roles import Role
from mapdata.storage.people.audit_rows import AuditQuery

#: One that the rules allow, for every account of the tests.
PASSWORD = "うみべの灯台と猫が三匹いる"
TESTER = Actor("cli:tester")


def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 at its cheapest: tests check hundreds of passwords."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._blank.cache_clear()


def account(
    engine: Engine, name: str = "花子", roles: Role | Iterable[Role] = Role.EDITOR, office: str = "kuramaru", **more: Any
) -> Account:
    """An account of that role, or of those."""
    held = [roles] if isinstance(roles, Role) else roles
    return managing.add(engine, TESTER, name, held, office, **{"password": PASSWORD, **more})


def attempt(engine: Engine, name: str = "花子", password: str = PASSWORD, **more: Any) -> SignedIn:
    """Try to sign in from 192.0.2.1, unless told otherwise."""
    return signing_in.sign_in(engine, Attempt(name, password, **{"address": "192.0.2.1", **more}))


def recorded(engine: Engine) -> list[tuple[str, str, str]]:
    """(kind, actor, subject) of all that was recorded, the oldest first."""
    found = audit.find(engine, AuditQuery(), 1).rows
    return [(row.kind, row.actor, row.subject) for row in reversed(found)]
