"""What lists call their columns: tables of headings, folded so that the way of writing does not matter.

A column becomes one of the registry's own headings, or an intermediate name that `combining` makes cells of.
Which standard the headings come from is told in the package's docstring; the everyday ones (TEL, フリガナ,
ホームページ …) are how offices head their own lists.
"""


from mapdata.fields.field_table import HEADINGS
from mapdata.fields.folding import one_width

_NAMES = """
    名称 施設名 施設名称 団体・施設名 施設・団体名 事業所名 事業所名称 事業所の名称 介護サービス事業所名称
    介護サービス事業所名 イベント名 イベント名称 イベントタイトル 行事名 催し名 事業名 サロン名 グループ名
    会の名称 居場所名 資源名 窓口名 相談窓口名 機関名 園名 店名 名前
""".split()
_READINGS = "カナ かな フリガナ ふりがな のフリガナ のふりがな ヨミ よみ 読み よみがな 読み仮名".split()

#: The registry's own heading → what else that column is called.
OURS: dict[str, str] = {
    "管理番号": "NO № ID 番号 通し番号 連番 整理番号 管理NO 管理ID 登録番号 施設ID 識別番号 レコード番号",
    "名称": " ".join(_NAMES),
    "名称_カナ": " ".join([*_READINGS[:4], *_READINGS[6:], "カナ名称", *(n + r for n in _NAMES for r in _READINGS)]),
    "運営団体": """
        団体名 団体名称 運営団体名 運営主体 運営主体名 運営法人 運営法人名 運営者 実施主体 実施団体 法人名
        法人名称 法人の名称 設置者 設置主体 経営主体 事業者名 事業者名称 主催 主催者 主催者名 主催団体""",
    "説明": "説明文 概要 内容 活動内容 事業内容 事業概要 実施内容 サービス内容 イベント内容 紹介文 詳細",
    "対象者": "対象 対象者等 利用対象 利用対象者 対象となる方 参加資格 参加条件 参加条件_詳細 利用条件",
    "対象地域": "対象区域 実施地域 提供地域 サービス提供地域 通常の事業の実施地域 利用対象地域 活動地域",
    "開催日時": """
        開催日 開催時間 開催日・時間 日時 活動日 活動日時 活動時間 実施日時 利用日時 利用時間 利用可能時間
        営業日 営業時間 開館時間 開所時間 開所日 開設時間 開設日時 受付時間 相談時間 相談日時 曜日・時間""",
    "料金": "利用料 利用料金 費用 参加費 参加料 会費 使用料 入場料",
    "申込方法": "参加申込方法 申込み方法 申し込み方法 申込 申込み 申し込み 予約方法 利用方法 利用手続き 申請方法",
    "郵便番号": "郵便 施設郵便番号 事業所郵便番号",
    "住所": """
        所在地 住所地 住所・所在地 所在地・住所 施設住所 施設所在地 事業所住所 事業所所在地 会場住所 会場所在地
        開催場所住所 活動場所住所""",
    "方書": """
        建物名等(方書) 建物名等 建物名 建物名称 施設方書 方書（ビル名等） 方書き ビル名 ビル名等
        建物名・部屋番号 建物・部屋番号 住所2""",
    "緯度": "lat latitude 北緯 事業所緯度 施設緯度 緯度(10進法) 緯度(10進) 緯度(世界測地系)",
    "経度": "lng lon long longitude 東経 事業所経度 施設経度 経度(10進法) 経度(10進) 経度(世界測地系)",
    "最寄り駅": "最寄駅 最寄りの駅 最寄駅・バス停 アクセス アクセス方法 交通アクセス 交通 交通手段 交通案内",
    "電話番号": """
        電話 TEL 電話番号1 電話番号2 電話番号3 電話1 電話2 TEL1 TEL2 TEL番号 代表電話 代表電話番号
        電話番号(代表) 連絡先電話 連絡先電話番号 連絡先TEL 連絡先（電話） 施設電話番号 事業所電話番号
        電話番号（事業所） 問合せ電話番号 問い合わせ電話番号 問い合わせ先電話番号 問合せ先電話番号 携帯電話
        携帯電話番号""",
    "FAX番号": """
        FAX FAX1 FAX2 ファックス ファクス ファクシミリ ファックス番号 ファクス番号 ファクシミリ番号 連絡先FAX
        連絡先FAX番号 施設FAX番号 事業所FAX番号""",
    "メール": """
        メールアドレス Eメール E-mail mail Eメールアドレス E-mailアドレス mailアドレス 電子メール
        電子メールアドレス 連絡先メールアドレス 連絡先メール メルアド""",
    "URL": """
        ホームページ ホームページURL ホームページアドレス HP HPURL HPアドレス ウェブサイト ウェブサイトURL
        WEBサイト WEBサイトURL WEB WEBページ サイト サイトURL 公式サイト 公式ホームページ URL（公式） リンク
        施設URL 事業所URL URL1 URL2 コンテンツURL""",
    "使える言語": "対応言語 使用言語 言語 対応可能言語",
    "確認日": "最終確認日 情報確認日",
    "備考": "備考欄 特記事項 補足 その他 留意事項 注意事項",
}

