"""Every view that does something on the registry hands on what was named and agreed to."""

import ast
from collections.abc import Iterator

from mapdata.storage.speaking import acting
from tests.test_house import PYTHON, read

#: Operations that may show more than was shown, as views call them; a view that calls one says what was agreed.
OPERATIONS = {"save", "set_status", "set_audience", "undo", "merge", "choose", "accept"}
MODULES = {"saving", "bulk", "undoing", "merge", "deciding"}


def calls(source: str) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(source)):
        called = node.func if isinstance(node, ast.Call) else None
        if not (isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name)):
            continue
        if called.value.id in MODULES and called.attr in OPERATIONS:
            assert isinstance(node, ast.Call)
            yield f"{called.value.id}.{called.attr}", node


def test_no_view_agrees_by_itself() -> None:
    found = {}
    for path in PYTHON:
        if path.startswith("views/"):
            for name, call in calls(read(path)):
                found[path, name] = "agreed" in ast.unparse(call)
    assert len(found) >= 8 and all(found.values()), {key for key, says in found.items() if not says}


def test_what_can_be_asked_is_declared() -> None:
    import mapdata.editing.bulk
    import mapdata.editing.saving
    import mapdata.history.undo  # noqa: F401

    assert set(acting.ACTS) == {"form", "bulk_status", "bulk_audience", "undo"}
