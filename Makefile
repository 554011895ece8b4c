# Every target sets up what it needs; `make run` and `make test` are all a newcomer needs.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: install run test check migration lock

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Wireroom needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 run")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --disable-pip-version-check --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	touch $@

run: $(STAMP)
	WIREROOM_SOURCES=$${WIREROOM_SOURCES:-irankenya,sample} WIREROOM_ALLOW_NETS=$${WIREROOM_ALLOW_NETS:-127.0.0.0/8} $(BIN)/wireroom run

test: $(STAMP)
	$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# make migration M="What changes": writes the next db/migrations/versions/NNNN_….py
migration: $(STAMP)
	rm -f build/migration.db && mkdir -p build
	WIREROOM_DATABASE_URL=sqlite:///build/migration.db $(BIN)/alembic upgrade head
	WIREROOM_DATABASE_URL=sqlite:///build/migration.db $(BIN)/alembic revision --autogenerate -m "$(M)"
	$(BIN)/ruff format db/migrations/versions

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml --output-file requirements.lock
