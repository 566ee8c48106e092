"""What an entry can say: a row for every field, in the order of a list's columns.

Whoever adds a column adds a row to `COLUMNS`. Lists, claims, entries and their projected records, the form, the
pages, search, GeoJSON, the sheet for a call and the histories follow from it; tests/views/test_every_field.py walks
each row through all of them.

Simple fields stand in one column. Two are structured and stand in several: `places` (a list of parts, see
PLACE_PARTS) and `contacts` (see CONTACT_TYPES).
"""

from collections.abc import Callable
from dataclasses import dataclass

from mapdata import words
from mapdata.fields import shapes, values
from mapdata.fields.shapes import DAY, LINE, LIST, SHORT, TEXT, Shape
from mapdata.fields.values import Reading
from mapdata.words import Level


@dataclass(frozen=True)
class Asked:
    """That a call asks for a field: the question and its place in the call.

    `soon`: it is to be confirmed as often as opening hours, not only as often as the rest. `if_time`: as long as
    nothing is known of it, it stands folded away behind the rest.
    """

    question: str
    order: int
    soon: bool = False
    if_time: bool = False


@dataclass(frozen=True, kw_only=True)
class Field:
    """A claimed field.

    What stands in lists: `heading`, `shape`. Who sees and says it: `audience`, who may see a value when nobody said
    otherwise; `own_audience`, whether a value may be for other readers than that; `listed`, who finds the column in
    an exported list, where that is not the audience; `by_link`, whether an organisation may correct it by its link;
    `never_empty`, whether it may not be emptied, because that would tell more than somebody meant; `tells_where`,
    whether it gives away a place that 位置の公開 keeps back. `day_of`: the field on whose truth it gives the day.

    On the form: `section`, `label` (the heading where it is blank), `hint` ({ward}: the ward's name); `order` within
    its section and its part of the page, that of the columns where it is the same. On the page: `page`, the part of
    it that shows the field among others of its kind ("" where a template does that by name), under `page_label`;
    `missed`, whether staff are told that nobody has said it. Elsewhere: `searched`, `in_geojson`, `asked`.
    """

    name: str
    heading: str
    shape: Shape
    audience: Level = Level.PUBLIC
    own_audience: bool = True
    listed: Level | None = None
    by_link: bool = True
    never_empty: bool = False
    tells_where: bool = False
    day_of: str = ""
    section: str
    label: str = ""
    hint: str = ""
    order: int = 0
    page: str = ""
    page_label: str = ""
    missed: bool = True
    searched: bool = False
    in_geojson: bool = True
    asked: Asked | None = None

    def __post_init__(self) -> None:
        is_public = self.audience == Level.PUBLIC
        for name, default in (
            ("label", self.heading), ("page_label", self.label or self.heading), ("listed", self.audience),
        ):
            object.__setattr__(self, name, getattr(self, name) or default)
        object.__setattr__(self, "own_audience", self.own_audience and is_public)
        object.__setattr__(self, "by_link", self.by_link and is_public)

    @property
    def read(self) -> Callable[[str], Reading]:
        return self.shape.read

    @property
    def write(self) -> Callable[..., str]:
        return self.shape.write


@dataclass(frozen=True)
class PlacePart:
    """A column that holds one part of the places."""

    name: str
    heading: str
    read: Callable[[str], Reading]


@dataclass(frozen=True)
class ContactType:
    """A column that holds the contacts of one type."""

    name: str
    heading: str


@dataclass(frozen=True)
class RowColumn:
    """A column that says something of the row as a whole, and is no claim."""

    heading: str


LOCAL_ID = "管理番号"
ASSURED_ON = "確認日"

#: Parts of the form and of the staff's page: name → heading.
SECTIONS: dict[str, str] = {
    "basics": "基本", "whom": "だれのため", "what": "どんなところ",
    "first_day": "はじめての日", "where": "場所と日時", "contact": "連絡先",
    "fees": "料金・申込",
    "newcomers": "受け入れ", "publishing": "公開", "notes": "メモ",
}


