# Prosopa's commands. Everything it needs it installs into .venv and data/; see README.md.
# By environment or argument: PYTHON, HOST, PORT, DATA_DIR, WEIGHTS_DIR, TORCH_INDEX, EXTRAS.

PYTHON ?= python3
READY := $(PYTHON) -I webapp/install.py
PY := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test install test-long check bench

help: ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/make \1\t\2/p' Makefile | expand -t 18

run: ## install what is missing, start everything, print the address
	@$(READY) run

test: ## install what is missing, run the tests
	@$(READY) test
	@$(PY) -m tests.run

install: ## only install: packages and core weights
	@$(READY) install

test-long: ## the tests at their full counts, and the first start of a fresh clone
	@$(READY) test
	$(PY) -m tests.full_counts

check: ## style, types, import rules, migrations, house rules, known vulnerabilities
	@$(READY) check
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) -m pytest -q tests/house -m "not long"
	@.ci/audit

bench: ## measure, and write the result to docs/benchmarks
	@$(READY) test
	$(PY) -m tests.benchmarks
