"""Numbers that come with a request are read here and nowhere else: plain ones, no larger than a database keeps.

What is no such number is passed over, as an old link's; what nobody can have written, thousands of digits, is 400.
"""

import math

from flask import request
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter, ValidationError

#: What a database's integer holds.
LARGEST = 2_147_483_647
#: More digits no number has that anybody wrote, nor any mistake of a hand.
_MOST_DIGITS = 30


def whole(text: str | None, otherwise: int) -> int:
    """A number without a sign up to LARGEST; `otherwise` for whatever is none. Raises BadRequest beyond all measure."""
    said = (text or "").strip()
    if not (said.isascii() and said.isdecimal()):
        return otherwise
    if len(said) > _MOST_DIGITS:
        raise BadRequest
    return found if (found := int(said)) <= LARGEST else otherwise


def asked(name: str, otherwise: int) -> int:
    """A number of the query. Raises BadRequest."""
    return whole(request.args.get(name), otherwise)


def asked_or_none(name: str) -> int | None:
    found = asked(name, -1)
    return None if found < 0 else found


def all_asked(name: str) -> list[int]:
    """Each of several of that name. Raises BadRequest."""
    return [found for text in request.args.getlist(name) if (found := whole(text, -1)) >= 0]


def decimal(text: str | None) -> float | None:
    """A number with a point; None for whatever is none, or has no end."""
    try:
        found = float((text or "")[:_LONGEST])
    except ValueError:
        return None
    return found if math.isfinite(found) else None


#: Of a decimal number; what follows is no number any more.
_LONGEST = 64


class WholeNumber(IntegerConverter):
    """A number in a path; what is too large for one is the address of nothing."""

    def to_python(self, value: str) -> int:
        if (found := whole(value, -1)) < 0:
            raise ValidationError
        return found
