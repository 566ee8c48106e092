"""A list file → the registry: read, checked and carried out, or refused with every reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from mapdata import sitetexts
from mapdata.claims.widening import Widening
from mapdata.errors import ListRefused, Problem
from mapdata.lists import drafting, list_file, taking_in
from mapdata.lists.drafting import Progress
from mapdata.lists.taking_in import ListChange


@dataclass(frozen=True)
class ImportReport:
    """What came of an import; with problems nothing was saved. `widens`: what it shows to whom that was not shown."""

    rows: int
    change: ListChange
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    widens: tuple[Widening, ...] = ()

    def as_dict(self) -> dict[str, object]:
        return {
            "rows": self.rows, "added": self.change.added, "updated": self.change.updated,
            "unchanged": self.change.unchanged, "missing": self.change.missing,
            "problems": [p.as_dict() for p in self.problems],
            "warnings": [w.as_dict() for w in self.warnings],
            "widens": [w.as_dict() for w in self.widens],
        }


def import_file(
    engine: Engine, path: Path, source: str, actor: str,
    *, fill: Mapping[str, str] | None = None, dry_run: bool = False,
    progress: Progress = lambda *_: None,
) -> ImportReport:
    """Take a list as what `source` says. `fill` gives values for blank cells, by heading.

    `progress` is told how many rows of how many are in the registry.
    """
    try:
        with sitetexts.reading_lists(engine):
            drafts = drafts_of(list_file.read(path, fill))
        take = taking_in.preview_list if dry_run else taking_in.import_list
        outcome = take(engine, drafts.drafts, source, actor, progress=progress)
    except ListRefused as refused:
        return ImportReport(refused.rows, ListChange(0, 0, 0, 0), tuple(refused.problems), tuple(refused.warnings))
    warnings = (*drafts.warnings, *outcome.remarks)
    return ImportReport(len(drafts.drafts), outcome.change, warnings=warnings, widens=outcome.widened)


def drafts_of(table: list_file.ListTable, progress: Progress = lambda *_: None) -> drafting.Drafting:
    """Raises ListRefused when any row cannot be taken, or there is none."""
    drafts = drafting.draft_list(table, progress)
    if not drafts.drafts:
        drafts.problems.append(Problem(2, "", "", "見出しの下に行がありません。1行に1件ずつ書いてください"))
    if drafts.problems:
        raise ListRefused(sorted(drafts.problems), rows=len(drafts.drafts), warnings=drafts.warnings)
    return drafts
