# The everyday commands. Each sets up what it needs once (stamp files in .venv), so a second run starts at once.
PORT ?= 8000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
COMPILE := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url

# Homebrew keeps pango where a Python that is not its own does not look.
ifeq ($(shell uname -s),Darwin)
LIBRARIES := DYLD_FALLBACK_LIBRARY_PATH="$(shell brew --prefix 2>/dev/null)/lib:/usr/local/lib:/usr/lib"
endif

# A process that may not keep its compiled modules takes three times as long to start, and a test run starts hundreds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test lint bench guide keys requirements vendor clean

help:
	@echo "make demo          start the product with a sample clinic on http://127.0.0.1:$(PORT) (PORT= changes it)"
	@echo "make test          run the whole suite"
	@echo "make lint          run the formatter, the linter, the type checker and the import rules alone"
	@echo "make bench         fill the table of docs/performance.md (ARGS=--quick: in three minutes)"
	@echo "make guide         take the pictures of docs/clinic-guide.md again, by the test that walks its road"
	@echo "make keys          bring docs/clinic-file.md and the complete example up to the declared keys"
	@echo "make requirements  pin the dependencies of pyproject.toml again"
	@echo "make vendor        fetch the vendored browser files again, by their pinned versions"
	@echo "make clean         remove what the commands above made; the data in var/ stays"

demo: $(VENV)/.runtime
	@$(LIBRARIES) $(BIN)/python -m booking_app demo --port $(PORT)

test: $(VENV)/.development
	@$(LIBRARIES) $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(VENV)/.development
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.development
	@$(LIBRARIES) $(BIN)/python -m bench.table $(ARGS)

guide: $(VENV)/.development
	@GUIDE_PICTURES=docs/pictures $(BIN)/python -m pytest -q tests/pages/console/test_new_clinic.py

keys: $(VENV)/.development
	@$(BIN)/python scripts/clinic_file_keys.py

requirements: $(VENV)/.development
	$(COMPILE) pyproject.toml --extra postgresql $(UPGRADE) -o requirements.txt
	$(COMPILE) pyproject.toml --extra postgresql --group dev $(UPGRADE) -o requirements-dev.txt
	$(COMPILE) scripts/installer.in $(UPGRADE) -o scripts/installer.txt

vendor: $(VENV)/.development
	@$(BIN)/python scripts/vendor.py

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.python: scripts/system.sh scripts/installer.txt
	@sh scripts/system.sh $(PYTHON)
	@test -x $(BIN)/python || { echo "Making the virtual environment"; $(PYTHON) -m venv $(VENV); }
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r scripts/installer.txt \
		|| echo "The fast installer cannot be had; pip does its work, more slowly."
	@$(BIN)/python scripts/link.py
	@touch $@

$(VENV)/.runtime: $(VENV)/.python requirements.txt scripts/install.sh
	@sh scripts/install.sh $(BIN) requirements.txt
	@touch $@

$(VENV)/.development: $(VENV)/.python requirements-dev.txt scripts/install.sh scripts/system.sh
	@sh scripts/system.sh $(PYTHON) tests
	@sh scripts/install.sh $(BIN) requirements-dev.txt
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || $(BIN)/python -m playwright install chromium
	@touch $@