def _first_day(
    name: str, what: str, hint: str, question: str, order: int, label: str = "", tells_where: bool = False
) -> Field:
    """What happens if somebody turns up: a text of the organisation's own, shown where there is one."""
    return Field(
        name=f"first_day_{name}", heading=f"はじめての日_{what}", shape=TEXT, section="first_day", page="first_day",
        label=label or what, hint=hint, missed=False, searched=True, tells_where=tells_where,
        asked=Asked(question, order, if_time=True),
    )


#: Every column of the registry's own list, in the order it is written.
COLUMNS: tuple[Field | PlacePart | ContactType | RowColumn, ...] = (
    RowColumn(LOCAL_ID),
    Field(name="name", heading="名称", shape=LINE, section="basics", own_audience=False, never_empty=True,
          searched=True, hint="地図や一覧に出る名前です。",
          asked=Asked("お名前は、このままでよろしいですか。", 1)),
    Field(name="name_kana", heading="名称_カナ", shape=LINE, section="basics", own_audience=False, searched=True,
          label="名称のかな", hint="五十音順にならべるときと、さがすときに使います。ひらがなでもカタカナでも。"),
    Field(name="kind", heading="種別", shape=shapes.term(words.KIND), section="basics", own_audience=False,
          searched=True,
          hint="地図の印の形と色が、種別で変わります。"),
    Field(name="organization", heading="運営団体", shape=LINE, section="basics", searched=True,
          hint="つづけている団体や法人の名前です。名称と同じなら、空けておきます。"),
    Field(name="description", heading="説明", shape=TEXT, section="basics", searched=True,
          hint="はじめて見る人に向けて、どんなところかを二、三行で。"),
    Field(name="needs", heading="困りごと", shape=shapes.terms(words.NEED), searched=True, section="whom", page="who",
          hint="当てはまるものに、いくつでも。"),
    Field(name="min_age", heading="対象年齢_下限", shape=shapes.LOWEST_AGE, section="whom",
          label="年齢（何歳から）"),
    Field(name="max_age", heading="対象年齢_上限", shape=shapes.HIGHEST_AGE, section="whom",
          label="年齢（何歳まで）", missed=False),
    Field(name="eligibility_description", heading="対象者", shape=TEXT, section="whom", searched=True,
          page="who", page_label="対象の方", hint="例：ひきこもりの状態にあるご本人と、そのご家族"),
    Field(name="service_area", heading="対象地域", shape=SHORT, section="whom", searched=True, label="対象の地域",
          page="who", hint="例：{ward}にお住まいの方。決まっていなければ空けておきます。"),
    Field(name="activities", heading="活動の種類", shape=shapes.terms(words.ACTIVITY), searched=True, section="what",
          page="what", page_label="していること", hint="していることに、いくつでも。"),
    Field(name="ease", heading="参加しやすさ", shape=shapes.EASE, section="what", order=1, searched=True,
          hint="行ったらどうなるかを、来る人がいちばん知りたいところです。聞いていないことは「わからない」のままに。"),
    Field(name="women_only_place", heading="女性だけの場", shape=shapes.YES_NO, section="whom", searched=True,
          page="who", missed=False, hint="時間や曜日によるときは、参加しやすさの「女性のみの時間」に。",
          asked=Asked("女性だけの場ですか。", 14, if_time=True)),
    Field(name="ways", heading="つながり方", shape=shapes.terms(words.WAY), searched=True, section="what", page="what",
          hint="どんなふうにつながれるところかに、いくつでも。人の段階を表すものではありません。"),
    PlacePart("schedule", "開催日時", values.read_text),
    Field(name="fees_description", heading="料金", shape=TEXT, section="fees", searched=True,
          page="fees", page_label="費用", hint="例：無料（お茶代として100円）",
          asked=Asked("参加するときにかかるお金は、いくらですか。", 5)),
    Field(name="application_process", heading="申込方法", shape=TEXT, section="fees", searched=True,
          page="fees", page_label="申し込み",
          hint="例：予約はいりません。はじめての方は、電話かメールでひとことください。",
          asked=Asked("参加したい人は、どうすればよいですか。予約や申し込みはいりますか。", 6)),
    _first_day("greeter", "迎える人", "例：入口に、緑の名札をつけた世話人がいます。",
               "はじめて来る人を、どなたが迎えてくださいますか。", 8),
    _first_day("attendance", "人数", "例：いつも5人から8人くらいです。",
               "ふだん、何人くらい集まっていますか。", 9, label="その場にいる人数"),
    _first_day("activity", "はじめにすること",
               "例：好きな席にすわって、お茶を飲みます。名前を書くのは、あとでかまいません。",
               "はじめての日は、まず何をしますか。", 10),
    _first_day("optional", "しなくてよいこと", "例：自己紹介、感想を言うこと、終わりまでいること",
               "はじめての日に、しなくてよいことは何ですか。", 11),
    _first_day("message", "行くときのひとこと",
               "電話やメールで、そのまま言える文を。例：はじめてです。木曜日に、見るだけでもいいですか。",
               "行くことを伝えるとき、どう言えばよいですか。", 12),
    _first_day("directions", "駅からの道", "例：北口を出て右へ。二つ目の角の、青いひさしの建物です。"
               "位置を公開していないときは、職員だけに見えます。",
               "駅からは、どう行けばよいですか。", 13, tells_where=True),
    PlacePart("postal_code", "郵便番号", values.read_postal_code),
    PlacePart("address", "住所", values.read_line),
    PlacePart("address_2", "方書", values.read_line),
    PlacePart("lat", "緯度", values.read_latitude),
    PlacePart("lng", "経度", values.read_longitude),
    Field(name="location_precision", heading="位置の公開", shape=shapes.term(words.PRECISION), section="publishing",
          order=1, audience=Level.STAFF, listed=Level.PUBLIC, never_empty=True, missed=False,
          hint="だれにでも見せるのが危ない場所や、自宅での集まりは、町丁目までか非公開にします。"
               "職員には正確な位置が見えます。"),
    PlacePart("station", "最寄り駅", values.read_line),
    ContactType("phone", "電話番号"),
    ContactType("fax", "FAX番号"),
    ContactType("email", "メール"),
    ContactType("url", "URL"),
    Field(name="languages", heading="使える言語", shape=LIST, section="what", order=3, searched=True, page="ease",
          hint="例：日本語、英語"),
    Field(name="accessibility", heading="バリアフリー", shape=TEXT, section="what", order=2, searched=True,
          page="ease", hint="例：入口に段差なし、車いすで使えるトイレあり"),
    Field(name="audience", heading="公開範囲", shape=shapes.term(words.AUDIENCE), section="publishing",
          audience=Level.STAFF, never_empty=True, missed=False,
          hint="この項目の全体を、だれに見せるかです。"),
    Field(name="status", heading="状態", shape=shapes.term(words.STATUS), section="publishing", own_audience=False,
          never_empty=True, missed=False, asked=Asked("いまも、続けていらっしゃいますか。", 2)),
    Field(name="intake", heading="受け入れ", shape=shapes.term(words.INTAKE), section="newcomers",
          audience=Level.SUPPORTER, label="新しい方の受け入れ", page="intake", missed=False,
          hint="支援者と職員が見ます。一般には出ません。",
          asked=Asked("新しい方を、いま受け入れられますか。", 7, soon=True)),
    Field(name="intake_on", heading="受け入れ_確認日", shape=DAY, section="newcomers", audience=Level.SUPPORTER,
          label="受け入れを確かめた日", page="intake", missed=False, day_of="intake",
          hint="受け入れを変えて確かめたときは、書かなくてもその日になります。例：2026-04-01、令和8年4月1日"),
    Field(name="consent", heading="掲載同意", shape=shapes.term(words.CONSENT), section="publishing",
          audience=Level.STAFF, never_empty=True, missed=False,
          hint="団体から、この地図に載せてよいと言ってもらったかどうかです。"),
    Field(name="publish_from", heading="掲載開始日", shape=DAY, section="publishing", order=2, audience=Level.STAFF,
          missed=False, in_geojson=False, hint="この日から。例：2026-04-01、令和8年4月1日"),
    Field(name="publish_until", heading="掲載終了日", shape=DAY, section="publishing", order=2, audience=Level.STAFF,
          missed=False, in_geojson=False, hint="この日まで。決まっていなければ空けておきます。"),
    RowColumn(ASSURED_ON),
    Field(name="supporter_note", heading="支援者向けメモ", shape=TEXT, section="notes", audience=Level.SUPPORTER,
          missed=False, searched=True, hint="支援者と職員が読みます。一般には出ません。"),
    Field(name="staff_note", heading="職員向けメモ", shape=TEXT, section="notes", audience=Level.OFFICE,
          missed=False, searched=True,
          hint="自分の所属の職員だけが読みます。相談者の名前は書かないでください。"),
    Field(name="remarks", heading="備考", shape=TEXT, section="notes", missed=False, searched=True,
          hint="「そのほか」として、ページのおわりに出ます。"),
)

