"""An entry with all that its sources say, and what of it one reader sees."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from mapdata import words
from mapdata.claims import publishing
from mapdata.claims.binding import Binding
from mapdata.claims.entry import Claim, Entry, Provenance
from mapdata.claims.projection import Audience, claim_for, may_see, sees, tells_places
from mapdata.claims.resolve import resolved
from mapdata.claims.shown import Shown, precision_of, shown, won
from mapdata.claims.winning import PER_SOURCE, Standing, differ, grouped, is_undecided
from mapdata.fields import field_table
from mapdata.words import Level


@dataclass(frozen=True)
class Sighted:
    """`all_claims` and `whole_entry` are for who writes, and told to nobody: an operation has to outdo, end or move
    what its office does not see, and to know who would see what comes of it. The rest is what this reader may know."""

    id: str
    reader: Audience
    all_claims: Sequence[Claim]
    standing: Standing
    as_published: bool = False

    @cached_property
    def whole_entry(self) -> Entry:
        """As the registry resolves it, before anyone's eyes are considered."""
        return resolved(self.id, self.all_claims, self.standing, self.as_published)

    def published(self) -> "Sighted":
        """The same; where no office has published what it says of the entry, as if each had."""
        scopes = self.binding.scopes
        return replace(self, as_published=True) if scopes and Level.PUBLIC not in scopes.values() else self

    def is_seen(self, on: date) -> bool:
        """Whether the reader sees the entry at all on that day."""
        if self.reader.is_staff:  # 公開範囲 alone decides: nothing has to be resolved for that
            return self.is_spoken_of and self.is_for_reader()
        return may_see(self.whole_entry, self.reader, on)

    @property
    def is_spoken_of(self) -> bool:
        """Whether anybody says anything of it."""
        return bool(self.all_claims)

    @property
    def has_ended(self) -> bool:
        held = self.binding.held("status")
        return held is not None and words.status(held.value).has_ended

    @property
    def tells_places(self) -> bool:
        """Whether the reader may know its addresses and points."""
        return tells_places(self._precision, self.reader)

    @property
    def kept_back(self) -> set[str]:
        """Fields of which something is said that is not for this reader."""
        return set(self._by_field.keys() - self.shown.keys())

    def is_for_reader(self) -> bool:
        """Whether the reader is one of those that 公開範囲 names, whatever else stands in the way; True where nobody
        said for whom the entry is. It costs less than to resolve the entry: for the many states of a history."""
        if scopes := self.binding.scopes:
            return any(self.reader.sees(level, office) for office, level in scopes.items())
        held = self.binding.held("audience")
        return held is None or held.value is None or sees(self.reader, Provenance(held.source, Level(held.value)))

    @cached_property
    def shown(self) -> dict[str, Shown]:
        return shown(self.all_claims, self.reader, self.standing, self.as_published)

    def value(self, name: str) -> Any:
        return self.shown[name].value if name in self.shown else None

    def won(self, name: str) -> Claim | None:
        """The claim that wins in a field, where the reader sees it."""
        return won(name, self.reader, self._precision, self.binding)

    def visible(self, name: str) -> list[Claim]:
        """What the reader sees of all that is said of a field."""
        found = (self._told(claim) for claim in self._of(name))
        return [claim for claim in found if claim]

    def visible_of(self, source: str) -> list[Claim]:
        """What the reader sees of all that a source says."""
        found = (self._told(c) for c in self.all_claims if c.source == source)
        return [claim for claim in found if claim]

    def of(self, name: str, source: str) -> Claim | None:
        """What a source says of a field, where the reader sees it."""
        return next((c for c in self.visible(name) if c.source == source), None)

    def keeps_back(self, name: str, source: str) -> bool:
        """Whether that source says something of the field that is not for this reader."""
        kept = (c for c in self._of(name) if c.source == source)
        return any(not self.reader.sees(self.binding.level(c), source) for c in kept)

    def contested(self) -> dict[str, list[Claim]]:
        """Fields in which the sources differ, as far as the reader sees it, in the order of the page."""
        names = (name for name in field_table.NAMES if name != PER_SOURCE)
        return {name: found for name in names if differ(found := self.visible(name))}

    def undecided(self) -> list[str]:
        """Fields of these that wait for somebody to choose."""
        return [name for name in self.contested() if is_undecided(name, self._of(name), self.standing)]

    def others_speak(self, source: str) -> bool:
        """Whether another office than this one says anything of the entry, seen or not."""
        return publishing.others_speak(self.all_claims, source)

    def _told(self, claim: Claim) -> Claim | None:
        return claim_for(self.reader, claim, self._precision, self.binding.level(claim))

    def _of(self, name: str) -> list[Claim]:
        return self._by_field.get(name, [])

    @cached_property
    def _by_field(self) -> dict[str, list[Claim]]:
        return grouped(self.all_claims)

    @cached_property
    def _precision(self) -> str:
        return precision_of(self.binding)

    @cached_property
    def binding(self) -> Binding:
        """Whose word binds what of it."""
        return Binding(self._by_field, self.standing, self.as_published)
