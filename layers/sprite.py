"""The drawings of static/img/icons.svg, and the site's own sign, written where they stand.

What a page only refers to, a browser clones, once for each place; of what is written out it makes the shapes alone.
"""

import re
from functools import cache

from markupsafe import Markup

from layers.stylesheets import STATIC
from mapdata.words import KIND

#: What a kind is drawn with: its pin, its shape and its picture; `_OTHER` for one that nobody drew yet, or none.
_PARTS = ("pin-", "shape-", "")
_OTHER = "other"


@cache
def _symbols() -> dict[str, tuple[str, str]]:
    """Name → attributes and shapes."""
    icons, sign = ((STATIC / "img" / f"{name}.svg").read_text("utf-8") for name in ("icons", "favicon"))
    found = re.findall(r'<symbol id="([^"]+)"([^>]*)>(.*?)</symbol>', icons, re.DOTALL)
    found += re.findall(r"()<svg([^>]*)>(.*)</svg>", sign, re.DOTALL)
    drawn = {name or "logo": (attributes, shapes) for name, attributes, shapes in found}
    others = {f"{part}{kind}": drawn[f"{part}{_OTHER}"] for part in _PARTS for kind in KIND.codes}
    return others | drawn


def drawing(name: str) -> Markup:
    """The shapes of a symbol, to stand in an svg element of its size: 24 × 24, a kind's shape 44 × 44, "logo" 32 × 32.

    "" for a name that is none: an entry may have no kind.
    """
    return Markup(_symbols().get(name, ("", ""))[1])


def pin_symbols() -> Markup:
    """The symbols that pins refer to (static/js/map/pin-art.js), for a page with a map; an entry may have no kind."""
    named = [(part, kind, kind or _OTHER) for part in _PARTS for kind in (*KIND.codes, "")]
    drawn = ((f"{part}{kind}", *_symbols()[f"{part}{shown}"]) for part, kind, shown in named)
    symbols = (f'<symbol id="draw-{name}"{attributes}>{shapes}</symbol>' for name, attributes, shapes in drawn)
    return Markup(f'<svg hidden aria-hidden="true">{"".join(symbols)}</svg>')
