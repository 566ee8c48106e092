"""`users …` as scripts and people call it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

import geocode.installed
from app import create_app
from mapdata.accounts import signing_in
from tests import schema
from tests.accounts import PASSWORD, attempt


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    made = create_app({"INSTANCE_DIR": schema.instance(tmp_path / "instance"), "DATABASE_URL": ""})
    yield made
    made.extensions["registry"].engine.dispose()
    geocode.installed.use(None)


def run(app: Flask, *args: str, said: str = PASSWORD + "\n") -> Result:
    return app.test_cli_runner().invoke(args=["users", *args], input=said)


def test_add_reads_the_password_from_stdin(app: Flask) -> None:
    result = run(app, "add", "花子", "--role", "admin", "--office", "kuramaru", "--until", "2099-03-31")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout) == {"name": "花子", "role": "admin", "roles": ["admin"], "office": "kuramaru", "expires_on": "2099-03-31"}
    assert attempt(app.extensions["registry"].engine).account.name == "花子" and PASSWORD not in result.output


def test_a_supporter_may_belong_to_any_organisation(app: Flask) -> None:
    result = run(app, "add", "次郎", "--role", "supporter", "--office", "ひだまりの会")
    assert result.exit_code == 0 and json.loads(result.stdout)["office"] == "ひだまりの会"


def test_an_account_may_hold_several_roles(app: Flask) -> None:
    result = run(app, "add", "花子", "--role", "editor", "--role", "caseworker", "--office", "shakyo")
    told = json.loads(result.stdout)
    assert (told["role"], told["roles"]) == ("editor", ["caseworker", "editor"])
    assert "花子（相談員・編集担当、葛飾区社会福祉協議会）を加えました" in result.stderr
    run(app, "add", "次郎", "--role", "casework_lead", "--office", "kuramaru")
    listed = {one["name"]: one["roles"] for one in json.loads(run(app, "list").stdout)}
    assert listed == {"花子": ["caseworker", "editor"], "次郎": ["casework_lead"]}


def test_who_serves_several_offices_is_added_and_changed_by_command(app: Flask) -> None:
    added = run(app, "add", "花子", "--role", "editor", "--office", "kuramaru", "--office", "shakyo")
    told = json.loads(added.stdout)
    assert (told["office"], told["offices"]) == ("kuramaru", ["kuramaru", "shakyo"])
    assert "花子（編集担当、くらしのまると相談課・葛飾区社会福祉協議会）を加えました" in added.stderr
    assert json.loads(run(app, "list").stdout)[0]["offices"] == ["kuramaru", "shakyo"]
    one = run(app, "change", "花 子", "--office", "shakyo")
    assert one.exit_code == 0 and json.loads(one.stdout) == {
        "name": "花子", "role": "editor", "roles": ["editor"], "office": "shakyo", "expires_on": None}
    other = json.loads(run(app, "change", "花子", "--role", "admin").stdout)
    assert (other["roles"], other["office"]) == (["admin"], "shakyo")


@pytest.mark.parametrize(("args", "code", "why"), [
    (("add", "次郎", "--role", "supporter", "--office", "ひだまりの会", "--office", "shakyo"), 2, "所属は一つ"),
    (("add", "次郎", "--role", "editor", "--office", "kuramaru", "--office", "city"), 2, "窓口から選んで"),
    (("change", "花子", "--office", "city"), 2, "窓口から選んで"), (("change", "花子", "--role", "king"), 2, ""),
    (("change", "だれか", "--office", "shakyo"), 1, "だれか"), (("change", "花子", "--role", "editor"), 1, "管理者がいなくなって"),
])
def test_offices_that_cannot_be_had_are_refused(app: Flask, args: tuple[str, ...], code: int, why: str) -> None:
    run(app, "add", "花子", "--role", "admin", "--office", "kuramaru")
    result = run(app, *args)
    assert result.exit_code == code and why in result.stderr and result.stdout == ""


def test_a_supporter_is_nothing_else(app: Flask) -> None:
    result = run(app, "add", "花子", "--role", "supporter", "--role", "editor", "--office", "shakyo")
    assert result.exit_code == 2 and "--role" in result.stderr and "職員にも見えます" in result.stderr and result.stdout == ""


@pytest.mark.parametrize("args", [
    ("add", "花子", "--role", "editor", "--office", "ひだまりの会"), ("add", "花子", "--role", "king", "--office", "kuramaru"),
    ("add", "花子", "--role", "editor"), ("add",), ("add", "花子", "--role", "editor", "--office", "kuramaru", "--until", "春"),
    ("link",), ("nothing",),
])
def test_wrong_usage_is_2(app: Flask, args: tuple[str, ...]) -> None:
    assert run(app, *args).exit_code == 2


@pytest.mark.parametrize(("name", "password", "why"), [
    ("花子", "short", "12文字以上"), ("花子", "", "12文字以上"), ("花", PASSWORD, "2文字から"), ("太郎", PASSWORD, "もう使われて"),
])
def test_what_is_refused_is_1_and_says_why(app: Flask, name: str, password: str, why: str) -> None:
    run(app, "add", "太郎", "--role", "editor", "--office", "kuramaru")
    result = run(app, "add", name, "--role", "editor", "--office", "kuramaru", said=password + "\n")
    assert result.exit_code == 1 and why in result.stderr and result.stdout == ""


def test_list_and_link(app: Flask) -> None:
    run(app, "add", "花子", "--role", "admin", "--office", "kuramaru")
    assert [one["name"] for one in json.loads(run(app, "list").stdout)] == ["花子"]
    made = json.loads(run(app, "link", "花 子").stdout)
    token = made["path"].removeprefix("/link/")
    assert signing_in.whose_link(app.extensions["registry"].engine, token).name == "花子"
    result = run(app, "link", "だれか")
    assert result.exit_code == 1 and "だれか" in result.stderr


def test_demo_prints_accounts_for_the_samples_only(app: Flask, tmp_path: Path) -> None:
    assert app.test_cli_runner().invoke(args=["registry", "load-sample"]).exit_code == 0
    first, again = run(app, "demo"), run(app, "demo")
    assert first.exit_code == 0 and first.stdout == "" and first.stderr == again.stderr
    assert all(f"demo-{role}" in first.stderr for role in ("admin", "editor", "caseworker", "casework_lead", "supporter", "both"))
    path = tmp_path / "l.csv"
    path.write_text("名称\n本物\n", encoding="utf-8")
    app.test_cli_runner().invoke(args=["registry", "import", str(path), "--source", "self"])
    assert run(app, "demo").output == ""


def test_without_anybody_it_says_how_to_begin(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("名称\n本物\n", encoding="utf-8")
    app.test_cli_runner().invoke(args=["registry", "import", str(path), "--source", "self"])
    assert "users add" in run(app, "demo").stderr
