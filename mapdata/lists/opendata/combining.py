"""One row under the names of `understand` → the registry's own cells."""

import re
from collections.abc import Callable, Iterable, Mapping

from mapdata.fields.field_table import HEADINGS
from mapdata.fields.folding import narrow
from mapdata.lists.opendata import ages, hours
from mapdata.lists.opendata.hours import flat
from mapdata.lists.opendata.known_headings import ACCESS_FLAGS, INTERMEDIATE, REMARKS

EVENT_KIND = "事業・催し"

_YES = {"有", "有り", "あり", "可", "可能", "○", "〇", "◯", "1", "true", "yes", "はい"}
_NO = {"無", "無し", "なし", "不可", "×", "0", "false", "no", "いいえ"}
_SEVERAL_NUMBERS = re.compile(r"[、，,;；/／\n]|[)）]\s*$")
_WITH_PREFECTURE = re.compile(r".{2}都|北海道|.{2}府|.{2,3}県")
_WEB = re.compile(r"https?://[^\s<>\"]+")


class Row:
    """The texts of one row by name, further columns of one meaning behind the first."""

    def __init__(self, cells: Mapping[str, str], kind: str):
        self.kind = kind
        self.columns: dict[str, list[str]] = {}
        for name in sorted(cells, key=_order):
            base = name.partition("#")[0]
            if base in HEADINGS or base in INTERMEDIATE:
                self.columns.setdefault(base, []).append(cells[name])

    def has(self, names: Iterable[str]) -> bool:
        return any(name in self.columns for name in names)

    def texts(self, *names: str) -> list[str]:
        """What is not blank, each once."""
        return list(dict.fromkeys(text for name in names for text in self.columns.get(name, ()) if text.strip()))

    def first(self, name: str) -> str:
        return next(iter(self.texts(name)), "")

    def is_fed(self, heading: str) -> bool:
        """Whether any other column can put something into this one."""
        if heading == "種別":
            return self.kind == "events"
        if heading == "備考" and len(self.columns.get("名称", ())) > 1:
            return True
        return self.has(_SOURCES.get(heading, ()))


def _order(name: str) -> tuple[str, int]:
    base, _, number = name.partition("#")
    return base, int(number) if re.fullmatch(r"[0-9]{1,9}", number) else 0


def combine(cells: Mapping[str, str], kind: str) -> dict[str, str]:
    """The registry's cells of one row; blank cells are "". Never raises.

    Which headings the answer has depends on the names alone, never on the texts: a list's columns are
    the same in every row.
    """
    row = Row(cells, kind)
    return {heading: _cell(row, heading) for heading in HEADINGS if heading in row.columns or row.is_fed(heading)}


def feeds(name: str) -> tuple[str, ...]:
    """The registry's headings that a column of this name (of `understand`) goes into."""
    base = name.partition("#")[0]
    return tuple(h for h in HEADINGS if h == base or base in _SOURCES.get(h, ()) or base in _LABELS.get(h, ()))


def _cell(row: Row, heading: str) -> str:
    """The text of one column exactly as it is, unless there is something to put in or to label it with."""
    columns = row.columns.get(heading, [])
    if len(columns) == 1 and not row.is_fed(heading) and not row.has(_LABELS.get(heading, ())):
        return columns[0]
    return _MAKERS.get(heading, Row.first)(row, heading)


def _kind(row: Row, heading: str) -> str:
    is_event = row.kind == "events" and any(text.strip() for texts in row.columns.values() for text in texts)
    return row.first(heading) or (EVENT_KIND if is_event else "")


def _lines(row: Row, heading: str) -> str:
    return "\n".join(row.texts(heading))


def _listed(row: Row, heading: str) -> str:
    return "、".join(row.texts(heading))


def _description(row: Row, heading: str) -> str:
    services = [f"実施サービス：{flat(text)}" for text in row.texts("実施サービス")]
    return "\n".join([*row.texts(heading), *services])


def _youngest(row: Row, heading: str) -> str:
    return row.first(heading) or ("" if row.first("対象年齢_上限") else _ages(row).low)


def _oldest(row: Row, heading: str) -> str:
    return row.first(heading) or ("" if row.first("対象年齢_下限") else _ages(row).high)


def _ages(row: Row) -> ages.Ages:
    return ages.read(row.first("対象年齢"))


