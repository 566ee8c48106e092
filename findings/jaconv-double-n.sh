#!/usr/bin/env bash
# Library:  jaconv 0.5.0 (PyPI)
# Question: what does alphabet2kana make of names in romaji with nn, as circles write theirs: Minna, Onna, Annai?
# Guess:    おんな, さんのみや, こんにゃく: romaji on a poster is Hepburn, where n before n is ん and the next one な.
# Seen:     みんあ, おんあ, さんおみや: "nn" is read as a typist means it (ん alone), so な becomes あ; nny (こんにゃく)
#           and names without nn come out right.
# Matters:  one list says "Cafe Minna", the other カフェみんな: compared by this reading, they look like two places.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
export PYTHONUTF8=1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check jaconv==0.5.0

cat > look.py <<'EOF'
import jaconv

for name in ["minna", "onna", "annai", "sannomiya", "konnyaku", "hidamari", "shinkoiwa"]:
    print(name, jaconv.alphabet2kana(name))
EOF
venv/bin/python look.py | tee output

diff output - <<'EOF' || { echo 'Changed: > was seen, < is seen now.' >&2; exit 1; }
minna みんあ
onna おんあ
annai あんあい
sannomiya さんおみや
konnyaku こんにゃく
hidamari ひだまり
shinkoiwa しんこいわ
EOF
echo 'As seen.'
