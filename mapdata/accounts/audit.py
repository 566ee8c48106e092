"""The record of what was done: signing in, exports, changes of accounts, erasures.

Of a failed sign-in with a name that is no account's, the name is not kept: people type passwords there.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine

from mapdata import clock
from mapdata.clock import TIMEZONE
from mapdata.fields import values
from mapdata.people.account import Actor, actor_label
from mapdata.people.roles import Role, labels_of, office_label
from mapdata.storage import reading
from mapdata.storage.engine import beside
from mapdata.storage.people import audit_rows as store
from mapdata.storage.people.audit_rows import AuditQuery, AuditRow

PER_PAGE = 50


class Kind(StrEnum):
    """What is recorded. Other packages may record kinds of their own by adding them here with their label."""

    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_OUT = "sign_out"
    PASSWORD = "password"
    LINK_MADE = "link_made"
    LINK_USED = "link_used"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    OFFICE_CHOSEN = "office_chosen"
    SESSIONS_ENDED = "sessions_ended"
    EXPORT = "export"
    ERASURE = "erasure"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS: Mapping[str, str] = {
    Kind.SIGN_IN: "ログイン",
    Kind.SIGN_IN_FAILED: "ログインの失敗",
    Kind.SIGN_OUT: "ログアウト",
    Kind.PASSWORD: "パスワードの変更",
    Kind.LINK_MADE: "一度だけのリンクの発行",
    Kind.LINK_USED: "一度だけのリンクの使用",
    Kind.ACCOUNT_ADDED: "利用者の追加",
    Kind.ACCOUNT_CHANGED: "役割・所属・期限の変更",
    Kind.ACCOUNT_DISABLED: "利用者の停止",
    Kind.ACCOUNT_ENABLED: "利用者の再開",
    Kind.OFFICE_CHOSEN: "どの窓口として使うか",
    Kind.SESSIONS_ENDED: "ログインの打ち切り",
    Kind.EXPORT: "書き出し",
    Kind.ERASURE: "消去",
}


def record(connection: Connection, actor: Actor, kind: Kind, subject: str = "", **detail: Any) -> None:
    """Write it down in the transaction of what it tells of, so that neither stands without the other.

    `subject` is whom or what it was done to (an account's actor name, an entry's id); `detail` is for JSON
    and holds no secret and no text that someone typed beyond what the page of records may show.
    """
    store.add(connection, {
        "at": clock.now(), "actor": actor.name, "office": actor.office, "kind": str(kind), "subject": subject,
        "detail": detail, "address": actor.address,
    })


def tell(engine: Engine, actor: Actor, kind: Kind, subject: str = "", **detail: Any) -> None:
    """Write down, in a transaction of its own, what another operation has done."""
    with beside(engine) as connection:
        record(connection, actor, kind, subject, **detail)


# --- reading it


@dataclass(frozen=True)
class Page:
    """Some of what was asked for, the newest first. Pages count from 1."""

    rows: list[AuditRow]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PER_PAGE))


def find(engine: Engine, query: AuditQuery, number: int) -> Page:
    with reading(engine) as connection:
        total = store.count(connection, query)
        number = min(max(1, number), max(1, -(-total // PER_PAGE)))
        return Page(store.rows(connection, query, (number - 1) * PER_PAGE, PER_PAGE), total, number)


def people(engine: Engine) -> list[str]:
    """Actor names of everyone who did something, or to whose account something was done."""
    with reading(engine) as connection:
        return store.people(connection)


def export(engine: Engine, actor: Actor, query: AuditQuery) -> str:
    """All that was asked for, as CSV for a spreadsheet; that it was taken is recorded too."""
    with beside(engine) as connection:
        rows = store.rows(connection, query)
        record(connection, actor, Kind.EXPORT, "audit", rows=len(rows))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["日時", "だれが", "所属", "何を", "対象", "くわしく", "接続元"])
    for row in rows:
        writer.writerow([_cell(text) for text in _texts(row)])
    return out.getvalue()


def _texts(row: AuditRow) -> Iterable[str]:
    return (
        row.at.astimezone(TIMEZONE).strftime("%Y-%m-%d %H:%M:%S"), actor_label(row.actor), office_label(row.office),
        kind_label(row.kind), subject_label(row.subject), detail_text(row.detail), row.address,
    )


def _cell(text: str) -> str:
    """As in the exports of lists: what a spreadsheet would run as a formula gets a quote in front."""
    return f"'{text}" if text.startswith(values.QUOTED_STARTS) else text


def kind_label(kind: str) -> str:
    return LABELS.get(kind, kind)


def subject_label(subject: str) -> str:
    return actor_label(subject) if ":" in subject else _SUBJECTS.get(subject, subject)


_SUBJECTS = {"audit": "記録", "entries": "社会資源の一覧"}
_DETAILS = {
    "role": "役割", "roles": "役割", "office": "所属", "expires_on": "使える最後の日", "rows": "件数", "reason": "理由",
    "file": "ファイル", "audience": "公開範囲", "source": "出どころ", "entries": "件数",
}


def detail_text(detail: Mapping[str, Any]) -> str:
    """「役割：編集担当 → 管理者、件数：12」."""
    before, after = detail.get("before", {}), detail.get("after", {})
    changed = [(name, f"{_value(name, before.get(name))} → {_value(name, after.get(name))}")
               for name in after if before.get(name) != after[name]]
    told = [(name, _value(name, value)) for name, value in detail.items()
            if name not in ("before", "after") and value is not None]
    return "、".join(f"{_DETAILS.get(name, name)}：{text}" for name, text in changed + told)


def _value(name: str, value: Any) -> str:
    if value is None:
        return "なし"
    if name in ("role", "roles"):  # one, as it was written while an account held no more
        return _roles([value] if isinstance(value, str) else value)
    if name == "office":
        return "・".join(map(office_label, [value] if isinstance(value, str) else value))
    return str(value)


def _roles(codes: Iterable[str]) -> str:
    known = set(Role)
    return labels_of(map(Role, codes)) if known.issuperset(codes) else "・".join(codes)
