"""Sealed texts that come back from a browser: whose seal it is, and how old it may be, by the site's own clock."""

from flask import current_app
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from mapdata import clock


class _Signer(TimestampSigner):
    def get_timestamp(self) -> int:
        """Now, in seconds since 1970, as the signature keeps it."""
        return int(clock.now().timestamp())


def sealer(what: str) -> URLSafeTimedSerializer:
    """Seals with this installation's key. `what` is sealed keeps one kind of seal from passing for another."""
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=what, signer=_Signer)
