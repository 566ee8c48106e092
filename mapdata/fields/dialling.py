"""A telephone number as people write it → what a press on it dials (RFC 3966)."""

import re

from mapdata.fields.folding import one_width

_RUN = re.compile(r"[#+]?\d(?:[\d\- ()‐‑–−ー]*\d)?")
#: No number within Japan has more digits.
_MOST_DIGITS = 11


def tel_link(text: str) -> str:
    """`tel:…` for the first number in a text; "" where there is none.

    What follows it is no part of it: 内線 12, 〜3 (further lines), a second number. The # of #7119 is dialled too.
    """
    plain = one_width(text).split("内線")[0]
    found = _RUN.search(plain)
    if found is None:
        return ""
    run = found[0]
    if not run.startswith("+") and len(_digits(run)) > _MOST_DIGITS:
        run = run.split(" ")[0]
    sign = {"#": "%23", "+": "+"}.get(run[0], "")
    return f"tel:{sign}{_digits(run)}"


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
