"""Whatever storage reads of what was said, it reads for somebody: for a reader that it names, or for a writer.

A function of `mapdata/storage/` that reads a table of what somebody said takes that reader as an argument. What writes,
or only asks which entries and numbers there are, is named below with its reason; one that is neither is red here.
"""

import ast
from collections.abc import Iterator, Mapping

import pytest

from tests.test_house import PYTHON, read

#: Tables of which a row holds something that somebody said of an entry, whoever may see it (storage/tables/).
SAID = frozenset({
    "claim", "resource", "organization", "place", "schedule", "contact", "resource_term", "known_as", "visit",
    "choice", "distinct_pair", "contact_attempt", "proposal", "proposal_decision",
})
#: Whom a function reads for, as its argument's type tells.
READER = "Audience"

_WRITES = "for whoever writes: it has to know all that it ends, moves, outdoes or keeps"
_IDS = "which entries there are, when they changed, what became of them: nothing that anybody said"
_HANDED = "handed to the door together with its reader (tests/test_door.py names who does)"
_OFFICES = "told by both offices for each other, with no reader of its own"
_TEXTS = "the site's own texts, which everybody reads"
#: Functions that name no reader: why not.
KNOWN: Mapping[str, str] = {
    # --- claims and what is resolved of them
    "claim_rows.is_empty": _IDS, "claim_rows.all_ids": _IDS, "claim_rows.exists": _IDS,
    "claim_rows.others_spoke": "whether samples are all that there is", "claim_rows.still_speaks": "whether samples are among it",
    "claim_rows.claims_of_source": "one source's own list, for that source", "claim_rows.claims_of_resources": _WRITES,
    "claim_rows.claims_around": _WRITES, "revision.changed_since": _IDS,
    "claim_rows.published": "as the public would read it: the reader is that",
    "claim_rows.history": _HANDED, "entry_rows.load_entries": _HANDED, "entry_rows.stream_entries": _HANDED,
    "view.save_entries": _WRITES,
    # --- how rows are known
    "known.known_of": "one source's own rows, for that source", "known.known_once": "one source's own rows, for that source",
    "known.known_of_resources": _WRITES, "known.known_history": _HANDED, "known.local_ids_of": _HANDED,
    "known.number_holders": _WRITES,
    # --- statements of any kind, and operations
    "statements.begin_again": _WRITES, "statements.move": _WRITES, "statements.current": _WRITES, "statements.touched": _WRITES,
    "statements.spans": _WRITES, "statements.contents": _WRITES,
    # --- merging
    "merge_rows.revisions_of": _IDS, "merge_rows.choices_of": _HANDED, "merge_rows.standing_of": _HANDED,
    "merge_rows.standing_before": _WRITES,
    "merge_rows.all_choices": _WRITES, "merge_rows.choices_told": _HANDED, "merge_rows.choose": _WRITES,
    "merge_rows.distinct_pairs": _OFFICES, "merge_rows.end_distinct": _WRITES,
    # --- notes, calls, what was told
    "visit_rows.visited": _IDS, "visit_rows.visits_of": _HANDED,
    "care_rows.attempt_ids": _IDS,
    "proposal_rows.has_told": _IDS, "proposal_rows.proposal": _OFFICES, "proposal_rows.open_proposals": _OFFICES,
    "proposal_rows.done_proposals": _OFFICES, "proposal_rows.decisions_of": _OFFICES,
    "proposal_rows.close_proposals": _WRITES, "proposal_rows.add_proposal": _WRITES,
    # --- the site's own texts
    "text_rows.current_texts": _TEXTS, "text_rows.told_texts": _TEXTS,
    # --- erasing
    "erasures.erase_statements": _WRITES, "erasures.forget_organizations": _WRITES,
}


def modules() -> dict[str, str]:
    """Modules of storage that read, by their names (`people.account_rows`): those with tables and migrations apart."""
    root = "mapdata/storage/"
    found = {path.removeprefix(root).removesuffix(".py").replace("/", "."): read(path) for path in PYTHON if path.startswith(root)}
    return {name.removesuffix(".__init__"): source for name, source in found.items() if not name.startswith(("tables", "migrations"))}


def nameless(name: str, source: str) -> set[str]:
    """The functions of a module that read what was said and name no reader; what only such functions call is theirs."""
    functions = dict(_functions(ast.parse(source)))
    reading = {own for own, node in functions.items() if _reads(own, functions, set())}
    return {f"{name}.{own}" for own in reading if not own.startswith("_") and not _names_reader(functions[own])}


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Functions at the top of a module, and classes, which read when they are made or asked."""
    yield from ((node.name, node) for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef))


def _reads(own: str, functions: Mapping[str, ast.AST], looked_at: set[str]) -> bool:
    """Whether a function, or one of the module that it mentions, asks for rows of a table of what was said."""
    looked_at.add(own)
    node = functions[own]
    if _selects(node) and _tables(node) & SAID:
        return True
    called = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} & functions.keys() - looked_at
    return any(_reads(other, functions, looked_at) for other in called)


def _selects(node: ast.AST) -> bool:
    return any(isinstance(n, ast.Name) and n.id == "select" for n in ast.walk(node))


def _tables(node: ast.AST) -> set[str]:
    """Tables by whatever name: m.claim, models.claim, KIND.table (any)."""
    found = {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)} | {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return found | ({"claim"} if "table" in found and "kind" in found else set())


def _names_reader(node: ast.AST) -> bool:
    given = [*node.args.args, *node.args.kwonlyargs] if isinstance(node, ast.FunctionDef) else []
    return any(READER in ast.unparse(one.annotation) for one in given if one.annotation)


def test_whoever_reads_what_was_said_names_its_reader_or_is_named_here() -> None:
    found = {own for name, source in modules().items() for own in nameless(name, source)}
    unknown, gone = found - KNOWN.keys(), KNOWN.keys() - found
    assert not unknown, f"these read for nobody in particular: give them a reader, or a reason: {sorted(unknown)}"
    assert not gone, f"these are named and read nothing: {sorted(gone)}"


def test_those_that_show_something_name_their_reader() -> None:
    """Which they are, so that one that is renamed does not slip away."""
    named = {f"{name}.{own}" for name, source in modules().items()
             for own, node in _functions(ast.parse(source)) if _names_reader(node)}
    assert named >= {
        "claim_rows.see", "claim_rows.see_all", "claim_rows.see_those", "oplog.last_changes", "care_rows.days_of", "care_rows.attempts",
        "statements.touched_entries",
    }


@pytest.mark.parametrize(("source", "found"), [
    ("def names(c):\n    return c.execute(select(m.resource.c.name))", {"x.names"}),
    ("def names(c, reader: Audience):\n    return c.execute(select(m.resource.c.name))", set()),
    ("def names(c):\n    return _rows(c)\ndef _rows(c):\n    return c.execute(select(m.visit))", {"x.names"}),
    ("def names(c):\n    table = models.contact\n    return c.execute(select(table.c.value))", {"x.names"}),
    ("class Rows:\n    def __init__(self, c):\n        self.rows = c.execute(select(m.place))", {"x.Rows"}),
    ("def said(c, kind):\n    return c.execute(select(kind.table))", {"x.said"}),
    ("def number(c):\n    return c.execute(select(m.registry_state.c.revision))", set()),
    ("def keep(c, rows):\n    c.execute(insert(m.claim), rows)", set()),
])
def test_a_read_is_seen(source: str, found: set[str]) -> None:
    assert nameless("x", source) == found
