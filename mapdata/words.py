"""The one table between the code's words (HSDS and ours) and the screen's Japanese.

The order of the terms in a vocabulary is that of the choices on the screen, and in filters of their bits
(`Vocabulary.columns`): append there, never reorder.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mapdata.sentences import say


class Level(StrEnum):
    """Who may see an entry or a value (公開範囲), widest first."""

    PUBLIC = "public"
    SUPPORTER = "supporter"
    STAFF = "staff"
    OFFICE = "office"

    def is_within(self, other: "Level") -> bool:
        """Whether these readers are no more than the others; of one office, no more than of all staff."""
        return _RANK[self] >= _RANK[other]

    @property
    def rank(self) -> int:
        """The narrower, the greater."""
        return _RANK[self]


_RANK: Mapping[Level, int] = {level: rank for rank, level in enumerate(Level)}


def narrowest(levels: Iterable[Level]) -> Level:
    """The fewest readers of several. Raises ValueError for none."""
    return max(levels, key=_RANK.__getitem__)


@dataclass(frozen=True)
class Term:
    """One taxonomy term: its code, its label, what else a list may call it, and what a form says beside the choice."""

    code: str
    label: str
    aliases: tuple[str, ...] = ()
    meaning: str = ""


@dataclass(frozen=True)
class Status(Term):
    """状態: a term with all that follows from it."""

    #: The widest circle that may see an entry in it.
    seen_by: Level = Level.STAFF
    #: The word that rows, cards and pages of such an entry carry, and a sentence on its page.
    mark: str = ""
    sentence: str = ""
    #: As the organisation says it of itself; "" where that is not for it to say.
    own_words: str = ""
    #: A map draws it grey, with 「やすみ」.
    is_resting: bool = False
    #: Nobody is asked about it any more: not whether it still holds, nor whether it is another entry.
    has_ended: bool = False
    #: The statuses that a button leads on to, with the button's words.
    steps: tuple[tuple[str, str], ...] = ()

    @property
    def is_public(self) -> bool:
        """Everyone may see an entry in it, if its audience and consent say so too."""
        return self.seen_by == Level.PUBLIC

    @property
    def is_open(self) -> bool:
        """Public, and nothing has to be said of it."""
        return self.is_public and not self.mark

    @property
    def is_to_come(self) -> bool:
        """Still being written or set up."""
        return not self.is_public and not self.has_ended


@dataclass(frozen=True)
class Consent(Term):
    """掲載同意: a term, and whether everyone may see an entry with it."""

    may_publish: bool = False


_COLUMN_BITS = 31
_COLUMN = (1 << _COLUMN_BITS) - 1


@dataclass(frozen=True)
class Vocabulary:
    """An ordered set of terms, as many as one likes; `bit`, `mask` and `columns` follow that order."""

    name: str
    label: str
    terms: tuple[Term, ...]
    _by_code: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_code", {t.code: i for i, t in enumerate(self.terms)})

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self._by_code)

    def bit(self, code: str) -> int:
        """The position of a term's bit. Raises KeyError for a code that is not ours."""
        return self._by_code[code]

    @property
    def meanings(self) -> dict[str, str]:
        """What a form says beside each choice, by code."""
        return {term.code: term.meaning for term in self.terms if term.meaning}

    def label_of(self, code: str) -> str:
        return self.terms[self._by_code[code]].label

    def mask(self, codes: Iterable[str]) -> int:
        """The bits of those codes set, as one integer."""
        total = 0
        for code in codes:
            total |= 1 << self._by_code[code]
        return total

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of numbers in which entries carry its terms, 31 to a column, as the browser's numbers of 32 bits
        have a sign: `need`, and from the 32nd term on `need.1`, `need.2` … (static/js/finder/filter.js)."""
        further = range(1, -(-len(self.terms) // _COLUMN_BITS))
        return (self.name, *(f"{self.name}.{number}" for number in further))

    def part(self, mask: int, number: int) -> int:
        """What of a mask stands in the column of that number."""
        return mask >> number * _COLUMN_BITS & _COLUMN

    def bits_in(self, number: int) -> Iterator[tuple[str, int]]:
        """The codes whose terms the column of that number holds, each with its bit there."""
        held = self.codes[number * _COLUMN_BITS:(number + 1) * _COLUMN_BITS]
        return ((code, 1 << bit) for bit, code in enumerate(held))


def _terms(*rows: tuple[str, ...]) -> tuple[Term, ...]:
    return tuple(Term(code, label, tuple(aliases)) for code, label, *aliases in rows)


KIND = Vocabulary("kind", "種別", _terms(
    ("ibasho", "居場所"),
    ("group", "団体・会", "団体", "会", "グループ"),
    ("organization", "支援機関", "機関"),
    ("programme", "事業・催し", "事業", "催し", "イベント"),
))

NEED = Vocabulary("need", "困りごと", _terms(
    ("hikikomori", "ひきこもり", "引きこもり"),
    ("isolation", "孤独・孤立", "孤独", "孤立"),
    ("school_refusal", "不登校"),
    ("family_8050", "8050・家族の悩み", "8050", "8050問題", "家族の悩み"),
    ("work", "しごと・就労", "しごと", "仕事", "就労"),
    ("money", "お金・生活", "お金", "生活", "生活困窮"),
    ("mental_health", "こころの健康", "心の健康", "メンタルヘルス"),
    ("disability", "障害", "障がい"),
    ("elderly_care", "高齢・介護", "高齢", "介護"),
    ("parenting", "子育て"),
    ("carer", "介護者・ヤングケアラー", "介護者", "ヤングケアラー", "ケアラー"),
    ("housing", "住まい", "住居"),
    ("addiction", "依存症", "依存"),
    ("foreign_residents", "外国につながる方", "外国人"),
))

AGE_GROUP = Vocabulary("age", "年齢層", _terms(
    ("elementary", "小学生"),
    ("teen", "中高生"),
    ("young", "若者"),
    ("middle", "中高年"),
    ("senior", "高齢", "高齢者"),
))

#: First and last year of age of each group, both included (None: no upper end).
AGE_RANGES: dict[str, tuple[int, int | None]] = {
    "elementary": (6, 11),
    "teen": (12, 17),
    "young": (18, 39),
    "middle": (40, 64),
    "senior": (65, None),
}

ANY_AGE_LABEL = say("年齢不問")

ACTIVITY = Vocabulary("activity", "活動の種類", _terms(
    ("ibasho", "居場所・フリースペース", "居場所", "フリースペース"),
    ("peer_group", "当事者会"),
    ("family_group", "家族会"),
    ("consultation", "相談"),
    ("study", "学習支援"),
    ("work_experience", "就労体験・就労支援", "就労体験", "就労支援"),
    ("hobby", "趣味・創作", "趣味", "創作"),
    ("exercise", "運動・健康", "運動", "健康"),
    ("meal", "食事・こども食堂", "食事", "こども食堂", "子ども食堂"),
    ("volunteer", "ボランティア"),
    ("outreach", "訪問支援", "訪問"),
    ("online", "オンライン"),
    ("lecture", "講演会・講座", "講演会", "講座"),
    ("exchange", "交流会"),
))

EASE = Vocabulary("ease", "参加しやすさ", _terms(
    ("silent_ok", "話さなくてよい"),
    ("leave_anytime", "途中退出できる", "途中退出可"),
    ("watch_only", "見学だけでよい", "見学可"),
    ("camera_off", "カメラオフ可"),
    ("small_group", "少人数"),
    ("private_room", "個室"),
    ("companion_ok", "付き添い可", "付添い可"),
    ("staff_accompany", "職員の同行", "職員同行"),
    ("family_only", "家族だけで可", "家族のみ可"),
    ("anonymous_ok", "匿名可"),
    ("no_booking", "予約不要"),
    ("no_phone", "電話しなくてよい（メール・LINE・フォーム）", "電話しなくてよい", "電話不要"),
    ("free", "無料"),
    ("women_only", "女性のみの時間", "女性のみ"),
    ("evening", "夜間"),
    ("wheelchair", "車いす", "車いす可", "車椅子"),
    ("pickup", "送迎", "送迎あり"),
    ("sign_writing", "手話・筆談", "手話", "筆談"),
))

WAY = Vocabulary("way", "つながり方", _terms(
    ("phone_online", "電話・オンライン", "電話"),
    ("home_visit", "来てもらう"),
    ("family_talk", "家族が相談"),
    ("quiet_place", "静かな居場所"),
    ("small_gathering", "小さな集まり"),
    ("activity", "活動・ボランティア"),
    ("work_trial", "しごと体験"),
))

#: Activities and ways that need no place.
REMOTE = frozenset({"online", "phone_online"})

#: The filters whose choices are bits, in the order of the page.
FILTERS: tuple[Vocabulary, ...] = (NEED, AGE_GROUP, ACTIVITY, WAY, EASE, KIND)


AUDIENCE = Vocabulary("audience", "公開範囲", _terms(
    (Level.PUBLIC, "公開", "一般公開"),
    (Level.SUPPORTER, "支援者まで", "支援者"),
    (Level.STAFF, "両職員まで", "職員まで", "両職員"),
    (Level.OFFICE, "自所属のみ", "所属のみ"),
))

#: From what lets most people see an entry to what lets fewest: where two lists disagree, the later one holds.
CONSENT = Vocabulary("consent", "掲載同意", (
    Consent("yes", "あり", ("有", "同意あり"), may_publish=True, meaning="書面やメールでもらいました。"),
    Consent("oral", "口頭", ("口頭同意",), may_publish=True, meaning="口頭でもらいました。"),
    Consent("unconfirmed", "未確認", meaning="まだ聞いていません。"),
    Consent("no", "なし", ("無", "同意なし"), meaning="載せないでほしいと言われました。"),
))

PRECISION = Vocabulary("location_precision", "位置の公開", _terms(
    ("exact", "正確な位置", "公開", "正確"),
    ("area", "町丁目まで", "町丁目", "エリア"),
    ("hidden", "非公開", "位置は非公開"),
))

STATUS = Vocabulary("status", "状態", (
    Status(
        "draft", "下書き", meaning="書いているところ。職員だけが見られます。",
        steps=(("active", "公開中にする"), ("preparing", "準備中にする")),
    ),
    Status(
        "preparing", "準備中", seen_by=Level.SUPPORTER, meaning="はじまる前。支援者まで見られます。",
        mark="準備中", sentence="はじまる準備をしているところです。",
        steps=(("active", "公開中にする"), ("draft", "下書きにもどす")),
    ),
    Status(
        "active", "公開中", ("活動中",), seen_by=Level.PUBLIC, meaning="いま活動しています。",
        own_words="活動しています",
        steps=(("paused", "休止中にする"), ("closed", "終了にする"), ("draft", "下書きにもどす")),
    ),
    Status(
        "paused", "休止中", ("休止",), seen_by=Level.PUBLIC, meaning="休んでいます。「休止中」のしるしが付きます。",
        mark="休止中", sentence="いまは休んでいます。再開については、連絡先に聞いてみてください。",
        own_words="休んでいます", is_resting=True, steps=(("active", "再開する（公開中）"), ("closed", "終了にする")),
    ),
    Status(
        "closed", "終了", ("閉鎖",), meaning="終わりました。職員だけが見られ、記録として残ります。", has_ended=True,
        steps=(("active", "再開する（公開中）"), ("draft", "下書きにもどす")),
    ),
))
#: Those that the code itself gives: to what is new, to what is looked at as if it were published, to what is told to be
#: over.
DRAFT, ACTIVE, CLOSED = "draft", "active", "closed"
CONSENTED, REFUSED = "yes", "no"

#: What rules an entry as a whole where nobody says anything of it: the narrow reading.
UNSAID: Mapping[str, str] = {
    "audience": Level.STAFF.value, "status": DRAFT, "consent": "unconfirmed", "location_precision": "exact",
}


def status(code: object) -> Status:
    """What follows from a status; of one that is none of ours (a later version wrote it) that staff alone see it."""
    found = STATUS.terms[STATUS.bit(str(code))] if code in STATUS else None
    return found if isinstance(found, Status) else Status(str(code), str(code))


def consent(code: object) -> Consent:
    """What follows from a consent; one that is none of ours publishes nothing."""
    found = CONSENT.terms[CONSENT.bit(str(code))] if code in CONSENT else None
    return found if isinstance(found, Consent) else Consent(str(code), str(code))


#: Whether a place can take somebody new at present.
INTAKE = Vocabulary("intake", "受け入れ", _terms(
    ("accepts", "受けられる", "受入可", "受け入れ可", "可"),
    ("ask_first", "先に連絡", "要連絡", "要相談"),
    ("difficult", "いまは難しい", "今は難しい", "受入不可", "受け入れ不可", "不可"),
))

#: Vocabularies that are no filters, and whose labels nobody changes.
FIXED: tuple[Vocabulary, ...] = (AUDIENCE, CONSENT, PRECISION, STATUS, INTAKE)


def age_groups(min_age: int | None, max_age: int | None) -> tuple[str, ...]:
    """The age groups a range of years touches; both ends included, None is open.

    `age_groups(18, None)` → young, middle, senior. Call it only when at least one end is known.
    """
    low, high = min_age or 0, 999 if max_age is None else max_age
    return tuple(
        code for code, (first, last) in AGE_RANGES.items()
        if low <= (999 if last is None else last) and high >= first
    )
