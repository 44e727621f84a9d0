# Endpaper: `make run` to see the shop, `make test` to prove it. `make` lists the rest.

SHELL := /bin/bash
PY := .venv/bin/python
PORT ?= 8000
CI ?=
THROWAWAY_MARIADB := $(PY) -m tests.mariadb

.DEFAULT_GOAL := help
.PHONY: help setup run test lint format types checks docs docs-write test-sqlite test-mariadb test-browser bench

help: ## List what make can do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 15

setup: ## Install what running and testing need (.venv, and Debian packages where allowed)
	@.ci/setup test

run: ## Serve the demo shop on http://localhost:8000 (PORT=8001 for another, DATABASE_URL= for another database)
	@.ci/setup run
	@.ci/serve $(PORT)

# Every step below can be run by itself, after one `make setup`.
test: setup ## Everything CI runs
	@$(MAKE) --no-print-directory -j2 --output-sync=target lint types checks docs
	@$(MAKE) --no-print-directory test-sqlite test-mariadb test-browser

define say
	@printf '\n== %s ==\n' '$(1)'
endef

lint: ## Python and templates: style and likely mistakes
	$(call say,lint)
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@$(PY) -m djlint --lint --quiet templates

format: ## Put Python into shape
	@$(PY) -m ruff check --fix --quiet
	@$(PY) -m ruff format

types: ## mypy over the three apps
	$(call say,types)
	@$(PY) -m mypy

# Production's settings, as an operator would give them; the key is made up on the spot.
PRODUCTION = ENV_FILE=/dev/null DEBUG=0 ALLOWED_HOSTS=books.example EMAIL_URL=smtp://localhost:25 SHOP_URL=https://books.example \
	DEFAULT_FROM_EMAIL=orders@books.example SHOP_EMAIL=hello@books.example SHOP_ADDRESS='1 High Street | London' SHOP_VAT_NUMBER=GB980780684 \
	DATABASE_URL=sqlite://:memory: CACHE_URL=filecache:///var/cache/endpaper STAFF_NEED_SECOND_FACTOR=1 \
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))')

checks: ## Migrations are complete, production settings are safe
	$(call say,checks)
	@$(PRODUCTION) $(PY) manage.py makemigrations --check --dry-run
	@$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING

docs: ## Generated documents are what the code says
	$(call say,docs)
	@ENV_FILE=/dev/null DEBUG=1 $(PY) docs/generate.py --check

docs-write: ## Write the generated documents anew
	@ENV_FILE=/dev/null DEBUG=1 $(PY) docs/generate.py

test-sqlite: ## Tests on SQLite
	$(call say,tests on SQLite)
	@env -u DATABASE_URL $(PY) -m pytest -n 2 -m 'not browser'

test-mariadb: ## Tests on a throwaway MariaDB, the races among them
	$(call say,tests on MariaDB)
	@$(call unless_left_out,mariadbd,MariaDB,$(THROWAWAY_MARIADB) $(PY) -m pytest -n 2 -m 'not browser')

test-browser: ## A person's way through the shop, in Chromium
	$(call say,tests in Chromium)
	@$(call unless_left_out,chromium,Chromium,env -u DATABASE_URL $(PY) -m pytest -n 2 -m browser)

# unless_left_out PROGRAM,NAME,COMMAND: without the program its tests are left out aloud; in CI that is a failure.
define unless_left_out
if PATH=$$PATH:/usr/sbin command -v $(1) >/dev/null; then $(3); \
	else echo 'LEFT OUT: $(2) is not installed, so its tests did not run.'; [ -z '$(CI)' ]; fi
endef

bench: setup ## CPU and queries per page, CPU of a whole purchase, purchases and orders per second
	@$(THROWAWAY_MARIADB) --durable $(PY) -m tests.bench $(if $(SIZE),--books $(SIZE))
