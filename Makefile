# Farfield: how far outside its training set can a potential be trusted?
# `make help` lists the targets.

VERSION := $(shell cat VERSION)
# Date of the version, for the man pages: outputs never hold the time they were made.
RELEASED := 2026-11-23
BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
OPTIMISE ?= -O3 -g
SANITIZE ?=

# ---- dependencies ------------------------------------------------------------------------------
# Libraries by their pkg-config names; programs by name; Debian packages that provide all of them.
PACKAGES := hdf5 libxml-2.0 zlib gsl cmocka openblas lapacke fftw3 libcrypto jansson spglib yaml-0.1 \
            arpack
# CHOLMOD has no pkg-config file in Debian 12: found by its header.
CHOLMOD   = $(shell $(CC) -E -include suitesparse/cholmod.h -x c /dev/null >/dev/null 2>&1 && echo found)
# python3 and h5dump are for the tests only.
PROGRAMS := pkg-config gnuplot xmllint python3 h5dump
DEBIAN   := build-essential pkg-config libhdf5-dev libxml2-dev libxml2-utils zlib1g-dev libgsl-dev \
            libcmocka-dev libopenblas-dev liblapacke-dev libfftw3-dev libssl-dev libjansson-dev \
            libyaml-dev libsymspg-dev libsuitesparse-dev libarpack2-dev \
            gnuplot-nox python3 hdf5-tools
MISSING   = $(shell for p in $(PROGRAMS); do command -v $$p >/dev/null 2>&1 || echo $$p; done; \
            for p in $(PACKAGES); do pkg-config --exists $$p 2>/dev/null || echo $$p; done) $(if $(CHOLMOD),,cholmod)

# Used where they are found at build time: without them the potentials that need them say so.
OPTIONAL := $(shell pkg-config --exists libkim-api 2>/dev/null && echo libkim-api)
DEBIAN_OPTIONAL := libkim-api-dev

# ---- flags ---------------------------------------------------------------------------------------
WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Werror
# No -ffast-math: sums keep their order. -fno-math-errno only lets sqrt be one instruction.
CFLAGS_ALL = -std=c11 -D_XOPEN_SOURCE=700 -I. -DFF_VERSION='"$(VERSION)"' \
             -DFF_RELEASED='"$(RELEASED)"' $(WARNINGS) \
             $(OPTIMISE) -fno-math-errno -fopenmp $(SANITIZE) \
             $(if $(OPTIONAL),-DFF_WITH_KIM $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(OPTIONAL)))) \
             $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null) $(CFLAGS)
# GSL's own BLAS comes first in its flags and would hide OpenBLAS, which has the same names and is
# some ten times faster.
LIBRARIES  = $(filter-out -lgslcblas,$(shell pkg-config --libs $(PACKAGES) $(OPTIONAL) 2>/dev/null)) \
             -lcholmod -lm
LDFLAGS_ALL = -fopenmp $(SANITIZE) $(LDFLAGS)

