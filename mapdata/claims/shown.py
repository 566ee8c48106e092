"""What one reader is shown of an entry's claims, field by field, and where it comes from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mapdata.claims.entry import Claim
from mapdata.claims.projection import Audience, claim_for
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
    by_field = grouped(claims)
    precision = precision_of(by_field.get("location_precision", ()), standing)
    found = {name: won(name, rivals, reader, standing, precision) for name, rivals in by_field.items()}
    return {
        name: Shown(c.value, c.audience, c.source, c.assured_on, c.recorded_at, c.recorded_by)
        for name, c in found.items() if c
    }


def precision_of(rivals: Sequence[Claim], standing: Standing) -> str:
    """位置の公開 that holds, of all claims on it: what a reader does not see of them binds that reader too."""
    held = winner("location_precision", rivals, standing).value if rivals else None
    return held or "exact"


def won(name: str, rivals: Sequence[Claim], reader: Audience, standing: Standing, precision: str) -> Claim | None:
    """The claim that wins in a field, as far as this reader may see it."""
    own = [c for c in rivals if c.source == reader.office] if name == PER_SOURCE else rivals
    return claim_for(reader, winner(name, own, standing), precision) if own else None
