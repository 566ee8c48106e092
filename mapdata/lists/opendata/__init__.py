"""Lists under the headings of the local governments' open-data standards → the registry's own columns.

`understand` says what each column of a heading row is; `combine` makes the registry's cells of one row.

Which standard each table of `headings` follows:

- The older generation, 推奨データセット (内閣官房IT総合戦略室, later デジタル庁): 都道府県コード又は市区町村コード,
  NO, 都道府県名, 市区町村名, 名称, 住所, 方書 … for 公共施設一覧, 子育て施設一覧, 介護サービス事業所一覧 and
  イベント一覧. Its headings were checked against public data models made from its definitions, all four lists.
- The newer generation, 自治体標準オープンデータセット (デジタル庁): 全国地方公共団体コード, ID, 地方公共団体名,
  所在地_連結表記 and its parts, 建物名等(方書), 連絡先FormURL … Checked against published lists of several cities:
  the common headings, 公共施設一覧 (車椅子可, バリアフリートイレ …) and 子育て施設一覧 (受入年齢, 病児保育の有無 …)
  nearly whole; イベント一覧 and 介護サービス事業所一覧 in part, the rest being the older headings carried over.
- Two relatives that wards meet as often: the nationwide event lists of the base registry (主催団体, 申込期限日,
  住所町名 …) and 厚生労働省's 介護サービス情報公表 lists (事業所名カナ, サービスの種類, 方書（ビル名等） …).

都道府県名, 市区町村名 and 地方公共団体名 name whoever keeps the list, not where a place is: no address is made of them.
Nothing here ever makes 公開範囲, 掲載同意 or 位置の公開: that a list is public elsewhere publishes nothing here.
"""

from mapdata.lists.opendata.combining import combine, feeds
from mapdata.lists.opendata.understanding import Understanding, understand

__all__ = ["Understanding", "combine", "feeds", "understand"]
