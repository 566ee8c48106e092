"""Where in a file the list begins: the sheet and the row with the headings, and what they mean."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mapdata.errors import ListRefused, Problem
from mapdata.fields.folding import term_key
from mapdata.lists import opendata
from mapdata.lists.sheets import Sheet, refused

NAME = "名称"

#: Titles, dates and notes above the headings seldom take more rows than this.
_LOOKED_AT = 40
_SHOWN = 40

#: Columns that only a list of the registry's own has.
_OWN_MARKS = frozenset({
    "公開範囲", "掲載同意", "困りごと", "参加しやすさ", "つながり方", "支援者向けメモ", "職員向けメモ", "位置の公開",
})
#: Columns that another word may stand for in such a list.
_SAFE_TARGETS = frozenset({
    "管理番号", "名称", "名称_カナ", "運営団体", "郵便番号", "住所", "方書", "緯度", "経度", "最寄り駅", "電話番号",
    "FAX番号", "メール", "URL",
})
_PERSONAL = re.compile("携帯|個人|自宅|緊急|代表者|担当")


@dataclass(frozen=True)
class Headings:
    """The heading row of a list; `names` are aligned with its cells (None: not taken)."""

    sheet: Sheet
    row: int
    names: tuple[str | None, ...]
    kind: str
    warnings: tuple[Problem, ...]

    @property
    def texts(self) -> list[str]:
        return self.sheet.rows[self.row]


@dataclass(frozen=True)
class Chosen:
    """What a person said of a list: where its headings stand (counted from 0), and what columns are.

    `names`: column → one of the registry's headings, or "" for a column that is not taken.
    """

    sheet: int
    row: int
    names: Mapping[int, str]


def find(sheets: Sequence[Sheet], chosen: Chosen | None = None) -> Headings:
    """The row that has the most headings we know, a name among them, in whichever sheet it is; or the chosen one.

    Raises ListRefused when no row has a name column, or a heading stands twice.
    """
    place = (chosen.sheet, chosen.row) if chosen else _best(sheets)
    if place is None or not _is_there(sheets, *place):
        raise _no_name(sheets)
    sheet, row = sheets[place[0]], place[1]
    texts, said = sheet.rows[row], chosen.names if chosen else {}
    understood = opendata.understand(texts)
    taken = _careful(texts, understood.names) if not understood.kind else understood.names
    taken = _as_said(taken, said)
    if NAME not in taken:
        raise _no_name(sheets)
    silent = [*understood.unused, *(texts[i] for i in said if i < len(texts))]
    names, warnings = _settled(texts, taken, silent, row + 1)
    warnings += _about_other_words(texts, [None if i in said else name for i, name in enumerate(names)], row + 1)
    if unused := [text for text in understood.unused if text not in {texts[i] for i in said if i < len(texts)}]:
        message = f"次の列は、この地図では使わないため取り込みません：{_listed(unused)}"
        warnings.append(Problem(row + 1, "", "", message))
    warnings += _about_sheets(sheets, sheet, row)
    return Headings(sheet, row, tuple(names), understood.kind, tuple(warnings))


def guess(sheets: Sequence[Sheet]) -> tuple[int, int]:
    """Sheet and row (from 0) of the likeliest headings, for a person to correct, also where no name column is found."""
    if found := _best(sheets):
        return found
    rows = [
        (not sheet.marks.is_hidden, _known(row), sum(bool(text.strip()) for text in row) > 1, -s, -r)
        for s, sheet in enumerate(sheets) for r, row in enumerate(sheet.rows[:_LOOKED_AT])
    ]
    _, _, _, sheet_from_end, row_from_end = max(rows, default=(True, 0, False, 0, 0))
    return -sheet_from_end, -row_from_end


def _best(sheets: Sequence[Sheet]) -> tuple[int, int] | None:
    found = [
        (not sheet.marks.is_hidden, score, -s, -r)
        for s, sheet in enumerate(sheets) for r, row in enumerate(sheet.rows[:_LOOKED_AT]) if (score := _score(row))
    ]
    if not found:
        return None
    _, _, sheet_from_end, row_from_end = max(found)
    return -sheet_from_end, -row_from_end


def _is_there(sheets: Sequence[Sheet], sheet: int, row: int) -> bool:
    return 0 <= sheet < len(sheets) and 0 <= row < len(sheets[sheet].rows)


def _as_said(names: Sequence[str | None], said: Mapping[int, str]) -> list[str | None]:
    """The names with what a person chose; a heading that was chosen for one column is no other's."""
    given = {name for name in said.values() if name}
    return [said[i] or None if i in said else None if name in given else name for i, name in enumerate(names)]


