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
VERSION    := 0.1.0

# The layers of DESIGN: includes point only downwards, modules of one layer not at each other.
# `make check` fails otherwise (bench/check_layers.sh).
LAYERS     := base time,codec,text,stat segment,journal store ingest,scan meter analysis,rule report watch cli
comma      := ,
MODULES    := $(foreach layer,$(LAYERS),$(subst $(comma), ,$(layer)))

WARNINGS   := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
              -Wold-style-definition -Wvla -Wundef -Wformat=2 -Wimplicit-fallthrough \
              -Wpointer-arith -Wwrite-strings
# -ffp-contract=off: the same sums on machines with and without fused multiply-add.
CFLAGS_BASE := -std=c11 -D_GNU_SOURCE -g -ffp-contract=off -fno-strict-aliasing -fno-omit-frame-pointer \
              -pthread -Iinclude -Isrc -DSTW_VERSION='"$(VERSION)"' $(WARNINGS)
LIBS       := -lyaml -lzstd -lxxhash -lz -lm -pthread
TEST_LIBS  := -lcunit -lgsl -lgslcblas

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
ALL_CFLAGS := $(CFLAGS_BASE) $(CFLAGS_CONFIG) $(CFLAGS)

module_sources = $(wildcard src/$(1)/*.c) $(wildcard src/$(1)/*/*.c)
LIB_SOURCES  := $(foreach module,$(filter-out cli,$(MODULES)),$(call module_sources,$(module)))
CLI_SOURCES  := $(call module_sources,cli)
TEST_SOURCES := $(wildcard tests/*/*.c)
LIB_OBJECTS  := $(LIB_SOURCES:%.c=$(OUT)/%.o)
CLI_OBJECTS  := $(CLI_SOURCES:%.c=$(OUT)/%.o)
TEST_OBJECTS := $(TEST_SOURCES:%.c=$(OUT)/%.o)

LIBRARY    := $(OUT)/libsteward.a
PROGRAM    := $(OUT)/steward
TESTS      := $(OUT)/tests/run

.DEFAULT_GOAL := all
.PHONY: all unit
.DELETE_ON_ERROR:

all: $(PROGRAM) ## build the program and the library

$(OUT)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

# SIMD variants are compiled for their instruction set and picked at run time.
$(OUT)/%_avx2.o: ALL_CFLAGS += -mavx2 -mbmi -mbmi2 -mlzcnt
$(OUT)/%_avx512.o: ALL_CFLAGS += -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512vbmi -mbmi -mbmi2 -mlzcnt

$(LIBRARY): $(LIB_OBJECTS)
	@rm -f $@
	ar rcs $@ $^

$(PROGRAM): $(CLI_OBJECTS) $(LIBRARY)
	$(CC) $(ALL_CFLAGS) $(CLI_OBJECTS) $(LIBRARY) $(LIBS) -o $@

$(TESTS): $(TEST_OBJECTS) $(LIBRARY)
	$(CC) $(ALL_CFLAGS) $(TEST_OBJECTS) $(LIBRARY) $(LIBS) $(TEST_LIBS) -o $@

# One module's suites, linked against the layers below it: `make unit M=time`.
below        = $(if $(filter $(2),$(subst $(comma), ,$(firstword $(1)))),,$(subst $(comma), ,$(firstword $(1))) $(call below,$(wordlist 2,99,$(1)),$(2)))
unit_modules = $(if $(filter $(M),$(MODULES)),$(call below,$(LAYERS),$(M)) $(M),$(error make unit M=<one of: $(MODULES)>))
unit_objects = $(foreach module,$(unit_modules),$(patsubst %.c,$(OUT)/%.o,$(call module_sources,$(module))))
unit: ## build and run the tests of one module: make unit M=time
	@$(MAKE) --no-print-directory $(OUT)/unit-$(M) M=$(M) && $(OUT)/unit-$(M)
ifneq ($(M),)
$(OUT)/unit-$(M): $(unit_objects) $(patsubst %.c,$(OUT)/%.o,$(wildcard tests/support/*.c tests/$(M)/*.c))
	$(CC) $(ALL_CFLAGS) $^ $(LIBS) $(TEST_LIBS) -o $@
endif

-include $(LIB_OBJECTS:.o=.d) $(CLI_OBJECTS:.o=.d) $(TEST_OBJECTS:.o=.d)
