"""Pages for what went wrong. They need nothing that can fail: what a page usually says of the site is left out then."""

import html
import secrets
from pathlib import Path
from string import Template
from typing import Any

from flask import Flask, current_app, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from commands.logs import Own
from geocode import ward
from mapdata.errors import NotFound, OddValue, Unavailable
from mapdata.lists.sent.staging import NotNow
from mapdata.people.refusals import AccountRefused, LinkUnusable
from mapdata.sentences import say
from mapdata.storage.speaking.acting import WouldWiden
from views import kept, login
from views.answers import moved, requests
from views.staff import imports, users
from views.translation import _, said

#: A page, its status, and headers besides.
Answer = tuple[str, int, dict[str, str]]

#: The domain's named errors → statuses.
STATUSES: dict[type[Exception], int] = {NotFound: 404, LinkUnusable: 410, OddValue: 400, Unavailable: 503}

_TITLES = {
    400: (
        say("この内容は受け取れません"),
        say("送られたものに、読み取れないところがありました。もう一度、はじめのページからお進みください。"),
    ),
    401: (say("ログインしてください"), say("ログインが切れています。もう一度ログインしてからお試しください。")),
    403: (
        say("この画面は開けません"),
        say("いまのアカウントでは使えない画面です。必要なときは、管理者に頼んでください。"),
    ),
    404: (
        say("ページが見つかりません"),
        say("掲載が終わったか、住所（URL）がちがうようです。もう一度おさがしください。"),
    ),
    405: (say("この開き方はできません"), say("もう一度、はじめのページからお進みください。")),
    408: (say("届くのに時間がかかりすぎました"), say("つながりを確かめて、もう一度お試しください。")),
    410: (
        say("このリンクは使えません"),
        say(
            "もう使われたか、72時間の期限が過ぎたか、途中で切れているようです。"
            "渡してくれた人に、新しいリンクを頼んでください。"
        ),
    ),
    413: (say("送られた内容が大きすぎます"), say("小さく分けて、もう一度お試しください。")),
    503: (say("いま、開けません"), say("しばらく待って、もう一度お試しください。")),
    500: (say("うまく表示できませんでした"), say("こちらの不具合です。少し待って、もう一度お試しください。")),
}
_NUMBER = "知らせの番号："
_BUSY = (
    "いま、混みあっています",
    "まだ受け取っていません。少し待って、もう一度送ってください。書いたものには、ブラウザーの「戻る」で戻れます。",
)
#: Seconds after which it is worth trying again.
RETRY_AFTER = 10
_OTHER = (say("ページを表示できません"), say("もう一度、はじめのページからお進みください。"))

_BARE = Path(__file__).parents[1] / "templates" / "errors" / "bare.html"


def install(app: Flask) -> None:
    """Called when the rest of the site is there."""
    app.extensions["bare page"] = _bare(app)
    for error, status in STATUSES.items():
        app.register_error_handler(error, lambda e, s=status: _page(s))
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(NotFound, lambda e: _elsewhere() or _page(404))
    app.register_error_handler(CSRFError, login.stale)
    app.register_error_handler(AccountRefused, users.refused)
    app.register_error_handler(WouldWiden, requests.answer)
    app.register_error_handler(NotNow, imports.not_now)
    app.register_error_handler(HTTPException, lambda e: _page(e.code or 500))


def _bare(app: Flask) -> Template:
    """What is left when the usual page cannot be made: all that it says of the site is written into it beforehand, and
    its own words are Japanese whatever the language, as there may be no catalogue to ask."""
    with app.test_request_context():
        sheet = url_for("static", filename="bundles/page.css")
    site = html.escape(ward.load().site_text("name")).replace("$", "$$")
    return Template(Template(_BARE.read_text("utf-8")).safe_substitute(site=site, sheet=sheet))


def _elsewhere() -> Any:
    """Where an entry is told that became part of another; None where there is none, and where it cannot be known."""
    try:
        return moved.answer()
    except Exception:
        current_app.logger.exception("Where an entry went could not be looked up")
        return None


def _unavailable(error: Unavailable) -> Answer:
    return _page(503, noted(str(error.cause), error.code))


def noted(cause: str, code: str = "") -> str:
    """The number by which a page that could not be shown is found in the log: one line, with the cause, and with
    nothing that anybody typed."""
    number = secrets.token_hex(4)
    told = map(Own, (number, cause, code or "-", request.endpoint or "-"))
    current_app.logger.error("503 %s: %s (%s) at %s", *told)
    return number


def _page(status: int, number: str = "") -> Answer:
    if status == 503:
        number = number or noted("busy")
    title, message = _TITLES.get(status, _OTHER)
    left = kept.after_failure(status)
    headers = {"Retry-After": str(RETRY_AFTER)} if status == 503 else {}
    try:
        return _whole(status, left.title or title, message, number, left.block), status, headers
    except Exception:
        current_app.logger.exception("An error's page could not be made; a bare one is shown")
        return bare_page(status, left.title or title, message, number, left.block), status, headers


def busy(app: Flask) -> str:
    """For whoever sends something while all places for it are taken: the server says it without asking the site."""
    number = secrets.token_hex(4)
    app.logger.error("503 %s: busy", Own(number))
    bare: Template = app.extensions["bare page"]
    title, message = _BUSY
    words = {"title": title, "message": message, "number": f"{_NUMBER}{number}"}
    return bare.substitute(code=503, root="", kept="", **words)


def bare_page(status: int, title: str, message: str, number: str, left: str = "") -> str:
    """What needs nothing but what was made when the site started. `left`: what was typed and not saved."""
    bare: Template = current_app.extensions["bare page"]
    root, found_by = html.escape(request.script_root), f"{_NUMBER}{number}" if number else ""
    words = {"title": title, "message": message, "number": found_by, "kept": left}
    return bare.substitute(words, code=status, root=root)


def _whole(status: int, title: str, message: str, number: str, left: str) -> str:
    next_steps = [(_("地図と一覧にもどる"), url_for("public.index"))]
    if status == 401:
        next_steps.insert(0, (_("ログインする"), url_for("login.sign_in")))
    if status >= 500 and not left:
        next_steps.insert(0, (_("もう一度ひらく"), request.full_path.rstrip("?")))
    words = {"title": said(title), "message": said(message), "next_steps": next_steps, "number": number, "kept": left}
    return render_template("errors/error.html", code=status, **words)
