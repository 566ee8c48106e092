"""Two entries side by side, field by field, as far as a reader may see them; and one entry's sources likewise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from mapdata import storage
from mapdata.claims.entry import Claim
from mapdata.claims.narrowness import OF_EACH_OFFICE, RULES
from mapdata.claims.projection import Audience
from mapdata.claims.sighted import Sighted
from mapdata.claims.winning import PER_SOURCE, differ
from mapdata.fields import field_table
from mapdata.merging.merge import Pair


@dataclass(frozen=True)
class Compared:
    """A field as the two show it, None where one says nothing; `usual` is the source that holds unless one chooses."""

    field: str
    left: Claim | None
    right: Claim | None
    usual: str

    @property
    def sides(self) -> dict[str, Claim]:
        return {name: claim for name, claim in (("left", self.left), ("right", self.right)) if claim}

    @property
    def differs(self) -> bool:
        return len(self.sides) == 2 and differ(self.sides.values())

    @property
    def is_choosable(self) -> bool:
        """Of two values of one source the newer assured stays; whose rule binds what is nobody's choice."""
        return self.differs and not self.is_rule and len({c.source for c in self.sides.values()}) == 2

    @property
    def is_rule(self) -> bool:
        """Who sees the entry, or one office's values in it."""
        return self.field in RULES

    @property
    def is_of_each(self) -> bool:
        """Each office's binds its own values."""
        return self.field in OF_EACH_OFFICE

    @property
    def usual_side(self) -> str:
        return next((name for name, claim in self.sides.items() if claim.source == self.usual), "")


@dataclass(frozen=True)
class Look:
    """Two entries as somebody looks at them, from the registry's revision `base`; `refusal` says why they cannot be
    one, "" where they can; `distinct` why they were found to be two, None where nobody said so."""

    base: int
    left: Sighted
    right: Sighted
    fields: tuple[Compared, ...]
    refusal: str
    distinct: str | None

    @property
    def differing(self) -> list[Compared]:
        return [one for one in self.fields if one.differs]

    @property
    def alike(self) -> list[Compared]:
        return [one for one in self.fields if len(one.sides) == 2 and not one.differs]

    @property
    def one_sided(self) -> list[Compared]:
        return [one for one in self.fields if len(one.sides) == 1]


def look(engine: Engine, left_id: str, right_id: str, reader: Audience, on: date) -> Look:
    """Raises NotFound, or ValueError for an entry and itself."""
    with storage.reading(engine) as connection:
        pair = Pair(connection, left_id, right_id, reader, on)
        distinct = storage.distinct_pairs(connection).get((min(left_id, right_id), max(left_id, right_id)))
        found = tuple(one for name in field_table.NAMES if (one := _compared(pair, name)))
        return Look(storage.revision(connection), pair.keep, pair.other, found, pair.refusal(), distinct)


def _compared(pair: Pair, name: str) -> Compared | None:
    left, right = pair.keep.won(name), pair.other.won(name)
    if not _says(left) and not _says(right):
        return None
    if name == PER_SOURCE:
        return Compared(name, left if _says(left) else None, right if _says(right) else None, "")
    rivals = [c for c in pair.together if c.field == name]
    return Compared(name, left, right, "" if name in RULES else pair.usual(name, rivals).source)


def _says(claim: Claim | None) -> bool:
    return claim is not None and claim.value is not None


@dataclass(frozen=True)
class Rivals:
    """A field in which an entry's sources differ: what each says, whose is shown, "" where the reader does not see it,
    and whether it waits for a choice."""

    field: str
    claims: Sequence[Claim]
    shown: str
    waits: bool


@dataclass(frozen=True)
class Sources:
    """An entry by what its sources say of it, from the registry's revision `base`."""

    base: int
    sighted: Sighted
    rivals: tuple[Rivals, ...]

    @property
    def waiting(self) -> list[Rivals]:
        return [one for one in self.rivals if one.waits]

    @property
    def settled(self) -> list[Rivals]:
        return [one for one in self.rivals if not one.waits]


def sources(engine: Engine, entry_id: str, reader: Audience, on: date) -> Sources:
    """Raises NotFound."""
    with storage.reading(engine) as connection:
        entry = storage.see(connection, entry_id, reader, on)
        waits = entry.undecided()
        found = tuple(
            Rivals(name, claims, won.source if (won := entry.won(name)) else "", name in waits)
            for name, claims in entry.contested().items()
        )
        return Sources(storage.revision(connection), entry, found)
