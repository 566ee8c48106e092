"""Catalogues that tests make: of what pybabel finds in the project, or of a few messages."""

import re
from collections.abc import Mapping
from pathlib import Path

from babel.messages import frontend
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
#: A language whose plurals Babel knows, and which the site will hardly speak.
LANGUAGE = "eo"

#: A message, or those of one and of several; and what it is in another language.
Message = str | tuple[str, ...]


def extracted(folder: Path) -> list[Message]:
    """What pybabel finds, by the command of docs/decisions/translation.md."""
    pot = folder / "messages.pot"
    command = f"pybabel -q extract -F {ROOT / 'babel.cfg'} -k say -o {pot} {ROOT}"
    frontend.CommandLineInterface().run(command.split())
    with pot.open("rb") as file:
        return [it.id if isinstance(it.id, str) else tuple(it.id) for it in read_po(file) if it.id]


def write(folder: Path, said: Mapping[Message, Message]) -> Path:
    """A folder of catalogues with one for LANGUAGE."""
    catalog = Catalog(locale=LANGUAGE)
    for message, text in said.items():
        catalog.add(message, text)
    path = folder / LANGUAGE / "LC_MESSAGES" / "messages.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalog)
    return folder


def marked(message: Message) -> Message:
    """The message with its words between ⟦ and ⟧, and its values outside: 「%(name)s」 → ⟦「⟧%(name)s⟦」⟧."""
    if isinstance(message, str):
        parts = re.split(r"(%\(\w+\)s)", message)
        return "".join(f"⟦{part}⟧" if part and not place % 2 else part for place, part in enumerate(parts))
    return tuple(str(marked(one)) for one in message)
