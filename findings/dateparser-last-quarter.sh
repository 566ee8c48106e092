#!/usr/bin/env bash
# Library:  dateparser 1.5.0 (PyPI)
# Question: does it read a month and a day in Japanese, 4月1日 or 12月29日, with languages=["ja"]?
# Guess:    it does, all of them, in the year of the base (written for 4月1日; the other months were run beside it).
# Seen:     months of one digit are right. 12月29日 is the 29th of April 2012 (April is the base's month), 11月3日 a day
#           in 2011, 10月12日 one in 2010: the month was taken for a year, without a word. With the year in front
#           (2026年12月29日) it is right.
# Matters:  places close over New Year, 12月29日〜1月3日: read so, the closing days begin fourteen years back and the
#           place is told to be open.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
export PYTHONUTF8=1 TZ=Asia/Tokyo
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dateparser==1.5.0

cat > look.py <<'EOF'
import datetime
import warnings

warnings.simplefilter("ignore")  # of the standard library, about dates without a year
import dateparser

settings = {"RELATIVE_BASE": datetime.datetime(2026, 4, 10)}
for written in ["1月4日", "4月1日", "9月22日", "10月12日", "11月3日", "12月29日", "12月29日（火）", "2026年12月29日"]:
    print(written, dateparser.parse(written, languages=["ja"], settings=settings).date())
EOF
venv/bin/python look.py | tee output

diff output - <<'EOF' || { echo 'Changed: > was seen, < is seen now.' >&2; exit 1; }
1月4日 2026-01-04
4月1日 2026-04-01
9月22日 2026-09-22
10月12日 2010-12-10
11月3日 2011-03-10
12月29日 2012-04-29
12月29日（火） 2012-04-29
2026年12月29日 2026-12-29
EOF
echo 'As seen.'
