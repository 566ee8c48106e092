"""What was typed when a session ran out: kept through signing in again, in the page itself, sealed.

It comes back as the form it was, filled, to be looked at and sent again. Passwords and files are not kept.
"""

from dataclasses import dataclass

from flask import request
from itsdangerous import BadSignature

from views import access, sessions
from views.seals import sealer

_SEAL = "kept"
_FOR = 12 * 3600
_MOST = 200_000


@dataclass(frozen=True)
class Kept:
    """Where a form was sent to, and its fields."""

    path: str
    fields: tuple[tuple[str, str], ...]


def seal() -> str:
    """The form of this request, if it comes of a session that has ended and its view can show it again; else "".

    Another site's form comes without our cookie, and is not kept.
    """
    if request.method != "POST" or not sessions.ended() or not access.may_show_again():
        return ""
    fields = [(k, v) for k, v in request.form.items(multi=True) if k != "csrf_token" and "password" not in k]
    if not fields:
        return ""
    sealed = str(sealer(_SEAL).dumps([access.here(), fields]))
    return sealed if len(sealed) <= _MOST else ""


def unseal(sealed: str) -> Kept | None:
    """What was kept; None for nothing, and for what is not ours or too old."""
    try:
        path, fields = sealer(_SEAL).loads(sealed, max_age=_FOR)
    except BadSignature:
        return None
    return Kept(path, tuple((name, value) for name, value in fields))
