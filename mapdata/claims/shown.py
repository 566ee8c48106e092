"""What the staff of one office are shown of an entry's claims, field by field, and where it comes from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mapdata.claims.entry import Claim
from mapdata.claims.projection import Audience
from mapdata.claims.winning import ALONE, PER_SOURCE, Standing, grouped, winner
from mapdata.words import Level


@dataclass(frozen=True)
class Shown:
    """A value on the screen; None where a source says that there is nothing."""

    value: Any
    audience: Level
    source: str
    assured_on: date | None
    recorded_at: datetime
    recorded_by: str

    @property
    def said(self) -> tuple[Any, Level]:
        return self.value, self.audience


def shown(claims: Iterable[Claim], reader: Audience, standing: Standing = ALONE) -> dict[str, Shown]:
    """What wins in each field, as far as this reader may see it; of notes for one office, the reader's own."""
    found = {}
    for name, rivals in grouped(claims).items():
        own = [c for c in rivals if c.source == reader.office] if name == PER_SOURCE else rivals
        if own and reader.sees((won := winner(name, own, standing)).audience, won.source):
            found[name] = Shown(
                won.value, won.audience, won.source, won.assured_on, won.recorded_at, won.recorded_by
            )
    return found
