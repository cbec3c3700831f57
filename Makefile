# `make demo` and `make test` are all a newcomer needs; both start from a fresh clone with Python >= 3.11 and make.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/

.DEFAULT_GOAL := help
.PHONY: help install demo serve test check format schema bench conformance lock clean

help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## Make the virtual environment with the locked dependencies

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tailrace needs Python 3.11 or newer; this is %s. Try: make PYTHON=python3.12 ..." % sys.version.split()[0])'
	@echo "Installing the locked dependencies into $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(RUN)python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements.lock
	@$(RUN)python -m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-build-isolation -e .
	@touch $@

demo: install ## A server on 127.0.0.1 with two networks and two years of history, and what to try next
	@$(RUN)tailrace demo

serve: install ## The server alone, with its worker, on the data that is there
	@$(RUN)tailrace serve

test: install check ## Everything that guards the project
	@$(RUN)python -m pytest -n auto --dist loadfile

check: install ## Format, lint, types, the laws of the house, and the contract on file
	@$(RUN)ruff format --check app tests migrations benchmarks
	@$(RUN)ruff check app tests migrations benchmarks
	@$(RUN)mypy
	@$(RUN)lint-imports --no-cache
	@$(RUN)tailrace schema check

format: install ## Put the code in order
	@$(RUN)ruff format app tests migrations benchmarks
	@$(RUN)ruff check --fix app tests migrations benchmarks

schema: install ## Print the contract to graphql/schema.graphql
	@$(RUN)tailrace schema export

bench: install ## Measure, as ratios in one run; records benchmarks/results.json
	@$(RUN)python -m benchmarks.run

conformance: install ## What npm's GraphQL clients, linters and audits, and schemathesis, make of it (needs npm)
	@$(RUN)python conformance/run.py

lock: install ## Renew requirements.lock from pyproject.toml
	@$(RUN)python -m pip install --quiet --disable-pip-version-check uv
	@$(RUN)uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --upgrade --quiet -o requirements.lock

clean: ## Remove the virtual environment and the demo's data
	rm -rf $(VENV) .tailrace
