"""A request as browsers send it: what no page of ours ever makes is 400, wherever it is looked at first."""

import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

import flask
from flask import current_app
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import BadRequest, RequestTimeout
from werkzeug.routing import BaseConverter
from werkzeug.utils import cached_property

from views.asked.numbers import WholeNumber

_View = TypeVar("_View", bound=Callable[..., Any])

#: Names of fields in our forms: letters, digits and a few signs, no number in them that counts more than thousands.
_NAME = re.compile(r"(?!.*\d{5})[\w.:-]{1,100}", re.ASCII)
#: In place of bytes that are no letter; in what was pasted it may stand itself.
_NO_LETTER = "\ufffd"


class _Word(BaseConverter):
    """A part of a path: no address has bytes that are no letter, nor the sign that no text has."""

    regex = "[^/\0\ufffd]+"


def takes_file(name: str) -> Callable[[_View], _View]:
    """Declare that a view's form has a file of that name; elsewhere a file stands for nothing."""

    def declare(view: _View) -> _View:
        view.takes_file = name  # type: ignore[attr-defined]
        return view

    return declare


def install(app: flask.Flask) -> None:
    """To be called before any page is registered."""
    app.request_class = Request
    app.url_map.converters = {**app.url_map.converters, "int": WholeNumber, "default": _Word, "string": _Word}


class Request(flask.Request):
    """What cannot be read raises BadRequest when it is looked at, and is nothing from then on. The sign that no
    keyboard has and no database takes is left out of what was typed."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        if b"%00" in self.query_string or not _is_text(self.query_string):
            self.__dict__["args"] = ImmutableMultiDict()
            raise BadRequest
        return super().args

    def _load_form_data(self) -> None:
        if "form" in self.__dict__:
            return
        try:
            is_text = self.mimetype != "application/x-www-form-urlencoded" or _is_text(self.get_data())
            super()._load_form_data()
        except TimeoutError as error:  # whoever sends it has stopped
            self.__dict__.update(form=ImmutableMultiDict(), files=ImmutableMultiDict())
            raise RequestTimeout from error
        if not is_text or not self._is_ours():
            self.__dict__.update(form=ImmutableMultiDict(), files=ImmutableMultiDict())
            raise BadRequest
        if any("\0" in text for text in self.form.values()):
            plain = [(name, text.replace("\0", "")) for name, text in self.form.items(multi=True)]
            self.__dict__["form"] = ImmutableMultiDict(plain)

    def _is_ours(self) -> bool:
        """Whether a form of ours could have sent these fields and files."""
        for name, text in self.form.items(multi=True):
            if not (name and _NAME.fullmatch(name)) or (self.files and _NO_LETTER in text):
                return False
        return all(name == _file_of(self.endpoint) for name in self.files)


def _file_of(endpoint: str | None) -> str:
    return getattr(current_app.view_functions.get(endpoint or ""), "takes_file", "")


def _is_text(quoted: bytes) -> bool:
    """Whether it is UTF-8."""
    try:
        (unquote_to_bytes(quoted) if b"%" in quoted else quoted).decode()
    except UnicodeDecodeError:
        return False
    return True
