# Everything a newcomer runs. `make` alone prints this list.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers

.DEFAULT_GOAL := help
.PHONY: help run test peers check lint bench lock browser clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: $(VENV)/.run ## serve the web chat at http://127.0.0.1:8080 (and Telegram when its token is in .env)
	@$(BIN)/python -m bot run

test: $(VENV)/.dev browser ## all tests, with what they need
	$(BIN)/python -m pytest

peers: $(VENV)/.dev $(PEERS)/.installed tests/peers/node_modules/.installed ## the bot with Telegrams that are not ours, needs Node (tests/peers/README.md)
	$(BIN)/python -m pytest tests/peers

check: lint test peers ## format, lint, types, import contracts, tests

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
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header tests/peers/requirements.in -o tests/peers/requirements.lock

clean: ## remove what make made, but not var/ (your data)
	rm -rf $(VENV) $(PEERS) tests/peers/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# The browser tests need Debian's chromium; without it, and without the right to install it, they are skipped.
browser:
	@command -v chromium >/dev/null && command -v chromedriver >/dev/null || sh tests/e2e/install-browser

$(PEERS)/.installed: tests/peers/requirements.lock
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/pip install -q --disable-pip-version-check --require-hashes -r tests/peers/requirements.lock
	@touch $@

tests/peers/node_modules/.installed: tests/peers/package-lock.json
	npm ci --prefix tests/peers --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock | $(VENV)/bin/python
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/bin/python
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.run
