"""Taking a merge back: what was said of the one entry goes back to the two, with what its sources said anew since."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from mapdata import storage
from mapdata.errors import RegistryError
from mapdata.storage import ToldMerge, statements
from mapdata.storage.statements import CLAIM, KINDS, KNOWN, Kind, Slot

_MERGED_AGAIN = "そのあと、さらにほかの項目とひとつにまとめられています。先に、そちらを元に戻してください"
ERASED = "消去した項目をふくむので、元に戻せません"
_NAMELESS = "元に戻すと、名前のない項目が残ります。先に、あとからの変更を元に戻してください"

#: What goes along with an entry when it is made part of another.
GOING: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind.of_entries and not kind.stays)


class NotUndoable(RegistryError):
    """An operation that cannot be taken back; the text says why."""


def owner(kind: Kind, slot: Slot) -> Any:
    """Who or what a statement goes with: all that one source says, and its row, goes together; the rest by itself."""
    if kind is CLAIM:
        return slot[2]
    return slot[1] if kind is KNOWN else (kind.table.name, *slot[1:])


class Unmerging:
    """Two entries that were made one and are to be two again.

    A source that spoke only of the other before speaks of that one again, also with what it said since: its rows tell
    where they belong. Where a source spoke of both, only what nobody changed since can be told apart.
    """

    def __init__(self, connection: Connection, merge: ToldMerge):
        self.connection, self.keep, self.other = connection, merge.into, merge.entry_id
        now = [one for one in storage.merges_of(connection, self.other) if one.ended is None]
        own = [one for one in now if one.entry_id == self.other and one.into == self.keep]
        if not own:
            raise NotUndoable("もう取り消されています")
        if storage.merged_into(connection, self.keep) != self.keep:
            raise NotUndoable(_MERGED_AGAIN)
        self.began = own[0].began
        self.owners = self._owners(self.other) - self._owners(self.keep)

    def _owners(self, entry_id: str) -> set[Any]:
        """Whose statements an entry had before the two were made one."""
        return {
            owner(kind, slot) for kind in GOING
            for slot, held in statements.spans(self.connection, kind, [entry_id]).items()
            if any(span.held_before(self.began) for span in held)
        }

    def takes(self, kind: Kind, slot: Slot) -> bool:
        """Whether a slot's statements go where their owner goes."""
        return kind in GOING and slot[0] in (self.keep, self.other) and owner(kind, slot) in self.owners

    def going(self) -> Iterator[tuple[Kind, Slot, int]]:
        """What goes back to the other entry. Raises NotUndoable where that leaves the one without a name."""
        staying: set[str] = set()
        for kind in GOING:
            for it, slot in statements.current(self.connection, kind, self.keep).items():
                if self.takes(kind, slot):
                    yield kind, slot, it
                else:
                    staying.add(slot[1] if kind is CLAIM else kind.table.name)
        if staying - {KNOWN.table.name} and "name" not in staying:
            raise NotUndoable(_NAMELESS)


def check_joining(connection: Connection, merge: ToldMerge) -> None:
    """Whether two that were parted may be made one again. Raises NotUndoable."""
    if storage.is_erased(connection, merge.into):
        raise NotUndoable(ERASED)
    if any(storage.merged_into(connection, it) != it for it in (merge.entry_id, merge.into)):
        raise NotUndoable(_MERGED_AGAIN)
