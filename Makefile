# `make` does what CI does; `make decks` builds every deck.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip -qq --disable-pip-version-check
INPUTS := pyproject.toml constraints.txt

.PHONY: all decks check verify test lint types layers release clean
.DEFAULT_GOAL := all

all: test

decks: $(VENV)/.ready
	@$(BIN)/prepdeck build

check: $(VENV)/.ready
	@$(BIN)/prepdeck check

release: $(VENV)/.ready
	@$(BIN)/prepdeck build --release

verify: decks $(VENV)/.ready-test
	@$(BIN)/prepdeck verify build/*.apkg

test: lint types layers
	@$(BIN)/python -m pytest -n auto

lint: $(VENV)/.ready-test
	@$(BIN)/ruff check builder tests && $(BIN)/ruff format --check builder tests

types: $(VENV)/.ready-test
	@$(BIN)/mypy

layers: $(VENV)/.ready-test
	@$(BIN)/lint-imports --no-logo >/dev/null || $(BIN)/lint-imports --no-logo

clean:
	@rm -rf build dist $(VENV) .prepdeck/cache

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "make: $(PYTHON) is missing; install Python 3.11 or newer (Debian: apt install python3)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "make: prepdeck needs Python 3.11 or newer; name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "make: this Python cannot make environments (Debian: apt install python3-venv)" >&2; exit 1; }
	@echo "setting up $(VENV), once" >&2
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: $(BIN)/python $(INPUTS)
	@$(PIP) install --constraint constraints.txt --editable . >&2
	@touch $@

$(VENV)/.ready-test: $(VENV)/.ready
	@$(PIP) install --constraint constraints.txt --editable '.[test]' >&2
	@touch $@
