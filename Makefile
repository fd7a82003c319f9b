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
# A build in a terminal shows its progress.
RELEASE := swift build -c release --static-swift-stdlib --disable-local-rpath \
    $(if $(MAKE_TERMOUT),,--quiet) -Xswiftc -enforce-exclusivity=unchecked

# What `make install` puts where.
UNITS := forktail.service forktail@.service forktail.socket
MAN := $(PREFIX)/share/man/man8
BASH_COMPLETION := $(PREFIX)/share/bash-completion/completions/forktail
ZSH_COMPLETION := $(PREFIX)/share/zsh/site-functions/_forktail
FISH_COMPLETION := $(PREFIX)/share/fish/vendor_completions.d/forktail.fish
EXAMPLES := $(PREFIX)/share/doc/forktail/examples
EXAMPLE_FILES := forktail.logrotate haproxy.cfg Containerfile kubernetes.yaml grafana.json
SET_PATHS := s|@PREFIX@|$(PREFIX)|g; s|@SYSCONFDIR@|$(SYSCONFDIR)|g
# What the interpreter of a Python application loads.
PYTHON_LIBRARY := libforktail-python.so
# A static executable doesn't find the toolchain's backtracer, so it is installed beside it.
BACKTRACER = $(dir $(realpath $(shell command -v swift)))../libexec/swift/linux/swift-backtrace-static

.PHONY: help build run test test-fast test-asan test-tsan test-packages test-systemd test-deployment soak fuzz bench docs \
    manual lint format install uninstall clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

build: ## build the release executable, .build/release/forktail, and its library for Python
	$(RELEASE) --product forktail
	$(RELEASE) --product forktail-python

run: build ## build, and serve with config/forktail.toml (CONFIG=FILE for another)
	exec .build/release/forktail -c $(CONFIG)

test: ## build and run every test, with each class of worker; SUITES='Reload|Upgrade' only those
	Tests/run

test-fast: ## run the tests that start no process, with fewer simulated worlds
	FORKTAIL_WORLDS=$${FORKTAIL_WORLDS:-10000} SUITES='^Forktail' Tests/run

test-asan: ## run the tests of the modules without I/O under the address sanitizer
	FORKTAIL_WORLDS=$(ASAN_WORLDS) swift test --disable-xctest --quiet --sanitize=address \
	    --scratch-path .build-asan --filter '^Forktail(Values|HTTP|Connection|Configuration|Supervision)Tests'

# The tests themselves are not watched: what they run on is not built for the sanitizer.
test-tsan: ## run the tests of asynchronous handlers with servers under the thread sanitizer
	for workers in event threads sync; do \
	    FORKTAIL_TEST_WORKERS=$$workers TSAN_OPTIONS=report_bugs=0 \
	        SERVER_TSAN_OPTIONS='halt_on_error=1 suppressions=$(CURDIR)/Tests/thread-sanitizer.txt' \
	        swift test --disable-xctest --quiet --sanitize=thread --scratch-path .build-tsan \
	        --filter 'ProcessTests.(AsyncTests|EventTests/EventAsyncTests)' || exit 1; \
	done

fuzz: ## let libFuzzer at each parser; TIME=60 seconds each
	SECONDS_EACH=$(TIME) Tests/Fuzzing/run

test-packages: build ## build the package that `forktail new` writes, and Tests/Packages, and run their tests: takes minutes
	rm -rf .build/packages && mkdir .build/packages
	cd .build/packages && ../release/forktail new example '$(CURDIR)' && swift test --package-path example
	Tests/Packages/run

test-deployment: ## run what config/ ships: man page, completions, nginx, HAProxy, logrotate, containers
	Tests/Deployment/run

test-systemd: ## run the shipped units under a real systemd in a container (as root)
	Tests/Systemd/run

soak: ## everything at once for TIME=120 seconds with each application, WORKERS=sync, by SEED: nothing may be lost
	FORKTAIL_SOAK=$${TIME:-120} FORKTAIL_SEED=$${SEED:-} FORKTAIL_TEST_WORKERS=$${WORKERS:-sync} \
	    swift test --disable-xctest --quiet --filter SoakTests

