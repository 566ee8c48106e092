"""Templates that say their texts in one language each, so that a page looks nothing up.

A language has templates of its own: what `_("…")` and {% trans %} say is put in when a template is compiled. A
sentence of words alone becomes part of the page's text; of one with values only the values are left to do, as if they
had been written in between.
"""

import re
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, Protocol

from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import TemplateAssertionError
from jinja2.visitor import NodeTransformer

#: The language in which the texts are written.
SOURCE = "ja"
_VALUE = re.compile(r"%\((\w+)\)s")


class Catalogue(Protocol):
    """What is written for one language, by the Japanese."""

    def gettext(self, message: str) -> str: ...

    def ngettext(self, one: str, several: str, n: int) -> str: ...


class _Speaking(NodeTransformer):
    """The calls of `_`, gettext, ngettext and `said` in a template → what they say."""

    def __init__(self, gettext: Callable[[str], str], is_source: bool):
        self._gettext, self._is_source = gettext, is_source

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or not node.args:
            return node
        values = {keyword.key: keyword.value for keyword in node.kwargs}
        if node.node.name == "said" and self._is_source:
            return node.args[0]
        if node.node.name in ("_", "gettext"):
            return self._sentence(node, values)
        if node.node.name == "ngettext" and self._is_source:  # Japanese has one form for any number
            return self._sentence(node, {"num": node.args[2], **values})
        return node

    def _sentence(self, node: nodes.Call, values: dict[str, nodes.Expr]) -> nodes.Expr:
        """A sentence whose translation names a value that there is none of is said as it was written."""
        if not isinstance(node.args[0], nodes.Const):
            raise TemplateAssertionError("_() takes a sentence; what a variable holds is said by said()", node.lineno)
        text = node.args[0].value
        for said in (self._gettext(text), text):
            parts = _VALUE.split(said)
            if set(parts[1::2]) <= values.keys():
                return _joined([p for p in _parts(parts, values) if not isinstance(p, nodes.Const) or p.value])
        raise TemplateAssertionError(f"「{text}」の値がたりません", node.lineno)

    def visit_Output(self, node: nodes.Output) -> nodes.Output:
        """What is written out needs no joining before."""
        self.generic_visit(node)
        node.nodes = [part for one in node.nodes for part in (one.nodes if isinstance(one, nodes.Concat) else [one])]
        return node


def _parts(parts: list[str], values: dict[str, nodes.Expr]) -> Iterator[nodes.Expr]:
    """Words and names of values by turns → nodes. A sign of percent is written twice, as in any such text."""
    for place, part in enumerate(parts):
        yield values[part] if place % 2 else nodes.Const(part.replace("%%", "%"))


def _joined(parts: list[nodes.Expr]) -> nodes.Expr:
    only_words = len(parts) == 1 and isinstance(parts[0], nodes.Const)
    return parts[0] if only_words else nodes.Concat(parts)


class _SpokenCode(CodeGenerator):
    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        environment: Any = self.environment
        _Speaking(environment.gettext, environment.language == SOURCE).visit(node)
        super().visit_Template(node, frame)


class SpokenEnvironment(Environment):
    """The site's templates, in as many languages as are asked for. `choose`: the language of now."""

    code_generator_class = _SpokenCode

    def __init__(self, app: Any, choose: Callable[[], str], catalogue: Callable[[], Catalogue], **options: Any):
        super().__init__(app, **options)
        self.language, self._choose, self._catalogue = SOURCE, choose, catalogue
        self._spoken: MutableMapping[str, SpokenEnvironment] = {SOURCE: self}

    def gettext(self, text: str) -> str:
        return text if self.language == SOURCE else self._catalogue().gettext(text)

    def get_or_select_template(self, *asked: Any, **options: Any) -> Template:
        """What a page is rendered from; what it extends and includes is of the same language, and asks no more."""
        return super(SpokenEnvironment, self.speaking(self._choose())).get_or_select_template(*asked, **options)

    def speaking(self, language: str) -> "SpokenEnvironment":
        """The same templates in this language."""
        if language not in self._spoken:
            other = self._spoken[SOURCE].overlay()
            other.language = language
            self._spoken.setdefault(language, other)
        return self._spoken[language]
