"""How a source's rows are known again (docs/decisions/lists.md)."""

from collections.abc import Iterable, Sequence

from mapdata import identity
from mapdata.lists.drafting import Draft
from mapdata.storage import KnownAs


class Register:
    """The rows of one source as the registry knows them, and as it knew them once."""

    def __init__(
        self, source: str, known: Iterable[KnownAs], once: Iterable[KnownAs], asleep: set[str], taken: set[str]
    ):
        """`once`: what rows were known as before, the newest first. `asleep`: entries among them without a row now,
        as after an import was taken back. `taken`: ids of all entries."""
        self.source, self.taken, self.asleep = source, taken, set(asleep)
        self._by_number: dict[str, KnownAs] = {}
        self._by_digits: dict[str, list[KnownAs]] = {}
        self._by_name: dict[str, KnownAs] = {}
        self._by_id: dict[str, KnownAs] = {}
        for one in known:
            if one.local_id:
                self._by_number[one.local_id] = one
                self._by_digits.setdefault(_digits(one.local_id), []).append(one)
            self._by_name.setdefault(one.name_key, one)
            self._by_id.setdefault(one.resource_id, one)
        self._remember(once)

    def _remember(self, once: Iterable[KnownAs]) -> None:
        """An entry that staff renamed on the screen is still the row of an older list; numbers are not remembered
        where they were given away."""
        self._number_slept: dict[str, str] = {}
        self._name_slept: dict[str, str] = {}
        for one in once:
            if one.resource_id in self.asleep:
                self._name_slept.setdefault(one.name_key, one.resource_id)
                if one.local_id:
                    self._number_slept.setdefault(one.local_id, one.resource_id)
            elif one.resource_id in self._by_id:
                self._by_name.setdefault(one.name_key, self._by_id[one.resource_id])

    def find_all(self, drafts: Sequence[Draft]) -> list[KnownAs | None]:
        """By 管理番号, which always wins; else by name and address, unless both have a number.

        A number that lost its zeros in a spreadsheet (1 for 001) is known where no other could be meant.
        """
        written = {d.local_id for d in drafts}
        found = [self._numbered(d.local_id, written) if d.local_id else None for d in drafts]
        used = {one.resource_id for one in found if one}
        for index, draft in enumerate(drafts):
            named = self._by_name.get(draft.name_key)
            if found[index] or not named or named.resource_id in used or (draft.local_id and named.local_id):
                continue
            found[index] = named
            used.add(named.resource_id)
        return found

    def _numbered(self, number: str, written: set[str]) -> KnownAs | None:
        exact = self._by_number.get(number)
        if exact or not number.isdecimal():
            return exact
        alike = [one for one in self._by_digits.get(_digits(number), []) if one.local_id not in written]
        return alike[0] if len(alike) == 1 else None

    def renamed(self, draft: Draft, found: KnownAs) -> KnownAs:
        """The entry as it is known from now on: a list without 管理番号, or its zeros, leaves the number."""
        number = draft.local_id
        if not number or (found.local_id and _digits(found.local_id) == _digits(number)):
            number = found.local_id or ""
        return KnownAs(self.source, number or None, draft.name_key, found.resource_id)

    def name(self, draft: Draft) -> tuple[KnownAs, bool]:
        """A row that is not known: its entry, and whether that is new. A row that was known once gets its old one."""
        slept = self._number_slept if draft.local_id else self._name_slept
        it = slept.get(draft.local_id or draft.name_key, "")
        if is_new := it not in self.asleep:
            it = identity.new_id(self.taken.__contains__)
        self.asleep.discard(it)
        self.taken.add(it)
        return KnownAs(self.source, draft.local_id or None, draft.name_key, it), is_new


def _digits(number: str) -> str:
    """A number without the zeros that spreadsheets drop; anything else as it is."""
    return number.lstrip("0") or "0" if number.isdecimal() else number
