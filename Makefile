# SPDX-License-Identifier: Apache-2.0
# A menu. The environment lives in .venv and is made once; stamps say what is up to date.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BUILD := build/python
SANITIZER ?= asan-ubsan

ENV_STAMP := $(VENV)/.environment
CORE_STAMP := $(BUILD)/.installed
BENCH_STAMP := $(VENV)/.bench
BENCHES := decode validity maskbench cliffs corpus batch tools memory
CPP := $(shell find cpp -type f) CMakeLists.txt tests/cpp/CMakeLists.txt
CMAKE := $(BIN)/cmake
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: demo build test cpptest pytest lint types bench sanitize clean help

demo: build ## generate JSON for examples/person.json with a real model
	$(BIN)/python tools/demo.py

build: $(CORE_STAMP) ## make .venv, compile the engine, install the package in place

test: build lint types cpptest pytest ## everything that must pass

cpptest: build ## C++ unit tests (GoogleTest)
	tools/cpptest $(CMAKE) $(BUILD)

pytest: build ## Python tests
	$(BIN)/python -m pytest

lint: $(ENV_STAMP) ## ruff, clang-format, include directions, sizes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	find cpp tests/cpp -name '*.h' -o -name '*.cc' | xargs $(BIN)/clang-format --dry-run --Werror
	$(BIN)/python tools/check_layers.py
	$(BIN)/python tools/check_sizes.py

types: $(ENV_STAMP) ## mypy --strict
	$(BIN)/mypy --strict python/

bench: $(BENCH_STAMP) build ## benchmarks: the decoder, the engine beside its peers, single calls
	set -e; for program in $(BENCHES); do $(BIN)/python bench/$$program.py; done
	$(BIN)/python bench/report.py --readme
	$(BIN)/python -m pytest bench/micro --benchmark-only

sanitize: $(ENV_STAMP) ## C++ unit tests under asan and ubsan (SANITIZER=tsan: under tsan)
	tools/cpptest $(CMAKE) build/$(SANITIZER) $(SANITIZER)

clean: ## remove what was built, and the environment
	rm -rf build $(VENV)

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

# The environment: rebuilt when the requirements change. The editable install compiles the engine
# in $(BUILD), so the next rule only has to bring it up to date.
$(ENV_STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or later is needed")'
	@echo "setting up $(VENV) and compiling the engine: a few minutes, once"
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade 'pip>=25.1'
	$(PIP) install --group build
	$(PIP) install --no-build-isolation --config-settings=build-dir=$(BUILD) \
	  --config-settings=cmake.define.PUSHMASK_BUILD_TESTS=ON --editable '.[decoder,dev]'
	@touch $@

# The peers that benchmarks compare with, some gigabytes of them: only for `make bench`.
$(BENCH_STAMP): $(ENV_STAMP)
	$(PIP) install --no-build-isolation --config-settings=build-dir=$(BUILD) \
	  --config-settings=cmake.define.PUSHMASK_BUILD_TESTS=ON --editable '.[bench]'
	@touch $@

# Incremental: compile what changed and put the module where the editable install looks for it.
$(CORE_STAMP): $(ENV_STAMP) $(CPP)
	$(CMAKE) --build $(BUILD) --target _core
	$(CMAKE) --install $(BUILD) --component python \
	  --prefix "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("platlib"))')"
	@touch $@
