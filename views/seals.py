"""Texts that come back from a browser: sealed, so that nobody alters them, or shut, so that nobody reads them either.

Whose they are, what they are for and how old they may be is told by this installation's key and the site's own clock.
"""

import hashlib
import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from flask import current_app
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from mapdata import clock

if TYPE_CHECKING:
    from nacl.secret import SecretBox


def _now() -> int:
    """In seconds since 1970."""
    return int(clock.now().timestamp())


class _Signer(TimestampSigner):
    def get_timestamp(self) -> int:
        """Now, as the signature keeps it."""
        return _now()


def sealer(what: str) -> URLSafeTimedSerializer:
    """Seals with this installation's key. `what` is sealed keeps one kind of seal from passing for another."""
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=what, signer=_Signer)


def shut(what: str, value: Any) -> str:
    """A value that JSON can hold, pressed together and locked: whoever sees the text learns nothing but its length."""
    said = json.dumps([_now(), value], ensure_ascii=False).encode()
    return urlsafe_b64encode(_box(what).encrypt(zlib.compress(said))).decode()


def opened(what: str, text: str, max_age: int) -> Any:
    """What was shut; `max_age` in seconds. Raises BadSignature for what is not ours, or too old."""
    from nacl.exceptions import CryptoError

    try:
        at, value = json.loads(zlib.decompress(_box(what).decrypt(urlsafe_b64decode(text.encode()))))
    except (CryptoError, ValueError) as error:
        raise BadSignature(what) from error
    if _now() - at > max_age:
        raise SignatureExpired(what)
    return value


def _box(what: str) -> "SecretBox":
    from nacl.secret import SecretBox  # loaded by whoever needs it, which is seldom

    secret = str(current_app.secret_key or "").encode()
    key = hashlib.blake2b(what.encode(), key=hashlib.sha256(secret).digest(), digest_size=SecretBox.KEY_SIZE)
    return SecretBox(key.digest())
