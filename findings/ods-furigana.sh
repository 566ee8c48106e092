#!/usr/bin/env bash
# Library:  python-calamine 0.9.1, odfdo 3.27.3, pyexcel-ods3 0.6.1 (PyPI), xlsx 0.18.5 (npm); file made by odfpy 1.4.1
# Question: what does a reader of OpenDocument sheets make of a name with furigana (the format's text:ruby)?
# Guess:    all four give the name without its reading.
# Seen:     three run the two together, 奥戸おくど地区センター; pyexcel-ods3 loses the name, and 地区センター is left.
# Matters:  the same list saved by two offices holds two names for one place, or a name that fits every 地区センター.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
export PYTHONUTF8=1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
  odfpy==1.4.1 python-calamine==0.9.1 odfdo==3.27.3 pyexcel-ods3==0.6.1
npm install --silent --no-audit --no-fund --prefix . xlsx@0.18.5

cat > look.py <<'EOF'
import odfdo
import pyexcel_ods3
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P, Ruby, RubyBase, RubyText
from python_calamine import CalamineWorkbook

book, sheet, row = OpenDocumentSpreadsheet(), Table(name="一覧"), TableRow()
cell, name, ruby = TableCell(valuetype="string"), P(), Ruby()
ruby.addElement(RubyBase(text="奥戸"))
ruby.addElement(RubyText(text="おくど"))
name.addElement(ruby)
name.addText("地区センター")
cell.addElement(name)
row.addElement(cell)
sheet.addElement(row)
book.spreadsheet.addElement(sheet)
book.save("list.ods")

print("calamine:", CalamineWorkbook.from_path("list.ods").get_sheet_by_index(0).to_python()[0][0])
print("odfdo:", odfdo.Document("list.ods").body.get_table(0).get_values()[0][0])
print("pyexcel-ods3:", pyexcel_ods3.get_data("list.ods")["一覧"][0][0])
EOF
cat > look.cjs <<'EOF'
const { readFile } = require("xlsx");
console.log("xlsx:", readFile("list.ods").Sheets["一覧"].A1.v);
EOF
{ venv/bin/python look.py; node look.cjs; } | tee output

diff output - <<'EOF' || { echo 'Changed: > was seen, < is seen now.' >&2; exit 1; }
calamine: 奥戸おくど地区センター
odfdo: 奥戸おくど地区センター
pyexcel-ods3: 地区センター
xlsx: 奥戸おくど地区センター
EOF
echo 'As seen.'
