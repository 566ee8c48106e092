#!/usr/bin/env bash
# Library:  agate 1.14.2 with pytimeparse 1.1.10 (PyPI), on which csvkit stands
# Question: does a column of starting times, 13:30, survive from_csv and to_csv?
# Guess:    it stays the text 13:30.
# Seen:     it becomes a length of time, thirteen minutes and a half, and is written as 0:13:30.
# Matters:  a list that was only sorted with such a tool and sent back opens every place some minutes past midnight.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
export PYTHONUTF8=1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check agate==1.14.2 pytimeparse==1.1.10

cat > list.csv <<'EOF'
名称,開始時間,終了時間
ふじカフェ,10:00,12:00
さくらサロン,13:30,15:30
いちょう会,9:30,11:45
EOF
cat > look.py <<'EOF'
import agate

table = agate.Table.from_csv("list.csv")
print(*(f"{column.name}:{type(column.data_type).__name__}" for column in table.columns))
print("seconds:", *(int(start.total_seconds()) for start in table.columns["開始時間"].values()))
table.to_csv("back.csv")
print(open("back.csv").read(), end="")
EOF
venv/bin/python look.py | tee output

diff output - <<'EOF' || { echo 'Changed: > was seen, < is seen now.' >&2; exit 1; }
名称:Text 開始時間:TimeDelta 終了時間:TimeDelta
seconds: 600 810 570
名称,開始時間,終了時間
ふじカフェ,0:10:00,0:12:00
さくらサロン,0:13:30,0:15:30
いちょう会,0:09:30,0:11:45
EOF
echo 'As seen.'