# ---- sources: found, never listed ------------------------------------------------------------------
LIB_SOURCES    := $(sort $(shell find lib -name '*.c'))
FORMAT_SOURCES := $(sort $(shell find formats -name '*.c'))
CLI_SOURCES    := $(sort $(wildcard stages/cli/*.c))
STAGE_SOURCES  := $(sort $(wildcard stages/*.c))
TEST_SOURCES   := $(sort $(shell find tests/lib tests/formats tests/stages -name 'test_*.c' 2>/dev/null))
# End-to-end tests; "make check SCRIPTS=" runs the units only.
SCRIPTS        ?= $(sort $(wildcard tests/cli/*.sh))
BENCH_SOURCES  := $(sort $(wildcard tests/bench/*.c))
BENCH_PARTS    := $(sort $(wildcard tests/bench/*/*.c))
LONG_SOURCES   := $(sort $(wildcard tests/long/*.c))
FUZZ_SOURCES   := $(sort $(filter-out %/fuzz_file.c,$(wildcard tests/fuzz/fuzz_*.c)))
HEADERS        := $(sort $(shell find lib formats stages -name '*.h'))
ALL_SOURCES    := $(LIB_SOURCES) $(FORMAT_SOURCES) $(sort $(wildcard stages/*.c stages/*/*.c)) $(TEST_SOURCES) \
                  $(BENCH_SOURCES) $(BENCH_PARTS) $(LONG_SOURCES) $(sort $(wildcard tests/fuzz/*.c))

object = $(patsubst %.c,$(BUILD)/object/%.o,$(1))
program = $(patsubst stages/%.c,$(BUILD)/bin/%,$(1))
STAGES    := $(patsubst stages/%.c,$(BUILD)/bin/farfield-%,$(filter-out stages/farfield.c,$(STAGE_SOURCES)))
DISPATCH  := $(BUILD)/bin/farfield
LAMMPS_SERVER := $(BUILD)/libexec/farfield/lammps-server
TESTS     := $(patsubst %.c,$(BUILD)/%,$(TEST_SOURCES))
BENCHES   := $(patsubst %.c,$(BUILD)/%,$(BENCH_SOURCES))
LONGS     := $(patsubst %.c,$(BUILD)/%,$(LONG_SOURCES))
FUZZERS   := $(patsubst %.c,$(BUILD)/%,$(FUZZ_SOURCES))
REPLAYS   := $(patsubst tests/fuzz/fuzz_%.c,$(BUILD)/tests/fuzz/replay_%,$(FUZZ_SOURCES))
MANPAGES  := $(patsubst $(BUILD)/bin/%,$(BUILD)/man/man1/%.1,$(STAGES) $(DISPATCH))
ARCHIVES  := $(BUILD)/libfarfield-formats.a $(BUILD)/libfarfield.a

.PHONY: help deps ready all study check check-long check-asan bench format lint install \
        uninstall clean programs tests man fuzz fuzzers force

help: ## list the targets
	@echo "Farfield $(VERSION). Targets:"
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

deps: ## install the packages needed (apt; says what to install elsewhere)
	@if command -v apt-get >/dev/null 2>&1; then \
	    if [ "$$(id -u)" = 0 ]; then SUDO=; else SUDO=sudo; fi; \
	    echo "installing: $(DEBIAN)"; \
	    $$SUDO apt-get update -qq && \
	    $$SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(DEBIAN) >/dev/null && \
	    { $$SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(DEBIAN_OPTIONAL) >/dev/null || \
	      echo "without $(DEBIAN_OPTIONAL) (optional)"; }; \
	else \
	    echo "Install, with your system's package manager, development files of:"; \
	    echo "  $(PACKAGES)"; echo "and the programs: $(PROGRAMS), a C11 compiler with OpenMP"; \
	    echo "(on Debian: $(DEBIAN); optional: $(DEBIAN_OPTIONAL))"; exit 1; \
	fi

# Installs only when something is missing.
ready:
	@missing="$(strip $(MISSING))"; if [ -n "$$missing" ]; then \
	    echo "missing: $$missing"; $(MAKE) --no-print-directory deps; fi

all: programs man ## build the executables and the man pages

study: ready ## install what is missing, build, and run the quickstart study to report/index.html
	@$(MAKE) --no-print-directory programs
	@PATH="$(abspath $(BUILD)/bin):$$PATH" $(BUILD)/bin/farfield run pipelines/quickstart.xml --directory report $(STUDY_OPTIONS)
	@echo "open report/index.html"

check: ready ## install what is missing, build, and run the tests
	@$(MAKE) --no-print-directory programs tests
	@BUILD="$(abspath $(BUILD))" tests/run.sh $(TESTS) $(SCRIPTS)

check-long: ready ## the tests that take longer: fuzzers, comparisons with other codes
	@$(MAKE) --no-print-directory programs tests fuzz $(LONGS)
	@BUILD="$(abspath $(BUILD))" FARFIELD_LONG=1 tests/run.sh $(TESTS) $(SCRIPTS) $(sort $(wildcard tests/long/*.sh))

check-asan: ready ## the tests under AddressSanitizer and UBSan
	@$(MAKE) --no-print-directory check BUILD=build-asan OPTIMISE='-O1 -g' \
	    SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer'

bench: ready ## measure against peers and hardware limits; prints tables
	@$(MAKE) --no-print-directory programs $(BENCHES)
	@BUILD="$(abspath $(BUILD))" tests/bench/run.sh

format: ## let clang-format decide the layout
	clang-format -i $(ALL_SOURCES) $(HEADERS)

lint: ## layout, layers, headers alone, clang-tidy, cppcheck
	@BUILD="$(BUILD)" PACKAGES="$(PACKAGES) $(OPTIONAL)" tests/lint.sh

programs: $(DISPATCH) $(STAGES) $(LAMMPS_SERVER)
tests: $(TESTS) $(REPLAYS)
man: $(MANPAGES)
fuzz: ## build the fuzz targets with libFuzzer (clang) into build-fuzz
	@$(MAKE) --no-print-directory fuzzers BUILD=build-fuzz CC=clang OPTIMISE='-O1 -g' \
	    SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all'
fuzzers: $(FUZZERS)

# ---- rules -----------------------------------------------------------------------------------------
$(BUILD)/object/%.o: %.c VERSION
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -c $< -o $@

# What was found of the optional libraries, so that a build after installing one uses it.
$(BUILD)/object/optional: force
	@mkdir -p $(@D)
	@echo '$(OPTIONAL)' | cmp -s - $@ || echo '$(OPTIONAL)' > $@
$(call object,formats/kim_potential.c): $(BUILD)/object/optional

$(BUILD)/libfarfield.a: $(call object,$(LIB_SOURCES))
$(BUILD)/libfarfield-formats.a: $(call object,$(FORMAT_SOURCES)) $(BUILD)/object/pipeline_schema_text.o
$(BUILD)/libfarfield-cli.a: $(call object,$(CLI_SOURCES))
$(BUILD)/%.a:
	@rm -f $@
	ar rcs $@ $^

# The schema travels inside the programs; pipelines/farfield.rng stays its one source.
$(BUILD)/object/pipeline_schema_text.c: pipelines/farfield.rng
	@mkdir -p $(@D)
	@{ echo '#include "formats/pipeline_schema.h"'; echo 'const char ff_pipeline_schema_text[] ='; \
	   sed -e 's/[\\"]/\\&/g' -e 's/.*/    "&\\n"/' $<; echo '    ;'; } > $@
$(BUILD)/object/pipeline_schema_text.o: $(BUILD)/object/pipeline_schema_text.c
	$(CC) $(CFLAGS_ALL) -MMD -MP -c $< -o $@

# A stage of several files: stages/NAME.c and what is in stages/NAME/.
.SECONDEXPANSION:
$(BUILD)/bin/farfield-%: $(BUILD)/object/stages/%.o $$(call object,$$(wildcard stages/$$*/*.c)) \
                         $(BUILD)/libfarfield-cli.a $(ARCHIVES)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) $^ -o $@ $(LIBRARIES)

$(DISPATCH): $(BUILD)/object/stages/farfield.o $(BUILD)/libfarfield-cli.a $(ARCHIVES)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) $^ -o $@ $(LIBRARIES)

# The process that LAMMPS's library may end; the library is looked for when it runs.
$(LAMMPS_SERVER): $(call object,$(sort $(wildcard stages/lammps/*.c))) $(ARCHIVES)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) $^ -o $@ $(LIBRARIES) -ldl

$(BUILD)/tests/%: $(BUILD)/object/tests/%.o $(BUILD)/libfarfield-cli.a $(ARCHIVES)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) $^ -o $@ $(LIBRARIES)

# A benchmark of several files: tests/bench/NAME.c and what is in tests/bench/NAME/.
$(BENCHES): $(BUILD)/tests/bench/%: $(BUILD)/object/tests/bench/%.o $$(call object,$$(wildcard tests/bench/$$*/*.c)) \
            $(BUILD)/libfarfield-cli.a $(ARCHIVES)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) $^ -o $@ $(LIBRARIES)

# One target, two drivers: libFuzzer's, and one that replays files.
$(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/object/tests/fuzz/fuzz_%.o $(BUILD)/object/tests/fuzz/fuzz_file.o $(ARCHIVES)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -fsanitize=fuzzer $^ -o $@ $(LIBRARIES)

$(BUILD)/tests/fuzz/replay_%: $(BUILD)/object/tests/fuzz/fuzz_%.o $(BUILD)/object/tests/fuzz/fuzz_file.o \
                              $(BUILD)/object/tests/fuzz/replay.o $(ARCHIVES)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) $^ -o $@ $(LIBRARIES)

$(BUILD)/man/man1/%.1: $(BUILD)/bin/%
	@mkdir -p $(@D)
	$< --man > $@.tmp && mv $@.tmp $@

install: all ## install under DESTDIR and PREFIX
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/farfield/pipelines $(DESTDIR)$(PREFIX)/share/farfield/sample-data
	install -m 755 $(DISPATCH) $(STAGES) $(DESTDIR)$(PREFIX)/bin
	install -d $(DESTDIR)$(PREFIX)/libexec/farfield
	install -m 755 $(LAMMPS_SERVER) $(DESTDIR)$(PREFIX)/libexec/farfield
	install -m 644 $(MANPAGES) $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 $(wildcard pipelines/*) $(DESTDIR)$(PREFIX)/share/farfield/pipelines
	install -m 644 $(wildcard sample-data/*) $(DESTDIR)$(PREFIX)/share/farfield/sample-data

uninstall: ## remove what install put there
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/bin/,$(notdir $(DISPATCH) $(STAGES)))
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/share/man/man1/,$(notdir $(MANPAGES)))
	rm -rf $(DESTDIR)$(PREFIX)/share/farfield $(DESTDIR)$(PREFIX)/libexec/farfield

clean: ## remove what was built (reports and studies stay)
	rm -rf build build-asan build-clang build-fuzz

.SECONDARY:
-include $(shell find $(BUILD)/object -name '*.d' 2>/dev/null)
