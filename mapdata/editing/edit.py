"""What one person would have an entry say, weighed against what the entry says and what others wrote meanwhile."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from mapdata import storage, words
from mapdata.claims import in_words, publishing
from mapdata.claims.entry import Claim
from mapdata.claims.narrowness import OF_EACH_OFFICE, RULES, narrowness
from mapdata.claims.shown import Shown
from mapdata.editing.edited_entry import EditedEntry
from mapdata.errors import EditRefused, RegistryError
from mapdata.fields import field_table
from mapdata.fields.field_table import NEVER_EMPTY, OWN_AUDIENCE
from mapdata.words import Level


@dataclass(frozen=True)
class Disagreement:
    """One field as it was when the form was made, as somebody has it now, and as this edit would have it.

    `audiences` belong to those three. `who`, `at` and `source` are the other's, None and "" where only this edit
    touches the field.
    """

    field: str
    heading: str
    base: Any
    theirs: Any
    mine: Any
    audiences: tuple[Level, Level, Level]
    who: str = ""
    source: str = ""
    at: datetime | None = None

    @property
    def is_mine_alone(self) -> bool:
        return self.at is None

    @property
    def is_theirs_alone(self) -> bool:
        return self.mine == self.base and self.audiences[2] == self.audiences[0]

    def words(self, which: str) -> str:
        """`base`, `theirs` or `mine` as the screen writes it."""
        return in_words.value(self.field, getattr(self, which))


class EditConflict(RegistryError):
    """Somebody changed the entry meanwhile. Nothing was written.

    `fields`: what either of the two changed; `base`: the revision to save from once a person has chosen.
    """

    def __init__(self, entry_id: str, base: int, disagreements: Sequence[Disagreement]):
        super().__init__(entry_id)
        self.entry_id, self.base, self.fields = entry_id, base, tuple(disagreements)


class Edit:
    """What one person would have an entry say."""

    def __init__(
        self, entry: EditedEntry, says: Mapping[str, Any], audiences: Mapping[str, Level], assure: bool,
        agreeing: frozenset[str] = frozenset(),
    ):
        """`agreeing`: offices that let what they keep be widened."""
        self.entry, self.audiences, self.assure, self._agreeing = entry, audiences, assure, agreeing
        self.says = dict(says) | (self._days(says) if assure else {})
        self.after = {name: s.value for name, s in entry.now.items()} | dict(says)

    def _days(self, says: Mapping[str, Any]) -> dict[str, Any]:
        """The days of fields that change here and now; another that was typed with them stays."""
        days = {}
        for name, day in field_table.DAYS.items():
            now, listed = value_of(self.entry.now.get(name)), value_of(self.entry.now.get(day))
            if name in says and says[name] != now and says.get(day) in (None, listed):
                days[day] = None if says[name] is None else self.entry.on.isoformat()
        return days

    def check(self) -> None:
        """Raises EditConflict, else EditRefused with everything that is wrong."""
        if disagreements := self._disagreements():
            revision = storage.revision(self.entry.connection)
            raise EditConflict(self.entry.id, revision, disagreements)
        errors: dict[str, list[str]] = {}
        for name, message in self._faults():
            errors.setdefault(name, []).append(message)
        if errors:
            raise EditRefused(errors)

    def _disagreements(self) -> list[Disagreement]:
        """What both of us changed, each in one's own way; empty when nobody else changed anything that differs."""
        found = [self._theirs(name) for name in field_table.NAMES if self._differs(name)]
        if not found:
            return []
        mine = [self._mine(name) for name in field_table.NAMES if not self._differs(name) and self._changes(name)]
        return sorted([*found, *mine], key=lambda d: field_table.NAMES.index(d.field))

    def _differs(self, name: str) -> bool:
        """Whether somebody changed this field since, and not to what this edit says."""
        then, now = self.entry.then.get(name), self.entry.now.get(name)
        if _said(then) == _said(now):
            return False
        mine = self.says.get(name, value_of(then))
        return (mine if mine is None else (mine, self._level(name, then))) != _said(now)

    def _theirs(self, name: str) -> Disagreement:
        now, last = self.entry.now.get(name), self.entry.last_change(name)
        return replace(self._mine(name), theirs=value_of(now), who=last.actor, source=last.source, at=last.at)

    def _mine(self, name: str) -> Disagreement:
        then, now = self.entry.then.get(name), self.entry.now.get(name)
        levels = (level_of(name, then), level_of(name, now), self._level(name, then))
        base = value_of(then)
        return Disagreement(name, field_table.heading_of(name), base, base, self.says.get(name, base), levels)

    def _changes(self, name: str) -> bool:
        now = self.entry.now.get(name)
        if name not in self.says and name not in self.audiences:
            return False
        value = self.says.get(name, value_of(now))
        return value != value_of(now) or (value is not None and self._level(name, now) != level_of(name, now))

    def _level(self, name: str, now: Shown | None) -> Level:
        """The audience that the value gets: the chosen one, else the one it has."""
        return self.audiences.get(name, level_of(name, now))

    def _faults(self) -> Iterable[tuple[str, str]]:
        if not self.after.get("name"):
            yield "name", "名称を書いてください"
        for name in NEVER_EMPTY - {"name"}:
            if self.says.get(name, "") is None and value_of(self.entry.now.get(name)) is not None:
                yield name, f"{field_table.heading_of(name)}を選んでください"
        before = {name: s.value for name, s in self.entry.now.items()}
        if publishing.lacks_consent(before, self.after):
            yield "consent", publishing.NEEDS_CONSENT
        if self.says.get("audience") == Level.OFFICE and not self.may_keep_to_itself():
            yield "audience", publishing.SHARED
        for name, level in self.audiences.items():
            if message := self._fault_of_audience(name, level):
                yield name, message

    def may_keep_to_itself(self) -> bool:
        """Whether no other office loses sight of it: what two keep each sees by its own word."""
        return (self.entry.who.source in self.entry.binding.scopes
                or not publishing.others_speak(self.entry.current, self.entry.who.source))

    def _fault_of_audience(self, name: str, level: Level) -> str:
        """Why a value may not be for these readers; "" when it may."""
        if level != level_of(name, self.entry.now.get(name)) and name not in OWN_AUDIENCE:
            return "この項目の公開範囲は変えられません"
        return ""

    def asks(self) -> dict[str, frozenset[str]]:
        """By field, the offices whose word this edit widens, and that are to be asked first."""
        found = {name: self._asked_of(name) for name in field_table.NAMES if self._changes(name)}
        return {name: offices for name, offices in found.items() if offices}

    def _asked_of(self, name: str) -> frozenset[str]:
        others = self.entry.keepers - {self.entry.who.source}
        if name in RULES:
            return frozenset(office for office in others if self._holds_back(name, office))
        by, level = self._bound(name)
        widens = by in others and not self._level(name, self.entry.now.get(name)).is_within(level)
        return frozenset({by}) if widens else frozenset()

    def _holds_back(self, name: str, office: str) -> bool:
        """Whether an office's own word stands in the way of what this edit says for the whole entry."""
        scopes, wanted = self.entry.binding.scopes, self.says.get(name, value_of(self.entry.now.get(name)))
        if name in OF_EACH_OFFICE and self.entry.who.source in scopes:
            ended = name == "status" and office in self.entry.binding.closed_by
            return ended and not words.status(wanted).has_ended
        claim = self._said_by(name, office)
        said = claim.value if claim else None
        if name == "consent" and scopes:
            return said == words.REFUSED != wanted
        return bool(narrowness(name, wanted) < narrowness(name, said))

    def _bound(self, name: str) -> tuple[str, Level]:
        """By whom this edit of a value is bound, and to whom."""
        now, own = self.entry.now.get(name), self._said_by(name, self.entry.who.source)
        value = self.says.get(name, value_of(now))
        if value is None or now is None or now.value is None or name in RULES:
            return "", Level.PUBLIC
        if own and own.value == value:
            return own.bound_by, own.bound_level
        return now.bound_for(self.entry.who.source)

    def _said_by(self, name: str, source: str) -> Claim | None:
        return next((c for c in self.entry.current if c.field == name and c.source == source), None)

    def claims(self) -> list[Claim]:
        names = [name for name in field_table.NAMES if self._changes(name)]
        return [self._claim(name) for name in names]

    def lifting(self, agreeing: frozenset[str]) -> list[Claim]:
        """What these of the offices that are asked say from now on: the rule as this edit has it, in their name."""
        return [
            replace(self._claim(name), source=office, bound_by="", bound_level=Level.PUBLIC)
            for name, offices in self.asks().items() if name in RULES for office in sorted(offices & agreeing)
        ]

    def _claim(self, name: str) -> Claim:
        """A claim that wins: assured no earlier and recorded later than any other of this field."""
        who, now = self.entry.who, self.entry.now.get(name)
        rivals = [c for c in self.entry.current if c.field == name]
        days = [c.assured_on for c in rivals if c.assured_on]
        day = max([*days, *([self.entry.on] if self.assure else [])], default=None)
        at = max([who.at, *(c.recorded_at + timedelta(microseconds=1) for c in rivals)])
        value, level, (by, bound) = self.says.get(name, value_of(now)), self._level(name, now), self._bound(name)
        bound = level if bound.is_within(level) and by in self._agreeing else bound
        return replace(who, at=at).claim(self.entry.id, name, value, level, day, (by, bound))


def value_of(found: Shown | None) -> Any:
    return found.value if found else None


def _said(found: Shown | None) -> tuple[Any, Level] | None:
    """What is compared; nothing said and said to be nothing are alike."""
    return found.said if found and found.value is not None else None


def level_of(name: str, found: Shown | None) -> Level:
    return found.audience if found else field_table.default_audience(name)
