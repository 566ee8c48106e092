"""What was typed and could not be saved: it stays in the page that says why, to be sent again by one press.

The database was away, something broke, or the session had ended: the answer to that very request holds its fields, and
the names of files, which have to be chosen again. Where one has to sign in first, they travel through that page shut
(`seals.shut`), and are given back to the account that typed them and to no other. Nothing of it is kept on the server,
in a cookie or in a log; passwords are not kept at all.
"""

import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, render_template, request, session, url_for
from flask_wtf.csrf import generate_csrf, validate_csrf
from itsdangerous import BadSignature
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.urls import iri_to_uri
from wtforms import ValidationError

from mapdata.errors import what_is_behind
from views import access, forms, sessions
from views.seals import opened, sealer, shut

_SEAL, _OWNER = "kept", "kept for"
_FOR = 12 * 3600
#: Letters of a shut form: what somebody who is not signed in may send (`access`), with room for the rest of that page.
_MOST = 900_000
#: The name under which a form that is sent again says whose it is.
_FOR_WHOM = "kept_for"
_SIGN_IN = "login.sign_in"
#: Pages on the way in, through which it travels.
_ON_THE_WAY = frozenset({_SIGN_IN, "login.office"})
#: What only looks, from a page that stays open beside: nothing is lost with it.
_LOOKS = frozenset({"entries.preview", "entries.outlook", "texts.preview"})

#: What is behind a failure → why nothing was saved.
_WHY = {
    "full": (
        "サーバーの空きがなくなったため、保存できませんでした。サーバーを管理している人に、空きを作ってもらってから、"
        "もう一度押してください。"
    ),
    "locked": (
        "ほかの人の保存や取り込みが続いていて、10秒待っても保存できませんでした。少し待って、もう一度押してください。"
    ),
    "away": "データベースとのつながりが切れているため、保存できませんでした。少し待って、もう一度押してください。",
    "": "こちらの不具合で、保存できませんでした。少し待って、もう一度押してください。",
    "signed in": "ログインしました。ログインが切れる前に書いていた内容が残っています。まだ保存していません。",
}


