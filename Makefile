# Each target sets up what it needs. A bare Debian 12/13 or Ubuntu 24.04 with python3-venv and make is enough for
# `make run`; `make test` installs the rest (PostgreSQL, Chromium, gettext) with apt, as root or through sudo.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8000
export UV_LINK_MODE ?= copy

.PHONY: run test lint bench soak setup setup-dev lock snapshot messages clean

run: $(VENV)/.ready
	@$(BIN)/tinhso serve --port $(PORT)

$(VENV)/bin/uv: tools/uv.lock
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/uv.lock
	@touch $@

$(VENV)/.ready: $(VENV)/bin/uv requirements.lock pyproject.toml
	@echo "Installing Tỉnh Số…"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.ready
setup-dev: $(VENV)/.ready-dev

test: $(VENV)/.ready-dev
	@BIN=$(BIN) bash tools/test.sh

lint: $(VENV)/.ready-dev
	@BIN=$(BIN) bash tools/lint.sh

soak: $(VENV)/.ready-dev
	@BIN=$(BIN) bash tools/test.sh soak

bench: $(VENV)/.ready-dev
	@BIN=$(BIN) bash tools/bench.sh

snapshot: $(VENV)/.ready-dev
	@UPDATE_SNAPSHOTS=1 $(BIN)/pytest tests/test_snapshots.py
	@$(BIN)/tinhso lock_indicators

messages: $(VENV)/.ready-dev
	@for texts in $$(find src/tinhso -type d -name locale); do (cd $$texts/.. && $(abspath $(BIN))/django-admin makemessages -l en --no-location --settings tinhso.config.settings); done; true
	@$(BIN)/tinhso compile_messages

# Resolves the newest versions the constraints allow; the files carry hashes and no registry's address.
lock: $(VENV)/bin/uv
	@$(BIN)/uv lock --quiet --upgrade
	@$(BIN)/uv export --quiet --format requirements-txt --no-emit-project --no-header --no-annotate --no-default-groups --group build -o requirements.lock
	@$(BIN)/uv export --quiet --format requirements-txt --no-emit-project --no-header --no-annotate --only-group dev -o requirements-dev.lock

clean:
	rm -rf $(VENV) .build var
