# flamepress: one file, not recursive. `make help` lists the targets.
#
#   make demo      on a fresh Debian machine: installs what is missing, builds, writes the demo report
#   make test      installs what the tests need, runs everything
#
# Variables: CC, BUILD (folder for everything made), SAN=1 (address and undefined-behaviour checks),
# WERROR=1 (warnings are errors), PREFIX and DESTDIR (for install).

VERSION := 0.1.0
BUILD   ?= build
CORES   := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
PREFIX  ?= /usr/local
PACKAGES := zlib libzstd libcmark yaml-0.1 json-c libprotobuf-c libpcre2-8 kissfft-float

CFLAGS  ?= -O2 -g
STD      = -std=c11 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 -ffp-contract=off -fno-strict-overflow
WARN     = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion
ifdef WERROR
WARN    += -Werror
endif
ifdef SAN
CFLAGS   = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -DFLAMEPRESS_CHECK
WARN    += $(if $(findstring clang,$(CC)),,-Wno-format-truncation) # gcc's null checks of the sanitizer confuse it
LDFLAGS += -fsanitize=address,undefined
endif
ifdef FUZZING
CFLAGS  += -fsanitize=fuzzer-no-link
endif
INCLUDE  = -Isrc -Iinclude -I$(BUILD)/gen -DFLAMEPRESS_VERSION='"$(VERSION)"'
# Asked for once, when something is compiled: `make help` and `make deps` work without pkg-config.
PKG_CFLAGS = $(eval PKG_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) $(OPTIONAL)) $(if $(OPTIONAL),-DHAVE_LIBDEFLATE))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $(shell pkg-config --libs $(PACKAGES) $(OPTIONAL)) -liberty -lm)$(PKG_LIBS)
# Reports come out 5 to 6 % smaller with it; zlib alone does as well.
OPTIONAL   = $(eval OPTIONAL := $(shell pkg-config --exists libdeflate && echo libdeflate))$(OPTIONAL)
COMPILE  = $(CC) $(STD) $(WARN) $(CFLAGS) $(INCLUDE) $(PKG_CFLAGS) -MMD -MP

