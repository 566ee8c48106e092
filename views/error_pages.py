"""Pages for what went wrong."""

from flask import Flask, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from mapdata.errors import NotFound, Unavailable
from mapdata.lists.sent.staging import NotNow
from mapdata.people.refusals import AccountRefused, LinkUnusable
from views import login, moved
from views.staff import imports, users

#: The domain's named errors → statuses.
STATUSES: dict[type[Exception], int] = {NotFound: 404, LinkUnusable: 410, Unavailable: 503}

_TITLES = {
    401: ("ログインしてください", "ログインが切れています。もう一度ログインしてからお試しください。"),
    403: ("この画面は開けません", "いまのアカウントでは使えない画面です。必要なときは、管理者に頼んでください。"),
    404: ("ページが見つかりません", "掲載が終わったか、住所（URL）がちがうようです。もう一度おさがしください。"),
    405: ("この開き方はできません", "もう一度、はじめのページからお進みください。"),
    410: (
        "このリンクは使えません",
        "もう使われたか、72時間の期限が過ぎたか、途中で切れているようです。"
        "渡してくれた人に、新しいリンクを頼んでください。",
    ),
    413: ("送られた内容が大きすぎます", "小さく分けて、もう一度お試しください。"),
    503: ("いま、開けません", "しばらく待って、もう一度お試しください。"),
    500: ("うまく表示できませんでした", "こちらの不具合です。少し待って、もう一度お試しください。"),
}
_OTHER = ("ページを表示できません", "もう一度、はじめのページからお進みください。")


def install(app: Flask) -> None:
    for error, status in STATUSES.items():
        app.register_error_handler(error, lambda e, s=status: _page(s))
    app.register_error_handler(NotFound, lambda e: moved.answer() or _page(404))
    app.register_error_handler(CSRFError, login.stale)
    app.register_error_handler(AccountRefused, users.refused)
    app.register_error_handler(NotNow, imports.not_now)
    app.register_error_handler(HTTPException, lambda e: _page(e.code or 500))


def _page(status: int) -> tuple[str, int]:
    title, message = _TITLES.get(status, _OTHER)
    next_steps = [("地図と一覧にもどる", url_for("public.index"))]
    if status == 401:
        next_steps.insert(0, ("ログインする", url_for("login.sign_in")))
    if status >= 500:
        next_steps.insert(0, ("もう一度ひらく", request.full_path.rstrip("?")))
    page = render_template(
        "errors/error.html", code=status, title=title, message=message, next_steps=next_steps
    )
    return page, status
