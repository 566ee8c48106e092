"""The wards that tests are for: 葛飾 for nearly all of them, and others that only `test_any_ward` and its like use.

The others are made up (the towns, points, stations and offices; of two also the municipality): a small city, a ward of
a 政令指定都市 whose name has two parts and which leaves out what may be left out, and a whole one whose name begins
like its prefecture.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from geocode import ward
from geocode.ward import Ward

_FOLDER = Path(__file__).parent / "data" / "wards"
KATSUSHIKA = _FOLDER / "katsushika.toml"
OTHERS = {name: _FOLDER / name / ward.FILE for name in ("mihon", "osaka_kita", "chiba")}


@contextmanager
def using(path: Path) -> Iterator[Ward]:
    """This file's ward, in this process and in those that it starts; afterwards 葛飾 again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WARD_FILE", str(path))
        try:
            yield ward.use(path)
        finally:
            ward.use(KATSUSHIKA)
