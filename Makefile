# Every chore has a target; `make help` lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(READY)  ## create .venv with everything locked; nothing to do the second time

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "$(PYTHON) is older than 3.11; name a newer one: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 || $(MAKE) --no-print-directory _venv
	PIP_USE_PEP517=1 $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Debian and Ubuntu ship Python without what `venv` needs.
_venv:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  export DEBIAN_FRONTEND=noninteractive; apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null; \
	fi
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "this Python has no venv; run: sudo apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)

chat: setup  ## build the index and open the REPL on the article
	@$(BIN)/wuzhen build && $(BIN)/wuzhen repl

telegram: setup  ## run the Telegram bot; .env holds the token
	@$(BIN)/wuzhen telegram

# One more than there are cores: a quarter of the time tests wait for processes and locks.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(1 + (os.cpu_count() or 1))')

# A file's tests stay together, as they share what takes long to make, and files come in order:
# those that take longest are not the last.
# Kills at random are alone on the machine: beside other tests they tell of these.
CHAOS := tests/telegram/test_chaos.py

test: check  ## linter, formatter's check, type checker, then every test, WORKERS at a time
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --ignore=$(CHAOS)
	$(BIN)/python -m pytest $(CHAOS)

CODE := wuzhen bot index tests bench docs .ci hatch_build.py

check: setup  ## linter, formatter's check and type checker
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy

format: setup  ## put the code into shape
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

fit: setup  ## fit the weights again; prints held-out figures (takes minutes)
	$(BIN)/python -m bench.fit

reader: setup  ## train the reader again (hours; READER_SETS names the folder of its sets)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[train]'
	$(BIN)/python -m bench.reader.train

eval: setup  ## figures on our own questions about the article
	$(BIN)/wuzhen eval tests/collections/conference/questions.jsonl

invariance: setup  ## every one of our own questions typed in every other way: the same quotes
	INVARIANCE=all $(BIN)/python -m pytest tests/bot/question/test_canonical.py tests/bot/answering/test_invariance.py

figures: setup  ## every one of our own questions, not every other one
	FIGURES=all $(BIN)/python -m pytest tests/bot/test_figures.py

chaos: setup  ## kills and faults at random under some thousands of questions (takes minutes)
	CHAOS_CHATS=200 CHAOS_QUESTIONS=2000 CHAOS_WEBHOOK_QUESTIONS=600 \
	  $(BIN)/python -m pytest -s tests/telegram/test_chaos.py

soak: setup  ## ten minutes of questions to the Telegram bot: memory and open files
	SOAK_SECONDS=600 $(BIN)/python -m pytest -s tests/telegram/test_soak.py

bench: setup  ## questions a second through the Telegram bot, beside a bare echo
	$(BIN)/python -m bench.telegram

SIZES ?= 1000 10000 100000

bench-building: setup  ## building and editing an index of 100,000 passages, and the first answer
	$(BIN)/python -m bench.building

bench-ranking: setup  ## ranking beside its peers at every size; SIZES names others, up to 1000000
	$(BIN)/python -m bench.ranking --sizes $(SIZES) --picture docs/ranking.svg

bench-serving: setup  ## questions a second over HTTP, beside a batch and beside 1,100 half-sent requests
	$(BIN)/python -m bench.serving

pictures: setup  ## draw the pictures of docs/ again (needs Chromium)
	$(BIN)/python docs/repl_picture.py
	$(BIN)/python docs/telegram_picture.py
	$(BIN)/python docs/pages_picture.py

# The kernel is linked with the C library alone, so `auditwheel` has nothing to copy in: it finds the
# oldest systems on which the wheel runs, and names them in its tag.
package: setup  ## sdist, pure wheel and manylinux wheel in dist/, a wheel tried in an empty environment
	rm -rf dist
	$(BIN)/python -m hatchling build -d dist -t sdist
	WUZHEN_WHEEL=pure $(BIN)/python -m hatchling build -d dist -t wheel
	$(BIN)/python -m hatchling build -d dist/linux -t wheel
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/auditwheel repair -w dist dist/linux/*-linux_*.whl
	rm -r dist/linux
	$(BIN)/python -m pytest -q tests/bot/test_package.py

audit: setup  ## look the locked packages up among known weaknesses, where they can be asked about
	@$(BIN)/python .ci/audit.py

lock: setup  ## lock the dependencies again (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --no-emit-index-url --extra mcp --extra postgresql --extra sources --extra dev \
	  pyproject.toml -o requirements.lock

clean:  ## remove what was built
	rm -rf $(VENV) .wuzhen dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

.PHONY: help setup _venv chat telegram test check format fit reader eval invariance figures chaos soak bench bench-building bench-ranking bench-serving pictures package audit lock clean
