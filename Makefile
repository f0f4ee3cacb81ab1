# The commands of the project; `make help` lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON := .venv/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check
# On every core at once, where pip compiles on one: 25 s instead of 42 for the whole installation. A package may carry
# files for another Python; they stay uncompiled.
COMPILE := $(PYTHON) -m compileall -qq -j 0 .venv/lib || true
# The lock names no registry: packages come from wherever pip is set up to look.
LOCK := CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/pip-compile --quiet --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links $(if $(UPGRADE),--upgrade)

.PHONY: help run test check format catalogs bench lock clean

help: ## List the commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: .venv/runtime ## Start the server on HOST:PORT (127.0.0.1:8501), the first time with the demo county; or SNAPSHOT=file
	@$(if $(SNAPSHOT),,$(PYTHON) -m demo --if-empty)
	@$(if $(SNAPSHOT),GUATU_DATABASE_URL='sqlite:///$(abspath $(SNAPSHOT))') $(if $(HOST),GUATU_HOST='$(HOST)') $(if $(PORT),GUATU_PORT='$(PORT)') exec $(PYTHON) app.py

test: .venv/development ## Run all tests, those in Chromium too
	@tests/install.sh
	@$(PYTHON) -m pytest -n auto --maxprocesses 4 --dist loadgroup --no-loadscope-reorder

check: .venv/development ## Check style, types, the direction of imports and the catalogs
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	$(PYTHON) -m pytest --quiet tests/test_layout.py tests/test_catalogs.py

format: .venv/development ## Format the code
	.venv/bin/ruff check --fix-only
	.venv/bin/ruff format

catalogs: .venv/runtime ## Bring the sentences of the code into both catalogs, new ones untranslated
	$(PYTHON) -m locales.catalogs

bench: .venv/development ## Measure the page server and print the figures
	@$(PYTHON) -m tests.benchmarks

lock: .venv/development ## Write both locks anew from pyproject.toml; UPGRADE=1 takes the newest versions it allows
	$(LOCK) --output-file requirements.txt pyproject.toml
	$(LOCK) --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

clean: ## Remove the virtual environment and the caches; the database in data/ stays
	rm -rf .venv .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

.venv/bin/python:
	@for python in python3 python3.13 python3.12 python3.11 none; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; \
	done; \
	if [ $$python = none ]; then \
		echo 'Guatu needs Python 3.11 or newer, and none was found: apt-get install python3 python3-venv' >&2; exit 1; \
	fi; \
	if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "The venv module of $$python is missing: apt-get install python3-venv" >&2; exit 1; \
	fi; \
	$$python -m venv .venv

.venv/runtime: requirements.txt | .venv/bin/python
	@echo 'Installing the packages of requirements.txt into .venv (half a minute, and their download)'
	@$(PIP) install --quiet --no-compile --requirement requirements.txt
	@$(COMPILE)
	@touch $@

.venv/development: requirements-dev.txt .venv/runtime
	@echo 'Installing the packages of requirements-dev.txt into .venv'
	@$(PIP) install --quiet --no-compile --requirement requirements-dev.txt
	@$(COMPILE)
	@touch $@
