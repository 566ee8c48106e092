"""What an entry can say: every claimed field, its column in a list and who may see it.

Simple fields stand in one column. Two fields are structured and stand in several:
`places` (a list of parts, see PLACE_PARTS) and `contacts` (see CONTACT_TYPES).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mapdata import words
from mapdata.fields import values
from mapdata.fields.values import Reading
from mapdata.words import Level


def _as_is(value: Any) -> str:
    return str(value)


@dataclass(frozen=True)
class Field:
    """A claimed field; `audience` is who may see a value of it when nobody said otherwise."""

    name: str
    heading: str
    read: Callable[[str], Reading] = values.read_text
    write: Callable[[Any], str] = _as_is
    audience: Level = Level.PUBLIC


SIMPLE: tuple[Field, ...] = (
    Field("name", "名称", values.read_line),
    Field("name_kana", "名称_カナ", values.read_line),
    Field("kind", "種別", values.one_of(words.KIND), values.write_term(words.KIND)),
    Field("organization", "運営団体", values.read_line),
    Field("description", "説明"),
    Field("needs", "困りごと", values.some_of(words.NEED), values.write_terms(words.NEED)),
    Field("min_age", "対象年齢_下限", values.read_min_age, values.write_min_age),
    Field("max_age", "対象年齢_上限", values.read_age),
    Field("eligibility_description", "対象者"),
    Field("service_area", "対象地域"),
    Field("activities", "活動の種類", values.some_of(words.ACTIVITY), values.write_terms(words.ACTIVITY)),
    Field("ease", "参加しやすさ", values.read_ease, values.write_ease),
    Field("ways", "つながり方", values.some_of(words.WAY), values.write_terms(words.WAY)),
    Field("fees_description", "料金"),
    Field("application_process", "申込方法"),
    Field("location_precision", "位置の公開", values.one_of(words.PRECISION), values.write_term(words.PRECISION),
          Level.STAFF),
    Field("languages", "使える言語", values.read_list, values.join),
    Field("accessibility", "バリアフリー"),
    Field("audience", "公開範囲", values.one_of(words.AUDIENCE), values.write_term(words.AUDIENCE), Level.STAFF),
    Field("status", "状態", values.one_of(words.STATUS), values.write_term(words.STATUS)),
    Field("consent", "掲載同意", values.one_of(words.CONSENT), values.write_term(words.CONSENT), Level.STAFF),
    Field("publish_from", "掲載開始日", values.read_date, audience=Level.STAFF),
    Field("publish_until", "掲載終了日", values.read_date, audience=Level.STAFF),
    Field("supporter_note", "支援者向けメモ", audience=Level.SUPPORTER),
    Field("staff_note", "職員向けメモ", audience=Level.OFFICE),
    Field("remarks", "備考"),
)

#: Parts of one place in the `places` claim: part → (heading, reader).
PLACE_PARTS: dict[str, tuple[str, Callable[[str], Reading]]] = {
    "postal_code": ("郵便番号", values.read_postal_code),
    "address": ("住所", values.read_line),
    "address_2": ("方書", values.read_line),
    "lat": ("緯度", values.read_latitude),
    "lng": ("経度", values.read_longitude),
    "station": ("最寄り駅", values.read_line),
    "schedule": ("開催日時", values.read_text),
}

#: Types of contact in the `contacts` claim: type → heading.
CONTACT_TYPES: dict[str, str] = {"phone": "電話番号", "fax": "FAX番号", "email": "メール", "url": "URL"}

LOCAL_ID = "管理番号"
ASSURED_ON = "確認日"

BY_NAME: dict[str, Field] = {f.name: f for f in SIMPLE}
BY_HEADING: dict[str, Field] = {f.heading: f for f in SIMPLE}

#: Headings of the registry's own list, in the order it is written.
HEADINGS: tuple[str, ...] = (
    "管理番号", "名称", "名称_カナ", "種別", "運営団体", "説明", "困りごと", "対象年齢_下限", "対象年齢_上限",
    "対象者", "対象地域", "活動の種類", "参加しやすさ", "つながり方", "開催日時", "料金", "申込方法", "郵便番号",
    "住所", "方書", "緯度", "経度", "位置の公開", "最寄り駅", "電話番号", "FAX番号", "メール", "URL",
    "使える言語", "バリアフリー", "公開範囲", "状態", "掲載同意", "掲載開始日", "掲載終了日", "確認日",
    "支援者向けメモ", "職員向けメモ", "備考",
)


#: What the two structured fields are called on the screen.
STRUCTURED: dict[str, str] = {"places": "場所", "contacts": "連絡先"}

#: Every field that a claim can be about, in the order that a person reads an entry.
NAMES: tuple[str, ...] = (*BY_NAME, *STRUCTURED)


def heading_of(field: str) -> str:
    """What a claimed field is called on the screen and, unless it is structured, in lists."""
    return BY_NAME[field].heading if field in BY_NAME else STRUCTURED[field]


def default_audience(field: str) -> Level:
    """Who may see a claimed value of this field unless its claim says otherwise."""
    return BY_NAME[field].audience if field in BY_NAME else Level.PUBLIC
