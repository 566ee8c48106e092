"""How much an entry holds, the same for lists and forms. What is beyond is told where it is met, and never cut off.

A form takes no more than this, save what the entry holds already: whoever mends one word of a longer one loses
nothing of the rest. A list is taken as it came, with a warning, up to what no row of a list holds.
"""

from collections.abc import Container, Sized

from mapdata.sentences import say

#: Rows of contacts and of places.
MOST_ROWS = 50
#: Letters of a text: more do not fit a workbook's cell.
LONGEST = 32_767
#: So many parts of one cell are a paste gone wrong.
MOST_IN_A_CELL = 500


def too_many(count: int, most: int = MOST_ROWS) -> str:
    return say("%(most)s件までにしてください（いま%(count)s件）", most=most, count=count)


def too_long(length: int, most: int = LONGEST) -> str:
    return say(
        "長すぎます。%(most)s文字までにしてください（いま%(length)s文字）",
        most=format(most, ","), length=format(length, ","),
    )


def rows_beyond(rows: int, before: int = 0) -> str:
    """What to say of more rows than an entry holds, "" of fewer; `before`: how many it has now."""
    return too_many(rows) if rows > max(MOST_ROWS, before) else ""


def text_beyond(text: str, known: Container[str] = ()) -> str:
    """What to say of a text that is too long, "" of one that is not or is among the `known` ones."""
    return too_long(len(text)) if len(text) > LONGEST and text not in known else ""


def of_a_cell(parts: Sized) -> tuple[str, str]:
    """(problem, warning) of more contacts or places in one cell of a list than a form takes; one of them is ""."""
    count = len(parts)
    if count > MOST_IN_A_CELL:
        problem = say(
            "%(count)s件に分かれています。%(most)s件までにするか、行を分けてください",
            count=format(count, ","), most=MOST_IN_A_CELL,
        )
        return problem, ""
    return "", say(
        "%(count)s件あります。すべて取り込みますが、画面では%(most)s件より多く加えられません",
        count=count, most=MOST_ROWS,
    )


def of_a_long_cell(text: str) -> str:
    """The warning for a cell of a list that is longer than a workbook can give back."""
    return say(
        "%(length)s文字あります。すべて取り込みますが、%(most)s文字を超えるものは、Excelの形では書き出せません",
        length=format(len(text), ","), most=format(LONGEST, ","),
    )
