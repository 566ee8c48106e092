"""Accounts of the demonstration: for the samples, and only as long as nothing else is in."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from mapdata.accounts import demo, managing
from mapdata.accounts.signing_in import find_session
from mapdata.lists.importing import import_file
from mapdata.people.refusals import SignInRefused
from mapdata.people.roles import Role
from mapdata.registry import Registry
from mapdata.samples import loading
from tests.accounts import account, attempt
from tests.factories import import_rows, published


@pytest.fixture(autouse=True)
def _few_samples(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One short list instead of the two long ones."""
    path = tmp_path / "sample.csv"
    path.write_text("名称\nひなた（架空）\n", encoding="utf-8")
    monkeypatch.setattr(loading, "lists", lambda: {"kuramaru": path})


def made(engine: Engine, folder: Path) -> dict[str, str]:
    return {one.account.name: one.password for one in demo.accounts(engine, folder)}


def test_one_of_each_role_with_the_same_password_at_every_start(engine: Engine, tmp_path: Path) -> None:
    loading.load(engine)
    first = made(engine, tmp_path)
    assert made(engine, tmp_path) == first
    held = [one.account.roles for one in managing.listed(engine)]
    assert sorted(roles for roles in held if len(roles) == 1) == sorted((role,) for role in Role)
    assert [roles for roles in held if len(roles) > 1] == [(Role.CASEWORKER, Role.EDITOR)]
    for name, password in first.items():
        assert attempt(engine, name, password).account.demo
    assert (tmp_path / demo.FILE).stat().st_mode & 0o777 == 0o600


def test_where_some_are_there_already_only_the_others_are_made(engine: Engine, tmp_path: Path) -> None:
    loading.load(engine)
    account(engine, "demo-admin", Role.ADMIN, demo=True)
    (tmp_path / demo.FILE).write_text("demo-admin kept-kept-kept\n", encoding="utf-8")
    first = made(engine, tmp_path)
    assert first["demo-admin"] == "kept-kept-kept" and len(first) == len(Role) + 1 == len(managing.listed(engine))
    assert made(engine, tmp_path) == first
    account(engine)
    assert made(engine, tmp_path) == first and len(managing.listed(engine)) == len(first) + 1


def test_lost_passwords_are_made_anew(engine: Engine, tmp_path: Path) -> None:
    loading.load(engine)
    first = made(engine, tmp_path)
    (tmp_path / demo.FILE).unlink()
    again = made(engine, tmp_path)
    assert again.keys() == first.keys() and not set(again.values()) & set(first.values())
    assert attempt(engine, "demo-editor", again["demo-editor"]).account.demo


def test_they_stop_as_soon_as_a_real_list_is_in(engine: Engine, registry: Registry, tmp_path: Path) -> None:
    loading.load(engine)
    passwords = made(engine, tmp_path)
    token = attempt(engine, "demo-editor", passwords["demo-editor"]).token
    import_rows(registry, tmp_path, [published(名称="本物")], "shakyo")
    assert find_session(engine, token).ended == "demo"
    with pytest.raises(SignInRefused, match="お試し用"):
        attempt(engine, "demo-editor", passwords["demo-editor"])
    assert made(engine, tmp_path) == {} and not (tmp_path / demo.FILE).exists()


def test_trying_an_import_with_one_of_them_is_no_real_list(engine: Engine, tmp_path: Path) -> None:
    loading.load(engine)
    passwords = made(engine, tmp_path)
    signed_in = attempt(engine, "demo-editor", passwords["demo-editor"])
    path = tmp_path / "own.csv"
    path.write_text("名称\nこかげ\n", encoding="utf-8")
    import_file(engine, path, "shakyo", signed_in.account.actor_name)
    assert find_session(engine, signed_in.token).account


@pytest.mark.parametrize("before", ["list", "account"])
def test_none_where_something_real_is_there(engine: Engine, registry: Registry, tmp_path: Path, before: str) -> None:
    if before == "list":
        import_rows(registry, tmp_path, [published(名称="本物")], "shakyo")
    else:
        loading.load(engine)
        account(engine)
    assert made(engine, tmp_path) == {}
    assert all(not one.account.demo for one in managing.listed(engine))


def test_two_starts_at_once_make_them_once(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loading.load(engine)
    real, quicker = managing.add, tmp_path / "quicker"

    def add(*asked: Any, **told: Any) -> Any:
        monkeypatch.setattr(managing, "add", real)
        made(engine, quicker)  # another start, between this one's look and its first account
        return real(*asked, **told)

    quicker.mkdir()
    monkeypatch.setattr(managing, "add", add)
    mine = made(engine, tmp_path)
    assert len(mine) == len(managing.listed(engine)) and all(attempt(engine, *pair) for pair in mine.items())