def _who(row: Row, heading: str) -> str:
    """Who it is for; an age that two numbers cannot say is kept as it is written."""
    text = flat(row.first("対象年齢"))
    said = _ages(row).whole and not row.texts("対象年齢_下限", "対象年齢_上限")
    return "\n".join([*row.texts(heading), *([f"対象年齢：{text}"] if text and not said else [])])


def _schedule(row: Row, heading: str) -> str:
    day = hours.period(*(hours.date_text(row.first(name)) for name in ("開始日", "終了日")))
    time = hours.span(*(hours.time_text(row.first(name)) for name in ("開始時間", "終了時間")))
    closed = [f"休業日：{text}" for text in row.texts("休業日")]
    days = " ".join(hours.days_text(text) for text in row.texts("利用可能曜日"))
    own = " ".join(row.texts(heading))
    made = hours.schedule(day, days, time, [*row.texts("日時の特記事項"), *closed])
    return "\n".join(filter(None, [own, made]))


def _fees(row: Row, heading: str) -> str:
    basic = row.first("料金(基本)")
    if re.fullmatch(r"[\d,]+", narrow(basic)):
        basic = f"{narrow(basic)}円"
    texts = [*row.texts(heading), *row.texts("料金種別"), basic, *row.texts("料金(詳細)")]
    return "\n".join(dict.fromkeys(filter(None, texts)))


def _application(row: Row, heading: str) -> str:
    method = "\n".join(row.texts(heading))
    for label, part in (("受付開始", "開始"), ("締切", "終了")):
        day, time = hours.date_text(row.first(f"申込{part}日")), hours.time_text(row.first(f"申込{part}時間"))
        when = " ".join(filter(None, [day, time]))
        if when:
            method = f"{method}（{label}：{when}）" if method else f"{label}：{when}"
    return method


def _address(row: Row, heading: str) -> str:
    """The fullest of the whole address and its joined parts, without the building that has its own cell."""
    whole = [*row.texts(heading), *row.texts("所在地_連結表記")]
    address = max([*whole, _joined_address(row, whole)], key=lambda text: len(re.sub(r"\s", "", text)))
    building = row.first("方書").strip()
    shorter = address.removesuffix(building)
    apart = shorter != shorter.rstrip() or len(building) > 3
    return shorter.rstrip() if building and apart and shorter.strip() else address


def _joined_address(row: Row, whole: list[str]) -> str:
    """Prefecture to block number, nothing twice; 「桜町5」 and 「13-1」 become 「桜町5-13-1」.

    A list with columns of prefecture and city alone has the rest in its address.
    """
    parts = [row.first(name).strip() for name in _ADDRESS_PARTS]
    if not any(parts[2:]) and whole and not _WITH_PREFECTURE.match(whole[0]) and not re.search("[;；]", whole[0]):
        parts.append(whole[0].strip())
    address = ""
    for part in filter(None, parts):
        again = _overlap(address, part)
        joint = "-" if not again and address[-1:].isdigit() and part[0].isdigit() else ""
        address += joint + part[again:]
    return address


def _overlap(address: str, part: str) -> int:
    """How many letters at the end of the address the part begins with; chance likeness does not count."""
    longest = next((n for n in range(min(len(address), len(part)), 0, -1) if address.endswith(part[:n])), 0)
    return longest if longest > 2 or (longest == len(part) and not part.isdecimal()) else 0


def _building(row: Row, heading: str) -> str:
    place, building = " ".join(row.texts("場所名称")), " ".join(row.texts(heading))
    if place in building or building in place:
        return max(place, building, key=len)
    return f"{place} {building}"


def _point(index: int) -> Callable[[Row, str], str]:
    """Latitude (0) or longitude (1), in degrees; a pair in one cell in either order."""

    def read(row: Row, heading: str) -> str:
        pair = row.first("緯度経度")
        numbers = re.findall(r"\d{1,3}(?:\.\d+)?", narrow(pair))
        if row.first(heading) or not pair:
            return row.first(heading)
        # What is no pair is handed on as it is: the reader of the cell says what is wrong.
        return sorted(numbers, key=float)[index] if len(numbers) == 2 else pair

    return read


def _phone(row: Row, heading: str) -> str:
    """Numbers; whose it is and the extension behind, in brackets, when there is one number."""
    numbers, label = "、".join(row.texts(heading)), " ".join(_phone_labels(row).values())
    return f"{numbers}（{label}）" if label else numbers


