# `make demo` and `make test` need Python 3.11 or later and nothing else; each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	--no-annotate --custom-compile-command "make requirements" --python-version 3.11

.PHONY: demo test lint format bench requirements clean

demo: $(VENV)/run.stamp
	$(BIN)/luodi demo

test: lint $(VENV)/machine.stamp
	$(BIN)/python -m pytest

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/bench.stamp
	$(BIN)/python -m bench

# One resolution of everything, so that the files agree wherever they overlap.
requirements: $(VENV)/bin/python
	$(PIP) install --quiet uv
	$(COMPILE) --upgrade -o $(VENV)/all.txt pyproject.toml --extra spark $(addprefix --group ,build dev bench)
	$(COMPILE) -c $(VENV)/all.txt -o requirements/run.txt pyproject.toml --group build
	$(COMPILE) -c $(VENV)/all.txt -o requirements/dev.txt pyproject.toml --extra spark --group build --group dev
	$(COMPILE) -c $(VENV)/all.txt -o requirements/bench.txt pyproject.toml --extra spark --group build --group bench
	rm $(VENV)/all.txt

clean:
	rm -rf $(VENV) var dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || \
	{ apt-get -qq install -y python3-venv && $(PYTHON) -m venv --clear $(VENV); }

$(VENV)/%.stamp: requirements/%.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --quiet --require-hashes -r $<
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/machine.stamp: tests/machine.sh | $(VENV)/dev.stamp
	sh tests/machine.sh
	@touch $@
