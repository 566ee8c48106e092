#!/usr/bin/env bash
# Library:  budoux 0.10.1 (PyPI) and budoux 0.9.2 (npm), which mark where Japanese lines may break
# Question: do both leave furigana alone when they mark a text in HTML?
# Guess:    both do: the reading is no part of the line, and nothing is put between a name and its reading.
# Seen:     the JavaScript one does. The Python one takes the reading for running text and puts its break (a space
#           without width, shown here as |) into it: ひがしかな|まち, and another in front of the hidden bracket.
# Matters:  pages made on the server read and break the furigana of 東金町 in the middle; the same words marked in the
#           browser do not.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
export PYTHONUTF8=1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check budoux==0.10.1
npm install --silent --no-audit --no-fund --prefix . budoux@0.9.2

cat > text.html <<'EOF'
<ruby>東金町<rp>(</rp><rt>ひがしかなまち</rt><rp>)</rp></ruby>の地区センターで開きます。
EOF
cat > look.py <<'EOF'
import re

import budoux

marked = budoux.load_default_japanese_parser().translate_html_string(open("text.html").read().strip())
print("Python:", re.sub(r"</?span[^>]*>", "", marked).replace("\u200b", "|"))
EOF
cat > look.mjs <<'EOF'
import { loadDefaultJapaneseParser } from "budoux";
import { readFileSync } from "node:fs";

const marked = loadDefaultJapaneseParser().translateHTMLString(readFileSync("text.html", "utf8").trim());
console.log("JavaScript:", marked.replace(/<\/?span[^>]*>/g, "").replaceAll("\u200b", "|"));
EOF
{ venv/bin/python look.py; node look.mjs; } | tee output

diff output - <<'EOF' || { echo 'Changed: > was seen, < is seen now.' >&2; exit 1; }
Python: <ruby>東金町<rp>|(</rp><rt>ひがしかな|まち</rt><rp>)</rp></ruby>の|地区センターで|開きます。
JavaScript: <ruby>東金町<rp>(</rp><rt>ひがしかなまち</rt><rp>)</rp></ruby>の|地区センターで|開きます。
EOF
echo 'As seen.'