#: Intermediate name → headings; `combining` makes cells of these.
BETWEEN: dict[str, str] = {
    "所在地_連結表記": "所在地_連結標記",
    "所在地_都道府県": "住所都道府県 施設所在地_都道府県 都道府県",
    "所在地_市区町村": "住所市区町村 施設所在地_市区町村 事業所住所（市区町村） 市区町村",
    "所在地_町字": "住所町名 施設所在地_町字 町字 町名",
    "所在地_番地以下": """
        住所丁目以下 施設所在地_番地以下 事業所住所（番地以降） 番地以下 番地以降 番地 丁目番地 丁目以下""",
    "緯度経度": "緯度・経度 緯度、経度 経緯度 位置座標 座標",
    "場所名称": "会場 会場名 会場名称 場所 場所名 開催場所 実施場所 活動場所",
    "利用可能曜日": "利用曜日 営業曜日 開催曜日 活動曜日 実施曜日 開所曜日 曜日",
    "開始時間": "開始時刻 利用開始時間 利用開始時刻 開催開始時間",
    "終了時間": "終了時刻 利用終了時間 利用終了時刻 開催終了時間",
    "日時の特記事項": """
        利用可能日時特記事項 利用可能日時特記 利用可能曜日特記事項 利用可能時間特記事項 開始日時特記事項
        開催日時特記事項 利用可能曜日特記事項（留意事項） 日時備考 開催パターン""",
    "休業日": "定休日 休館日 休所日 休園日 休み",
    "対象年齢": "受入年齢 受入れ年齢 受け入れ年齢 受入可能年齢 利用年齢 利用可能年齢 参加年齢 保育年齢 年齢",
    "料金(基本)": "基本料金",
    "料金(詳細)": "料金備考 料金詳細等",
    "料金種別": "料金区分 有料無料区分 有料・無料",
    "申込開始日": "参加申込開始日 申込受付開始日",
    "申込開始時間": "参加申込開始時間 申込開始時刻",
    "申込終了日": "参加申込終了日 申込期限日 申込期限 申込締切 申込締切日 申込み締切 申込み締切日 締切 締切日 締め切り",
    "申込終了時間": "参加申込終了時間 申込期限時刻 申込締切時間 申込締切時刻",
    "内線番号": "内線 連絡先内線番号 連絡先内線",
    "連絡先名称": "連絡先名 問い合わせ先名称 問合せ先名称",
    "連絡先FormURL": "連絡先フォームURL 問い合わせフォーム 問合せフォーム お問い合わせフォーム 問い合わせフォームURL",
    "申込フォーム": "申込URL 参加申込URL 申込フォームURL 参加申込フォーム 予約URL",
    "実施サービス": "提供サービス サービスの種類 サービス種類 サービス種別 介護サービスの種類",
    "バリアフリー情報": "バリアフリー対応 バリアフリー設備",
    "定員": "収容定員 募集人数 募集定員 定員数 利用定員 入所定員",
}

#: Yes-or-no columns about access that become one text.
ACCESS_FLAGS: tuple[str, ...] = (
    "車椅子可", "車椅子貸出", "バリアフリートイレ", "多目的トイレ", "オストメイト対応トイレ", "点字や読上による支援",
    "点字ブロック等の移動支援", "スロープ、エレベータ、エスカレータ", "盲導犬・介助犬、聴導犬同伴", "優先駐車場",
    "授乳室", "おむつ替えコーナー", "ベビーカー貸出", "ベビーカー利用",
)

#: Intermediate name, which is also the label in 備考 → headings. Facts the registry has no column for.
REMARKS: dict[str, str] = {
    "通称": "名称_通称 名称（通称） 略称 愛称",
    "サブタイトル": "",
    "施設の種別": "施設種別 施設区分 施設分類 施設の種類 事業種別 園種別",
    "イベントの種類": "イベント種類 イベント種別 イベント分類 カテゴリー カテゴリ ジャンル",
    "開催の状態": "開催状況 開催状態",
    "サブイベント": "",
    "集合場所": "",
    "共催": "共催団体 共催者 共催協力",
    "関係団体": "その他関係団体 協力団体 後援",
    "駐車場": "駐車場情報 駐車場の有無 駐車場_有無",
    "駐輪場": "駐輪場情報 駐輪場の有無",
    "一時預かり": "一時預かりの有無",
    "病児保育": "病児保育の有無",
    "子供の預かり（料金の種別）": "子供預かり料金種別 子ども預かり料金種別",
    "子供の預かり（料金）": "子供預かり料金 子ども預かり料金",
    "子供の預かり（料金の備考）": "子供預かり料金備考 子ども預かり料金備考",
    "子供の預かり（開所）": "子供預かり開所時間 子ども預かり開所時間",
    "子供の預かり（閉所）": "子供預かり閉所時間 子ども預かり閉所時間",
    "託児": "託児所_有無 託児所_詳細 託児の有無",
    "飲食": "飲食可否 飲食の可否",
    "フリーWi-Fi": "",
    "外国語対応": "多言語対応 外国語対応の有無",
    "事業所番号": "介護保険事業所番号 指定事業所番号",
    "共生型サービス": "高齢者の方と障害者の方が同時一体的に利用できるサービス",
    "連絡先": "問い合わせ先 問合せ先 お問い合わせ先 問い合わせ 問合せ",
    "連絡先の備考": "連絡先備考 連絡先備考（その他、SNSなど） 連絡先備考_その他SNSなど",
}

