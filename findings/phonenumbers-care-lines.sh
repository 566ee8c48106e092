#!/usr/bin/env bash
# Library:  phonenumbers 9.0.43 (PyPI)
# Question: what does it make of the short numbers of public lines of help: #7119 (ambulance or not?),
#           #8000 (a child ill at night), #9110 (advice by the police), 188 (consumers), 189 (children), 171 (disasters)?
# Guess:    parse refuses #7119, or keeps the # where the number is printed; the table of short numbers knows 188.
# Seen:     #7119 parses, and prints as 7119, which is another number; is_valid_short_number_for_region says yes to
#           110, 119, 118, 189 and 104, and no to 188, 171 and the three with #.
# Matters:  a link made of the parsed number does not reach the line that somebody needs at night, and a check for
#           valid short numbers throws out the consumers' line but not the children's.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
export PYTHONUTF8=1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check phonenumbers==9.0.43

cat > look.py <<'EOF'
import phonenumbers
from phonenumbers import PhoneNumberFormat, shortnumberinfo

for written in ["#7119", "#8000", "#9110", "188", "189", "171", "110", "119", "118", "104"]:
    number = phonenumbers.parse(written, "JP")
    printed = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    short = shortnumberinfo.is_valid_short_number_for_region(number, "JP")
    print(f"{written} is printed as {printed}; a valid short number: {'yes' if short else 'no'}")
EOF
venv/bin/python look.py | tee output

diff output - <<'EOF' || { echo 'Changed: > was seen, < is seen now.' >&2; exit 1; }
#7119 is printed as 7119; a valid short number: no
#8000 is printed as 8000; a valid short number: no
#9110 is printed as 9110; a valid short number: no
188 is printed as 188; a valid short number: no
189 is printed as 189; a valid short number: yes
171 is printed as 171; a valid short number: no
110 is printed as 110; a valid short number: yes
119 is printed as 119; a valid short number: yes
118 is printed as 118; a valid short number: yes
104 is printed as 104; a valid short number: yes
EOF
echo 'As seen.'
