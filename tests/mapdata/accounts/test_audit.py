"""What was done can be found again, page by page, and taken along."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from mapdata import clock
from mapdata.accounts import audit
from mapdata.accounts.audit import Kind, record
from mapdata.people.account import Actor
from mapdata.storage.engine import beside
from mapdata.storage.people.audit_rows import AuditQuery
from tests.accounts import TESTER

HANAKO, TARO = Actor("user:花子", "kuramaru", "192.0.2.1"), Actor("user:太郎", "shakyo")


def write(engine: Engine, *rows: tuple[Actor, Kind, str]) -> None:
    with beside(engine) as connection:
        for actor, kind, subject in rows:
            record(connection, actor, kind, subject)


def test_it_is_found_by_kind_person_and_time(engine: Engine, later: Callable[..., None]) -> None:
    write(engine, (HANAKO, Kind.SIGN_IN, ""), (TARO, Kind.LINK_MADE, "user:花子"))
    later(days=2)
    write(engine, (TARO, Kind.SIGN_IN, ""))
    middle = clock.now() - timedelta(days=1)

    def found(**query: object) -> list[str]:
        return [f"{row.actor[5:]} {row.kind}" for row in audit.find(engine, AuditQuery(**query), 1).rows]  # type: ignore[arg-type]

    assert found() == ["太郎 sign_in", "太郎 link_made", "花子 sign_in"]
    assert found(kind="sign_in") == ["太郎 sign_in", "花子 sign_in"]
    assert found(person="user:花子") == ["太郎 link_made", "花子 sign_in"]
    assert found(since=middle) == ["太郎 sign_in"] and found(until=middle, kind="sign_in") == ["花子 sign_in"]
    assert audit.people(engine) == ["user:太郎", "user:花子"]


@pytest.mark.parametrize(("asked", "number", "shown"), [(0, 1, 50), (1, 1, 50), (3, 3, 20), (99, 3, 20), (-5, 1, 50)])
def test_pages_reach_every_row(engine: Engine, asked: int, number: int, shown: int) -> None:
    write(engine, *[(HANAKO, Kind.EXPORT, str(n)) for n in range(120)])
    page = audit.find(engine, AuditQuery(), asked)
    assert (page.number, page.pages, page.total, len(page.rows)) == (number, 3, 120, shown)


def test_what_is_taken_along_cannot_run_in_a_spreadsheet_and_is_recorded(engine: Engine) -> None:
    write(engine, (Actor("user:=1+1", "@SUM(A1)"), Kind.EXPORT, "+cmd"))
    rows = list(csv.reader(io.StringIO(audit.export(engine, TESTER, AuditQuery()))))
    assert [cell[:2] for cell in rows[1][1:3]] == ["'=", "'@"] and rows[1][4] == "'+cmd"
    newest = audit.find(engine, AuditQuery(), 1).rows[0]
    assert (newest.kind, newest.actor, newest.subject, newest.detail) == ("export", "cli:tester", "audit", {"rows": 1})


def test_every_kind_has_its_words() -> None:
    assert all(kind.label for kind in Kind) and audit.kind_label("unheard_of") == "unheard_of"


def test_it_stands_or_falls_with_what_it_tells_of(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), beside(engine) as connection:
        record(connection, HANAKO, Kind.ERASURE, "abc234", fields=["名称"])
        raise ZeroDivisionError
    assert audit.find(engine, AuditQuery(), 1).total == 0


@pytest.mark.parametrize(("detail", "said"), [
    ({"before": {"role": "editor", "office": "shakyo"}, "after": {"role": "admin", "office": "shakyo"}}, "役割：編集担当 → 管理者"),
    ({"role": "editor"}, "役割：編集担当"), ({"roles": ["caseworker", "editor"]}, "役割：相談員・編集担当"),
    ({"role": "king"}, "役割：king"), ({"roles": ["king", "editor"]}, "役割：king・editor"),
])
def test_roles_are_told_in_words_however_they_were_written_down(detail: dict[str, object], said: str) -> None:
    assert audit.detail_text(detail) == said
