#!/usr/bin/env bash
# Library:  ja-timex 0.2.8 (PyPI), which finds times and dates in Japanese text
# Question: what does it find in an address, and in 「毎月第2土曜日、午後1時半から3時」?
# Guess:    nothing in the address; a set for the Saturdays and both times, 13:30 and 15:00, in the sentence.
# Seen:     亀有3-26-1 holds the 26th of March, 立石5-13-1 the 13th of May; of 第2土曜日 only 土曜日 is left; 午後 holds
#           for the first time alone, so the meeting ends at three at night. (13時半〜15時 is read right.)
# Matters:  a notice with a place and a time becomes an event on a day that nobody named, every week instead of once
#           a month.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
export PYTHONUTF8=1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ja-timex==0.2.8

cat > look.py <<'EOF'
from ja_timex import TimexParser

parser = TimexParser()
for text in ["亀有3-26-1", "東京都葛飾区立石5-13-1", "毎月第2土曜日", "午後1時半から3時", "13時半〜15時"]:
    print(text, *(f"{found.type}:{found.value}:{found.text}" for found in parser.parse(text)), sep=" | ")
EOF
venv/bin/python look.py | tee output

diff output - <<'EOF' || { echo 'Changed: > was seen, < is seen now.' >&2; exit 1; }
亀有3-26-1 | DATE:XXXX-03-26:3-26
東京都葛飾区立石5-13-1 | DATE:XXXX-05-13:5-13
毎月第2土曜日 | SET:P1M:毎月 | DATE:XXXX-WXX-6:土曜日
午後1時半から3時 | TIME:T13-30-XX:午後1時半 | TIME:T03-XX-XX:3時
13時半〜15時 | TIME:T13-30-XX:13時半 | TIME:T15-XX-XX:15時
EOF
echo 'As seen.'
