# fieldhub: `make run` starts a hub with a demonstration audit, `make test` runs every test.
# Needs Rust, Node with npm, a C compiler, and Python for the tests: `.ci/tools` says which of them is missing, with what to
# type. Whatever else is needed is installed with a word on why.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

CHROMIUM ?= /usr/bin/chromium
DATA ?= ./data
NEXTEST := $(shell cargo nextest --version >/dev/null 2>&1 && echo yes)
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)

# --examples, of which there are none, has cargo choose the crates' features as for tests: the program is the very one that
# they run, and nothing is compiled twice.
BUILD := cargo build --locked --bins --examples

FUZZ_SECONDS ?= 60
NIGHTLY_LIVES ?= 100000

# Programs that the tests run, and the Debian package of each.
NEEDED := qpdf pdffonts:poppler-utils ip:iproute2 systemd-analyze:systemd strace:strace systemd-nspawn:systemd-container nmcli:network-manager \
	dnsmasq:dnsmasq-base shellcheck:shellcheck avahi-daemon:avahi-daemon avahi-browse:avahi-utils dbus-daemon:dbus-daemon \
	curl:curl openssl:openssl mkfs.ext4:e2fsprogs certutil:libnss3-tools debootstrap:debootstrap minisign:minisign

# What the browser tests need besides. The letters are Android's: pictures are as crews see the page.
BROWSER := $(CHROMIUM):chromium,fonts-roboto-unhinted chromium-headless-shell

.PHONY: help tools tools-test run web test test-build test-rust test-api test-web test-browser test-pictures test-packages \
	needed needed-browser programs \
	lint lint-rust lint-web fuzz fuzz-build fuzz-quick fuzz-locked fuzz-lock nightly audit bench bench-page release clean

help:
	@echo "make run      build everything and start a hub with a demonstration audit"
	@echo "make test     every test: unit, property, integration, crash, fuzz (5 s each), API, browser, pictures"
	@echo "make lint     formatting, lints and types, of Rust and of the page"
	@echo "make fuzz     what strangers send, $(FUZZ_SECONDS) s for each target (FUZZ_SECONDS=600, TARGET=csv)"
	@echo "make nightly  fuzz, and $(NIGHTLY_LIVES) power cuts"
	@echo "make audit    licences and advisories of everything that is built in"
	@echo "make bench    the figures: commit, batch, read, resume, live, memory, upstreams"
	@echo "make bench-page  the figures of the page, at 20,000 modules on a slow tablet"
	@echo "make release  the small binary: target/release/fieldhub"
	@echo "make arm      static binaries for 64 and 32 bit ARM, on Debian 12; make smoke-arm runs them under qemu"
	@echo "make dist     packages for all machines: .deb, .tar.gz, checksums, what is in them (SBOM); make test-dist tries them"
	@echo "make guides   the guides for crews and leads as sheets to print, one page each: target/guides"
	@echo "make reproducible  builds one commit twice and compares the bytes"

# First of all, before half of it is built.
tools:
	@.ci/tools build

tools-test:
	@.ci/tools test

# The program that the tests start: soon there, and compiled once for both.
run: tools web/dist/index.html
	$(BUILD)
	target/debug/fieldhub serve --demo --data-dir $(DATA)

release: tools web/dist/index.html
	cargo build --locked --release

# ---- what is given away ----

# What packs, kept by version outside of any clone.
TOOLS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/fieldhub/tools
PACKERS := cargo-deb-3.8.0 cargo-cyclonedx-0.5.9

STATIC := x86_64-unknown-linux-musl aarch64-unknown-linux-musl armv7-unknown-linux-musleabihf
ARM := $(filter-out x86_64%,$(STATIC))

.PHONY: arm static smoke-arm dist dist-tools test-dist reproducible static-setup

static-setup:
	.ci/static/setup

# Of these CI builds the one for a Pi as it is given away, one to be tried, and for this machine it packs the program that
# its tests ran: see docs/testing.md.
QUICK :=
TESTED :=

# In one call of cargo, which builds what they share once. make's own limits are not for cargo.
static: static-setup web/dist/index.html
	MAKEFLAGS= .ci/static/build $(filter-out $(QUICK) $(TESTED),$(STATIC))
	$(if $(QUICK),MAKEFLAGS= .ci/static/build --quick $(QUICK))

arm: static-setup web/dist/index.html
	MAKEFLAGS= .ci/static/build $(filter-out $(QUICK),$(ARM))
	$(if $(filter $(QUICK),$(ARM)),MAKEFLAGS= .ci/static/build --quick $(filter $(QUICK),$(ARM)))

# The release binaries, as emulated machines run them.
smoke-arm: arm
	python3 tests/arm/smoke.py qemu-aarch64-static target/static/aarch64-unknown-linux-musl/fieldhub
	python3 tests/arm/smoke.py qemu-arm-static -cpu cortex-a7 target/static/armv7-unknown-linux-musleabihf/fieldhub

dist-tools: $(PACKERS:%=$(TOOLS)/%/.installed)

dist: static dist-tools
	$(if $(TESTED),$(BUILD) && install -D --strip target/debug/fieldhub target/static/$(TESTED)/fieldhub)
	PATH="$(subst $() ,:,$(PACKERS:%=$(TOOLS)/%/bin)):$$PATH" .ci/pack $(STATIC)

# The packages, taken apart; that for this machine installed.
test-dist: dist needed test-packages
	.ci/test-dist

# Builds the same commit twice, in two directories: twice the time of one build.
reproducible: static-setup
	.ci/static/twice x86_64-unknown-linux-musl

