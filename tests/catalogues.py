"""Catalogues that tests make: of what pybabel finds in the project, or of a few messages."""

from collections.abc import Callable, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

#: A language whose plurals Babel knows, and which the site will hardly speak.
LANGUAGE = "eo"

#: What a message says otherwise: one text, or those of one and of several.
Said = str | tuple[str, ...]


def write(folder: Path, said: Mapping[str | tuple[str, ...], Said]) -> Path:
    """A folder of catalogues with one for LANGUAGE."""
    catalog = Catalog(locale=LANGUAGE)
    for message, text in said.items():
        catalog.add(message, text)
    path = folder / LANGUAGE / "LC_MESSAGES" / "messages.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalog)
    return folder


def marked(message: str) -> str:
    """A text that anybody sees is a translation."""
    return f"⟦{message}⟧"


def of_all(messages: Mapping[str | tuple[str, ...], object], say: Callable[[str], str] = marked) -> dict[str | tuple[str, ...], Said]:
    return {m: say(m) if isinstance(m, str) else tuple(map(say, m)) for m in messages}
