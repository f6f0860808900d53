# Every command from a fresh clone; each says what it does.
PY := .venv/bin/python
SYSTEM_PYTHON ?= python3

.PHONY: help setup demo demo-reset test soak bench check messages lock screenshots

help:
	@echo "make demo        install, start the database, fill it, serve on http://127.0.0.1:8000"
	@echo "make demo-reset  the same with an empty beginning"
	@echo "make test        the whole suite: real PostgreSQL, real browser"
	@echo "make soak        what takes longer than the suite may"
	@echo "make bench       how fast the pages are beside a floor, at CASES=100000 or GROWTH=\"10000 1000000\""
	@echo "make check       lint, types, templates, messages"
	@echo "make setup       install only"
	@echo "make messages    bring the Dutch catalogue up to the sources"
	@echo "make screenshots the pictures of the README"
	@echo "make lock        newer versions of what we depend on, into the lock files (needs uv and npm)"

setup:
	@$(SYSTEM_PYTHON) returnsupport/install.py

demo: setup
	@$(PY) manage.py demo

demo-reset: setup
	@$(PY) manage.py demo --reset

test:
	@$(SYSTEM_PYTHON) returnsupport/install.py --dev
	@$(PY) -m returnsupport.browser
	@$(PY) -m pytest -n auto --dist worksteal $(PYTEST_ARGS)

soak:
	@$(SYSTEM_PYTHON) returnsupport/install.py --dev
	@$(PY) -m pytest -m soak

bench: setup
	@$(PY) -m returnsupport.bench --cases $(or $(CASES),100000) $(if $(GROWTH),--growth $(GROWTH))

check:
	@$(SYSTEM_PYTHON) returnsupport/install.py --dev
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy returnsupport organisations cases
	@$(PY) -m djlint --quiet --lint templates
	@$(PY) -m returnsupport.messages check

messages:
	@$(PY) -m returnsupport.messages extract

screenshots:
	@$(SYSTEM_PYTHON) returnsupport/install.py --dev
	@$(PY) -m returnsupport.browser
	@$(PY) -m pytest -q tests/browser/screenshots.py

lock:
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header -q --upgrade -o requirements.txt
	uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-emit-index-url --no-header -q -c requirements.txt -o requirements-dev.txt
	npm install --package-lock-only