# They run for seconds: built as quickly as can be.
$(TOOLS)/%/.installed:
	@echo "== $*, from its sources: packs what was built"
	name=$*; CARGO_PROFILE_DEV_DEBUG=0 cargo install --locked --debug --root $(@D) --target-dir target/tools \
	  --version "$${name##*-}" "$${name%-*}"
	@touch $@

# ---- the page ----

web: web/dist/index.html

web/node_modules/.installed: web/package.json web/package-lock.json | tools
	@echo "== npm packages of the page, from its lock file (Vite, Svelte, test tools)"
	cd web && npm ci --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.installed $(WEB_SOURCES)
	cd web && npm run build
	@touch $@

# For the van's wall. Node alone.
.PHONY: guides
guides:
	node web/vite/guides.mjs

# ---- tests ----

test: tools-test test-rust fuzz-quick test-api test-web test-browser test-pictures
	@echo "== every test passed"

test-rust: needed web/dist/index.html test-packages
ifeq ($(NEXTEST),yes)
	cargo nextest run --locked --no-fail-fast
else
	@echo "== cargo-nextest is not installed: cargo test runs them all, as threads of one program"
	cargo test --locked
endif

# What test-rust runs, built and not run; and the program that the API and browser tests start.
test-build: web/dist/index.html
ifeq ($(NEXTEST),yes)
	cargo nextest run --locked --no-run
else
	cargo test --locked --no-run
endif
	$(BUILD)

# What the tests have from npm and PyPI.
test-packages: tests/cloud-hub/node_modules/.installed target/conformance/.installed

# A package lists itself at NEEDED with the program that it is needed for.
needed:
	@.ci/needed "the tests run them" $(NEEDED)

needed-browser:
	@.ci/needed "the browser tests drive a real browser" $(BROWSER)

# Everything from Debian's packages at once: what tests run, and what builds static binaries.
programs:
	@.ci/needed "they build what is given away, and the tests run them" $(NEEDED) $(BROWSER) $$(.ci/static/setup --packages)

tests/cloud-hub/node_modules/.installed: tests/cloud-hub/package.json tests/cloud-hub/package-lock.json
	@echo "== miniflare with workerd, from npm: they run the cloud hub that the tests send to"
	cd tests/cloud-hub && npm ci --no-audit --no-fund
	@touch $@

# Stable Rust and a C++ compiler; see docs/testing.md.
fuzz: web/dist/index.html fuzz-locked
	fuzz/run $(FUZZ_SECONDS) $(TARGET)

fuzz-quick: web/dist/index.html fuzz-locked
	fuzz/run 5 $(TARGET)

fuzz-build: web/dist/index.html fuzz-locked
	fuzz/run --build

# fuzz/ has a lock file of its own, which follows the program's: what is fuzzed is what is shipped.
fuzz-locked:
	@cargo metadata --locked --format-version 1 --manifest-path fuzz/Cargo.toml >/dev/null 2>&1 || \
	{ echo "fuzz/Cargo.lock does not go with Cargo.lock: run make fuzz-lock" >&2; exit 1; }

fuzz-lock:
	cp Cargo.lock fuzz/Cargo.lock
	cargo metadata --format-version 1 --manifest-path fuzz/Cargo.toml >/dev/null

# The API's own description against the API. What it needs from PyPI is in the file; it stays below target/.
test-api: web/dist/index.html target/conformance/.installed
	$(BUILD)
	target/conformance/bin/python tests/conformance/run.py target/debug/fieldhub

target/conformance/.installed: tests/conformance/requirements.txt
	@python3 -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	{ echo "the tests need Python 3.11 or newer with venv: install python3 and python3-venv" >&2; exit 1; }
	@echo "== schemathesis and zeroconf, from PyPI: they judge the API by its document, and find the hub on a network"
	python3 -m venv --clear target/conformance
	target/conformance/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

test-web: web/node_modules/.installed
	cd web && npm test

BROWSE = cd web && FIELDHUB_BIN=$(CURDIR)/target/debug/fieldhub CHROMIUM_BIN=$(CHROMIUM) npm run

test-browser: needed needed-browser web/dist/index.html
	$(BUILD)
	$(BROWSE) test:browser -- --project tests --project https

# Of every screen, into target/screens.
test-pictures: needed needed-browser web/dist/index.html
	$(BUILD)
	$(BROWSE) test:browser -- --project pictures

# ---- the rest ----

lint: lint-rust lint-web

lint-rust: web/dist/index.html fuzz-locked
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo fmt --check --manifest-path fuzz/Cargo.toml
	cargo clippy --locked --manifest-path fuzz/Cargo.toml --target-dir target -- -D warnings

lint-web: web/node_modules/.installed
	cd web && npm run types -- --check && npm run check && npm run lint

# For a machine that has the night for it.
nightly: fuzz
	FIELDHUB_LIVES=$(NIGHTLY_LIVES) cargo test --locked --test it power_cut::

# Not part of `make test`: what is written about a crate tomorrow says nothing about a change of today.
audit:
	@cargo deny --version >/dev/null 2>&1 || \
	{ echo "cargo-deny is not installed: cargo install --locked cargo-deny" >&2; exit 1; }
	cargo deny check licenses bans sources
	@cargo deny fetch db || \
	{ echo "the advisory database could not be fetched: run this where github.com can be reached" >&2; exit 1; }
	cargo deny check --disable-fetch advisories

bench: web/dist/index.html tests/cloud-hub/node_modules/.installed
	cargo bench --locked

# The page at 20,000 modules, in a browser whose CPU is slowed 6 times.
bench-page: web/dist/index.html needed-browser
	$(BUILD)
	$(BROWSE) bench

clean:
	cargo clean
	rm -rf fuzz/corpus fuzz/artifacts
	rm -rf web/dist web/node_modules tests/cloud-hub/node_modules
