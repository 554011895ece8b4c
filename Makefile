# Every target sets up what it needs; `make run` and `make test` are all a newcomer needs.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
PIP := $(BIN)/pip install --disable-pip-version-check --quiet
# What `make run` watches and lets through, unless the environment says otherwise.
SOURCES = $${WIREROOM_SOURCES:-irankenya,sample}
NETS = $${WIREROOM_ALLOW_NETS:-127.0.0.0/8}
MIGRATE := WIREROOM_DATABASE_URL=sqlite:///build/migration.db $(BIN)/alembic

.PHONY: install run test fuzz check docs bench migration lock clean

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml setup.py $(wildcard scrapers/compiled/*.pyx scrapers/compiled/*.pxd scrapers/compiled/*.h)
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Wireroom needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 run")'
	@echo "Installing into .venv; this takes a minute or two, once."
	@$(PYTHON) -m venv .venv
	@$(PIP) --require-hashes --requirement requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -c 'from scrapers.compiled import load; load("tree") or print("Extraction is not compiled here (is there a C compiler, are there headers of Python?): it takes about twice the time. See docs/operator.md.")'
	@touch $@

run: $(STAMP)
	@exec env WIREROOM_SOURCES="$(SOURCES)" WIREROOM_ALLOW_NETS="$(NETS)" $(BIN)/wireroom run

# make test PYTEST_ARGS="tests/db -k migrate"
test: $(STAMP)
	$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

# Property tests on examples never tried before, ten times as many.
fuzz: $(STAMP)
	$(BIN)/python -m pytest -n auto -m hypothesis --hypothesis-profile=fuzz $(PYTEST_ARGS)

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Is everything documented, and does every link lead somewhere?
docs: $(STAMP)
	$(BIN)/python -m pytest -q tests/test_docs.py

bench: $(STAMP)
	for name in sync sync_cpu serving changing starting; do $(BIN)/python -m benchmarks.$$name; done

# make migration M="what changes": writes the next db/migrations/versions/NNNN_….py
migration: $(STAMP)
	@test -n "$(M)" || { echo 'Say what changes: make migration M="articles have a mood"'; exit 2; }
	mkdir -p build && rm -f build/migration.db
	$(MIGRATE) upgrade head
	$(MIGRATE) revision --autogenerate -m "$(M)"
	$(BIN)/ruff format db/migrations/versions

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml --output-file requirements.lock

clean:
	rm -rf .venv build .*_cache .hypothesis .coverage*
