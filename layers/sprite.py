"""The drawings of static/img/icons.svg, and the site's own sign, written where they stand.

What a page only refers to, a browser clones, once for each place; of what is written out it makes the shapes alone.
"""

import re
from functools import cache

from markupsafe import Markup

from layers.stylesheets import STATIC
from mapdata.words import KIND

#: What pins are drawn with, by modules that refer to it (static/js/map/pin-art.js).
_PINS = tuple(f"{part}{kind}" for part in ("pin-", "shape-", "") for kind in KIND.codes)


@cache
def _symbols() -> dict[str, tuple[str, str]]:
    """Name → attributes and shapes."""
    icons, sign = ((STATIC / "img" / f"{name}.svg").read_text("utf-8") for name in ("icons", "favicon"))
    found = re.findall(r'<symbol id="([^"]+)"([^>]*)>(.*?)</symbol>', icons, re.DOTALL)
    found += re.findall(r"()<svg([^>]*)>(.*)</svg>", sign, re.DOTALL)
    return {name or "logo": (attributes, shapes) for name, attributes, shapes in found}


def drawing(name: str) -> Markup:
    """The shapes of a symbol, to stand in an svg element of its size: 24 × 24, a kind's shape 44 × 44, "logo" 32 × 32.

    "" for a name that is none: an entry may have no kind.
    """
    return Markup(_symbols().get(name, ("", ""))[1])


def pin_symbols() -> Markup:
    """The symbols that pins refer to, for a page with a map."""
    symbols = (f'<symbol id="draw-{name}"{_symbols()[name][0]}>{drawing(name)}</symbol>' for name in _PINS)
    return Markup(f'<svg hidden aria-hidden="true">{"".join(symbols)}</svg>')
