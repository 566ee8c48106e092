#!/usr/bin/env bash
# Library:  japanese-address 0.2 (PyPI)
# Question: are addresses whose names hold 府, 市 or 町 taken apart rightly: 東京都府中市, 市川市市川, 四日市市, 町田市?
# Guess:    all of them.
# Seen:     東京都府中市 is 京都府 with a city 中市, and the 東 is left over; 市川市市川 is a city 市川市市 with 川 behind it.
#           四日市市, 町田市 and 葛飾区 come out right.
# Matters:  a neighbour's entry is filed under Kyoto without an error. What cuts addresses by letters has to know the
#           list of municipalities.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
export PYTHONUTF8=1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check japanese-address==0.2

cat > look.py <<'EOF'
import japanese_address

for address in ["東京都府中市府中町1-1", "千葉県市川市市川1-1", "三重県四日市市諏訪町1-5", "東京都町田市森野2-2-22", "東京都葛飾区亀有3-26-1"]:
    found = japanese_address.parse(address)
    print(address, *(f"{part}={found[part]}" for part in sorted(found) if not part.endswith("_eng")), sep=" | ")
EOF
venv/bin/python look.py 2>warnings | tee output

diff output - <<'EOF' || { echo 'Changed: > was seen, < is seen now.' >&2; exit 1; }
東京都府中市府中町1-1 | city=中市 | prefecture=京都府 | town=府中町 | unparsed_left=東 | unparsed_right=1-1
千葉県市川市市川1-1 | city=市川市市 | prefecture=千葉県 | unparsed_right=川1-1
三重県四日市市諏訪町1-5 | city=四日市市 | prefecture=三重県 | town=諏訪町 | unparsed_right=1-5
東京都町田市森野2-2-22 | city=町田市 | prefecture=東京都 | unparsed_right=森野2-2-22
東京都葛飾区亀有3-26-1 | prefecture=東京都 | unparsed_right=亀有3-26-1 | ward=葛飾区
EOF
echo 'As seen.'
