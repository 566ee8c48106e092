"""What sources say leaves the registry by one door (mapdata/claims/projection.py): whoever else has it is named here."""

import ast
from collections.abc import Iterable, Iterator, Mapping

import pytest

from tests.test_house import HOUSE, PYTHON, read

#: Where claims are kept, and where it is decided who sees what of them.
BEHIND = ("mapdata/storage/", "mapdata/claims/")
#: Types of which every value holds something that somebody said, whoever may see it.
RAW = frozenset({"Claim", "Entry", "Visit", "Told", "ToldVisit"})
#: What tells a value that was said, but not by one of these types: the contents of any statement.
PLAIN = frozenset({"contents"})
#: What of an entry as one reader sees it is for nobody's eyes.
UNSEEN = frozenset({"all_claims", "whole_entry"})
#: Decisions that are the door's: who sees a value, which of several wins, what entry follows.
DECISIONS = {
    "mapdata.claims.resolve": ("resolve", "resolved"), "mapdata.claims.winning": ("winner",),
    "mapdata.claims.shown": ("shown", "won"), "mapdata.claims.entry": ("Claim", "Entry"),
    "mapdata.lists.exporting": ("source_rows",),
}

_WRITES = "writes: what it reads here it outdoes, ends, moves or says again, and it tells nobody"
_TOLD = "was handed what its reader sees, and names the type"
#: Who else has what was said before anyone's eyes are considered: what exactly, and why that is no leak.
KNOWN: Mapping[str, tuple[str, str]] = {
    "mapdata/search/record_store.py": ("load_entries resolved_at stream_entries", "projects all that it reads, in the same line"),
    "mapdata/editing/edited_entry.py": ("Claim Told all_claims history", "makes of them what its reader sees and saw; and writes"),
    "mapdata/editing/edit.py": ("Claim", _WRITES),
    "mapdata/editing/saving.py": ("Entry whole_entry", "who would see an entry, for the words of its form and page"),
    "mapdata/history/timeline.py": ("Claim Told ToldVisit history visits_of", "makes of them what its reader saw then"),
    "mapdata/editing/bulk.py": ("Claim", _WRITES),
    "mapdata/editing/visits.py": ("visits_of", "looks for its own office's notes, to write them anew"),
    "mapdata/editing/preview.py": ("Entry all_claims resolved", "would_be: what would come of an edit, shown through the door alone"),
    "mapdata/editing/bulk_preview.py": ("Entry whole_entry", "counts who would see entries that its reader sees"),
    "mapdata/merging/merge.py": ("Claim all_claims claims_of_resources resolved", _WRITES),
    "mapdata/merging/compare.py": ("Claim", _TOLD),
    "mapdata/upkeep/freshness.py": ("Claim claims_of_resources", _WRITES),
    "mapdata/upkeep/proposals.py": ("Claim all_claims", _WRITES),
    "mapdata/upkeep/org_links.py": ("sees whole_entry", "keeps contacts that no link shows in what an organisation answers; what ends a link"),
    "mapdata/upkeep/slips.py": ("whole_entry", "projects it for its reader, and as everybody would read it"),
    "mapdata/lists/taking_in.py": ("Claim claims_of_resources", "writes; a row's change is told of its own source alone"),
    "mapdata/lists/import_warnings.py": ("Claim", "remarks on a list, of what its own source says"),
    "mapdata/lists/sent/import_job.py": ("Claim", "tells the sender of a list what that list's source says"),
    "mapdata/lists/exporting.py": (
        "Claim claims_of_source sees", "source_rows: one source's own words, for that source; and which columns a list has"),
    "mapdata/cli.py": ("source_rows", "who runs commands may have each source's words"),
    "mapdata/history/requests.py": ("Claim claims_of_resources", "marks what was said, to see whether it is so yet; tells nobody"),
    "mapdata/history/undo.py": ("contents", "compares what statements said, to say it again"),
    "mapdata/history/erasing.py": ("resolve", "an entry of which nothing is said any more"),
    "views/staff/entry_page.py": ("Entry", "what would_be made, for its preview"),
    "views/staff/entry_sheet.py": ("Entry", "what would_be made, for the words before publishing"),
    "views/staff/pairs.py": ("Claim", _TOLD),
}


def handing_out(sources: Iterable[str]) -> set[str]:
    """The functions of these modules that hand out what somebody said, as their annotations tell."""
    found = {
        node.name for source in sources for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.returns and RAW & _names(node.returns)
    }
    return {name for name in found | PLAIN if not name.startswith("_")}


