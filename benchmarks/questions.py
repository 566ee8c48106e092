"""What the benchmarks ask a site for: filters as people set them, views of the map, 社会資源の一覧."""

import math
import random
from collections.abc import Iterable, Iterator
from itertools import cycle
from urllib.parse import urlencode

#: Filters none or one or several at a time.
QUERIES = [urlencode(pairs) for pairs in (
    [("need", "money")], [("need", "hikikomori"), ("age", "young")], [("ease", "silent_ok"), ("way", "home_visit")],
    [("kind", "ibasho"), ("ease", "free"), ("ease", "no_booking")], [("near", "亀有駅")],
    [("need", "isolation"), ("near", "立石"), ("sort", "near")], [("q", "ひだまり")],
    [("q", "相談"), ("need", "money")], [("activity", "meal"), ("age", "elementary"), ("age", "teen")], [("page", "3")],
)]

_NEEDS = "hikikomori isolation school_refusal family_8050 work money mental_health disability parenting".split()
_WAYS = "phone_online home_visit family_talk quiet_place small_gathering activity".split()
_TYPED = "ひだまり 相談 カフェ 食堂 教室 となり 無料 立石 青戸 見学 道具 団体12 みどり こもれび 農園".split()

#: A view of the map at each zoom that people use, each somewhere else, in a window of 1280 × 800.
_ZOOMS = (11, 12, 13, 14, 15, 16, 17, 12, 14, 16)
_CENTRES = ((35.7500, 139.8500), (35.7654, 139.8662), (35.7353, 139.8478))
#: How much more than the window the map asks for on each side.
_BEYOND = 0.25

#: Query strings of the staff list, by what an editor looks for.
STAFF_LIST = {
    "all, first page": [""],
    "filtered": [
        "status=active", "mark=overdue&status=active", "source=kuramaru&mark=unplaced", "status=paused&sort=assured",
    ],
    "searched": [urlencode({"q": text}) for text in ("ひだまり", "立石", "食堂 無料", "相談")],
    "sorted, later pages": ["sort=changed&page=3", "sort=assured&page=12", "sort=status&page=20"],
}


def busy_hour(count: int) -> list[str]:
    """So many questions, always the same: those of QUERIES in turn, and between them one that hardly anyone repeats.

    A site keeps its latest answers ready: so half of these are, and half must be found anew.
    """
    chance, often = random.Random(13122), cycle(QUERIES)
    return [next(often) if number % 2 == 0 else _seldom(chance) for number in range(count)]


def _seldom(chance: random.Random) -> str:
    pairs = [("need", chance.choice(_NEEDS)), ("q", chance.choice(_TYPED))]
    if chance.random() < 0.5:
        pairs.append(("way", chance.choice(_WAYS)))
    return urlencode(pairs)


def staff_list() -> list[str]:
    """Paths of the staff list, however an editor looks at it."""
    return [f"/staff/entries?{query}" for some in STAFF_LIST.values() for query in some]


def views(queries: Iterable[str]) -> Iterator[str]:
    """Paths of filtered views of the map, one for each question."""
    for query, zoom, (lat, lng) in zip(queries, cycle(_ZOOMS), cycle(_CENTRES), strict=False):
        degree = 256 * 2**zoom / 360  # in pixels; of latitude, that of this latitude
        wide, high = 640 * (1 + 2 * _BEYOND) / degree, 400 * (1 + 2 * _BEYOND) / degree * math.cos(math.radians(lat))
        box = {"zoom": zoom, "west": lng - wide, "south": lat - high, "east": lng + wide, "north": lat + high}
        yield f"/marks.json?{urlencode(box)}&{query}"
