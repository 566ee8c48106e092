"""What a reader asks of the map: the query string of `/`, read forgivingly."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import urlencode

from mapdata.sentences import say
from mapdata.words import FILTERS

SORTS = {"name": say("名前の順"), "near": say("近い順"), "assured": say("確認が新しい順")}

#: Longer than any name; a scan of a pasted page would only cost time.
_MAX_TEXT = 100


class Arguments(Protocol):
    """What a query string reads as, such as Werkzeug's multi-valued mapping."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True)
class Query:
    """Choices by filter name (only codes we know), search text, place to measure from, order."""

    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    q: str = ""
    near: str = ""
    sort: str = ""
    page: int = 1

    @classmethod
    def read(cls, args: Arguments) -> "Query":
        """Unknown codes, sorts and pages are passed over: an old link still opens."""
        choices = {}
        for vocabulary in FILTERS:
            asked = set(args.getlist(vocabulary.name))
            if chosen := tuple(code for code in vocabulary.codes if code in asked):
                choices[vocabulary.name] = chosen
        page, sort = _first(args, "page"), _first(args, "sort")
        return cls(
            choices=choices,
            q=_first(args, "q"),
            near=_first(args, "near"),
            sort=sort if sort in SORTS else "",
            page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 6 else 1,
        )

    def chosen(self, name: str) -> tuple[str, ...]:
        return self.choices.get(name, ())

    @property
    def is_filtered(self) -> bool:
        return bool(self.choices or self.q)

    def without(self, name: str, code: str) -> "Query":
        """The same question with one choice taken back."""
        left = tuple(c for c in self.chosen(name) if c != code)
        choices = {k: v for k, v in self.choices.items() if k != name} | ({name: left} if left else {})
        return replace(self, choices=choices, page=1)

    def cleared(self) -> "Query":
        """The same place and order, no filter and no text."""
        return Query(near=self.near, sort=self.sort)

    def server_part(self) -> "Query":
        """What only the server decides (q, near, sort); the browser does the rest by bits."""
        return replace(self, choices={}, page=1)

    def pairs(self) -> Iterable[tuple[str, str]]:
        for vocabulary in FILTERS:
            yield from ((vocabulary.name, code) for code in self.chosen(vocabulary.name))
        yield from ((k, v) for k, v in (("q", self.q), ("near", self.near), ("sort", self.sort)) if v)
        if self.page > 1:
            yield "page", str(self.page)

    def string(self) -> str:
        """The query string that `read` takes back as the same question ("" when nothing is asked)."""
        return urlencode(list(self.pairs()))


def _first(args: Arguments, key: str) -> str:
    return next(iter(args.getlist(key)), "").strip()[:_MAX_TEXT]
