"""Finding rows and entries of two offices that tell of one and the same place or group.

Rules that say why, not tuned weights: names are made comparable (`spelling`), compared (`naming`),
what must not be confused is respected (`marks`), the rest is evidence (`facts`), and `judging`
decides. `pairing` finds the candidates among many.
"""

from mapdata.merging.matching.facts import Facts
from mapdata.merging.matching.judging import Decision, Judgement, judge
from mapdata.merging.matching.pairing import Pair, pairs

__all__ = ["Decision", "Facts", "Judgement", "Pair", "judge", "pairs"]
