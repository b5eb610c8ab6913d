PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# Modules that decide dates and outcomes: every branch of theirs is tested.
DECIDING := */cli/exit_codes.py,*/clocks/*.py,*/engine/twin/*.py,*/language/outcomes.py

# The browser that opens the HTML report, with letters to draw, and the spreadsheet program that opens workbooks.
PROGRAMS := chromium fonts-dejavu-core gnumeric

.DEFAULT_GOAL := help
.PHONY: help demo test programs lint format unit examples transcripts calendars bench wheel lock

## help: show this list
help:
	@sed -n 's/^## \([a-z]*\): /\1\t/p' $(MAKEFILE_LIST) | awk -F'\t' '{ printf "  make %-11s %s\n", $$1, $$2 }'

## demo: judge the example company's records, in which much is wrong, with the shipped rules
demo: $(INSTALLED)
	@code=0; $(BIN)/compliance check fixtures/example/bad --policy policies/example --as-of 2026-11-22 || code=$$?; \
	echo "(exit code $$code: 0 nothing to report, 1 violations, 2 invalid, 3 incomplete, 4 a defect)"; test $$code = 1

## test: everything that must hold before a change is accepted
test: lint programs unit examples

## lint: style, types and the direction of dependencies
lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

## programs: install from Debian what tests read results with, chromium and Gnumeric, if missing and this user may
programs:
	@if command -v chromium >/dev/null && command -v ssconvert >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $(PROGRAMS) >/dev/null; then :; \
	else echo "note: tests that need one of these are skipped (as root: apt-get install $(PROGRAMS))"; fi

## format: put the code into the one format and mend what can be mended safely
format: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

## unit: the tests, on both cores, with branch coverage
unit: $(INSTALLED)
	$(BIN)/pytest -q -n 2 --cov --cov-report=term
	$(BIN)/coverage report --include='$(DECIDING)' --fail-under=100

## examples: the examples that the shipped rules carry, and that they notice every mistake that can be noticed
examples: $(INSTALLED)
	$(BIN)/compliance validate --strict rules
	$(BIN)/compliance test rules --mutate

## transcripts: write what the commands in README.md and docs/ print into the pages
transcripts: $(INSTALLED)
	$(BIN)/python scripts/transcripts.py

## calendars: rebuild the shipped tables of closed days
calendars: $(INSTALLED)
	$(BIN)/python scripts/build_calendars.py

## bench: measure the engine beside hand-written SQL and other rule engines
bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks $(BENCH)

## wheel: build the wheel, rules and policy template inside
wheel: $(INSTALLED)
	$(BIN)/hatchling build -t wheel

## lock: resolve the dependencies again and write the lock files
lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet pip-tools
	$(call resolve,run.lock,pyproject.toml)
	$(call resolve,dev.lock,--extra dev -c requirements/run.lock pyproject.toml)
	$(PYTHON) -c '$(BENCH_NEEDS)' | $(call resolve,bench.lock,-c requirements/dev.lock -)

# As a plain list, because the markers of an extra's requirements are lost on the way into a lock.
BENCH_NEEDS = import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["bench"], sep="\n")
resolve = CUSTOM_COMPILE_COMMAND='make lock' build/lock/bin/pip-compile --quiet --upgrade --generate-hashes --strip-extras \
	--allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements/$(1) $(2)

$(INSTALLED): requirements/dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.bench: $(INSTALLED) requirements/bench.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.lock
	@touch $@
