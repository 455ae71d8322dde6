# Everything is run from here; `make help` lists it. Paths are relative, so the folder's name may hold spaces.

PYTHON ?= python3
DIGESTS ?=
# What `make unit` runs and how: `make unit TESTS=tests/rag PYTEST_ARGS="-k merge -x"`.
TESTS ?= tests
PYTEST_ARGS ?= -n auto --dist loadfile
# `make lock UPGRADE=--upgrade` takes newer releases; without it only what must change does.
UPGRADE ?=

VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
PY := $(BIN)/python
# Byte code is left to the first import: compiled ahead it would add 200 MB, most of it never run.
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-compile --no-deps

UV := $(shell command -v uv 2>/dev/null)
LOCK_TOOL := $(VENV)/.lock-tool
COMPILE = $(or $(UV),$(LOCK_TOOL)/bin/uv) pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help setup chat test dev browser lint format types unit evals lock clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

setup: $(VENV)/.installed ## Create .venv with everything `citetrail` needs

chat: setup ## Serve the chat page; DIGESTS="path ..." is ingested first
	$(BIN)/citetrail chat $(or $(DIGESTS),--library citetrail-sample)

test: setup dev browser lint types unit evals ## Lint, types, every test and the evals

lint: dev ## Check style and formatting
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

format: dev ## Mend style and formatting
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

types: dev ## Check types
	$(PY) -m mypy

unit: dev ## Run the tests
	$(PY) -m pytest $(PYTEST_ARGS) $(TESTS)

evals: setup ## Measure the answers and hold them against their gates
	$(PY) -m evals

lock: ## Compile the two locks from pyproject.toml; UPGRADE=--upgrade for newer releases
ifeq ($(UV),)
	$(PYTHON) -m venv $(LOCK_TOOL)
	$(LOCK_TOOL)/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.8"
endif
	$(COMPILE) --group build --group weights --output-file requirements.lock
	$(COMPILE) --group build --group weights --group dev --extra evals --constraints requirements.lock \
		--output-file requirements-dev.lock

clean: ## Remove what these commands made
	rm -rf $(VENV) .cache build dist

dev: $(VENV)/.developing

browser: dev
	$(PY) -m tests.support.browser --install

# The stamps below make a second run quick: each is older than its lock only when there is something to do.
$(VENV)/.created:
	@command -v "$(PYTHON)" >/dev/null || { echo "citetrail needs Python 3.11 or newer; '$(PYTHON)' was not found. \
	Install it, or name one: make PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "citetrail needs Python 3.11 or newer; \
	'$(PYTHON)' is $$("$(PYTHON)" -V 2>&1). Name a newer one: make PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' || { echo "'$(PYTHON)' cannot make virtual environments. \
	On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	"$(PYTHON)" -m venv --clear $(VENV)
	@touch $@

$(VENV)/.locked: $(VENV)/.created requirements.lock
	@echo "Installing the pinned packages into $(VENV) (about a minute the first time)"
	$(PIP) --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.installed: $(VENV)/.locked pyproject.toml
	$(PIP) --no-build-isolation --editable .
	@touch $@

$(VENV)/.developing: $(VENV)/.installed requirements-dev.lock
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@
