#!/usr/bin/env bash
# Library:  xlsx 0.18.5 and numfmt 4.0.1 (npm), which show a cell as its number format says
# Question: what do they show for Excel's Japanese formats of a day: ggge年m月d日 (令和8年11月28日) and (aaa) for （土）?
# Guess:    numfmt shows 令和8年11月28日 and 土; xlsx shows the Western year, or a wrong era.
# Seen:     xlsx prints the letters of the format, ggg2026年11月28日 and 2026年11月28日(aaa); numfmt prints 2026年 where the
#           era should stand, and Sat unless the format names Japan.
# Matters:  a list previewed or turned into CSV in the browser shows the public 「ggg2026年」 and 「(aaa)」.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm install --silent --no-audit --no-fund --prefix . xlsx@0.18.5 numfmt@4.0.1

cat > look.mjs <<'EOF'
import * as numfmt from "numfmt";
import XLSX from "xlsx";

const formats = ['[$-411]ggge"年"m"月"d"日"', 'yyyy"年"m"月"d"日"(aaa)', "[$-411]aaaa"];
const SATURDAY = 46354; // 2026-11-28 as Excel counts days
const sheet = { "!ref": "A1:C1" };
formats.forEach((z, column) => (sheet[XLSX.utils.encode_cell({ r: 0, c: column })] = { t: "n", v: SATURDAY, z }));
const file = XLSX.write({ SheetNames: ["一覧"], Sheets: { 一覧: sheet } }, { type: "buffer" });
const read = XLSX.read(file, { cellNF: true }).Sheets["一覧"];
for (const [column, format] of formats.entries()) {
  const cell = read[XLSX.utils.encode_cell({ r: 0, c: column })];
  console.log(format, "| xlsx:", cell.w, "| numfmt:", numfmt.format(format, SATURDAY));
}
EOF
TZ=UTC node look.mjs | tee output

diff output - <<'EOF' || { echo 'Changed: > was seen, < is seen now.' >&2; exit 1; }
[$-411]ggge"年"m"月"d"日" | xlsx: ggg2026年11月28日 | numfmt: 2026年11月28日
yyyy"年"m"月"d"日"(aaa) | xlsx: 2026年11月28日(aaa) | numfmt: 2026年11月28日(Sat)
[$-411]aaaa | xlsx: $aaaa | numfmt: 土曜日
EOF
echo 'As seen.'
