#!/usr/bin/env bash
# Library:  segno 1.6.6, zxing-cpp 3.1.1 (PyPI), jsqr 1.4.0 (npm)
# Question: does Japanese text in a QR code by segno come back the same from a reader on the desktop and one in a page?
# Guess:    it does, from both.
# Seen:     zxing-cpp gives it back. jsqr finds the code and answers with an empty text: left to itself, segno writes
#           Shift_JIS and the code does not say so. With encoding="utf-8" both read it.
# Matters:  a printed slip whose code holds an address, or a link with 亀有 in it, opens nothing in a page that scans
#           with jsqr; links in ASCII (percent-encoded) are safe everywhere.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
export PYTHONUTF8=1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check segno==1.6.6 zxing-cpp==3.1.1 numpy==2.4.6
npm install --silent --no-audit --no-fund --prefix . jsqr@1.4.0

cat > look.py <<'EOF'
import json

import numpy
import segno
import zxingcpp

ADDRESS, LINK = "東京都葛飾区亀有3-26-1", "https://example.jp/亀有"
codes = [(ADDRESS, None), (ADDRESS, "utf-8"), (LINK, None), (LINK, "utf-8"), ("https://example.jp/%E4%BA%80%E6%9C%89", None)]
grids = []
for text, encoding in codes:
    dark = numpy.array(list(segno.make_qr(text, encoding=encoding).matrix_iter(scale=8, border=4)), dtype=numpy.uint8)
    grey = numpy.where(dark, 0, 255).astype(numpy.uint8)
    found = zxingcpp.read_barcodes(grey)[0].text
    print("zxing-cpp:", text, encoding or "as segno chooses", "→", "the same" if found == text else repr(found))
    grids.append({"text": text, "encoding": encoding or "as segno chooses", "side": len(grey), "grey": grey.ravel().tolist()})
json.dump(grids, open("codes.json", "w"))
EOF
cat > look.cjs <<'EOF'
const jsQR = require("jsqr");
for (const { text, encoding, side, grey } of require("./codes.json")) {
  const found = jsQR(Uint8ClampedArray.from(grey.flatMap((level) => [level, level, level, 255])), side, side);
  console.log("jsqr:", text, encoding, "→", found.data === text ? "the same" : JSON.stringify(found.data));
}
EOF
{ venv/bin/python look.py; node look.cjs; } | tee output

diff output - <<'EOF' || { echo 'Changed: > was seen, < is seen now.' >&2; exit 1; }
zxing-cpp: 東京都葛飾区亀有3-26-1 as segno chooses → the same
zxing-cpp: 東京都葛飾区亀有3-26-1 utf-8 → the same
zxing-cpp: https://example.jp/亀有 as segno chooses → the same
zxing-cpp: https://example.jp/亀有 utf-8 → the same
zxing-cpp: https://example.jp/%E4%BA%80%E6%9C%89 as segno chooses → the same
jsqr: 東京都葛飾区亀有3-26-1 as segno chooses → ""
jsqr: 東京都葛飾区亀有3-26-1 utf-8 → the same
jsqr: https://example.jp/亀有 as segno chooses → ""
jsqr: https://example.jp/亀有 utf-8 → the same
jsqr: https://example.jp/%E4%BA%80%E6%9C%89 as segno chooses → the same
EOF
echo 'As seen.'