#: The fields that stand in several columns; their cells are read by `place_cells` and `contacts`.
STRUCTURED: tuple[Field, ...] = (
    Field(name="places", heading="場所", shape=shapes.PLACES, section="where", label="場所と日時", searched=True,
          asked=Asked("場所と、曜日や時間は、このままでよろしいですか。", 3)),
    Field(name="contacts", heading="連絡先", shape=shapes.CONTACTS, section="contact",
          asked=Asked("電話番号やメールは、このままでよろしいですか。", 4)),
)

#: Fields of one column.
SIMPLE: tuple[Field, ...] = tuple(row for row in COLUMNS if isinstance(row, Field))
#: Parts of one place in the `places` claim: part → (heading, reader).
PLACE_PARTS: dict[str, tuple[str, Callable[[str], Reading]]] = {
    row.name: (row.heading, row.read) for row in COLUMNS if isinstance(row, PlacePart)
}
#: Types of contact in the `contacts` claim: type → heading.
CONTACT_TYPES: dict[str, str] = {row.name: row.heading for row in COLUMNS if isinstance(row, ContactType)}
#: Headings of the registry's own list, in the order it is written.
HEADINGS: tuple[str, ...] = tuple(row.heading for row in COLUMNS)

#: Every field that a claim can be about, in the order that a person reads an entry.
FIELDS: tuple[Field, ...] = (*SIMPLE, *STRUCTURED)
NAMES: tuple[str, ...] = tuple(field.name for field in FIELDS)
BY_NAME: dict[str, Field] = {field.name: field for field in FIELDS}
BY_HEADING: dict[str, Field] = {field.heading: field for field in SIMPLE}

