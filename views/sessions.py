"""The cookie, and who stands behind it: Flask-Login on sessions that the database keeps.

The cookie holds a secret that means nothing without its row; whoever has no such cookie is never looked up, so that
public pages set no cookie and are the same for everybody who reads them.
"""

from typing import Any

from flask import Flask, Response, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadSignature

from mapdata.accounts import signing_in
from mapdata.accounts.signing_in import SignedIn
from mapdata.people.account import Account
from mapdata.registry import Registry
from views.seals import sealer

_DEVICE_COOKIE, _SEAL = "devices", "device"
_DEVICE_DAYS = 180
_WHOSE = "whose"
#: One office PC has several users; the newest are remembered.
_DEVICE_ACCOUNTS = 12


class _Cookies(SecureCookieSessionInterface):
    """Sent over https only where the page came by https, and to this site's own path only."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure

    def get_cookie_path(self, app: Flask) -> str:
        return request.script_root or "/"


class _Logins(LoginManager):
    """Flask-Login without its cookie that signs in again after months."""

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


class Reader(UserMixin):
    """Flask-Login's user: an account and the secret of this session."""

    def __init__(self, account: Account, token: str):
        self.account, self.token = account, token

    def get_id(self) -> str:
        return self.token


def install(app: Flask) -> None:
    """Cookies, and the loading of whom they belong to. `SECRET_KEY` is set by then."""
    app.session_interface = _Cookies()
    app.config["SESSION_COOKIE_HTTPONLY"] = True
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    logins = _Logins()
    logins.session_protection = None  # the session's own row says all that matters
    logins.init_app(app, add_context_processor=False)
    logins.user_loader(_load)


def registry() -> Registry:
    found: Registry = current_app.extensions["registry"]
    return found


def _load(token: str) -> Reader | None:
    found = signing_in.find_session(registry().engine, token)
    g.session_ended, g.choosing = found.ended, found.waiting
    return Reader(found.account, token) if found.account else None


_NOT_ASKED: Any = object()


def account() -> Account | None:
    """Who is signed in, the same throughout a request. Raises Unavailable, once, when it cannot be known."""
    found: Account | None = g.get("account", _NOT_ASKED)  # asked several times in every request, so by one look
    if found is _NOT_ASKED:
        g.account = found = None
        if _has_cookie():
            g.account = found = getattr(current_user, "account", None)
    return found


def ended() -> str:
    """How the session of this reader's cookie ended: idle, long, password, role, disabled …, or that it has not begun:
    choosing; "" for none."""
    account()
    found: str = g.get("session_ended", "")
    return found


def choosing() -> Account | None:
    """Who has signed in, and has yet to say for which of their offices."""
    account()
    found: Account | None = g.get("choosing")
    return found


def choose(office: str, address: str) -> Account:
    """Act for one of the reader's offices from now on. Raises AccountRefused."""
    chosen = signing_in.choose_office(registry().engine, session.get("_user_id", ""), office, address)
    begin(chosen)
    return chosen.account


def _has_cookie() -> bool:
    return current_app.session_interface.get_cookie_name(current_app) in request.cookies


def begin(signed_in: SignedIn) -> None:
    """A session of a new id, nothing of an old one with it."""
    if token := session.get("_user_id"):
        signing_in.abandon(registry().engine, token)
    _clear()
    login_user(Reader(signed_in.account, signed_in.token))
    session[_WHOSE] = signed_in.account.id
    found = signed_in.account
    g.account, g.choosing = (found, None) if found.office else (None, found)
    if len(found.serves) > 1:
        generate_csrf()  # for the band, now: no other page than those of signing in sets a cookie


def whose() -> int | None:
    """The account that this cookie's session is or was of, without a look into the database."""
    found = session.get(_WHOSE)
    return found if isinstance(found, int) else None


def end(address: str) -> None:
    """Sign out; a session that ended before only loses its cookie."""
    if found := account() or choosing():
        signing_in.sign_out(registry().engine, found, session.get("_user_id", ""), address)
    logout_user()
    _clear()


def _clear() -> None:
    session.clear()
    for name in ("csrf_token", "account", "session_ended", "choosing"):
        g.pop(name, None)


# --- devices that an account signed in on before


def devices() -> dict[int, str]:
    """By account id, what this device calls itself for those who signed in on it."""
    try:
        kept = sealer(_SEAL).loads(request.cookies.get(_DEVICE_COOKIE, ""), max_age=_DEVICE_DAYS * 86400)
        return {int(key): str(name) for key, name in kept}
    except (BadSignature, ValueError, TypeError):
        return {}


def remember_device(response: Response, account_id: int, name: str, path: str) -> None:
    """Only the page that signs people in is told."""
    others = [(key, it) for key, it in devices().items() if key != account_id]
    kept = [*others, (account_id, name)][-_DEVICE_ACCOUNTS:]
    response.set_cookie(
        _DEVICE_COOKIE, str(sealer(_SEAL).dumps(kept)), max_age=_DEVICE_DAYS * 86400, path=path,
        secure=request.is_secure, httponly=True, samesite="Lax",
    )
