# forktail: what there is to do; `make help` lists it.

PREFIX ?= /usr/local
SYSCONFDIR ?= $(PREFIX)/etc
DESTDIR ?=
CONFIG ?= config/forktail.toml
TIME ?= 60
ASAN_WORLDS ?= 2000
# The modules with declarations that a program uses.
PUBLIC_MODULES := Forktail ForktailValues ForktailHTTP ForktailWorker ForktailFiles ForktailConfiguration
# The tests check exclusive access to memory at run time; a fifth of an event
# worker's own instructions went into that check, which no correct program needs.
RELEASE := swift build -c release --static-swift-stdlib --disable-local-rpath --quiet \
    -Xswiftc -enforce-exclusivity=unchecked

.PHONY: help build run test test-asan test-systemd soak fuzz bench docs lint format install uninstall clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

build: ## build the release executable, .build/release/forktail
	$(RELEASE) --product forktail

run: build ## build, and serve with config/forktail.toml (CONFIG=FILE for another)
	exec .build/release/forktail -c $(CONFIG)

test: ## build and run every test, with each class of worker; SUITES='Reload|Upgrade' only those
	Tests/run

test-asan: ## run the tests of the modules without I/O under the address sanitizer
	FORKTAIL_WORLDS=$(ASAN_WORLDS) swift test --disable-xctest --quiet --sanitize=address \
	    --scratch-path .build-asan --filter '^Forktail(Values|HTTP|Connection|Configuration|Supervision)Tests'

fuzz: ## let libFuzzer at each parser; TIME=60 seconds each
	SECONDS_EACH=$(TIME) Tests/Fuzzing/run

test-systemd: ## run the shipped units under a real systemd in a container (as root)
	Tests/Systemd/run

soak: ## everything at once for TIME=120 seconds, by SEED: nothing may be lost
	FORKTAIL_SOAK=$${TIME:-120} FORKTAIL_SEED=$${SEED:-} \
	    swift test --disable-xctest --quiet --filter SoakTests

bench: build ## measure, side by side, on this machine (needs wrk); PARTS="idle slow", BEFORE=FILE: another forktail
	Tests/Benchmarks/run

docs: ## build the library's documentation, .build/Forktail.doccarchive; any warning fails
	swift build --target Forktail --quiet
	rm -rf .build/docs-symbols && mkdir -p .build/docs-symbols
	for module in $(PUBLIC_MODULES); do \
	    swift symbolgraph-extract -module-name $$module -target "$$(uname -m)-unknown-linux-gnu" \
	        -I .build/debug/Modules -Xcc -fmodule-map-file=.build/debug/CForktail.build/module.modulemap \
	        -minimum-access-level public -skip-synthesized-members \
	        -output-dir .build/docs-symbols || exit 1; \
	done
	docc convert Sources/Forktail/Forktail.docc --warnings-as-errors \
	    --additional-symbol-graph-dir .build/docs-symbols \
	    --output-path .build/Forktail.doccarchive

lint: ## check the format, the documentation comments, the table of imports and the style
	swift format lint --strict --parallel --recursive Sources Tests Package.swift
	.ci/check-imports
	.ci/check-style

format: ## format all sources
	swift format --in-place --parallel --recursive Sources Tests Package.swift

install: build ## install to PREFIX (/usr/local); DESTDIR stages it; a configuration stays
	install -D -m 755 .build/release/forktail $(DESTDIR)$(PREFIX)/bin/forktail
	install -d $(DESTDIR)$(SYSCONFDIR)/forktail
	test -e $(DESTDIR)$(SYSCONFDIR)/forktail/forktail.toml \
	    || install -m 644 config/forktail.toml $(DESTDIR)$(SYSCONFDIR)/forktail/forktail.toml
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	for unit in forktail.service forktail.socket; do \
	    sed 's|@PREFIX@|$(PREFIX)|g; s|@SYSCONFDIR@|$(SYSCONFDIR)|g' config/$$unit \
	        > $(DESTDIR)$(PREFIX)/lib/systemd/system/$$unit \
	    && chmod 644 $(DESTDIR)$(PREFIX)/lib/systemd/system/$$unit || exit 1; \
	done

uninstall: ## remove what install put there; the configuration stays if it was changed
	rm -f $(DESTDIR)$(PREFIX)/bin/forktail
	rm -f $(DESTDIR)$(PREFIX)/lib/systemd/system/forktail.service
	rm -f $(DESTDIR)$(PREFIX)/lib/systemd/system/forktail.socket
	cmp -s config/forktail.toml $(DESTDIR)$(SYSCONFDIR)/forktail/forktail.toml \
	    && rm -r $(DESTDIR)$(SYSCONFDIR)/forktail || true

clean: ## remove what was built
	swift package clean
	rm -rf .build .build-asan .build-fuzz
