# make run: set up and serve. make test: set up and test. Both work again offline in seconds.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 2
# Start-up time is import time: bytecode is written at set-up and kept, whatever the surrounding shell says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup run test lint eval bench prove migrations-check lock clean
.DEFAULT_GOAL := run

# The stamps make a second call free: nothing is fetched while the locks and pyproject.toml stay as they are.
.venv/.run.stamp: requirements/bootstrap.txt requirements/run.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/run.txt
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q agents api evals memory prompts storage tools
	@touch $@

.venv/.dev.stamp: .venv/.run.stamp requirements/dev.txt
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

setup: .venv/.run.stamp

run: .venv/.run.stamp
	$(BIN)/smb serve --host $(HOST) --port $(PORT)

test: .venv/.dev.stamp
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not prove" tests

prove: .venv/.dev.stamp
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m prove tests

lint: .venv/.dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

eval: .venv/.run.stamp
	$(BIN)/smb eval

# What the connectors are measured beside has an environment of its own: the product does not depend on it.
.venv-bench/.stamp: .venv/.run.stamp requirements/bench.txt
	@test -x .venv-bench/bin/python || $(PYTHON) -m venv --without-pip .venv-bench
	$(BIN)/uv pip install --quiet --compile-bytecode --python .venv-bench/bin/python --require-hashes -r requirements/bench.txt
	@touch $@

bench: .venv/.run.stamp .venv-bench/.stamp
	$(BIN)/python -m evals.bench

migrations-check: .venv/.dev.stamp
	$(BIN)/python -m pytest -n 0 tests/storage/test_migrations.py

# A week's cool-down: a release is taken only once it is seven days old.
lock:
	$(BIN)/uv pip compile requirements/bootstrap.in --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--exclude-newer "$$(date -u -d '7 days ago' +%F)" --quiet -o requirements/bootstrap.txt
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--exclude-newer "$$(date -u -d '7 days ago' +%F)" --quiet --upgrade -o requirements/run.txt
	$(BIN)/uv pip compile pyproject.toml --group dev -c requirements/run.txt --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --exclude-newer "$$(date -u -d '7 days ago' +%F)" --quiet --upgrade -o requirements/dev.txt
	$(BIN)/uv pip compile requirements/bench.in --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--exclude-newer "$$(date -u -d '7 days ago' +%F)" --quiet --upgrade -o requirements/bench.txt

clean:
	rm -rf .venv .venv-bench .smb .pytest_cache .ruff_cache .import_linter_cache .hypothesis