def _phone_labels(row: Row) -> dict[str, str]:
    """What stands behind the number, by column; nothing when it is not sure which number is meant."""
    numbers = row.texts("電話番号")
    if len(numbers) != 1 or _SEVERAL_NUMBERS.search(numbers[0]):
        return {}
    extension = row.first("内線番号").strip().removeprefix("内線").strip()
    parts = {"連絡先名称": row.first("連絡先名称"), "内線番号": f"内線{extension}" if extension else ""}
    labels = {name: re.sub(r"[（()）\s]+", " ", text).strip() for name, text in parts.items()}
    # A whole list of offices is no label.
    return {name: label for name, label in labels.items() if label and len(label) <= 30 and "\n" not in parts[name]}


def _web(row: Row, heading: str) -> str:
    urls = row.texts(heading)
    for name, label in (("連絡先FormURL", "問い合わせフォーム"), ("申込フォーム", "申込フォーム")):
        urls += [f"{url}（{label}）" for url in row.texts(name) if _WEB.fullmatch(url) and url not in urls]
    return "\n".join(urls)


def _access(row: Row, heading: str) -> str:
    texts = [hours.no_semicolons(text) for text in row.texts(heading, "バリアフリー情報")]
    flags = [_flag(name, text) for name in ACCESS_FLAGS for text in row.texts(name)]
    return "\n".join(filter(None, [*texts, "、".join(flags)]))


def _flag(name: str, text: str) -> str:
    word = narrow(text).lower()
    if word in _YES:
        return name
    return f"{name}：なし" if word in _NO else f"{name}：{flat(text)}"


def _remarks(row: Row, heading: str) -> str:
    """The list's own remarks, then each fact that has no other column, a line each."""
    lines = [f"{label}：{flat(text)}" for label in REMARKS for text in row.texts(label)]
    for text in row.texts("定員"):
        lines.append(f"定員：{text}人" if narrow(text).isdecimal() else f"定員：{flat(text)}")
    lines += [f"別の名称：{text}" for text in row.texts("名称")[1:]]
    left = [name for name in _LABELS["電話番号"] if name not in _phone_labels(row)]
    lines += [f"{name}：{flat(text)}" for name in left for text in row.texts(name)]
    for name in ("連絡先FormURL", "申込フォーム"):
        lines += [f"{name}：{flat(text)}" for text in row.texts(name) if not _WEB.fullmatch(text)]
    return "\n".join([*row.texts(heading), *lines])


_ADDRESS_PARTS = ("所在地_都道府県", "所在地_市区町村", "所在地_町字", "所在地_番地以下")
_TIMES = ("開始日", "終了日", "利用可能曜日", "開始時間", "終了時間", "日時の特記事項", "休業日")
_APPLYING = ("申込開始日", "申込開始時間", "申込終了日", "申込終了時間")
_FORMS = ("連絡先FormURL", "申込フォーム")

#: Our heading → the intermediate names that can put something into it.
_SOURCES: dict[str, tuple[str, ...]] = {
    "説明": ("実施サービス",),
    "対象年齢_下限": ("対象年齢",),
    "対象年齢_上限": ("対象年齢",),
    "対象者": ("対象年齢",),
    "開催日時": _TIMES,
    "料金": ("料金(基本)", "料金(詳細)", "料金種別"),
    "申込方法": _APPLYING,
    "住所": ("所在地_連結表記", *_ADDRESS_PARTS),
    "方書": ("場所名称",),
    "緯度": ("緯度経度",),
    "経度": ("緯度経度",),
    "URL": _FORMS,
    "バリアフリー": ("バリアフリー情報", *ACCESS_FLAGS),
    "備考": (*REMARKS, "定員", "連絡先名称", "内線番号", *_FORMS),
}

#: Our heading → the intermediate names that only label what it has.
_LABELS: dict[str, tuple[str, ...]] = {"電話番号": ("連絡先名称", "内線番号")}

_MAKERS: dict[str, Callable[[Row, str], str]] = {
    "種別": _kind,
    "説明": _description,
    "対象年齢_下限": _youngest,
    "対象年齢_上限": _oldest,
    "対象者": _who,
    "対象地域": _listed,
    "開催日時": _schedule,
    "料金": _fees,
    "申込方法": _application,
    "住所": _address,
    "方書": _building,
    "緯度": _point(0),
    "経度": _point(1),
    "最寄り駅": _listed,
    "電話番号": _phone,
    "FAX番号": _listed,
    "メール": _listed,
    "URL": _web,
    "使える言語": _listed,
    "バリアフリー": _access,
    "備考": _remarks,
}
