# Everything that a developer or CI runs here. `make` alone lists it.
# Needs Python >= 3.11 and make; each target builds the .venv it needs, and only when pyproject.toml changed.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

# A particular interpreter: make test PYTHON=python3.13. Arguments for the program behind a target: make test ARGS="-k layers".
PYTHON ?=
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo serve test check check-static format format-check lint types layers self-audit \
        bench-audit bench-runtime bench-docstore corpus prove-rows clean

help: ## List these targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.server ## Audit the reported service, run it beside the docstore under load, compare (90 s)
	@$(BIN)/python -m bench.demo $(ARGS)

serve: $(VENV)/.server ## Run the docstore with the loop diagnostics on; ARGS are passed on
	@$(BIN)/docstore serve $(ARGS)

test: $(VENV)/.dev ## Run the tests; ARGS="-k name" picks some
	@$(BIN)/pytest $(ARGS)

check: check-static test ## All that must hold before a change lands: check-static, then the tests

check-static: format-check lint types layers self-audit ## All of check but the tests

format: $(VENV)/.dev ## Rewrite the code in the house format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix --quiet .

format-check: $(VENV)/.dev ## Check the format
	@echo "check: format"
	@$(BIN)/ruff format --check --quiet . || { echo "run 'make format'"; exit 1; }

lint: $(VENV)/.dev ## Check the lint rules
	@echo "check: lint"
	@$(BIN)/ruff check --quiet .

types: $(VENV)/.dev ## Check the types, strictly
	@echo "check: types"
	@$(BIN)/mypy

layers: $(VENV)/.dev ## Check that imports point one way
	@echo "check: layers"
	@$(BIN)/lint-imports --no-logo

self-audit: $(VENV)/.dev ## Run our auditor on our own code
	@echo "check: loopaudit on audit/ and server/"
	@$(BIN)/loopaudit check audit server

bench-audit: $(VENV)/.server ## Time the auditor beside its peers on a large package (minutes)
	@$(BIN)/python -m bench.audit $(ARGS)

bench-runtime: $(VENV)/.server ## Plant stalls, see which are caught, and what watching costs
	@$(BIN)/python -m bench.runtime $(ARGS)

bench-docstore: $(VENV)/.server ## The docstore under load beside the bug, the usual cure and nginx
	@$(BIN)/python -m bench.docstore $(ARGS)

corpus: $(VENV)/.server ## Score the auditor against labels in published packages (minutes); ARGS="--held-out --misses"
	@$(BIN)/python -m bench.corpus $(ARGS)

prove-rows: $(VENV)/.server ## Hold the rows of the catalogue against the libraries they are about; ARGS=--all for all
	@$(BIN)/python -m bench.catalogue $(ARGS)

clean: ## Remove what the targets made: the .venv, caches, bench output
	rm -rf $(VENV) .venv-rows build dist bench/out .demo .docstore .loopaudit_cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# Bootstrapping. A stamp is older than pyproject.toml when the dependencies may have changed; the code itself is
# installed editable and needs no stamp. [dev] holds [server], so its install makes both stamps.
$(VENV)/.dev: pyproject.toml
	@PYTHON="$(PYTHON)" sh .ci/bootstrap $(VENV) dev
	@touch $(VENV)/.server $@

$(VENV)/.server: pyproject.toml
	@PYTHON="$(PYTHON)" sh .ci/bootstrap $(VENV) server
	@touch $@
