# Two commands: `make demo` sets everything up and serves a demo company; `make test` tests everything.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-spark demo serve test test-fast test-sqlite test-postgresql test-spark test-browser test-looks check format bench translations clean

PYTHON ?= python3
BIN := .venv/bin
# Compiled once here: else every start of the command pays for it where nothing may be written later.
INSTALL := $(BIN)/uv pip install --quiet --compile-bytecode
SOURCES := peakend tests tools bench
WORKERS ?= 2
# What is asked of a cluster: the metrics and the warehouse behind them.
ON_SPARK := tests/spark $(addprefix tests/,warehouse/test_cells.py warehouse/test_questions.py \
	metrics/test_readings.py metrics/test_drivers.py metrics/test_registry.py)

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/base build/frontend.done build/translations.done ## Make the environment in .venv and the front-end files

setup-dev: .venv/dev build/store.done build/frontend.done build/translations.done ## The same with what tests and checks need

setup-spark: setup .venv/spark ## The same with what a Spark cluster needs (Java 17 comes from elsewhere)

demo: setup ## Generate the demo company, tell its stories, serve it
	$(BIN)/peakend demo

serve: setup ## Serve your own installation
	$(BIN)/peakend serve

test: setup-dev test-sqlite test-postgresql test-spark test-browser ## Run every test: SQLite, PostgreSQL, Spark, browser

test-fast: setup-dev ## The tests to run all day, under three minutes
	$(BIN)/pytest -q -n $(WORKERS) -m "not browser and not spark and not slow and not real_data"

test-sqlite: setup-dev
	$(BIN)/pytest -q -n $(WORKERS) -m "not browser and not spark"
	$(BIN)/pytest -q --doctest-modules peakend/methods peakend/text peakend/voices/services.py

test-postgresql: setup-dev
	@if $(BIN)/python tools/postgresql_answers.py; then \
		PEAKEND_TEST_BACKEND=postgresql $(BIN)/pytest -q -n $(WORKERS) -m "not browser and not spark and not pure and not seeds"; \
	elif [ -n "$$CI" ]; then echo "No PostgreSQL server answers; CI needs one."; exit 1; \
	else echo "Skipped: no PostgreSQL server answers at PEAKEND_TEST_DATABASE_URL."; fi

test-spark: setup-dev
	@if $(BIN)/python tools/java_found.py; then \
		$(INSTALL) --require-hashes -r requirements/spark.txt && \
		PEAKEND_TEST_ENGINE=spark $(BIN)/pytest -q -m "not slow and not in_process" $(ON_SPARK); \
	elif [ -n "$$CI" ]; then echo "No Java 17 or newer; CI needs one."; exit 1; \
	else echo "Skipped: no Java 17 or newer (apt install default-jre-headless)."; fi

test-browser: setup-dev
	@if $(BIN)/python tools/browser_found.py; then \
		DJANGO_ALLOW_ASYNC_UNSAFE=true $(BIN)/pytest -q -m browser; \
	elif [ -n "$$CI" ]; then echo "No Chromium; CI needs one."; exit 1; \
	else echo "Skipped: no Chromium (apt install chromium fonts-noto-cjk)."; fi

test-looks: setup-dev ## Open every page, not only those of every day, in all eight looks (language, size, theme): half an hour
	PEAKEND_TEST_EVERY_LOOK=1 DJANGO_ALLOW_ASYNC_UNSAFE=true $(BIN)/pytest -q -m browser

check: setup-dev ## Layers, lint, types, migrations, translations
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/lint-imports
	$(BIN)/mypy peakend
	PEAKEND_HOME=build/check $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tools.translations check

format: setup-dev ## Put the code into the house's form
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: setup-dev .venv/bench ## Measure speed (ONLY=name, SIZE=n) and render docs/benchmarks.md
	$(BIN)/python -m bench $(if $(ONLY),--only $(ONLY)) $(if $(SIZE),--size $(SIZE))

translations: setup-dev ## Gather new strings into each room's .po
	$(BIN)/python -m tools.translations update

clean: ## Remove everything that can be made again
	rm -rf .venv node_modules build peakend/web/static/built

.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Peakend needs Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python's venv module is missing: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check uv

.venv/base: requirements/base.txt pyproject.toml | .venv/bin/uv
	$(INSTALL) --require-hashes -r requirements/base.txt
	$(INSTALL) --no-deps --editable .
	@touch $@

# The optional parts that install anywhere are tested with the rest.
.venv/dev: requirements/dev.txt requirements/speech.txt .venv/base
	$(INSTALL) --require-hashes -r requirements/dev.txt -r requirements/speech.txt
	@touch $@

# Peers to measure against, which nothing else needs; one of them is GPL, so the product never loads them.
.venv/bench: requirements/bench.txt requirements/pingouin-0.6.txt .venv/dev
	$(INSTALL) --require-hashes -r requirements/bench.txt
	$(INSTALL) --require-hashes --no-deps --target build/peers/pingouin-0.6 -r requirements/pingouin-0.6.txt
	@touch $@

.venv/spark: requirements/spark.txt .venv/base
	$(INSTALL) --require-hashes -r requirements/spark.txt
	@touch $@

# Its versions are not Peakend's, so it stands apart.
build/store.done: requirements/store.txt | .venv/bin/uv
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python build/store
	$(BIN)/uv pip install --quiet --python build/store/bin/python --require-hashes -r requirements/store.txt
	@touch $@

build/frontend.done: package.json package-lock.json tools/frontend.py $(shell find peakend/web/static -path peakend/web/static/built -prune -o -type f -print 2>/dev/null) | .venv/base
	$(BIN)/python tools/frontend.py
	@mkdir -p build && touch $@

build/translations.done: $(shell find peakend -name '*.po' 2>/dev/null) | .venv/base
	$(BIN)/python -m tools.translations compile
	@mkdir -p build && touch $@
