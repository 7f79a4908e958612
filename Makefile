# steward: one plain Makefile. `make help` lists the targets.
#
#   make                      the program, build/release/steward
#   make CC=clang BUILD=...   another compiler, another folder
#   make CONFIG=asan ...      objects per configuration: release, asan, tsan, coverage

SHELL      := /bin/bash
CONFIG     ?= release
BUILD      ?= build
OUT        := $(BUILD)/$(CONFIG)
PREFIX     ?= /usr/local
DESTDIR    ?=
# make V=1 shows the commands.
Q          := $(if $(V),,@)
VERSION    := 0.1.0

# The layers of DESIGN: includes point only downwards, modules of one layer not at each other.
# `make check` fails otherwise (tests/check/layers.sh).
LAYERS     := base time,codec,text,stat,parquet segment,journal store ingest,scan meter,export analysis,rule report watch,api cli
comma      := ,
MODULES    := $(foreach layer,$(LAYERS),$(subst $(comma), ,$(layer)))

WARNINGS   := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
              -Wold-style-definition -Wvla -Wundef -Wformat=2 -Wimplicit-fallthrough \
              -Wpointer-arith -Wwrite-strings
# -ffp-contract=off: the same sums on machines with and without fused multiply-add.
CFLAGS_BASE := -std=c11 -D_GNU_SOURCE -g -ffp-contract=off -fno-strict-aliasing -fno-omit-frame-pointer \
              -pthread -Iinclude -Isrc -DSTW_VERSION='"$(VERSION)"' $(WARNINGS)
LIBS       := -lxlsxwriter -lzip -lexpat -lyaml -luchardet -lzstd -lxxhash -lz -lm -pthread
TEST_LIBS  := -lcunit -ljansson -lgsl -lgslcblas

ifeq ($(CONFIG),release)
CFLAGS_CONFIG := -O2
else ifeq ($(CONFIG),asan)
CFLAGS_CONFIG := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
else ifeq ($(CONFIG),tsan)
CFLAGS_CONFIG := -O1 -fsanitize=thread
else ifeq ($(CONFIG),coverage)
CFLAGS_CONFIG := -O0 --coverage
else
$(error CONFIG is release, asan, tsan or coverage, not '$(CONFIG)')
endif
# What builds uses every core, unless -j was given.
JOBS      := $(shell nproc)
PARALLEL   = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))
ALL_CFLAGS := $(CFLAGS_BASE) $(CFLAGS_CONFIG) $(CFLAGS)

