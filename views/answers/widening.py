"""What an act would show to whom that was not: named before it is done, agreed by a press, or asked of who keeps it.

Every page that writes is answered here when its operation raises WouldWiden: the question carries all that was sent, so
that one press does it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from flask import render_template, request

from mapdata.accounts import offices
from mapdata.claims import in_words
from mapdata.claims.projection import source_label
from mapdata.claims.widening import ENTRY, Widening
from mapdata.errors import RegistryError
from mapdata.history import requests
from mapdata.storage.speaking.acting import Agreed, MustAsk, WouldWiden
from mapdata.words import Level
from views import access, reader

_FIELD = "agreed_widening"
#: The name of the button that asks the offices instead.
ASK = "ask_offices"
_SHOWN = 50

#: To whom, as a sentence about seeing has it.
_TO: Mapping[Level, str] = {
    Level.PUBLIC: "だれでも見られるようになります", Level.SUPPORTER: "支援者も見られるようになります",
    Level.STAFF: "どの所属の職員も見られるようになります", Level.OFFICE: "所属の職員が見られるようになります",
}
#: Why, by what changed.
_WHY: Mapping[str, str] = {
    "level": "その内容の公開範囲が広がるため", "location_precision": "位置の公開が広がるため",
    "audience": "公開範囲が広がるため", "status": "状態が変わるため", "consent": "掲載同意が変わるため",
    "publish_from": "掲載開始日が変わるため", "publish_until": "掲載終了日が変わるため",
}


@dataclass(frozen=True)
class Named:
    """One widening in words."""

    found: Widening

    @property
    def what(self) -> str:
        return "この項目の全体" if self.found.what == ENTRY else self.found.heading

    @property
    def to(self) -> str:
        when = f"{in_words.day(self.found.day)}から、" if self.found.day else ""
        return f"{when}{_TO[self.found.to]}"

    @property
    def why(self) -> str:
        return _WHY[self.found.cause]

    @property
    def words(self) -> str:
        return "、".join(self.found.words)


@dataclass(frozen=True)
class Question:
    """What an act would show, for a page that names it beside the act's own button."""

    entries: list[tuple[tuple[str, str], list[Named]]]
    digest: str

    @property
    def hidden(self) -> dict[str, str]:
        """The fields that say that it was named and agreed to."""
        return {_FIELD: self.digest}

    @classmethod
    def of(cls, act: Callable[[Agreed], object]) -> "Question | None":
        """Of an act that is only looked at; None where it shows nothing, or cannot be done by this office alone."""
        try:
            act(Agreed(requests.ONLY_LOOKED_AT))
        except MustAsk:
            return None
        except WouldWiden as named:
            return cls(by_entry(named.widenings), named.digest) if named.widenings else None
        except RegistryError:
            pass
        return None


def agreed() -> Agreed:
    """What whoever sent this form was told and agreed to."""
    return Agreed(request.form.get(_FIELD, ""))


def sentence(found: Widening) -> str:
    """「連絡先を、だれでも見られるようになります（その内容の公開範囲が広がるため）：電話番号 …」"""
    one = Named(found)
    told = f"：{one.words}" if one.words else ""
    return f"{one.what}を、{one.to}（{one.why}）{told}"


def question(error: WouldWiden) -> tuple[str, int]:
    """The page that names it; nothing was written."""
    entries, asked = by_entry(error.widenings), error.offices if isinstance(error, MustAsk) else ()
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in (_FIELD, ASK, "note")]
    engine = reader.registry().engine
    page = render_template(
        "staff/widening.html", entries=entries[:_SHOWN], more=max(0, len(entries) - _SHOWN), kept=kept, field=_FIELD,
        digest=error.digest, offices=[source_label(code) for code in asked], action=access.here(), ask=ASK,
        longest=requests.LONGEST_TEXT,
        unasked=[source_label(code) for code in asked if not offices.can_be_asked(engine, code)],
    )
    return page, 409 if asked else 200


def by_entry(widenings: Iterable[Widening]) -> list[tuple[tuple[str, str], list[Named]]]:
    """In words: ((id, name of the entry), what of it)."""
    found: dict[tuple[str, str], list[Named]] = {}
    for one in widenings:
        found.setdefault((one.entry_id, one.name), []).append(Named(one))
    return list(found.items())
