"""Whether a contact is somebody's own telephone or home: its label says so, and that is the whole mark.

A list writes it in the brackets behind the number, 03-0000-0001（事務局・個人の電話）; the form has a box to tick that
puts the words there. So one text says it everywhere, a list that is sent back says the same, and what was written
before there was a box is kept back too.
"""

import re

from mapdata.fields.folding import one_width

#: Type of contact → the words that the form's box writes.
MARKS = {"phone": "個人の電話", "fax": "個人のFAX", "email": "個人のメール", "url": "個人のページ"}
_PLAIN = frozenset({*MARKS.values(), "個人", "自宅"})

_HOW = (
    "固定電話|電話番号|電話|携帯番号|携帯電話|携帯|ケータイ|スマートフォン|スマホ|番号|TEL|FAX番号|FAX|LINE|メールアドレス|メアド|メール|アドレス|連絡先|ページ"
)
_WHOSE = r"(?:個人|代表|代表者|会長|世話人|主宰|主宰者)の?宅|私用|私物"
_OWN = re.compile(rf"(?:.*個人|{_WHOSE})用?(?:の?(?:{_HOW}))*", re.IGNORECASE)
#: What people do at somebody's home, and whom an office serves: nobody's own.
_FOR_OTHERS = "訪問|相談|面談|支援|療養|学習|予約|受付|窓口"
#: Said anywhere in a word it counts: who adds 夜は出ません behind it does not take it back.
_SAID = re.compile(
    rf"自宅(?!の?(?:{_FOR_OTHERS})|へ|に(?:うかが|伺|出|行)|まで|から|で(?!す))"
    rf"|個人用?の?(?:{_HOW})(?!の?(?:{_FOR_OTHERS}))", re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s、，,・･/;；:()「」\[\]]+")
_DIGITS = re.compile(r"\+?\d[\d\-‐‑–—−ー]*")
#: 個人・団体: for both to apply, and nobody's own.
_GROUPS = ("団体", "法人", "グループ")
#: Without one of these a text says nothing of the kind; nearly all are told so at once.
_SIGNS = ("個", "宅", "私")


def is_personal(kind: str, value: str, label: str) -> bool:
    """Whether words of the label, or beside the digits of a number, say that it is somebody's own.

    >>> is_personal("phone", "03-0000-0001", "代表者個人"), is_personal("phone", "03-0000-0001", "個人相談")
    (True, False)
    """
    text = f"{value} {label}" if kind in ("phone", "fax") else label
    return any(sign in text for sign in _SIGNS) and bool(_own_words(text))


def _own_words(text: str) -> list[str]:
    plain = one_width(text)
    words = [word for word in _BETWEEN.split(_DIGITS.sub(" ", plain)) if word]
    for_groups = any(group in word for word in words for group in _GROUPS)
    return [word for word in words if _is_own(word) and not (for_groups and word == "個人")]


def _is_own(word: str) -> bool:
    return bool(_OWN.fullmatch(word) or _SAID.search(word))


def is_plain(label: str) -> bool:
    """Whether the label says it in words that nobody could mean otherwise."""
    return any(one_width(mark) in _own_words(label) for mark in _PLAIN)


def marked(kind: str, value: str, label: str) -> str:
    """The label of a contact whose box was ticked."""
    if is_personal(kind, value, label):
        return label
    return "・".join(filter(None, (label, MARKS[kind])))


def unmarked(label: str) -> str:
    """The label without the words that the box writes."""
    return "・".join(part for part in label.split("・") if part not in MARKS.values())
