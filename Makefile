# `make run` shows the main job, `make test` proves it; each does all of its set-up on a fresh machine
# that has Python 3.11 or later and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup run child test unit lint types docs browser bench bench-editor bench-kernel bench-cohorts kernel-matrix soak fuzz requirements guide-pages break messages notices postgresql crash load lock calibrate validation trust

help: ## show what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(STAMP): requirements/dev.txt pyproject.toml $(wildcard src/cisterna/kernel/cpp/*)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q src
	@touch $@

setup: $(STAMP) ## make .venv with everything pinned

run: setup ## show the clinic with invented patients; prints the address and the accounts
	$(BIN)/cisterna serve --demo

child: setup ## simulate the child example, print the summary, write the report
	$(BIN)/cisterna simulate examples/child-start-and-titration.toml --out out/child-start-and-titration

test: lint types docs unit ## everything that CI asks for

unit: setup browser postgresql ## unit, property and browser tests, and the examples in docstrings
	$(BIN)/python -m pytest -n 2 -q

lint: setup ## style, formatting and the rules of import
	$(BIN)/ruff check src tests tools benchmarks docs
	$(BIN)/ruff format --check src tests tools benchmarks docs
	$(BIN)/lint-imports --no-cache

types: setup ## strict typing
	$(BIN)/mypy

docs: setup ## build the documentation; warnings are errors, its examples are run
	$(BIN)/python -m sphinx -W --keep-going -q -b doctest docs docs/_build/doctest
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html

browser: ## install Chromium from Debian where that is possible
	@command -v chromium >/dev/null 2>&1 || { \
	  if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
	    apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -q chromium >/dev/null; \
	  else \
	    echo "Chromium is not here and cannot be installed without root and apt-get: browser tests are left out."; \
	  fi; }

postgresql: ## install PostgreSQL from Debian where that is possible
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || { \
	  if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
	    apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -q postgresql >/dev/null; \
	  else \
	    echo "PostgreSQL is not here and cannot be installed without root and apt-get: its tests are left out."; \
	  fi; }

crash: setup postgresql ## kill eight writers and the database 200 times and look for what was lost; takes minutes
	$(BIN)/python -m tests.clinic.crash --kills 200

load: setup postgresql ## let 50 people work at once among 5,000 patients; takes half an hour
	$(BIN)/python -m benchmarks.clinic_load

calibrate: setup ## fit the fitted numbers again; fail where the stored ones are not found; takes two minutes
	$(BIN)/python -m tools.calibrate

validation: setup ## re-run the published studies, write the report that goes with a release
	$(BIN)/cisterna validate --out out/validation

trust: setup ## write docs/concepts/how-far-to-trust-it.md from a validation and a calibration
	$(BIN)/python -m tools.trust_page

bench: setup ## measure speed; figures go into docs/concepts/speed.md by hand with date and machine
	$(BIN)/python -m benchmarks

bench-editor: setup browser ## measure a drag in the program editor, from the hand to the redrawn curves, in Chromium
	$(BIN)/python -m benchmarks.editor

bench-kernel: setup ## measure the kernel beside other tools, taking turns; takes minutes
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "libroadrunner>=2.10" "pydiffsol>=0.6" || echo "peers are left out."
	$(BIN)/python -m benchmarks.kernel

bench-cohorts: setup ## measure whole cohorts beside other tools, taking turns; takes minutes
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "libroadrunner>=2.10" "pydiffsol>=0.6" || echo "peers are left out."
	$(BIN)/python -m benchmarks.cohorts

kernel-matrix: setup ## build the kernel with gcc, clang, for ARM and under sanitizers, and hold each to the reference
	@if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then apt-get update -q >/dev/null && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
	    clang libclang-rt-14-dev g++-aarch64-linux-gnu qemu-user-static >/dev/null || true; fi
	$(BIN)/python -m tools.kernel_matrix

soak: setup ## a million random steps of the pump, every invariant held; takes a quarter of an hour or more
	$(BIN)/python -m tests.pump.soak

fuzz: setup ## type random text after every short command for ten minutes; no traceback may come back
	$(BIN)/python -m tests.care.fuzz_long

requirements: setup ## write the table of requirements and the tests that hold them
	$(BIN)/python -m tools.requirements_table

guide-pages: setup ## print the worked examples of the pages on guides and sheets anew
	$(BIN)/python -m tools.guide_pages

break: setup ## break requirements on purpose in a copy and see their tests fail
	$(BIN)/python -m tools.break_requirements

messages: setup ## gather the messages of the clinic, compile the catalogues; fails where one is not translated
	$(BIN)/python -m tools.messages

notices: setup ## write THIRD_PARTY_NOTICES.md
	$(BIN)/python tools/third_party_notices.py

lock: setup ## pin every dependency again, with hashes and without naming a registry
	$(BIN)/uv pip compile pyproject.toml --group dev --extra report --extra clinic --extra postgresql --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade --output-file requirements/dev.txt
