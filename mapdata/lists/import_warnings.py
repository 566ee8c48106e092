"""What an import changes that its sender may not have meant."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rapidfuzz import fuzz

from mapdata.claims.entry import Claim
from mapdata.errors import Problem
from mapdata.fields import field_table
from mapdata.fields.folding import fold
from mapdata.lists.drafting import Draft
from mapdata.words import PRECISION

#: Names less alike than this (0 to 100) are another place's, unless the address stays.
_ALIKE = 50

_WITHDRAWN = "前に書かれていて、この一覧では空欄の値を取り消します："
_OLDER = "この一覧の確認日よりあとに確かめられた値を、一覧の値に戻します："


class Remarks:
    """Remarks and problems of one list, row by row."""

    def __init__(self) -> None:
        self.withdrawn: Counter[str] = Counter()
        self.older: Counter[str] = Counter()
        self.rows: list[Problem] = []
        self.problems: list[Problem] = []

    def look_at(self, draft: Draft, said: Mapping[str, Claim], says: Mapping[str, Any]) -> None:
        """`said`: what the source says now, by field; `says`: what this row makes of it."""
        before = {name: claim.value for name, claim in said.items() if claim.value is not None}
        self.withdrawn.update(name for name in before if says.get(name) is None)
        self.older.update(name for name, claim in said.items() if _is_older(draft, claim, says.get(name)))
        self._guard_precision(draft, before, says)
        self._look_at_number(draft, before, says)

    def _look_at_number(self, draft: Draft, before: Mapping[str, Any], says: Mapping[str, Any]) -> None:
        old, new = before.get("name"), says.get("name", "")
        if not old or not draft.local_id or fuzz.ratio(fold(old), fold(new)) >= _ALIKE:
            return
        if _address(before.get("places", ())) == _address(says.get("places", ())):
            return
        message = f"この管理番号は前に「{old}」でした。別のところなら、新しい番号にしてください"
        self.rows.append(Problem(draft.row, field_table.LOCAL_ID, draft.local_id, message))

    def _guard_precision(self, draft: Draft, before: Mapping[str, Any], says: Mapping[str, Any]) -> None:
        """A place that was kept back is told only when somebody says so, never by a blank cell."""
        kept_back = before.get("location_precision", "exact")
        if kept_back != "exact" and "location_precision" not in says:
            label = PRECISION.label_of(kept_back)
            message = f"前は「{label}」でした。同じなら「{label}」、公開してよければ「正確な位置」と書いてください"
            self.problems.append(Problem(draft.row, field_table.heading_of("location_precision"), "", message))

    def told(self) -> list[Problem]:
        """The remarks on rows, then those on the list as a whole."""
        said = [(_WITHDRAWN, self.withdrawn), (_OLDER, self.older)]
        return [*self.rows, *(Problem(1, "", "", words + _listed(counts)) for words, counts in said if counts)]


def _is_older(draft: Draft, claim: Claim, value: Any) -> bool:
    """Whether a written cell takes the place of another value that was assured later."""
    if draft.keeps_assured or claim.assured_on is None or value is None or value == claim.value:
        return False
    return (draft.assured_on or date.min) < claim.assured_on


def _listed(counts: Counter[str]) -> str:
    return "、".join(f"{field_table.heading_of(name)} {count}件" for name, count in counts.most_common())


def _address(places: Sequence[Mapping[str, Any]]) -> str:
    return str(places[0].get("address", "")) if places else ""
