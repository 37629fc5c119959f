# What a newcomer needs: make run, make test. Everything is installed into .venv and node_modules.

PYTHON ?= python3
PORT ?= 3978
VENV := .venv
BIN := $(VENV)/bin
E2E := tests/e2e

.PHONY: help env env-dev env-node run test lint e2e bench clean

help: ## list the commands
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

env: $(VENV)/.installed
env-dev: $(VENV)/.installed-dev
env-node: $(E2E)/node_modules/.installed

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Kärki needs Python 3.11 or newer." if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing. On Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/.installed: requirements.txt | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements.txt requirements-dev.txt | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.installed

$(E2E)/node_modules/.installed: $(E2E)/package.json $(E2E)/package-lock.json
	@command -v npm >/dev/null || { echo "Node.js and npm are missing. On Debian: apt-get install nodejs npm"; exit 1; }
	@cd $(E2E) && npm ci --silent --no-audit --no-fund
	@touch $@

run: env ## start the bot in local mode, with Microsoft's Agents Playground beside it
	@PORT=$(PORT) PYTHON=$(BIN)/python deploy/run-local

test: env-dev ## run every test
	@$(BIN)/python -m pytest -n auto --dist loadscope

lint: env-dev ## check style, types and the house rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

e2e: env env-node ## drive the real Playground in headless Chromium, and take pictures
	@cd $(E2E) && KARKI_PYTHON=$(CURDIR)/$(BIN)/python node --test report.e2e.mjs

bench: env-dev ## measure side by side with peers
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	@$(BIN)/python -m benchmarks

clean: ## remove what was installed and made here, but no data
	@rm -rf $(VENV) $(E2E)/node_modules $(E2E)/pictures .mypy_cache .pytest_cache .ruff_cache .hypothesis