#: Headings the standards know and the registry has no use for.
UNUSED = """
    都道府県コード又は市区町村コード 都道府県コード又は市町村コード 都道府県コード 市区町村コード 市町村コード
    全国地方公共団体コード 自治体コード 団体コード 地方公共団体名 都道府県名 市区町村名 市町村名
    所在地_全国地方公共団体コード 所在地_自治体コード 施設所在地_全国地方公共団体コード 町字ID POIコード
    法人番号 高度の種別 高度の値 標高 座標系 設置位置 認可等年月日 許可等年月日 画像 画像_ライセンス
    画像ライセンス 画像URL 画像_詳細 画像1 画像1_ライセンス 画像2 画像2_ライセンス 画像3 画像3_ライセンス
    説明_英語 説明_英字 概要_英語 概要_英字 情報更新日 最終更新日 更新日 更新年月日 登録日時 更新日時
    対象となる産業 ステージ 介護保険の通常の指定基準を満たしている 障害福祉の通常の指定基準を満たしている
    指定機関名
""".split()
_ENGLISH = [name + tongue for name in _NAMES for tongue in ("_英語", "_英字", "英語表記", "英語名")]

#: Columns that only an event list has; elsewhere the same words could mean something else.
EVENTS_ONLY = {
    "開始日": "開催開始日 開催日(開始) 開催期間(開始)",
    "終了日": "開催終了日 開催日(終了) 開催期間(終了)",
}
#: The registry's own headings that mean something else in a list of a standard.
OTHER_IN_STANDARDS = {"種別": "施設の種別", "状態": "開催の状態"}
OTHER_IN_EVENTS = {"種別": "イベントの種類"}

#: One of these, and it is the registry's own list, whatever else it has.
OWN_MARKS = """
    困りごと 活動の種類 参加しやすさ つながり方 位置の公開 公開範囲 掲載同意 支援者向けメモ 職員向けメモ
""".split()
#: One of these, and it is a list of a standard.
STANDARD_MARKS = """
    都道府県コード又は市区町村コード 都道府県コード又は市町村コード 市区町村コード 全国地方公共団体コード
    地方公共団体名 所在地_全国地方公共団体コード 所在地_連結表記 所在地_市区町村 利用可能日時特記事項
    開始日時特記事項 POIコード 名称_通称
""".split()
#: These make it a list of that kind even without a mark.
SURE_KINDS = {"events": ["イベント名"], "care": ["介護サービス事業所名称"]}
#: With a mark: the first kind of which the list has one heading (an event list: both of its days).
KIND_SIGNS = {
    "care": "実施サービス 提供サービス サービスの種類 事業所番号".split(),
    "childcare": "受入年齢 収容定員 一時預かりの有無 病児保育の有無 認可等年月日 許可等年月日".split(),
}


def fold(heading: str) -> str:
    """Letters and digits alone, half-width and small: 「Ｅ－ｍａｉｌ」 and 「e-mail」 are one."""
    text = one_width(str(heading)).replace("〒", "郵便番号")
    text = text.replace("(必須)", "").replace("(任意)", "")
    return "".join(c for c in text.lower() if c.isalnum())


def folded(headings: list[str]) -> frozenset[str]:
    return frozenset(map(fold, headings))


def _table() -> dict[str, str]:
    """Folded heading → name; the registry's own headings first, so that no alias takes theirs."""
    table = {fold(heading): heading for heading in HEADINGS}
    for names in (OURS, BETWEEN, REMARKS, dict.fromkeys(ACCESS_FLAGS, "")):
        for name, others in names.items():
            for heading in (name, *others.split()):
                table.setdefault(fold(heading), name)
    return table


TABLE = _table()
EVENTS_TABLE = {fold(h): name for name, others in EVENTS_ONLY.items() for h in (name, *others.split())}
UNUSED_FOLDED = folded([*UNUSED, *_ENGLISH]) - TABLE.keys()

#: Every intermediate name `understand` may answer; a further column of one name is numbered: 「電話番号#2」.
INTERMEDIATE: frozenset[str] = frozenset({*BETWEEN, *REMARKS, *ACCESS_FLAGS, *EVENTS_ONLY})
