"""Markup that stands within a sentence, as a value of it: `_("%(n)s件", n=total(page.total))`."""

from typing import Any

from markupsafe import Markup, escape


def fill(name: str, text: Any) -> Markup:
    """What the script of a list writes anew, by this name (static/js/finder/list-page.js)."""
    return Markup(f'<span data-fill="{name}">{escape(text)}</span>')


def total(number: int) -> Markup:
    """How many there are; a script writes it anew."""
    return Markup(f"<span data-total>{number}</span>")
