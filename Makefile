# `make` does what CI does; `make decks` builds every deck.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip -qq --disable-pip-version-check
INPUTS := pyproject.toml constraints.txt
# What `make guard` compares with: a revision, or the folder of a checkout that has a .venv.
OLD    ?= 3212810
OLD_CHECKOUT = $(if $(wildcard $(OLD)/builder),$(OLD),.guard/$(OLD))
# The versions of Anki that the contract is tested in, each in an environment of its own.
ANKIS  := 2.1.66 23.10.1 24.11 25.2.7 25.9.5 26.9.3

.PHONY: all decks check verify test versions oldest law accidents guard docs bench lint types layers release clean
.DEFAULT_GOAL := all

all: test versions oldest

decks: $(VENV)/.ready
	@$(BIN)/prepdeck build

check: $(VENV)/.ready
	@$(BIN)/prepdeck check

release: $(VENV)/.ready
	@$(BIN)/prepdeck build --release

verify: decks $(VENV)/.ready-test
	@$(BIN)/prepdeck verify build/*.apkg

test: lint types layers
	@$(BIN)/python -m pytest -n auto --durations=10 --durations-min=5

# The contract with learners, whole: 2,000 random lives, and six versions of Anki.
law: $(VENV)/.ready-test versions
	@LAW_EXAMPLES=$${LAW_EXAMPLES:-2000} $(BIN)/python -m pytest -s tests/test_law.py tests/test_law_persons.py

# A kill, a full disk and each signal at every moment of writing.
accidents: $(VENV)/.ready-test
	@ACCIDENTS=0 $(BIN)/python -m pytest -s -n auto tests/test_accidents.py

versions: $(VENV)/.ready-test $(ANKIS:%=.anki/%/.ready)
	@$(BIN)/python -m pytest -s -rs tests/test_versions.py

# The oldest libraries that pyproject.toml allows give the same decks.
oldest: $(VENV)/.ready-test .oldest/.ready
	@.oldest/bin/python -m pytest -q tests/test_golden.py tests/test_text.py
	@$(BIN)/python -m pytest -q -rs tests/test_golden.py

# Whether this checkout builds what another one built: tests/guard/README.md.
guard: $(VENV)/.ready-test $(if $(wildcard $(OLD)/builder),,.guard/$(OLD)/.ready)
	@$(BIN)/python tests/guard/guard.py --old $(OLD_CHECKOUT) \
	  --old-python $(OLD_CHECKOUT)/.venv/bin/python --new . --new-python $(BIN)/python $(GUARD)

# Every generated page of docs/.
docs: $(VENV)/.ready-test
	@$(BIN)/python tests/make_docs.py

# Beside the script that one would write by hand: interleaved runs, ratios, JSON on stdout.
bench: $(VENV)/.ready-test
	@$(BIN)/python tests/bench/run.py

lint: $(VENV)/.ready-test
	@$(BIN)/ruff check builder tests && $(BIN)/ruff format --check builder tests

types: $(VENV)/.ready-test
	@$(BIN)/mypy

layers: $(VENV)/.ready-test
	@$(BIN)/lint-imports --no-logo >/dev/null || $(BIN)/lint-imports --no-logo

clean:
	@rm -rf build dist $(VENV) .anki .oldest .guard

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "make: $(PYTHON) is missing; install Python 3.11 or newer (Debian: apt install python3)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "make: prepdeck needs Python 3.11 or newer; name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "make: this Python cannot make environments (Debian: apt install python3-venv)" >&2; exit 1; }
	@echo "setting up $(VENV), once" >&2
	@$(PYTHON) -m venv $(VENV)

.anki/%/.ready: | $(BIN)/python
	@echo "setting up Anki $*, once" >&2
	@$(PYTHON) -m venv .anki/$*
	@.anki/$*/bin/python -m pip -qq --disable-pip-version-check install 'anki==$*' >&2
	@touch $@

.oldest/.ready: pyproject.toml constraints-oldest.txt | $(BIN)/python
	@echo "setting up the oldest libraries, once" >&2
	@$(PYTHON) -m venv .oldest
	@.oldest/bin/python -m pip -qq --disable-pip-version-check install \
	  --constraint constraints-oldest.txt --editable . pytest hypothesis >&2
	@touch $@

.guard/%/.ready: | $(BIN)/python
	@echo "setting up the builder of $*, once" >&2
	@rm -rf .guard/$* && mkdir -p .guard/$*
	@git archive $* | tar -x -C .guard/$*
	@$(PYTHON) -m venv .guard/$*/.venv
	@.guard/$*/.venv/bin/python -m pip -qq --disable-pip-version-check install \
	  --constraint .guard/$*/constraints.txt --editable '.guard/$*[anki]' >&2
	@touch $@

$(VENV)/.ready: $(BIN)/python $(INPUTS)
	@$(PIP) install --constraint constraints.txt --editable . >&2
	@touch $@

$(VENV)/.ready-test: $(VENV)/.ready
	@$(PIP) install --constraint constraints.txt --editable '.[test]' >&2
	@touch $@
