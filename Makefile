# Two commands are all you need: `make run` and `make test`.
# A target is listed by bare `make` if it has a "##" comment behind it.

SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV := .venv
PYTHON := $(VENV)/bin/python
MESSAGES := $(shell find src -name '*.po' 2>/dev/null)
export VENV

.PHONY: help setup setup-dev run test test-fast check format bench chaos lock docs messages clean

help:  ## this list
	@echo "Recado: a booked appointment becomes a text on a phone, and the answer changes the calendar."
	@echo
	@awk -F ':.*##' '/^[a-z-]+:.*##/ { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# A stamp per kind of environment: the second time costs nothing. The development set holds the runtime set.
RECIPE := tools/setup.sh tools/environment.py tools/messages.py $(MESSAGES)

$(VENV)/.runtime: requirements/runtime.txt $(RECIPE)
	@sh tools/setup.sh runtime
	@touch $@

$(VENV)/.dev: requirements/dev.txt requirements/runtime.txt $(RECIPE)
	@sh tools/setup.sh dev
	@touch $(VENV)/.runtime $@

setup: $(VENV)/.runtime  ## makes the environment in .venv, nothing else
	@:

setup-dev: $(VENV)/.dev
	@:

run: setup  ## starts everything and prints its address; make run ARGS=--no-demo for an empty product
	@exec $(VENV)/bin/recado up $(ARGS)

test: setup-dev  ## all tests (make test ARGS="-k consent" for some)
	@sh tools/test.sh $(ARGS)

test-fast: setup-dev  ## the tests without browsers, foreign peers and long runs
	@$(PYTHON) -m pytest -n 2 -q -m "not interop and not browser and not slow" $(ARGS)

check: setup-dev  ## format, lint, import contracts, types, migrations, translations, reference pages
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	PYTHONPATH=src:. $(VENV)/bin/lint-imports --no-logo
	$(VENV)/bin/mypy --no-incremental
	DJANGO_SETTINGS_MODULE=recado.launch.settings $(PYTHON) -W ignore::RuntimeWarning -m django makemigrations --check --dry-run
	$(PYTHON) -m tools.messages check
	$(PYTHON) -m tools.reference --check

format: setup-dev  ## puts the code into the house's form
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

bench: setup-dev  ## the benchmarks, and what they compare with
	@for file in $$(grep -l __main__ bench/*.py); do \
	  name=$$(basename "$$file" .py); echo "== $$name"; PYTHONPATH=src:. $(PYTHON) -m "bench.$$name" $(ARGS) || exit 1; done

chaos: setup-dev  ## kills the processes a hundred times under load, and counts what was lost (nothing) or sent twice (nothing)
	PYTHONPATH=src:. $(PYTHON) -m bench.kill --kills 100 --rate 500 $(ARGS)

docs: setup-dev  ## writes docs/reference from the code
	$(PYTHON) -m tools.reference

messages: setup-dev  ## adds new texts to the catalogues of translations and compiles them
	$(PYTHON) -m tools.messages update
	$(PYTHON) -m tools.messages compile

lock: setup-dev  ## makes the lock files again (make lock ARGS=--upgrade for the newest of everything)
	@sh tools/lock.sh $(ARGS)

clean:  ## removes the environment and caches; your data in .recado stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
