"""The one table between the code's words (HSDS and ours) and the screen's Japanese.

The order of the terms in a vocabulary is the order of their bits in the pins payload
and of the choices on the screen: append, never reorder.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True)
class Term:
    """One taxonomy term: its code, its label and what else a list may call it."""

    code: str
    label: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """An ordered set of terms; `bit` and `mask` follow that order."""

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

    def label_of(self, code: str) -> str:
        return self.terms[self._by_code[code]].label

    def mask(self, codes: Iterable[str]) -> int:
        """The bits of those codes set, as one integer."""
        total = 0
        for code in codes:
            total |= 1 << self._by_code[code]
        return total


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

ANY_AGE_LABEL = "年齢不問"

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

#: The filters whose choices are bits, in the order of the page.
FILTERS: tuple[Vocabulary, ...] = (NEED, AGE_GROUP, ACTIVITY, WAY, EASE, KIND)


class Level(StrEnum):
    """Who may see an entry or a value (公開範囲), widest first."""

    PUBLIC = "public"
    SUPPORTER = "supporter"
    STAFF = "staff"
    OFFICE = "office"


AUDIENCE = Vocabulary("audience", "公開範囲", _terms(
    (Level.PUBLIC, "公開", "一般公開"),
    (Level.SUPPORTER, "支援者まで", "支援者"),
    (Level.STAFF, "両職員まで", "職員まで", "両職員"),
    (Level.OFFICE, "自所属のみ", "所属のみ"),
))

CONSENT = Vocabulary("consent", "掲載同意", _terms(
    ("yes", "あり", "有", "同意あり"),
    ("oral", "口頭", "口頭同意"),
    ("unconfirmed", "未確認"),
    ("no", "なし", "無", "同意なし"),
))

PRECISION = Vocabulary("location_precision", "位置の公開", _terms(
    ("exact", "正確な位置", "公開", "正確"),
    ("area", "町丁目まで", "町丁目", "エリア"),
    ("hidden", "非公開", "位置は非公開"),
))

STATUS = Vocabulary("status", "状態", _terms(
    ("draft", "下書き"),
    ("preparing", "準備中"),
    ("active", "公開中", "活動中"),
    ("paused", "休止中", "休止"),
    ("closed", "終了", "閉鎖"),
))

#: How a point was found (geocode levels), as the card says it.
PLACED_BY: dict[str, str] = {
    "point": "登録された位置",
    "block": "街区の代表点（おおよその位置）",
    "chome": "町丁目の代表点（おおよその位置）",
    "town": "町の中心（おおよその位置）",
}


def age_groups(min_age: int | None, max_age: int | None) -> tuple[str, ...]:
    """The age groups a range of years touches; both ends included, None is open.

    `age_groups(18, None)` → young, middle, senior. Call it only when at least one end is known.
    """
    low, high = min_age or 0, 999 if max_age is None else max_age
    return tuple(
        code for code, (first, last) in AGE_RANGES.items()
        if low <= (999 if last is None else last) and high >= first
    )
