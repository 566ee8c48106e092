"""What a page loads, written into the page: style sheets, scripts, pictures, and a policy that lets nothing else in."""

import base64
import hashlib
import json
import mimetypes
import re
from pathlib import Path
from typing import Any

from markupsafe import Markup

from layers import modules
from layers.stylesheets import BUNDLES, STATIC, without_comments

_VENDOR = STATIC / "vendor"
_SHEETS = (*BUNDLES["finder"], "css/entry.css", "css/onefile.css")
_PICTURE = re.compile(r"url\((images/[^)]+)\)")
#: What would end a script or style element, or hide its end, wherever it stands.
_ENDS = re.compile(r"</(?:script|style)|<!--", re.IGNORECASE)


class Unsafe(Exception):
    """A text would end the element it is to stand in."""


class Inline:
    """The inline elements of one page; `policy` allows these, by their hashes, and nothing else."""

    def __init__(self) -> None:
        self._hashes: dict[str, list[str]] = {"script": [], "style": []}

    def style(self, text: str, media: str = "") -> Markup:
        return self._element("style", text, f' media="{media}"' if media else "")

    def script(self, text: str, module: bool = False) -> Markup:
        return self._element("script", text, ' type="module"' if module else "")

    def _element(self, name: str, text: str, attributes: str) -> Markup:
        """Raises Unsafe for a text that would end its element."""
        text = text.replace("\r\n", "\n")
        if found := _ENDS.search(text):
            raise Unsafe(f"{found[0]} in a {name}: {text[:60]!r}")
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        self._hashes[name].append(f"'sha256-{digest}'")
        return Markup(f"<{name}{attributes}>{text}</{name}>")

    @property
    def policy(self) -> str:
        """The Content-Security-Policy: no address may be asked for anything, not even our own."""
        scripts, styles = (" ".join(self._hashes[name]) for name in ("script", "style"))
        return (
            f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src data:; "
            "connect-src 'none'; form-action 'none'; base-uri 'none'"
        )


def data(value: Any, element_id: str) -> Markup:
    """A value as a block of JSON, which no browser runs; no text in it can end the block."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Markup(f'<script type="application/json" id="{element_id}">{text}</script>')


def sheets() -> str:
    """The style sheets of map, list and entry, with the pictures they name inside."""
    return licence("design-tokens") + licence("leaflet") + "\n".join(map(_sheet, _SHEETS))


def sheet(*names: str) -> str:
    return "\n".join(_sheet(f"css/{name}.css") for name in names)


def _sheet(name: str) -> str:
    path = STATIC / name
    text = without_comments(path.read_text("utf-8"))
    return _PICTURE.sub(lambda m: f"url({data_url(path.parent / m[1])})", text)


def vendored(name: str) -> str:
    """A vendored script with its licences in front."""
    script = next(_VENDOR.joinpath(name).glob("*.js"))
    return licence(name) + script.read_text("utf-8")


def licence(name: str) -> str:
    texts = (path.read_text("utf-8").strip() for path in sorted(_VENDOR.joinpath(name).glob("LICENSE*")))
    return "".join(f"/*! {name}\n{text}\n*/\n" for text in texts)


def module(entry: str) -> str:
    """A module of static/js with all that it imports, as one script."""
    return modules.read(entry)


def data_url(path: Path) -> str:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def favicon() -> str:
    return data_url(STATIC / "img" / "favicon.png")
