"""The one page from which everything is reached: 管理."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Blueprint, render_template

from mapdata.accounts import managing, offices
from mapdata.people.roles import Permission
from mapdata.upkeep import staff_list
from views import access, reader, sessions
from views.access import needs
from views.answers import requests
from views.staff import freshness, pairs, proposals

blueprint = Blueprint("staff", __name__, url_prefix="/staff")


@dataclass(frozen=True)
class Task:
    """Something one can do, in a group of the page. `number` says how much there is of it, where that helps; `query`
    belongs to the address."""

    group: str
    title: str
    words: str
    endpoint: str
    needs: Permission | None = None
    number: Callable[[], str] | None = None
    query: Mapping[str, str] = field(default_factory=dict)


def _people() -> str:
    return f"{len(managing.listed(sessions.registry().engine))}人"


def _entries() -> str:
    return f"{len(reader.snapshot().records)}件"


def _pairs() -> str:
    """What is found while the registry is gone through for the first time is said the next time."""
    found = pairs.waiting()
    return "数えています" if found is None else f"{found}件"


def _unplaced() -> str:
    return f"{sum(map(staff_list.is_unplaced, reader.snapshot().records))}件"


#: Lists of what waits for somebody, each with its number.
WAITING = "見なおすもの"

#: In the order of the page.
TASKS: tuple[Task, ...] = (
    Task(
        "社会資源", "社会資源の一覧", "さがして直し、状態や公開範囲をまとめて変え、確かめた日を付けます。",
        "entry_list.index", Permission.EDIT_REGISTRY, _entries,
    ),
    Task(
        "社会資源", "新しく登録する", "居場所や団体、窓口などを一件ずつ登録します。",
        "entries.new", Permission.EDIT_REGISTRY,
    ),
    Task(
        "社会資源", "一覧の取り込み",
        "ExcelやCSVの一覧を読んで、まとめて登録します。前の一覧と見比べて、変わったところを直します。",
        "imports.index", Permission.EDIT_REGISTRY,
    ),
    Task(
        "社会資源", "最近の変更", "だれが何を変えたかを見て、まちがいを元にもどします。",
        "changes.index", Permission.EDIT_REGISTRY,
    ),
    Task(
        WAITING, "同じところかもしれない組", "二つの一覧に別の書き方で載っているものを見くらべて、ひとつにまとめます。",
        "pairs.index", Permission.EDIT_REGISTRY, _pairs,
    ),
    Task(
        WAITING, "確認の時期", "まえに確認してから時間がたったものを、電話や確認票で確かめます。",
        "fresh.index", Permission.EDIT_REGISTRY, freshness.count,
    ),
    Task(
        WAITING, "変更の知らせ", "団体やサイトを見た人から届いたことを見て、取り入れるかどうかを決めます。",
        "proposals.index", Permission.EDIT_REGISTRY, proposals.count,
    ),
    Task(
        WAITING, "見せる人を広げる依頼", "ほかの所属に頼まれて、広げるかどうかを決めます。頼んだことの返事も出ます。",
        "requests.index", Permission.EDIT_REGISTRY, requests.count,
    ),
    Task(
        WAITING, "地図に置けていないもの", "住所から位置が分からなかったものに、地図の位置を付けます。",
        "entry_list.index", Permission.EDIT_REGISTRY, _unplaced, {"mark": "unplaced"},
    ),
    Task(
        "サイト", "利用者", "ログインできる人を加え、役割を変え、止めます。",
        "users.index", Permission.MANAGE_USERS, _people,
    ),
    Task(
        "サイト", "文言", "はじめのページの文、相談できるところ、困りごとなどの呼び方を変えます。",
        "texts.index", Permission.MANAGE_USERS,
    ),
    Task(
        "サイト", "記録", "だれが、いつ、何をしたか。ログイン、書き出し、役割の変更など。",
        "audit.index", Permission.MANAGE_USERS,
    ),
    Task("自分", "パスワードを変える", "自分のパスワードを新しくします。", "login.password"),
    Task("自分", "地図と一覧を見る", "いまの役割で見える内容で表示します。", "public.index"),
)


@blueprint.get("/")
@needs()
def home() -> str:
    account = access.reader()
    tasks = [task for task in TASKS if task.needs is None or account.may(task.needs)]
    groups = {name: [task for task in tasks if task.group == name] for name in dict.fromkeys(t.group for t in tasks)}
    engine = sessions.registry().engine
    done = offices.done_from_elsewhere(engine, account.office) if account.is_staff else []
    return render_template("staff/home.html", account=account, groups=groups, done=done)
