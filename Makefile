# flamepress: one file, not recursive. `make help` lists the targets.
#
#   make demo      on a fresh Debian machine: installs what is missing, builds, writes the demo report
#   make test      installs what the tests need, runs everything
#
# Variables: CC, BUILD (folder for everything made), SAN=1 (address and undefined-behaviour checks),
# WERROR=1 (warnings are errors), PREFIX and DESTDIR (for install).

VERSION := 0.1.0
BUILD   ?= build
PREFIX  ?= /usr/local
PACKAGES := zlib libcmark yaml-0.1 json-c

CFLAGS  ?= -O2 -g
STD      = -std=c11 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 -ffp-contract=off -fno-strict-overflow
WARN     = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion
ifdef WERROR
WARN    += -Werror
endif
ifdef SAN
CFLAGS   = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -DFLAMEPRESS_CHECK
WARN    += -Wno-format-truncation # gcc's null checks of the sanitizer confuse it
LDFLAGS += -fsanitize=address,undefined
endif
INCLUDE  = -Isrc -Iinclude -I$(BUILD)/gen -DFLAMEPRESS_VERSION='"$(VERSION)"'
# Asked for once, when something is compiled: `make help` and `make deps` work without pkg-config.
PKG_CFLAGS = $(eval PKG_CFLAGS := $(shell pkg-config --cflags $(PACKAGES)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $(shell pkg-config --libs $(PACKAGES)))$(PKG_LIBS)
COMPILE  = $(CC) $(STD) $(WARN) $(CFLAGS) $(INCLUDE) $(PKG_CFLAGS) -MMD -MP

SOURCES  := $(sort $(filter-out src/app/main.c,$(wildcard src/*/*.c)))
OBJECTS   = $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/gen/assets.o
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

$(BUILD)/gen/page.js: $(JS)
	@mkdir -p $(@D)
	esbuild assets/js/page.js --bundle --minify --charset=ascii --format=iife --target=es2020 --log-level=warning --outfile=$@

$(BUILD)/gen/page.css: $(CSS)
	@mkdir -p $(@D)
	esbuild assets/css/page.css --minify --charset=ascii --log-level=warning --outfile=$@

$(BUILD)/embed: assets/embed.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -Wall -Wextra -Wpedantic -o $@ $<

$(BUILD)/gen/assets.c: $(BUILD)/embed templates/page.html $(BUILD)/gen/page.css $(BUILD)/gen/page.js
	$(BUILD)/embed page_html=templates/page.html page_css=$(BUILD)/gen/page.css page_js=$(BUILD)/gen/page.js > $@.tmp
	mv $@.tmp $@

$(BUILD)/gen/assets.o: $(BUILD)/gen/assets.c
	$(COMPILE) -Wno-overlength-strings -c -o $@ $<

# ---- tests

$(BUILD)/tests/unit/%: tests/unit/%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(COMPILE) -Itests/unit -o $@ $< $(LIBRARY) $(LDFLAGS) $(PKG_LIBS) -lcmocka -lm

.PHONY: unit
unit: $(UNITS) ## cmocka unit tests
	@failed=; for t in $(UNITS); do \
	    $$t > $$t.log 2>&1 && sed -n 's/^\[  PASSED  \] /$(notdir $(BUILD)) '"$$(basename $$t)"': passed /p' $$t.log \
	    || { cat $$t.log; failed="$$failed $$t"; }; done; \
	if [ -n "$$failed" ]; then echo "failed:$$failed"; exit 1; fi

.PHONY: clean
clean: ## remove everything made
	rm -rf build

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 18

-include $(wildcard $(BUILD)/src/*/*.d) $(wildcard $(BUILD)/tests/*/*.d) $(wildcard $(BUILD)/gen/*.d)
