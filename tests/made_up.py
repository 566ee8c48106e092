"""A plugin of pytest that changes the tables before anything else is read, as a maintainer would change their files.

`words.py` has a status, a consent, a kind and 30 needs more; `stale.py` other numbers.
"""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

from mapdata import words
from mapdata.words import Consent, Level, Status, Term, Vocabulary

ROOT = Path(__file__).parents[1]


def _add(vocabulary: Vocabulary, *terms: Term) -> None:
    object.__setattr__(vocabulary, "terms", (*vocabulary.terms, *terms))
    vocabulary.__post_init__()


def _changed(name: str, before: str, after: str) -> None:
    """Make a module as if its file said this, in the place of what the pattern `before` finds."""
    path = ROOT.joinpath(*name.split(".")).with_suffix(".py")
    source = path.read_text(encoding="utf-8")
    assert re.search(before, source), f"{path} says it otherwise"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    exec(compile(re.sub(before, after, source), path, "exec"), module.__dict__)
    package: ModuleType = importlib.import_module(name.rpartition(".")[0])
    setattr(package, name.rpartition(".")[2], module)


_add(words.STATUS, Status(
    "trial", "おためし中", ("試行中",), "ためしに開いています。", seen_by=Level.PUBLIC, mark="おためし",
    sentence="ためしに開いています。日時が変わることがあります。", own_words="ためしに開いています", is_resting=True,
    steps=(("active", "本格的にはじめる"), ("over", "おわりにする")),
), Status("over", "おためし終了", has_ended=True, steps=(("trial", "もう一度ためす"),)))
_add(words.CONSENT, Consent("announced", "公表情報", meaning="施設が自分で公表しています。", may_publish=True))
_add(words.KIND, Term("library", "図書館"))
_add(words.NEED, *(Term(f"made_up_{n}", f"つくりごと{n}") for n in range(30)))
_changed("mapdata.claims.stale", r"USUAL, SCHEDULE = \d+, \d+", "USUAL, SCHEDULE = 18, 9")