@dataclass(frozen=True)
class Kept:
    """Where a form was sent to, its fields, and the files beside them: (name of the control, name of the file)."""

    path: str
    endpoint: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...] = ()

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What a person typed, as the form calls it; what was chosen is kept too, and not told here."""
        named = ((forms.called(self._module, name), text) for name, text in self.fields if text.strip())
        return [(label, text) for label, text in named if label]

    @property
    def file_labels(self) -> list[tuple[str, str, str]]:
        return [(name, forms.called(self._module, name) or "ファイル", file) for name, file in self.files]

    @property
    def shows_again(self) -> bool:
        """Whether its page can be shown as it was, to be changed before it is sent."""
        return hasattr(current_app.view_functions.get(self.endpoint), "shows_again") and not self.files

    @property
    def _module(self) -> str:
        return getattr(current_app.view_functions.get(self.endpoint), "__module__", "")


def install(app: Flask) -> None:
    """Called when every request is guarded already."""
    app.before_request(_refuse_another)


def _refuse_another() -> Any:
    """A form that was kept for one account is not sent by another, who signed in on the same device meanwhile."""
    if request.method == "POST" and _FOR_WHOM in request.args and sessions.account():
        account = sessions.account()
        if account and _owner() not in (None, account.id):
            return render_template("login/not_yours.html"), 403
    return None


def _owner() -> int | None:
    """Whose form this is, as far as it says so itself; else whose session it comes from."""
    if _FOR_WHOM in request.args:
        with suppress(BadSignature):
            return int(sealer(_OWNER).loads(request.args[_FOR_WHOM]))
        return 0
    return sessions.whose()


def _of_request() -> Kept:
    """The form of this request. Raises HTTPException for one that cannot be read."""
    fields = tuple((k, v) for k, v in request.form.items(multi=True) if k != "csrf_token" and "password" not in k)
    files = tuple((name, _file_name(file.filename)) for name, file in request.files.items(multi=True) if file.filename)
    query = urlencode([(k, v) for k, v in request.args.items(multi=True) if k != _FOR_WHOM])
    path = iri_to_uri(request.script_root + request.path)
    return Kept(f"{path}?{query}" if query else path, request.endpoint or "", fields, files)


def _file_name(name: str | None) -> str:
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[-100:] or "ファイル"


# --- in the page that says what failed


@dataclass(frozen=True)
class Left:
    """What is left after a failure, for the page that says so: a block of it, and its title, "" for its own."""

    block: str = ""
    title: str = ""


def after_failure(status: int) -> Left:
    """The form of a request that failed; nothing for what was no form of somebody who is signed in.

    It needs no database, and whatever happens it raises nothing.
    """
    if status < 500 or request.method != "POST":
        return Left()
    try:
        return _after_failure()
    except Exception:
        current_app.logger.exception("What was typed could not be put into the error's page")
        return Left()


def _after_failure() -> Left:
    endpoint = request.endpoint or ""
    if endpoint in _ON_THE_WAY:
        return Left(_to_sign_in())
    if endpoint in access.PUBLIC or endpoint in _LOOKS or request.headers.get("Sec-Fetch-Dest") == "empty":
        return Left()
    if not session.get("_user_id"):
        return Left()
    block = shown(_of_request(), what_is_behind(sys.exc_info()[1]), sessions.whose())
    return Left(block, "まだ保存していません")


def shown(kept: Kept, why: str, owner: int | None) -> Markup:
    """Its block: why, what was typed, and the buttons that send it again. `why`: a key of `_WHY`."""
    query = urlencode({_FOR_WHOM: str(sealer(_OWNER).dumps(owner))}) if owner else ""
    path = f"{kept.path}{'&' if '?' in kept.path else '?'}{query}" if query else kept.path
    template = current_app.jinja_env.get_template("errors/_kept.html")  # without what pages ask the database for
    return Markup(template.render(kept=kept, path=path, why=_WHY[why], token=generate_csrf()))


def _to_sign_in() -> Markup:
    """The way back to the page that signs in, with the name, and with what travels through it."""
    fields = [(name, request.form.get(name, "")) for name in ("name", "next", "kept")]
    template = current_app.jinja_env.get_template("errors/_sign_in_again.html")
    return Markup(template.render(fields=fields, path=url_for(_SIGN_IN)))


# --- through signing in again


def seal() -> str:
    """The form of this request, shut, if it comes of a session that has ended and its view can show it again; else "".

    Another site's form comes without our cookie, and is not kept; nor is one from the page of somebody else's session.
    """
    owner = _owner()
    if request.method != "POST" or not sessions.ended() or not access.may_show_again() or not owner:
        return ""
    if not _is_of_this_session():
        return ""
    try:
        kept = _of_request()
    except HTTPException:
        return ""
    if not (kept.fields or kept.files):
        return ""
    return shut(_SEAL, [owner, kept.path, kept.endpoint, kept.fields, kept.files])


def fits(sealed: str) -> bool:
    """Whether it can travel through the page that signs in."""
    return len(sealed) <= _MOST


def _is_of_this_session() -> bool:
    token = request.form.get("csrf_token")
    try:
        if token:
            validate_csrf(token)
    except ValidationError:
        return False
    return True


def unseal(sealed: str, account_id: int) -> Kept | None:
    """What was kept for this account; None for nothing, and for what is not ours or too old. Raises NotYours."""
    if not sealed:
        return None
    try:
        owner, path, endpoint, fields, files = opened(_SEAL, sealed, _FOR)
    except BadSignature:
        return None
    if owner != account_id:
        raise NotYours
    return Kept(path, endpoint, *(tuple((name, value) for name, value in pairs) for pairs in (fields, files)))


class NotYours(Exception):
    """Another account typed it."""
