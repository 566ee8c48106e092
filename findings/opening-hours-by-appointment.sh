#!/usr/bin/env bash
# Library:  opening-hours-py 2.1.4 (PyPI) and opening_hours 3.15.0 (npm), both for OpenStreetMap's opening_hours
# Question: are they of one mind about 'Sa 10:00-12:00 "要予約"' and about '"要予約"' alone?
# Guess:    both call the first open at half past ten, with a comment, and the second unknown.
# Seen:     the JavaScript library calls both unknown; the Python one calls both open, the second 24 hours a day.
# Matters:  for a group that sees people by appointment only, a list made on the server says open now, night and
#           day, where one made in the browser says that nobody knows.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
export PYTHONUTF8=1 TZ=Asia/Tokyo
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check opening-hours-py==2.1.4
npm install --silent --no-audit --no-fund --prefix . opening_hours@3.15.0

cat > look.py <<'EOF'
from datetime import datetime

from opening_hours import OpeningHours

for value in ['Sa 10:00-12:00 "要予約"', '"要予約"']:
    for moment in [datetime(2026, 11, 28, 10, 30), datetime(2026, 11, 29, 3, 0)]:
        state, comment = OpeningHours(value).state(moment)
        print("Python:", value, moment.strftime("%a %H:%M"), state, comment)
EOF
cat > look.cjs <<'EOF'
const OpeningHours = require("opening_hours");
const place = { lat: 35.74, lon: 139.85, address: { country_code: "jp", state: "東京都" } };
for (const value of ['Sa 10:00-12:00 "要予約"', '"要予約"'])
  for (const [name, moment] of [["Sat 10:30", "2026-11-28T10:30"], ["Sun 03:00", "2026-11-29T03:00"]]) {
    const hours = new OpeningHours(value, place);
    console.log("JavaScript:", value, name, hours.getStateString(new Date(moment), true), hours.getComment(new Date(moment)) ?? "");
  }
EOF
{ venv/bin/python look.py; node look.cjs; } | tee output

diff output - <<'EOF' || { echo 'Changed: > was seen, < is seen now.' >&2; exit 1; }
Python: Sa 10:00-12:00 "要予約" Sat 10:30 open 要予約
Python: Sa 10:00-12:00 "要予約" Sun 03:00 closed 
Python: "要予約" Sat 10:30 open 要予約
Python: "要予約" Sun 03:00 open 要予約
JavaScript: Sa 10:00-12:00 "要予約" Sat 10:30 unknown 要予約
JavaScript: Sa 10:00-12:00 "要予約" Sun 03:00 closed 
JavaScript: "要予約" Sat 10:30 unknown 要予約
JavaScript: "要予約" Sun 03:00 unknown 要予約
EOF
echo 'As seen.'
