#!/usr/bin/env bash
# Library:  ical.js 2.2.1, rrule 2.8.1, rrule-temporal 2.2.8 (npm), python-dateutil 2.9.0.post0 (PyPI)
# Question: do they agree on "the second Saturday, but not in August, eight times" (MONTHLY, BYMONTH without 8, COUNT=8)?
# Guess:    they do, as on every rule by months and weekdays (written for two such rules; this one was run beside them).
# Seen:     ical.js ends one meeting early: the August that the rule leaves out is counted. With UNTIL instead it
#           gives the same eight days as the others.
# Matters:  circles pause in August. Whoever reads the calendar with a program built on ical.js misses the last
#           meeting, the others see it: COUNT is not the safe way to end a rule that leaves months out.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
export PYTHONUTF8=1 TZ=UTC
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-dateutil==2.9.0.post0
npm install --silent --no-audit --no-fund --prefix . ical.js@2.2.1 rrule@2.8.1 rrule-temporal@2.2.8

cat > look.py <<'EOF'
from dateutil.rrule import rrulestr

RULE = "FREQ=MONTHLY;BYMONTH=1,2,3,4,5,6,7,9,10,11,12;BYDAY=2SA"
for end in ["COUNT=8", "UNTIL=20261212T235959"]:
    days = list(rrulestr(f"DTSTART:20260411T100000\nRRULE:{RULE};{end}"))
    print("dateutil", end, len(days), days[-1].date())
EOF
cat > look.mjs <<'EOF'
import ICAL from "ical.js";
import rrule from "rrule";
import { RRuleTemporal } from "rrule-temporal";

const RULE = "FREQ=MONTHLY;BYMONTH=1,2,3,4,5,6,7,9,10,11,12;BYDAY=2SA";

function byIcalJs(rule) {
  const days = rule.iterator(ICAL.Time.fromString("2026-04-11T10:00:00"));
  const found = [];
  for (let day = days.next(); day; day = days.next()) found.push(day.toString());
  return found;
}

function tell(name, end, days) {
  console.log(name, end, days.length, days.at(-1).slice(0, 10));
}

for (const end of ["COUNT=8", "UNTIL=20261212T235959"]) {
  const zoned = end.startsWith("UNTIL") ? `${end}Z` : end;
  tell("ical.js", end, byIcalJs(ICAL.Recur.fromString(`${RULE};${end}`)));
  tell("rrule", end, rrule.rrulestr(`DTSTART:20260411T100000Z\nRRULE:${RULE};${zoned}`).all().map((day) => day.toISOString()));
  const temporal = new RRuleTemporal({ rruleString: `DTSTART;TZID=UTC:20260411T100000\nRRULE:${RULE};${zoned}` });
  tell("rrule-temporal", end, temporal.all().map(String));
}
EOF
{ venv/bin/python look.py; node look.mjs; } | tee output

diff output - <<'EOF' || { echo 'Changed: > was seen, < is seen now.' >&2; exit 1; }
dateutil COUNT=8 8 2026-12-12
dateutil UNTIL=20261212T235959 8 2026-12-12
ical.js COUNT=8 7 2026-11-14
rrule COUNT=8 8 2026-12-12
rrule-temporal COUNT=8 8 2026-12-12
ical.js UNTIL=20261212T235959 8 2026-12-12
rrule UNTIL=20261212T235959 8 2026-12-12
rrule-temporal UNTIL=20261212T235959 8 2026-12-12
EOF
echo 'As seen.'
