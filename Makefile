# fieldhub: `make run` starts a hub with a demonstration audit, `make test` runs every test.
# Needs Rust, Node and npm; whatever else is needed is installed with a word on why.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

CHROMIUM ?= /usr/bin/chromium
DATA ?= ./data
NEXTEST := $(shell cargo nextest --version >/dev/null 2>&1 && echo yes)
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)

.PHONY: help run web build test test-rust test-web test-browser lint lint-rust lint-web bench release clean

help:
	@echo "make run      build everything and start a hub with a demonstration audit"
	@echo "make test     every test: unit, property, integration, crash, browser"
	@echo "make lint     formatting, lints and types, of Rust and of the page"
	@echo "make bench    the figures: commit, batch, read, resume, live, memory"
	@echo "make release  the small binary: target/release/fieldhub"

run: web/dist/index.html
	cargo build --locked --profile quick
	target/quick/fieldhub serve --demo --data-dir $(DATA)

release: web/dist/index.html
	cargo build --locked --release

# ---- the page ----

web: web/dist/index.html

web/node_modules/.installed: web/package.json web/package-lock.json
	@echo "== npm packages of the page, from its lock file (Vite, Svelte, test tools)"
	cd web && npm ci --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.installed $(WEB_SOURCES)
	cd web && npm run build
	@touch $@

# ---- tests ----

test: test-rust test-web test-browser
	@echo "== every test passed"

test-rust: web/dist/index.html
ifeq ($(NEXTEST),yes)
	cargo nextest run --locked
	cargo test --locked --doc
else
	@echo "== cargo-nextest is not installed: cargo test does the same, one file after the other"
	cargo test --locked
endif

test-web: web/node_modules/.installed
	cd web && npm test

test-browser: web/dist/index.html $(CHROMIUM)
	cargo build --locked
	cd web && FIELDHUB_BIN=$(CURDIR)/target/debug/fieldhub CHROMIUM=$(CHROMIUM) npm run test:browser

/usr/bin/chromium:
	@echo "== Chromium, from Debian's packages: the browser tests drive a real browser"
	@if [ "$$(id -u)" = 0 ]; then apt-get update -q && apt-get install -y -q --no-install-recommends chromium; \
	else sudo apt-get update -q && sudo apt-get install -y -q --no-install-recommends chromium; fi

# ---- the rest ----

lint: lint-rust lint-web

lint-rust: web/dist/index.html
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings

lint-web: web/node_modules/.installed
	cd web && npm run check && npm run lint

bench: web/dist/index.html
	cargo bench --locked

clean:
	cargo clean
	rm -rf web/dist web/node_modules
