"""What one reader is shown of an entry's claims, field by field, and where it comes from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mapdata.claims.binding import Binding
from mapdata.claims.entry import NO_LIST, Claim
from mapdata.claims.projection import Audience, claim_for
from mapdata.claims.winning import ALONE, PER_SOURCE, Standing, grouped
from mapdata.words import Level


@dataclass(frozen=True)
class Shown:
    """A value on the screen; None where a source says that there is nothing. `audience`: as its source said; `level`:
    who may see it, as far as its office's own word binds it besides."""

    value: Any
    audience: Level
    source: str
    assured_on: date | None
    recorded_at: datetime
    recorded_by: str
    level: Level = Level.PUBLIC
    bound_by: str = ""
    bound_level: Level = Level.PUBLIC

    def bound_for(self, source: str) -> tuple[str, Level]:
        """By whom an edit of this value by that source is bound, and who might see what it began from."""
        if self.source == source:
            return self.bound_by, self.bound_level
        return ("", Level.PUBLIC) if self.source in NO_LIST else (self.source, self.level)

    @property
    def said(self) -> tuple[Any, Level]:
        return self.value, self.audience


def shown(
    claims: Iterable[Claim], reader: Audience, standing: Standing = ALONE, as_published: bool = False
) -> dict[str, Shown]:
    """What this reader is shown in each field: of what it may see, what wins; of notes for one office, its own."""
    by_field = grouped(claims)
    binding = Binding(by_field, standing, as_published)
    precision = precision_of(binding)
    found = {name: _won(name, reader, precision, binding) for name in by_field}
    return {
        name: Shown(c.value, c.audience, c.source, c.assured_on, c.recorded_at, c.recorded_by, level, c.bound_by,
                    c.bound_level)
        for name, (c, level) in found.items() if c
    }


def precision_of(binding: Binding) -> str:
    """位置の公開 that holds, of all claims on it: what a reader does not see of them binds that reader too."""
    held = binding.held("location_precision")
    return (held.value if held else None) or "exact"


def won(name: str, reader: Audience, precision: str, binding: Binding) -> Claim | None:
    """The claim that this reader is shown in a field; of a rule the one that holds, where the reader sees it, but of
    what each office says for its own values that of the reader's own."""
    return _won(name, reader, precision, binding)[0]


def _won(name: str, reader: Audience, precision: str, binding: Binding) -> tuple[Claim | None, Level]:
    line = binding.line_for(name, reader.office)
    if name == PER_SOURCE:
        line = [one for one in line if one[0].source == reader.office]
    told = ((claim_for(reader, claim, precision, level), level) for claim, level in line)
    return next((one for one in told if one[0]), (None, Level.PUBLIC))