module_sources = $(wildcard src/$(1)/*.c) $(wildcard src/$(1)/*/*.c)
LIB_SOURCES  := $(foreach module,$(filter-out cli,$(MODULES)),$(call module_sources,$(module)))
CLI_SOURCES  := $(call module_sources,cli)
TEST_SOURCES := $(filter-out tests/fuzz/% tests/api/example.c,$(wildcard tests/*/*.c))
FUZZ_NOUNS   := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
BENCH_NAMES  := $(patsubst bench/%.c,%,$(wildcard bench/*.c))
LIB_OBJECTS  := $(LIB_SOURCES:%.c=$(OUT)/%.o)
CLI_OBJECTS  := $(CLI_SOURCES:%.c=$(OUT)/%.o)
TEST_OBJECTS := $(TEST_SOURCES:%.c=$(OUT)/%.o)

LIBRARY    := $(OUT)/libsteward.a
PROGRAM    := $(OUT)/steward
TESTS      := $(OUT)/tests/run

.DEFAULT_GOAL := all
.PHONY: all unit
.DELETE_ON_ERROR:

all: $(PROGRAM) $(LIBRARY) ## build the program and the library

$(OUT)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(Q)echo '  cc $<'; $(CC) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

# Packed decoding is loops over arrays: the vectorizer of -O3 makes it 1.5 to 2 times faster.
ifeq ($(CONFIG),release)
$(OUT)/src/codec/%.o: ALL_CFLAGS += -O3
endif

# SIMD variants are compiled for their instruction set and picked at run time.
$(OUT)/%_avx2.o: ALL_CFLAGS += -mavx2 -mbmi -mbmi2 -mlzcnt
$(OUT)/%_avx512.o: ALL_CFLAGS += -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512vbmi -mbmi -mbmi2 -mlzcnt

$(LIBRARY): $(LIB_OBJECTS)
	@rm -f $@
	$(Q)echo '  ar $@'; ar rcs $@ $^

$(PROGRAM): $(CLI_OBJECTS) $(LIBRARY)
	$(Q)echo '  ld $@'; $(CC) $(ALL_CFLAGS) $(CLI_OBJECTS) $(LIBRARY) $(LIBS) -o $@

$(TESTS): $(TEST_OBJECTS) $(LIBRARY)
	$(Q)echo '  ld $@'; $(CC) $(ALL_CFLAGS) $(TEST_OBJECTS) $(LIBRARY) $(LIBS) $(TEST_LIBS) -o $@

# A program of somebody else's: the public header and the library, nothing more.
$(OUT)/example: tests/api/example.c $(LIBRARY) include/steward/steward.h
	$(Q)echo '  ld $@'; $(CC) -std=c99 -Wall -Wextra -Werror -pedantic $(CFLAGS_CONFIG) -Iinclude $< $(LIBRARY) $(LIBS) -o $@

# One module's suites, linked against the layers below it: `make unit M=time`.
below        = $(if $(filter $(2),$(subst $(comma), ,$(firstword $(1)))),,$(subst $(comma), ,$(firstword $(1))) $(call below,$(wordlist 2,99,$(1)),$(2)))
unit_modules = $(if $(filter $(M),$(MODULES)),$(call below,$(LAYERS),$(M)) $(M),$(error make unit M=<one of: $(MODULES)>))
unit_objects = $(foreach module,$(unit_modules),$(patsubst %.c,$(OUT)/%.o,$(call module_sources,$(module))))
unit: ## build and run the tests of one module: make unit M=time
	@$(MAKE) --no-print-directory $(PARALLEL) $(OUT)/unit-$(M) M=$(M) && $(OUT)/unit-$(M)
ifneq ($(M),)
$(OUT)/unit-$(M): $(unit_objects) $(patsubst %.c,$(OUT)/%.o,$(wildcard tests/support/*.c tests/$(M)/*.c))
	$(Q)echo '  ld $@'; $(CC) $(ALL_CFLAGS) $^ $(LIBS) $(TEST_LIBS) -o $@
endif

# --- what a newcomer types ------------------------------------------------------------------------

BUILD_PACKAGES := gcc libc6-dev libxlsxwriter-dev libzip-dev libexpat1-dev libyaml-dev libuchardet-dev libzstd-dev libxxhash-dev zlib1g-dev tzdata
TEST_PACKAGES  := libcunit1-dev libjansson-dev libgsl-dev zstd python3 python3-zstandard python3-xxhash
CHECK_PACKAGES := clang clang-format clang-tidy cppcheck g++ libclang-rt-dev

# $(call install,packages): apt-get for what is missing, and nothing when all is there.
install = missing=$$(for package in $(1); do \
    dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || echo $$package; done); \
    if [ -n "$$missing" ]; then \
        if [ "$$(id -u)" = 0 ]; then as=; else as=sudo; fi; \
        echo "installing:" $$missing; \
        $$as apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
    fi

.PHONY: deps deps-test deps-check demo test crash check tidy format asan tsan fuzz-replay fuzz bench bench-peers bench-columns check-parquet real score check-long install coverage clean help

deps: ## install what the build needs (Debian packages; nothing when all is there)
	@$(call install,$(BUILD_PACKAGES))

deps-test: deps
	@$(call install,$(TEST_PACKAGES))

deps-check: deps-test
	@$(call install,$(CHECK_PACKAGES))

DEMO := demo
demo: deps ## build, load data-samples/ into demo/store, run the rules, write the monthly report
	@$(MAKE) --no-print-directory $(PARALLEL) all
	@bash bench/demo.sh $(PROGRAM) $(DEMO)

test: deps-test ## build and run all tests (under 8 minutes)
	@$(MAKE) --no-print-directory $(PARALLEL) $(TESTS) $(PROGRAM) $(OUT)/example fuzz-replay
	STEWARD=$(abspath $(PROGRAM)) $(TESTS)

asan: deps-test ## the tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory CONFIG=asan test

CRASH_SEEDS := 60
CRASH_KILLS := 5000
crash: deps-test ## crash tests at length: CRASH_SEEDS sets of survivors a power cut, CRASH_KILLS kills; prints a table
	@$(MAKE) --no-print-directory $(PARALLEL) $(TESTS) $(PROGRAM)
	STEWARD=$(abspath $(PROGRAM)) STEWARD_CRASH_SEEDS=$(CRASH_SEEDS) STEWARD_CRASH_KILLS=$(CRASH_KILLS) \
	    $(TESTS) $$($(TESTS) --list | grep '^crash_')

TSAN_SUITES := pool journal_group segment_threads ingest_parts scan rule_run real_input
tsan: deps-test ## the tests that use threads, under ThreadSanitizer
	@$(MAKE) --no-print-directory $(PARALLEL) CONFIG=tsan $(BUILD)/tsan/tests/run $(BUILD)/tsan/steward $(BUILD)/tsan/example
	STEWARD=$(abspath $(BUILD)/tsan/steward) $(BUILD)/tsan/tests/run $(TSAN_SUITES)

# A fuzz target is a file; the replay links it with a plain driver and feeds it its corpus.
FUZZ_REPLAYS := $(FUZZ_NOUNS:%=$(OUT)/fuzz/%)
$(OUT)/fuzz/%: $(OUT)/tests/fuzz/fuzz_%.o $(OUT)/tests/fuzz/replay.o $(LIBRARY)
	@mkdir -p $(@D)
	$(Q)echo '  ld $@'; $(CC) $(ALL_CFLAGS) $^ $(LIBS) -o $@

fuzz-replay: $(FUZZ_REPLAYS) ## feed every fuzz target its corpus
	@for noun in $(FUZZ_NOUNS); do printf 'fuzz corpus %-12s ' $$noun; $(OUT)/fuzz/$$noun tests/fuzz/corpus/$$noun || exit 1; done

# The library is built once with coverage for the fuzzer, by clang.
FUZZ_SECONDS := 60
FUZZ_LIBRARY := $(BUILD)/libfuzzer/release/libsteward.a
fuzz: deps-check ## run libFuzzer on every target for FUZZ_SECONDS each (clang)
	@$(MAKE) --no-print-directory $(PARALLEL) CC=clang BUILD=$(BUILD)/libfuzzer CFLAGS='-O1 -fsanitize=fuzzer-no-link,address,undefined' $(FUZZ_LIBRARY)
	@for noun in $(FUZZ_NOUNS); do \
	    clang $(CFLAGS_BASE) -O1 -fsanitize=fuzzer,address,undefined tests/fuzz/fuzz_$$noun.c $(FUZZ_LIBRARY) $(LIBS) -o $(BUILD)/libfuzzer/$$noun || exit 1; \
	    mkdir -p $(BUILD)/libfuzzer/corpus-$$noun; \
	    echo "fuzz $$noun"; \
	    $(BUILD)/libfuzzer/$$noun -entropic=0 -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 $(BUILD)/libfuzzer/corpus-$$noun tests/fuzz/corpus/$$noun >$(BUILD)/libfuzzer/$$noun.log 2>&1 || { tail -n 30 $(BUILD)/libfuzzer/$$noun.log; exit 1; }; \
	    grep -E 'number_of_executed_units|new_units_added' $(BUILD)/libfuzzer/$$noun.log; done

check: deps-check ## format, headers alone, layer order, banned functions, cppcheck
	clang-format --dry-run -Werror $$(git ls-files '*.c' '*.h')
	tests/check/layers.sh "$(LAYERS)"
	tests/check/headers.sh $(CC) $(CFLAGS_BASE)
	tests/check/banned.sh
	cppcheck --quiet --error-exitcode=1 --inline-suppr --enable=warning,performance,portability --std=c11 \
	    --suppressions-list=tests/check/cppcheck.txt -j2 -Iinclude -Isrc -D__BYTE_ORDER__=1 src

tidy: deps-check ## clang-tidy with the list of tests/check/clang-tidy.yml (minutes)
	git ls-files 'src/*.c' | grep -v _avx | xargs -P $(JOBS) -I{} \
	    clang-tidy --quiet --config-file=tests/check/clang-tidy.yml {} -- $(filter-out $(WARNINGS),$(CFLAGS_BASE)) 2>/dev/null

format: ## reformat all sources
	clang-format -i $$(git ls-files '*.c' '*.h')

BENCHES := $(BENCH_NAMES:%=$(OUT)/bench/%)
SAMPLE_OBJECTS := $(patsubst %.c,$(OUT)/%.o,$(wildcard bench/samples/*.c))
$(OUT)/bench/generate_samples: $(SAMPLE_OBJECTS)
$(OUT)/bench/%: $(OUT)/bench/%.o $(LIBRARY)
	@mkdir -p $(@D)
	$(Q)echo '  ld $@'; $(CC) $(ALL_CFLAGS) $(filter %.o,$^) $(LIBRARY) $(LIBS) -o $@

bench: deps $(BENCHES) $(PROGRAM) ## build and run the benches
	@bash bench/run.sh $(OUT)

PEER_PACKAGES := nodejs npm curl python3 victoria-metrics
bench-peers: deps $(BENCHES) $(PROGRAM) ## the same work in DuckDB, ClickHouse, Polars and VictoriaMetrics, with ratios
	@$(call install,$(if $(shell command -v npm),$(filter-out nodejs npm,$(PEER_PACKAGES)),$(PEER_PACKAGES)))
	@bash bench/peers.sh $(OUT)

check-parquet: demo ## exported Parquet read by DuckDB, ClickHouse and Polars: equal types and sums
	@$(call install,$(if $(shell command -v npm),,nodejs npm))
	@bash bench/parquet.sh $(PROGRAM) $(OUT)/parquet $(DEMO)/store

bench-columns: deps $(BENCHES) $(PROGRAM) ## bytes by column beside ClickHouse's and the entropy
	@$(call install,$(if $(shell command -v npm),,nodejs npm))
	@bash bench/columns.sh $(OUT)

score: deps ## detection on the samples' seed and on held-out ones
	@$(MAKE) --no-print-directory $(PARALLEL) all $(OUT)/bench/generate_samples $(OUT)/bench/score_truth
	@bash bench/score.sh $(PROGRAM) $(OUT)/bench/generate_samples $(OUT)/bench/score_truth $(BUILD)/score

real: deps ## load the public data sets of ../shared/data and print the figures
	@$(MAKE) --no-print-directory $(PARALLEL) all
	@bash bench/real.sh $(PROGRAM) $(BUILD)/real

check-long: test ## what takes longer than CI's time
	STEWARD_EVERY_ORDER=1 $(TESTS) real_folds
	@$(MAKE) --no-print-directory real score check-parquet crash
	@$(MAKE) --no-print-directory tsan
	@$(MAKE) --no-print-directory fuzz tidy

install: all ## install program, library, headers, rules, man page and pkg-config file
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include/steward \
	    $(DESTDIR)$(PREFIX)/share/steward/rules/maps $(DESTDIR)$(PREFIX)/share/steward/rules/tables \
	    $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/steward
	install -m 644 $(LIBRARY) $(DESTDIR)$(PREFIX)/lib/libsteward.a
	install -m 644 include/steward/*.h $(DESTDIR)$(PREFIX)/include/steward/
	install -m 644 docs/steward.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	install -m 644 rules/*.yml $(DESTDIR)$(PREFIX)/share/steward/rules/
	install -m 644 rules/maps/*.yml $(DESTDIR)$(PREFIX)/share/steward/rules/maps/
	install -m 644 rules/tables/*.yml $(DESTDIR)$(PREFIX)/share/steward/rules/tables/
	printf 'prefix=%s\nName: steward\nDescription: telemetry analytics for property operations\nVersion: %s\nCflags: -I$${prefix}/include\nLibs: -L$${prefix}/lib -lsteward\nLibs.private: %s\n' \
	    '$(PREFIX)' '$(VERSION)' '$(LIBS)' > $(DESTDIR)$(PREFIX)/lib/pkgconfig/steward.pc

coverage: deps-test ## line coverage of src/ by the tests, per file
	@$(MAKE) --no-print-directory CONFIG=coverage test >/dev/null
	@cd $(BUILD)/coverage && find src -name '*.gcda' | xargs gcov -n -r 2>/dev/null | \
	    awk -F"'" "/^File/ {file = \$$2} /^Lines executed/ && file ~ /^src/ && !seen[file]++ {split(\$$0, part, /[:% ]+/); \
	        printf \"%6.2f%% of %4d lines  %s\\n\", part[3], part[5], file; all += part[5]; run += part[3] * part[5] / 100} \
	        END {printf \"%6.2f%% of %d lines in all\\n\", 100 * run / all, all}" | sort -n

clean: ## remove build/ and demo/
	rm -rf $(BUILD) demo

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 14

-include $(LIB_OBJECTS:.o=.d) $(CLI_OBJECTS:.o=.d) $(TEST_OBJECTS:.o=.d)
