"""What one person would have an entry say, weighed against what the entry says and what others wrote meanwhile."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from mapdata import storage
from mapdata.claims import in_words, publishing
from mapdata.claims.entry import Claim
from mapdata.claims.shown import Shown
from mapdata.editing.edited_entry import EditedEntry
from mapdata.errors import EditRefused, RegistryError
from mapdata.fields import field_table
from mapdata.fields.field_table import NEVER_EMPTY, OWN_AUDIENCE
from mapdata.words import Level, narrowest


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
        self, entry: EditedEntry, says: Mapping[str, Any], audiences: Mapping[str, Level], assure: bool
    ):
        self.entry, self.audiences, self.assure = entry, audiences, assure
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
        shared = publishing.others_speak(self.entry.current, self.entry.who.source)
        if shared and self.says.get("audience") == Level.OFFICE:
            yield "audience", publishing.SHARED
        for name, level in self.audiences.items():
            if message := self._fault_of_audience(name, level):
                yield name, message

    def _fault_of_audience(self, name: str, level: Level) -> str:
        """Why a value may not be for these readers; "" when it may."""
        now = self.entry.now.get(name)
        if level == level_of(name, now):
            return ""
        if name not in OWN_AUDIENCE:
            return "この項目の公開範囲は変えられません"
        kept = [c.audience for c in self._of_others(name, now) if not level.is_within(c.audience)]
        if kept:
            told = in_words.audience(narrowest(kept))
            return f"ほかの所属が「{told}」とした内容です。広げるときは、その所属に頼んでください"
        return ""

    def _of_others(self, name: str, now: Shown | None) -> Iterator[Shown | Claim]:
        """What other offices say here, where it is what is shown or what this edit would say."""
        own, value = self.entry.who.source, self.says.get(name, value_of(now))
        if now and now.source != own and now.value is not None:
            yield now
        yield from (c for c in self.entry.current if c.field == name and c.source != own and c.value == value)

    def claims(self) -> list[Claim]:
        names = [name for name in field_table.NAMES if self._changes(name)]
        return [self._claim(name) for name in names]

    def _claim(self, name: str) -> Claim:
        """A claim that wins: assured no earlier and recorded later than any other of this field."""
        who, now = self.entry.who, self.entry.now.get(name)
        rivals = [c for c in self.entry.current if c.field == name]
        days = [c.assured_on for c in rivals if c.assured_on]
        day = max([*days, *([self.entry.on] if self.assure else [])], default=None)
        at = max([who.at, *(c.recorded_at + timedelta(microseconds=1) for c in rivals)])
        value = self.says.get(name, value_of(now))
        return replace(who, at=at).claim(self.entry.id, name, value, self._level(name, now), day)


def value_of(found: Shown | None) -> Any:
    return found.value if found else None


def _said(found: Shown | None) -> tuple[Any, Level] | None:
    """What is compared; nothing said and said to be nothing are alike."""
    return found.said if found and found.value is not None else None


def level_of(name: str, found: Shown | None) -> Level:
    return found.audience if found else field_table.default_audience(name)