def _careful(texts: Sequence[str], names: Sequence[str | None]) -> list[str | None]:
    """In an office's own list, other words stand for columns that describe the place itself, and no more.

    その他 or 特記事項 may hold what nobody meant to publish: such a column is strange, not 備考.
    """
    if not any(name in _OWN_MARKS for name in names):
        return list(names)
    plain = [name.split("#")[0] if name else "" for name in names]
    return [
        name if term_key(text) == term_key(name) or (name in _SAFE_TARGETS and not _PERSONAL.search(text)) else None
        for text, name in zip(texts, plain, strict=True)
    ]


def _about_other_words(texts: Sequence[str], names: Sequence[str | None], row: int) -> list[Problem]:
    """Which columns were taken for another heading, so that someone can object."""
    named = [(text, name) for text, name in zip(texts, names, strict=True) if name]
    pairs = [f"{_one_line(t)}→{n.split('#')[0]}" for t, n in named if term_key(t) != term_key(n)]
    if not pairs:
        return []
    return [Problem(row, "", "", f"次の列は読みかえて取り込みました：{_listed(pairs)}")]


def _listed(texts: Sequence[str]) -> str:
    """The first of them by name, the others by their number."""
    more = f"、ほか{len(texts) - _SHOWN}列" if len(texts) > _SHOWN else ""
    return "、".join(texts[:_SHOWN]) + more


def _score(row: Sequence[str]) -> int:
    """How many headings of a list this row has; 0 without a name column, or for one long text."""
    return _known(row) if NAME in _names(row) else 0


def _known(row: Sequence[str]) -> int:
    return len(_names(row))


def _names(row: Sequence[str]) -> set[str]:
    filled = [text for text in row if text.strip()]
    if not filled or max(len(text) for text in filled) > 60:
        return set()
    return {name for name in opendata.understand(row).names if name}


def _no_name(sheets: Sequence[Sheet]) -> ListRefused:
    first = next((row for sheet in sheets for row in sheet.rows if any(t.strip() for t in row)), [])
    seen = "、".join(t.strip() for t in first if t.strip())[:60]
    return refused(
        "「名称」の列が見つかりません。見出しの行に「名称」と書いた列を作ってください"
        + (f"（最初の行は「{seen}」です）" if seen else ""), column=NAME,
    )


def _settled(
    texts: Sequence[str], names: Sequence[str | None], unused: Sequence[str], row: int
) -> tuple[list[str | None], list[Problem]]:
    """Each name once. Raises ListRefused when one heading is literally written twice."""
    twice = [text for text, count in Counter(term_key(t) for t in texts if t.strip()).items() if count > 1]
    if twice:
        raise ListRefused([
            Problem(row, text.strip(), "", "同じ見出しの列が2つあります。1つを消すか、見出しを変えてください")
            for text in dict.fromkeys(t for t in texts if term_key(t) in twice)
        ])
    settled: list[str | None] = []
    warnings = []
    for text, name in zip(texts, names, strict=True):
        if name is None and text.strip() and text not in unused:
            warnings.append(Problem(row, _one_line(text), "", "知らない見出しの列です。この列は取り込みません"))
        elif name and name in settled:
            message = f"「{name}」の列がほかにもあるため、この列は取り込みません"
            warnings.append(Problem(row, _one_line(text), "", message))
            name = None
        settled.append(name)
    return settled, warnings


def _one_line(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _about_sheets(sheets: Sequence[Sheet], taken: Sheet, row: int) -> list[Problem]:
    """What a person should know of the other sheets and of hidden columns."""
    others = [s.name for s in sheets if s is not taken and any(any(row) for row in s.rows)]
    remarks = []
    if others:
        message = f"シート「{taken.name}」を読み込みました。ほかのシート（{'、'.join(others)}）は読み込んでいません"
        remarks.append(Problem(row + 1, "", "", message))
    hidden = [_one_line(taken.rows[row][i]) for i in sorted(taken.marks.hidden_columns) if i < len(taken.rows[row])]
    if hidden := [text for text in hidden if text]:
        message = f"隠れている列（{'、'.join(hidden)}）も読み込みました"
        remarks.append(Problem(row + 1, "", "", message))
    return remarks
