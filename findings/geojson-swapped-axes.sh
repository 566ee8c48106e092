#!/usr/bin/env bash
# Library:  geojson 3.3.0, geojson-pydantic 2.2.0 (PyPI), @placemarkio/check-geojson 0.1.14 (npm)
# Question: does a validator of GeoJSON notice [35.74, 139.85], the 緯度, 経度 of Japanese open data in their own order?
# Guess:    check-geojson does, since no place has a latitude of 139.85; the two Python ones do not.
# Seen:     none does; geojson-pydantic hands 139.85 out under the name latitude.
# Matters:  "valid GeoJSON" in a test says nothing about a whole ward that lies north of the pole.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
export PYTHONUTF8=1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check geojson==3.3.0 geojson-pydantic==2.2.0
npm install --silent --no-audit --no-fund --prefix . @placemarkio/check-geojson@0.1.14

cat > look.py <<'EOF'
import geojson
from geojson_pydantic import Point

point = {"type": "Point", "coordinates": [35.74, 139.85]}
print("geojson:", "valid" if geojson.loads(geojson.dumps(point)).is_valid else "refused")
print("geojson-pydantic:", "latitude", Point.model_validate(point).coordinates.latitude)
EOF
cat > look.mjs <<'EOF'
import { check } from "@placemarkio/check-geojson";
console.log("check-geojson:", JSON.stringify(check('{"type":"Point","coordinates":[35.74,139.85]}')));
EOF
{ venv/bin/python look.py; node look.mjs; } | tee output

diff output - <<'EOF' || { echo 'Changed: > was seen, < is seen now.' >&2; exit 1; }
geojson: valid
geojson-pydantic: latitude 139.85
check-geojson: {"type":"Point","coordinates":[35.74,139.85]}
EOF
echo 'As seen.'
