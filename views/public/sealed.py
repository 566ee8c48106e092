"""Forms for those who do not sign in. No cookie: a signed token in the page, which runs out, says that it was ours.

The token is of one subject (an entry, a link) and carries what the page was made from, so that it comes back unchanged.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadSignature
from wtforms import HiddenField, StringField

from mapdata.sentences import say
from views.forms import Form
from views.seals import sealer

#: Forms may lie open over an evening; then the page is shown again, with all that was typed.
_HOURS = 12
_SEAL = "sealed form"


@dataclass(frozen=True)
class Unsealed:
    """`page`: of which page it is, to know it again when it is sent twice; `carried`: what it was made from."""

    page: str
    carried: Any


class SealedForm(Form):
    """A form that needs no cookie. `website` is for robots alone: people do not see it."""

    class Meta(Form.Meta):
        csrf = False

    seal = HiddenField()
    website = StringField(say("ここには何も書かないでください"))
    is_old = False

    @property
    def stale(self) -> bool:
        return self.is_old

    @property
    def is_from_robot(self) -> bool:
        return bool(self.website.data)

    def put_seal(self, subject: str, carried: Any = None) -> None:
        """A fresh token, whatever was sent."""
        self.seal.data = str(sealer(_SEAL).dumps([subject, secrets.token_urlsafe(12), carried]))

    def unseal(self, subject: str) -> Unsealed | None:
        """What the token says; None, and the form is stale, where it is not ours, of another subject or too old."""
        try:
            sealed, page, carried = sealer(_SEAL).loads(self.seal.data or "", max_age=_HOURS * 3600)
        except (BadSignature, ValueError, TypeError):
            sealed, page, carried = "", "", None
        self.is_old = sealed != subject
        return None if self.is_old else Unsealed(page, carried)