bench: build ## measure, side by side, on this machine (needs wrk); PARTS="idle slow", BEFORE=FILE: another forktail
	$(RELEASE) --product ForktailAsyncApp
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

manual: ## write config/forktail.toml, the man page and the completions from the settings' declarations
	mkdir -p config/completion
	FORKTAIL_WRITE_MANUAL=1 swift test --disable-xctest --quiet --filter '^ForktailConfigurationTests.ManualTests'

lint: ## check the format, the documentation comments, the table of imports and the style
	swift format lint --strict --parallel --recursive Sources Tests Package.swift
	.ci/check-imports
	.ci/check-style

format: ## format all sources
	swift format --in-place --parallel --recursive Sources Tests Package.swift

install: build ## install to PREFIX (/usr/local); DESTDIR stages it; a configuration stays
	install -D -m 755 .build/release/forktail $(DESTDIR)$(PREFIX)/bin/forktail
	install -D -m 755 .build/release/$(PYTHON_LIBRARY) $(DESTDIR)$(PREFIX)/lib/forktail/$(PYTHON_LIBRARY)
	test ! -e $(BACKTRACER) \
	    || install -D -m 755 $(BACKTRACER) $(DESTDIR)$(PREFIX)/libexec/forktail/swift-backtrace-static
	install -d $(DESTDIR)$(SYSCONFDIR)/forktail $(DESTDIR)$(PREFIX)/lib/systemd/system $(DESTDIR)$(MAN)
	test -e $(DESTDIR)$(SYSCONFDIR)/forktail/forktail.toml \
	    || install -m 644 config/forktail.toml $(DESTDIR)$(SYSCONFDIR)/forktail/forktail.toml
	for unit in $(UNITS); do \
	    sed '$(SET_PATHS)' config/$$unit > $(DESTDIR)$(PREFIX)/lib/systemd/system/$$unit \
	    && chmod 644 $(DESTDIR)$(PREFIX)/lib/systemd/system/$$unit || exit 1; \
	done
	sed '$(SET_PATHS)' config/forktail.8 > $(DESTDIR)$(MAN)/forktail.8
	chmod 644 $(DESTDIR)$(MAN)/forktail.8
	install -D -m 644 config/completion/forktail.bash $(DESTDIR)$(BASH_COMPLETION)
	install -D -m 644 config/completion/forktail.zsh $(DESTDIR)$(ZSH_COMPLETION)
	install -D -m 644 config/completion/forktail.fish $(DESTDIR)$(FISH_COMPLETION)
	install -d $(DESTDIR)$(EXAMPLES)/nginx
	install -m 644 $(addprefix config/,$(EXAMPLE_FILES)) $(DESTDIR)$(EXAMPLES)
	install -m 644 config/nginx/*.conf $(DESTDIR)$(EXAMPLES)/nginx
	@echo
	@echo "Installed. What to do next:"
	@echo "  edit $(SYSCONFDIR)/forktail/forktail.toml; man forktail explains the settings"
	@echo "  systemctl daemon-reload && systemctl enable --now forktail"
	@echo "  $(EXAMPLES) has configurations for logrotate, nginx, HAProxy and containers"

uninstall: ## remove what install put there; the configuration stays if it was changed
	rm -f $(DESTDIR)$(PREFIX)/bin/forktail $(DESTDIR)$(MAN)/forktail.8
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/lib/systemd/system/,$(UNITS))
	rm -f $(DESTDIR)$(BASH_COMPLETION) $(DESTDIR)$(ZSH_COMPLETION) $(DESTDIR)$(FISH_COMPLETION)
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/forktail $(DESTDIR)$(PREFIX)/libexec/forktail
	rm -rf $(DESTDIR)$(PREFIX)/lib/forktail
	cmp -s config/forktail.toml $(DESTDIR)$(SYSCONFDIR)/forktail/forktail.toml \
	    && rm -r $(DESTDIR)$(SYSCONFDIR)/forktail || true

clean: ## remove what was built
	swift package clean
	rm -rf .build .build-asan .build-tsan .build-fuzz