def _names(annotation: ast.expr) -> set[str]:
    quoted = [n.value for n in ast.walk(annotation) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    trees = [annotation, *(ast.parse(text, mode="eval").body for text in quoted)]
    return {n.id if isinstance(n, ast.Name) else n.attr for tree in trees for n in ast.walk(tree)
            if isinstance(n, ast.Name | ast.Attribute)}


HANDED_OUT = handing_out(read(path) for path in PYTHON if path.startswith("mapdata/storage/"))


def raw_reads(source: str) -> set[str]:
    """What a module has of what was said, past the door: names of functions, types and parts."""
    tree = ast.parse(source)
    known = dict(_imported(tree))
    found = {name.rsplit(".", 1)[-1] for name in known.values() if _is_raw(name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            dotted = _dotted(node, known)
            if node.attr in UNSEEN or node.attr == "sees" or _is_raw(dotted):
                found.add(node.attr)
        elif isinstance(node, ast.Constant) and node.value in UNSEEN | HANDED_OUT - {"history"}:
            found.add(str(node.value))  # as for getattr
    return found


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Names that a module gives to what it imports, with what they stand for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (alias.asname, alias.name) if alias.asname else (alias.name.split(".")[0],) * 2
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "the house imports by whole names"
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)


def _dotted(node: ast.expr, known: Mapping[str, str]) -> str:
    """storage.history → mapdata.storage.history; "" for what is no import's."""
    if isinstance(node, ast.Attribute):
        start = _dotted(node.value, known)
        return f"{start}.{node.attr}" if start else ""
    return known.get(node.id, "") if isinstance(node, ast.Name) else ""


def _is_raw(dotted: str) -> bool:
    module, _, name = dotted.rpartition(".")
    if module == "mapdata.storage" or module.startswith("mapdata.storage."):
        return name in HANDED_OUT | RAW | {"*"}
    return name in DECISIONS.get(module, ()) or (name == "*" and module in DECISIONS)


def readers() -> dict[str, set[str]]:
    """Every module of the house in front of the door that has something past it."""
    outside = [path for path in HOUSE if not path.startswith((*BEHIND, "geocode/"))]
    return {path: found for path in outside if (found := raw_reads(read(path)))}


def test_whoever_reads_claims_goes_through_the_door_or_is_named() -> None:
    assert readers() == {path: set(names.split()) for path, (names, _) in KNOWN.items()}
    assert all(len(reason) > 10 for _, reason in KNOWN.values())


def test_what_storage_hands_out_is_found_by_its_type() -> None:
    """A function of storage that is new is looked for without anybody listing it."""
    assert {"claims_of_resources", "claims_of_source", "history", "load_entries", "visits_of"} <= HANDED_OUT
    assert not {"see", "see_all", "see_those", "published", "standing_of"} & HANDED_OUT
    more = 'def f(c) -> "dict[str, entry.Claim]": ...\ndef g(c) -> list[Told]: ...\ndef _h(c) -> Claim: ...\ndef i(c) -> str: ...'
    assert handing_out([more]) == {"f", "g", *PLAIN}


@pytest.mark.parametrize(("source", "found"), [
    ("from mapdata import storage\ndef f(c):\n    return storage.claims_of_source(c, 'x')", "claims_of_source"),
    ("from mapdata import storage as kept\nkept.load_entries(1)", "load_entries"),
    ("import mapdata.storage\nmapdata.storage.history(1, 'x')", "history"),
    ("def f():\n    from mapdata.storage.claim_rows import history as told\n    told(1, 'x')", "history"),
    ("from mapdata.storage import claim_rows\nx = [claim_rows.claims_of_resources]", "claims_of_resources"),
    ("from mapdata.storage import statements\nstatements.contents(1, 2, 3)", "contents"),
    ("from mapdata.storage import *", "*"),
    ("from mapdata import storage\ngetattr(storage, 'stream_entries')(1)", "stream_entries"),
    ("from mapdata import storage\nstorage.see(1, 'x', r, d).all_claims", "all_claims"),
    ("def name(entry):\n    return entry.whole_entry.name", "whole_entry"),
    ("def mine(reader, claim):\n    return reader.sees(claim.audience, claim.source)", "sees"),
    ("from mapdata.claims.winning import winner", "winner"),
    ("from mapdata.claims import resolve\nresolve.resolved('x', (), s)", "resolved"),
    ("from mapdata.claims.entry import Claim\ndef f(claim: Claim) -> str:\n    return claim.value", "Claim"),
    ("from mapdata.storage import Told", "Told"),
    ("from mapdata.lists import exporting\nexporting.source_rows(e, 'shakyo')", "source_rows"),
])
def test_the_door_sees(source: str, found: str) -> None:
    assert raw_reads(source) == {found}


def test_the_door_lets_pass() -> None:
    source = (
        "from mapdata import storage\nfrom mapdata.claims.entry import Place\nfrom mapdata.history.timeline import history\n"
        "seen = storage.see(1, 'x', reader, day)\nseen.value('name'), seen.visible('places'), history(e, 'x', reader)\n"
        "storage.exists(1, 'x'), form.contents, self.history"
    )
    assert raw_reads(source) == set()