SOURCES  := $(sort $(filter-out src/app/main.c,$(wildcard src/*/*.c)))
PROTOS   := $(sort $(wildcard src/ingest/*.proto))
MESSAGES  = $(PROTOS:src/ingest/%.proto=$(BUILD)/gen/%.pb-c.c)
OBJECTS   = $(SOURCES:%.c=$(BUILD)/%.o) $(MESSAGES:.c=.o) $(BUILD)/gen/assets.o
LIBRARY   = $(BUILD)/libflamepress.a
PROGRAM   = $(BUILD)/flamepress
UNITS     = $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/*_test.c))
JS       := $(wildcard assets/js/*.js)
CSS      := $(wildcard assets/css/*.css)

.PHONY: all
all: $(PROGRAM) ## build the program and the library

$(PROGRAM): $(BUILD)/src/app/main.o $(LIBRARY)
	$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(LIBRARY): $(OBJECTS)
	rm -f $@
	$(AR) rcsD $@ $^

$(BUILD)/%.o: %.c | $(BUILD)/rooms.ok
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

# The order of the rooms is checked before anything is compiled, and again whenever a source changes.
$(BUILD)/rooms.ok: src/ROOMS src/FOREIGN src/check_rooms.sh $(wildcard src/*/*.[ch])
	@mkdir -p $(@D)
	sh src/check_rooms.sh
	@touch $@

.PHONY: rooms
rooms: $(BUILD)/rooms.ok ## check that no room looks down

# ---- the page, built into the program

# What assets/shorten.cjs writes is 7 % smaller pressed than what esbuild does alone; without Debian's node-terser esbuild does as well. Where
# node is another's, it needs to be told where Debian's modules are.
NODE     = NODE_PATH=/usr/share/nodejs$(if $(NODE_PATH),:$(NODE_PATH)) node
SHORTEN  = $(eval SHORTEN := $(shell $(NODE) -e 'require("terser")' 2>/dev/null && echo terser))$(SHORTEN)
BUNDLE   = esbuild --bundle --charset=ascii --log-level=warning
# $(2) or what comes in, in the language of the year $(1), bundled and without a byte too many.
script   = $(if $(SHORTEN),$(BUNDLE) --target=es$(1) $(2) --format=esm --minify-syntax --outfile=$@.tmp && $(NODE) assets/shorten.cjs $@.tmp $@ && rm $@.tmp,\
	$(BUNDLE) --target=es$(1) $(2) --format=iife --minify --outfile=$@)

# The page and the index run only where the loader could inflate them: browsers since 2023.
$(BUILD)/gen/page.js: $(JS) assets/shorten.cjs
	@mkdir -p $(@D)
	$(call script,2022,assets/js/page.js)

$(BUILD)/gen/site.js: $(JS) assets/shorten.cjs
	@mkdir -p $(@D)
	$(call script,2022,assets/js/site.js)

# It stands in the page as it is: names by frequency are the shortest there.
$(BUILD)/gen/loader.js: assets/js/loader.js assets/js/unpress.js
	@mkdir -p $(@D)
	$(BUNDLE) --target=es2020 $< --format=iife --minify --outfile=$@

# What an exported flame graph has inside; the page takes the same function's own text.
$(BUILD)/gen/flame.js: assets/js/flame_script.js assets/shorten.cjs
	@mkdir -p $(@D)
	echo 'import { flameScript } from "./assets/js/flame_script.js"; flameScript(document.documentElement);' | $(call script,2020)

$(BUILD)/gen/%.css: assets/css/%.css $(CSS)
	@mkdir -p $(@D)
	esbuild $< --bundle --minify --charset=ascii --log-level=warning --outfile=$@

# What presses the two large ones is what presses those of --assets: both ways give the same bytes.
PRESSING  = $(filter $(BUILD)/src/base/% %/render/predict.o %/render/pressed.o,$(OBJECTS))
$(BUILD)/embed: assets/embed.c $(PRESSING)
	$(COMPILE) -MF $@.d -o $@ $< $(PRESSING) $(LDFLAGS) $(PKG_LIBS)

ASSETS    = $(addprefix $(BUILD)/gen/,summary.css loader.js page.css page.js flame.js site.css site.js)
# How they are made stands here.
$(ASSETS): Makefile
$(BUILD)/gen/assets.c: $(BUILD)/embed templates/page.html templates/site.html $(ASSETS)
	$(BUILD)/embed page_html=templates/page.html summary_css=$(BUILD)/gen/summary.css loader_js=$(BUILD)/gen/loader.js \
	    pressed:page_css=$(BUILD)/gen/page.css pressed:page_js=$(BUILD)/gen/page.js flame_js=$(BUILD)/gen/flame.js \
	    site_html=templates/site.html pressed:site_css=$(BUILD)/gen/site.css pressed:site_js=$(BUILD)/gen/site.js > $@.tmp
	mv $@.tmp $@

$(BUILD)/gen/assets.o: $(BUILD)/gen/assets.c
	$(COMPILE) -Wno-overlength-strings -c -o $@ $<

# ---- messages of protobuf formats, made by protoc-c

$(BUILD)/gen/%.pb-c.c: src/ingest/%.proto
	@mkdir -p $(@D)
	protoc-c --c_out=$(@D) -Isrc/ingest $<

$(BUILD)/gen/%.pb-c.o: $(BUILD)/gen/%.pb-c.c
	$(COMPILE) -Wno-shadow -Wno-conversion -c -o $@ $<

.SECONDARY: $(MESSAGES)
$(patsubst %.c,$(BUILD)/%.o,$(wildcard $(PROTOS:.proto=*.c))): $(MESSAGES)

# ---- the demo

DEMO     = $(BUILD)/demo
EXAMPLE  = examples/quickstart

.PHONY: demo demo-reports
demo: ## install what is missing, build, write the demo reports and say where they are
	@tests/deps build
	@$(MAKE) -s --no-print-directory -j 2 demo-reports
	@echo "open one of these in a browser:"
	@for f in $(abspath $(DEMO))/*.html; do echo "  $$f"; done

demo-reports: $(DEMO)/quickstart.html $(DEMO)/gallery.html

$(DEMO)/quickstart.html: $(PROGRAM) $(wildcard $(EXAMPLE)/*)
	@mkdir -p $(@D)
	$(PROGRAM) build $(EXAMPLE)/report.yaml -o $@

# What CI leaves behind after a fortnight, one regression in it.
.PHONY: demo-site
demo-site: $(PROGRAM) ## publish a fortnight of made-up nights and say where
	@rm -rf $(DEMO)/site
	@PATH=$(abspath $(BUILD)):$$PATH sh examples/site/fortnight.sh $(DEMO)/site
	@echo "open $(abspath $(DEMO))/site/index.html"

# The gallery's profiles are made here, from a seed, beside a copy of its spec.
$(DEMO)/gallery.html: $(PROGRAM) $(BUILD)/examples/gallery examples/gallery/gallery.yaml
	@mkdir -p $(DEMO)/gallery
	cp examples/gallery/gallery.yaml $(DEMO)/gallery/
	$(BUILD)/examples/gallery $(DEMO)/gallery
	$(PROGRAM) build $(DEMO)/gallery/gallery.yaml -o $@

$(BUILD)/examples/gallery: examples/gallery/gallery.c
	@mkdir -p $(@D)
	$(CC) $(STD) $(WARN) $(CFLAGS) $(LDFLAGS) -o $@ $< -lm

.PHONY: pictures
pictures: demo-reports tests/browser/node_modules/.done ## make the pictures of the README and of docs again
	node docs/pictures/make-pictures.mjs $(DEMO)/quickstart.html

# ---- tests

.PHONY: deps
deps: ## install what the build and the tests need, or say what to install
	@tests/deps test

.PHONY: test
test: deps ## install what the tests need, run everything, count
	@BUILD=$(BUILD) MAKE="$(MAKE)" tests/run

.PHONY: check
check: ## everything without the browsers
	@WITHOUT_BROWSER=1 BUILD=$(BUILD) MAKE="$(MAKE)" tests/run

$(BUILD)/tests/unit/%: tests/unit/%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(COMPILE) -Itests/unit -o $@ $< $(LIBRARY) $(LDFLAGS) $(PKG_LIBS) -lcmocka -lm

.PHONY: unit
unit: $(UNITS) ## cmocka unit tests
	@rm -f $(UNITS:%=%.failed)
	@printf '%s\n' $(UNITS) | xargs -P $(CORES) -I{} sh -c '{} > {}.log 2>&1 || touch {}.failed'
	@failed=; for t in $(UNITS); do \
	    if [ -e $$t.failed ]; then cat $$t.log; failed="$$failed $$t"; else sed -n '/^\[  PASSED  \]\|^SKIP/p' $$t.log; fi; done; \
	if [ -n "$$failed" ]; then echo "failed:$$failed"; exit 1; fi

.PHONY: golden golden-update
golden: $(PROGRAM) $(LIBRARY) ## golden cases: what the program prints, exactly (one: CASE=name)
	@PROGRAM=$(PROGRAM) prove --verbose --merge --exec sh tests/golden/run.t $(if $(CASE),:: $(CASE))
golden-update: $(PROGRAM) $(LIBRARY) ## write what comes out now into the golden cases; read the diff
	@PROGRAM=$(PROGRAM) sh tests/golden/run.t --update $(CASE)

.PHONY: docs
docs: $(PROGRAM) ## run the examples of the documentation
	@PROGRAM=$(PROGRAM) prove --verbose --merge --exec sh tests/golden/docs.t

.PHONY: modules
modules: $(PROGRAM) ## the page's pure modules, in node
	@if ! command -v node >/dev/null; then echo "SKIP: the page's modules: no node here"; \
	else FLAMEPRESS=$(abspath $(PROGRAM)) node --test --test-reporter=tap $(sort $(wildcard tests/browser/*.test.js)); fi

tests/browser/node_modules/.done: tests/browser/package-lock.json
	@cd tests/browser && PUPPETEER_SKIP_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.done

.PHONY: browser
browser: demo-reports ## drive the real page in chromium and firefox
	@if ! command -v npm >/dev/null; then echo "SKIP: the browser tests: no npm here"; [ -z "$$CI" ]; \
	else $(MAKE) -s --no-print-directory tests/browser/node_modules/.done && \
	FLAMEPRESS=$(abspath $(PROGRAM)) DEMO=$(abspath $(DEMO)) \
	node --test --test-reporter=tap --test-concurrency=$(CORES) $(sort $(wildcard tests/browser/page/*.test.js)); fi

.PHONY: san
san: ## the C tests with address and undefined-behaviour checks, gcc and clang
	@WITHOUT_BROWSER=1 BUILD=$(BUILD) MAKE="$(MAKE)" tests/run san-gcc san-clang

# ---- measuring

BENCH_TOOLS = $(addprefix $(BUILD)/tests/bench/,gen measure scan parse)

.PHONY: bench bench-short
bench: $(PROGRAM) $(BENCH_TOOLS) ## how fast, how small, against tests/bench/BUDGET: make bench CASE=parse (default: all)
	@BUILD=$(BUILD) tests/bench/run $(CASE)
bench-short: $(PROGRAM) $(BENCH_TOOLS) ## its part for CI: bytes and counts of instructions
	@BUILD=$(BUILD) tests/bench/run --short $(CASE)

INPUT ?= examples/quickstart/orders.perf.txt.gz

.PHONY: bench-input
bench-input: $(PROGRAM) tests/browser/node_modules/.done ## how long, how large, how soon one file is: make bench-input INPUT=stacks.perf.txt
	@PROGRAM=$(PROGRAM) tests/bench/press.sh $(INPUT) $(BUILD)/bench.html
	@node tests/browser/bench_page.js $(BUILD)/bench.html
	@node tests/bench/page_core.js

$(BUILD)/tests/bench/%: tests/bench/%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(COMPILE) -Itests/unit -o $@ $< $(LIBRARY) $(LDFLAGS) $(PKG_LIBS)

.PHONY: bench-compare
bench-compare: $(BUILD)/tests/bench/compare ## false alarms and planted regressions: make bench-compare NIGHTS=200
	@$(BUILD)/tests/bench/compare $(or $(NIGHTS),200)

.PHONY: bench-trend
bench-trend: $(BUILD)/tests/bench/trend ## changes over the nights: false ones and planted ones: make bench-trend NIGHTS=200
	@$(BUILD)/tests/bench/trend $(or $(NIGHTS),200)

REPORTS ?= 10000

.PHONY: bench-site
bench-site: $(PROGRAM) tests/browser/node_modules/.done ## an index over many reports, and how soon it opens: make bench-site REPORTS=10000
	@sh tests/bench/site/bench.sh $(abspath $(PROGRAM)) $(REPORTS) $(BUILD)/bench-site
	@node tests/browser/bench_index.js $(BUILD)/bench-site/site/index.html

PLANTED ?= 2128
SEED    ?= 2026

.PHONY: bench-findings bench-findings-docs
bench-findings: $(BUILD)/tests/bench/findings/bench ## how well the findings do, and whether that is enough: PLANTED=2128 SEED=2026
	@$< $(PLANTED) $(SEED)
bench-findings-docs: $(BUILD)/tests/bench/findings/bench ## the same, into docs/findings.md
	@$< $(PLANTED) $(SEED) > $(BUILD)/findings.tables
	@awk '/^<!-- made by/ { print; while ((getline line < tables) > 0) print line; skip = 1 } /^<!-- until here/ { skip = 0 } !skip' \
	    tables=$(BUILD)/findings.tables docs/findings.md > $(BUILD)/findings.md && cp $(BUILD)/findings.md docs/findings.md

$(BUILD)/tests/bench/findings/bench: tests/bench/findings/bench.c $(LIBRARY)
	@mkdir -p $(@D)
	$(COMPILE) -Itests/bench/findings -o $@ $< $(LIBRARY) $(LDFLAGS) $(PKG_LIBS) -lm

# ---- fuzzing

TARGETS   = $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*_fuzz.c))
SECONDS  ?= 60
FUZZ_MAIN = $(if $(FUZZING),-fsanitize=fuzzer,tests/fuzz/replay.c)

$(BUILD)/tests/fuzz/%: tests/fuzz/%.c tests/fuzz/replay.c $(LIBRARY)
	@mkdir -p $(@D)
	$(COMPILE) -Itests/fuzz -MF $@.d -Wno-missing-prototypes -o $@ $< $(FUZZ_MAIN) $(LIBRARY) $(LDFLAGS) $(PKG_LIBS) -lm

.PHONY: fuzz-replay
fuzz-replay: $(TARGETS:%=$(BUILD)/tests/fuzz/%) ## run the fuzz targets over their corpora, cut short and changed, too
	@printf '%s\n' $(TARGETS:%_fuzz=%) | xargs -P $(CORES) -I{} sh -c 'timeout 300 $(BUILD)/tests/fuzz/{}_fuzz tests/fuzz/corpus/{} > $(BUILD)/tests/fuzz/{}.log 2>&1 || \
	    { cat $(BUILD)/tests/fuzz/{}.log; echo "failed: {}"; exit 1; }; echo "{}: $$(tail -n 1 $(BUILD)/tests/fuzz/{}.log)"'

# New inputs are collected under build/; the good ones go into tests/fuzz/corpus by hand.
.PHONY: fuzz
fuzz: ## fuzz one target with clang: make fuzz FUZZ=perf_script SECONDS=60
	@[ -n "$(FUZZ)" ] || { echo "name a target: FUZZ=one of $(TARGETS:%_fuzz=%)"; exit 2; }
	$(MAKE) -s --no-print-directory BUILD=$(BUILD)/fuzz CC=clang SAN=1 FUZZING=1 $(BUILD)/fuzz/tests/fuzz/$(FUZZ)_fuzz
	@mkdir -p $(BUILD)/fuzz/corpus/$(FUZZ)
	$(BUILD)/fuzz/tests/fuzz/$(FUZZ)_fuzz -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=2048 -artifact_prefix=$(BUILD)/fuzz/ \
	    $(if $(wildcard tests/fuzz/$(FUZZ).dict),-dict=tests/fuzz/$(FUZZ).dict) $(BUILD)/fuzz/corpus/$(FUZZ) tests/fuzz/corpus/$(FUZZ)

# ---- install

# Always made anew: PREFIX may be another one than the last time.
.PHONY: $(BUILD)/flamepress.pc
$(BUILD)/flamepress.pc:
	@mkdir -p $(@D)
	@printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$${prefix}/lib' 'includedir=$${prefix}/include' '' 'Name: flamepress' \
	    'Description: presses profiles into one offline HTML report' 'Version: $(VERSION)' 'Requires: $(PACKAGES) $(OPTIONAL)' \
	    'Libs: -L$${libdir} -lflamepress -liberty -lm' 'Cflags: -I$${includedir}' > $@

$(BUILD)/flamepress.1: $(PROGRAM)
	@$(PROGRAM) --print-man > $@.tmp
	@mv $@.tmp $@

.PHONY: install
install: $(PROGRAM) $(LIBRARY) $(BUILD)/flamepress.pc $(BUILD)/flamepress.1 ## program, man page, library, header, pkg-config file (PREFIX, DESTDIR)
	install -d $(addprefix $(DESTDIR)$(PREFIX)/,bin lib/pkgconfig include share/man/man1)
	install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(LIBRARY) $(DESTDIR)$(PREFIX)/lib/
	install -m 644 include/flamepress.h $(DESTDIR)$(PREFIX)/include/
	install -m 644 $(BUILD)/flamepress.pc $(DESTDIR)$(PREFIX)/lib/pkgconfig/
	install -m 644 $(BUILD)/flamepress.1 $(DESTDIR)$(PREFIX)/share/man/man1/

.PHONY: clean
clean: ## remove everything made
	rm -rf build

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 18

-include $(wildcard $(BUILD)/src/*/*.d) $(wildcard $(BUILD)/tests/*/*.d) $(wildcard $(BUILD)/gen/*.d)
