#!/usr/bin/env bash
# Library:  python-docx 1.2.0, mammoth 1.13.0, docx2txt 0.9, docx2python 3.7.1 (PyPI)
# Question: what is left of a place's name that carries furigana in Word (ルビ), as leaflets for children have it?
# Guess:    python-docx, mammoth and docx2python give the name without its reading; docx2txt gives both.
# Seen:     python-docx and mammoth leave out the name itself, 「会場はの地区センターです。」, without a word; the other two
#           put the reading in front of it, おくど奥戸.
# Matters:  it is the names hard to read that carry furigana: exactly the place is missing from what is taken in.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
export PYTHONUTF8=1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
  python-docx==1.2.0 mammoth==1.13.0 docx2txt==0.9 docx2python==3.7.1

cat > look.py <<'EOF'
import docx
import docx2txt
import mammoth
from docx.oxml import OxmlElement
from docx2python import docx2python


def run(text):
    """A run of text: <w:r><w:t>."""
    element, letters = OxmlElement("w:r"), OxmlElement("w:t")
    letters.text = text
    element.append(letters)
    return element


def with_reading(base, reading):
    """A run with furigana as Word writes it: settings, reading, base."""
    outer, ruby = OxmlElement("w:r"), OxmlElement("w:ruby")
    ruby.append(OxmlElement("w:rubyPr"))
    for tag, text in (("w:rt", reading), ("w:rubyBase", base)):
        part = OxmlElement(tag)
        part.append(run(text))
        ruby.append(part)
    outer.append(ruby)
    return outer


leaflet = docx.Document()
paragraph = leaflet.add_paragraph("会場は")
paragraph._p.append(with_reading("奥戸", "おくど"))
paragraph.add_run("の地区センターです。")
leaflet.save("leaflet.docx")

print("python-docx:", docx.Document("leaflet.docx").paragraphs[0].text)
print("mammoth:", mammoth.convert_to_html("leaflet.docx").value)
print("docx2txt:", docx2txt.process("leaflet.docx").strip())
print("docx2python:", docx2python("leaflet.docx").text.strip())
EOF
venv/bin/python look.py | tee output

diff output - <<'EOF' || { echo 'Changed: > was seen, < is seen now.' >&2; exit 1; }
python-docx: 会場はの地区センターです。
mammoth: <p>会場はの地区センターです。</p>
docx2txt: 会場はおくど奥戸の地区センターです。
docx2python: 会場はおくど奥戸の地区センターです。
EOF
echo 'As seen.'