#: A field without a value would tell more than somebody meant, or leave the entry without a name.
NEVER_EMPTY = frozenset(field.name for field in FIELDS if field.never_empty)
#: Fields whose audience is their own; the others rule the entry as a whole or belong to those they are written for.
OWN_AUDIENCE: tuple[str, ...] = tuple(field.name for field in FIELDS if field.own_audience)
#: Fields beside which it is told who reads them: the others rule the entry as a whole, or all that see it read them.
WITH_AUDIENCE: tuple[str, ...] = OWN_AUDIENCE + tuple(
    field.name for field in FIELDS if field.audience in (Level.SUPPORTER, Level.OFFICE)
)
#: Fields that are for staff alone where 位置の公開 keeps the place back.
TELL_WHERE = frozenset(field.name for field in SIMPLE if field.tells_where)
#: Field → the field that holds the day on which it was found true.
DAYS: dict[str, str] = {field.day_of: field.name for field in SIMPLE if field.day_of}
#: Fields that a call asks for, in its order.
ASKED: tuple[tuple[Field, Asked], ...] = tuple(sorted(
    ((field, field.asked) for field in FIELDS if field.asked), key=lambda pair: pair[1].order,
))


def heading_of(field: str) -> str:
    """What a claimed field is called on the screen and, unless it is structured, in lists."""
    return BY_NAME[field].heading


def label_of(field: str) -> str:
    """What a claimed field is called where somebody fills it in."""
    return BY_NAME[field].label


def default_audience(field: str) -> Level:
    """Who may see a claimed value of this field unless its claim says otherwise."""
    return BY_NAME[field].audience


def of_section(section: str) -> tuple[Field, ...]:
    """The fields of a part of the form, in its order."""
    return tuple(sorted((f for f in FIELDS if f.section == section), key=lambda f: f.order))


def of_page(page: str) -> tuple[Field, ...]:
    """The fields that a part of an entry's page shows, in its order."""
    return tuple(sorted((f for f in FIELDS if f.page == page), key=lambda f: f.order))
