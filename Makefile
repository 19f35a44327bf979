# Everything a newcomer runs. `make` alone prints this list.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run test check lint bench lock browser clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: $(VENV)/.run ## serve the web chat at http://127.0.0.1:8080 (and Telegram when its token is in .env)
	@$(BIN)/python -m bot run

test: $(VENV)/.dev browser ## all tests, with what they need
	$(BIN)/python -m pytest

check: lint test ## format, lint, types, import contracts, tests

lint: $(VENV)/.dev ## all of `check` but the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev ## what a turn costs, start-up time and memory (benchmarks/README.md)
	$(BIN)/python -m benchmarks.turns

lock: ## the lock files anew from pyproject.toml (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml -o requirements-dev.lock

clean: ## remove what make made, but not var/ (your data)
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# The browser tests need Debian's chromium; without it, and without the right to install it, they are skipped.
browser:
	@command -v chromium >/dev/null && command -v chromedriver >/dev/null || sh tests/e2e/install-browser

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock | $(VENV)/bin/python
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/bin/python
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.run
