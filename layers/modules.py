"""ES modules as one: for a page opened from a disk, where a browser refuses to import files, and for the page of map
and list, where each file more costs an old phone some milliseconds and a slow line a round trip.

Not a bundler: our modules keep to two forms, `import { … } from "../map/name.js"` (or `import "./name.js"`) and
`export` before a declaration. Each becomes a function's body whose exports the others take by name; the order is
that of their imports. Any other form is refused, so that nothing is linked wrongly in silence.
"""

import posixpath
import re
from collections.abc import Callable
from functools import cache

from layers.stylesheets import STATIC

#: What pages of the site load joined: its name → the module that imports the rest.
BUNDLES = {"site-source": "finder/site-source"}

_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"(\.{1,2}/[\w/.-]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const|let) (\w+))", re.MULTILINE)
#: A comment that stands on lines of its own, as all but a few of ours do.
_COMMENT = re.compile(r"^[ \t]*(?:/\*.*?\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL)
_LEFT_OVER = re.compile(r"^\s*(?:import|export)\b.*|\bimport\(.*", re.MULTILINE)


class NotLinkable(Exception):
    """A module is written in a form that is not linked here, or modules import each other in a circle."""


def link(entry: str, read: Callable[[str], str]) -> str:
    """The module `entry` and all it imports as one script. `read` gives a module's text by its name: its path
    without ending, from the folder of all modules (`map/pins`).

    Raises NotLinkable.
    """
    done: dict[str, str] = {}
    _add(entry, read, done, ())
    return "".join(done.values())


@cache
def read(entry: str) -> str:
    """The module `entry` of static/js and all it imports, without comments. Raises NotLinkable."""
    return link(entry, lambda name: _COMMENT.sub("", (STATIC / "js" / f"{name}.js").read_text("utf-8")))


def _add(name: str, read: Callable[[str], str], done: dict[str, str], above: tuple[str, ...]) -> None:
    if name in above:
        raise NotLinkable(f"{' → '.join((*above, name))}: a circle")
    if name in done:
        return
    text = read(name)
    for _, other in _IMPORT.findall(text):
        _add(_beside(name, other), read, done, (*above, name))
    done[name] = _as_function(name, text)


def _as_function(name: str, text: str) -> str:
    exports = _EXPORT.findall(text)
    body = _EXPORT.sub("", _IMPORT.sub(lambda match: _taken(match, name), text))
    if left := _LEFT_OVER.search(_without_comments(body)):
        raise NotLinkable(f"{name}.js: {left[0].strip()}")
    return f"const {_variable(name)} = (() => {{\n{body}return {{ {', '.join(exports)} }};\n}})();\n"


def _taken(match: re.Match[str], by: str) -> str:
    names, module = match.groups()
    return f"const {{{names.replace(' as ', ': ')}}} = {_variable(_beside(by, module))};\n" if names else ""


def _beside(name: str, path: str) -> str:
    """The module that `path` leads to from the module `name`."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _variable(module: str) -> str:
    return "$" + re.sub(r"\W", "_", module)


def _without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
