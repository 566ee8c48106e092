"""Whose word binds what: which claim rules an entry, and who may see each of the others.

An office keeps an entry that stands in its list. Where two keep it, 公開範囲 and 状態 of each bind its own values only.
For the whole entry the narrower holds: of 位置の公開 and of the period, 終了 and 掲載同意 なし of either. What
somebody else says narrows, and never widens; the organisation's own word and another office's edit are such
(docs/decisions/who-sees-what.md).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from mapdata import words
from mapdata.claims.entry import Claim, newest_assured
from mapdata.claims.narrowness import OF_EACH_OFFICE, RULES, narrowness
from mapdata.claims.winning import Standing, ordered, winner
from mapdata.words import UNSAID, Level


class Binding:
    """The claims of one entry, by field, and what of them binds whom."""

    def __init__(self, by_field: Mapping[str, Sequence[Claim]], standing: Standing, as_published: bool = False):
        """`as_published`: as if every office had published what it says."""
        self._by_field, self._standing, self._as_published = by_field, standing, as_published
        self._keepers = standing.keepers
        self._lines: dict[str, Sequence[tuple[Claim, Level]]] = {}

    @cached_property
    def scopes(self) -> Mapping[str, Level]:
        """By office, who sees that office's values; empty where fewer than two offices keep the entry."""
        if len(self._keepers) < 2:
            return {}
        return {office: self._scope(office) for office in sorted(self._keepers)}

    def level(self, claim: Claim) -> Level:
        """Who may see a claim of a field, of those that see the entry."""
        return next(level for one, level in self.line(claim.field) if one is claim)

    def line(self, name: str) -> Sequence[tuple[Claim, Level]]:
        """The claims of a field, each with who may see it: the one that is shown, then what is shown to whoever may not
        see it, and so on. An edit that is for fewer keeps back what it began from too."""
        if name not in self._lines:
            said = self._by_field.get(name, ())
            self._lines[name] = tuple(self._line(ordered(name, said, self._standing))) if said else ()
        return self._lines[name]

    def line_for(self, name: str, office: str) -> Sequence[tuple[Claim, Level]]:
        """The same as a member of that office is shown it. Of a rule one claim holds; of what each office says for its
        own values that of this office does, where it keeps the entry."""
        if name not in RULES:
            return self.line(name)
        is_own = name in OF_EACH_OFFICE and office in self.scopes
        held = self._own(name, office) if is_own else self.held(name)
        return [(held, held.audience)] if held else []

    def _line(self, claims: Iterable[Claim]) -> Iterator[tuple[Claim, Level]]:
        narrowed: dict[str, Level] = {}
        for claim in claims:
            level = self._of_word(claim)
            if claim.source in narrowed:
                level = words.narrowest([level, narrowed[claim.source]])
            if claim.bound_by:
                narrowed[claim.bound_by] = level
            yield claim, level

    def _of_word(self, claim: Claim) -> Level:
        """As its own source said it, and the office whose value it began from."""
        found = [self.scopes[one] for one in (claim.source, claim.bound_by) if one in self.scopes]
        return words.narrowest([claim.audience, *found]) if found else claim.audience

    def word_of(self, office: str) -> Level:
        """Who sees that office's values by its own word, whether or not another keeps the entry too."""
        return self._scope(office) if office in self._keepers else Level.PUBLIC

    def held(self, name: str) -> Claim | None:
        """The claim of a rule that holds for the entry; None where what is meant when nothing is said holds."""
        said = self._by_field.get(name, ())
        if not self._keepers:
            return winner(name, said, self._standing) if said else None
        if self.scopes and name in OF_EACH_OFFICE:
            closed = list(self.closed_by.values()) if name == "status" else []
            base = newest_assured(closed) if closed else self._own(name, self._lead)
        else:
            base = self._of_keepers(name, [c for c in said if c.source in self._keepers])
        return self._narrowed(name, base, [c for c in said if c.source not in self._keepers])

    def _scope(self, office: str) -> Level:
        if self._as_published:
            return Level.PUBLIC
        said = [self._own(name, office) for name in OF_EACH_OFFICE]
        audience, status = (c.value if c else None for c in said)
        seen_by = words.status(status or UNSAID["status"]).seen_by
        return words.narrowest([Level(audience or UNSAID["audience"]), seen_by])

    def _own(self, name: str, office: str) -> Claim | None:
        return next((c for c in self._by_field.get(name, ()) if c.source == office), None)

    @cached_property
    def closed_by(self) -> Mapping[str, Claim]:
        """By office that keeps the entry and says 終了 of it, what it says."""
        said = (c for c in self._by_field.get("status", ()) if c.source in self._keepers)
        return {c.source: c for c in said if words.status(c.value or UNSAID["status"]).has_ended}

    @cached_property
    def _lead(self) -> str:
        """Whose 公開範囲 and 状態 the entry shows: one that shows the most, of several by the newest 状態."""
        widest = min(self.scopes.values(), key=lambda level: level.rank)
        offices = [office for office, level in self.scopes.items() if level == widest]
        said = [c for c in self._by_field.get("status", ()) if c.source in offices]
        return winner("status", said, self._standing).source if said else offices[0]

    def _of_keepers(self, name: str, said: Sequence[Claim]) -> Claim | None:
        """The narrowest; but 掲載同意 that one office has is not outweighed by another's that is not asked."""
        if not said:
            return None
        ranked = {id(c): narrowness(name, c.value) for c in said}
        wanted = max(ranked.values())
        if name == "consent" and wanted < narrowness(name, words.REFUSED):
            wanted = min(ranked.values())
        return newest_assured(self._heard_most([c for c in said if ranked[id(c)] == wanted]))

    def _heard_most(self, alike: Sequence[Claim]) -> Sequence[Claim]:
        """Of claims that mean the same those of the offices whose words most may see: who else means it too is told to
        nobody that may not know."""
        widest = min((self._rank_of(c) for c in alike), default=0)
        return [c for c in alike if self._rank_of(c) == widest]

    def _rank_of(self, claim: Claim) -> int:
        return self.scopes[claim.source].rank if claim.source in self.scopes else Level.PUBLIC.rank

    def _narrowed(self, name: str, base: Claim | None, others: Iterable[Claim]) -> Claim | None:
        """What others say holds where it is narrower, or as narrow and newer."""
        floor = narrowness(name, base.value if base else None)
        found = [c for c in others if narrowness(name, c.value) >= floor]
        if not found:
            return base
        narrow = max(narrowness(name, c.value) for c in found)
        alike = [c for c in found if narrowness(name, c.value) == narrow]
        return newest_assured([*alike, base] if base and narrow == floor else alike)
