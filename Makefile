# ct: build, test, install. `make help` lists the targets.
# Lists are wildcards: adding a program, a room or a test is adding a file.

PREFIX  ?= /usr/local
BUILD   ?= build
CC      ?= cc
VERSION := $(shell sed -n 's/^\#define CT_VERSION "\(.*\)"/\1/p' lib/core/version.h)
COMMIT  := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)

CPPFLAGS += -D_GNU_SOURCE -Ilib -I$(BUILD)/gen
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Wno-format-truncation $(WERROR)
HARDEN   := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
CFLAGS   ?= -O2 -g
comma    := ,
SANFLAGS := $(if $(SAN),-fsanitize=address$(comma)undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
CFLAGS_  := -std=gnu17 $(CFLAGS) -fno-math-errno -ffp-contract=off $(WARNINGS) $(if $(SAN),,$(HARDEN)) $(SANFLAGS)
# The rooms of a backtest are optimized as one for the programs that run it a million times; records are copied by memcpy, which
# knows the machine, not by string instructions. Where the compiler knows these options: gcc on x86-64. FAST= leaves them out.
FAST_ROOMS := book core engine fill model report risk strategy study tune
FAST     := -O3 -flto=auto -ffat-lto-objects -mmemcpy-strategy=libcall:-1:noalign -mmemset-strategy=libcall:-1:noalign
FAST     := $(if $(SAN),,$(shell $(CC) $(FAST) -x c -c -o /dev/null /dev/null 2>/dev/null && echo "$(FAST)"))
LDFLAGS_  = $(LDFLAGS) -Wl,--as-needed,-z,relro,-z,now $(if $(SAN),,-pie) $(SANFLAGS) $(WHOLE)
WHOLE    := $(if $(FAST),-fno-lto)
PACKAGES := jansson sqlite3 libcurl libcrypto libarchive libmicrohttpd
LDLIBS    = $(shell pkg-config --libs $(PACKAGES)) -ldl -lm -lpthread

LIB_SRC  := $(wildcard lib/*/*.c)
CMD_SRC  := $(wildcard cmd/ct-*.c)
CMD_SH   := $(wildcard cmd/ct-*.sh)
UNIT_SRC := $(wildcard tests/unit/*.c)
LIB_OBJ  := $(LIB_SRC:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/gen/sql.o
PROGRAMS := $(CMD_SRC:cmd/%.c=$(BUILD)/bin/%) $(CMD_SH:cmd/%.sh=$(BUILD)/bin/%)
UNITS    := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/unit/%)
FUZZERS  := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/*.c))
SHIMS    := $(patsubst tests/shim/%.c,$(BUILD)/shim/%.so,$(wildcard tests/shim/*.c))
TOOLS    := $(patsubst share/build/%.c,$(BUILD)/tool/%,$(wildcard share/build/*.c))
SHARED   ?= $(abspath ../shared)

$(foreach room,$(FAST_ROOMS),$(BUILD)/obj/lib/$(room)/%.o): CFLAGS_ += $(FAST) $(PROFILE)
$(BUILD)/bin/ct-tune $(BUILD)/bin/ct-backtest: WHOLE := $(FAST) $(PROFILE)

# A command is told in two words; V=1 shows it whole.
tell = $(if $(V),,@printf '  %-5s %s\n' $(1) $(@:$(BUILD)/%=%);)

.PHONY: all tests
all: $(PROGRAMS) ## build every program into build/bin
tests: all $(UNITS) $(TOOLS) $(SHIMS)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call tell,CC)$(CC) $(CPPFLAGS) $(CFLAGS_) -MMD -MP -c -o $@ $<

# The commit is part of a run's identity: this one object is rebuilt when it changes.
$(BUILD)/gen/core/commit.h: FORCE
	@mkdir -p $(@D)
	@echo '#define CT_COMMIT "$(COMMIT)"' | cmp -s - $@ || echo '#define CT_COMMIT "$(COMMIT)"' >$@
$(BUILD)/obj/lib/core/version.o: $(BUILD)/gen/core/commit.h

$(BUILD)/gen/sql.c: $(sort $(wildcard share/sql/*.sql)) share/build/embed-sql
	@mkdir -p $(@D)
	$(call tell,SQL)sh share/build/embed-sql share/sql >$@
$(BUILD)/obj/gen/sql.o: $(BUILD)/gen/sql.c
	@mkdir -p $(@D)
	$(call tell,CC)$(CC) $(CPPFLAGS) $(CFLAGS_) -c -o $@ $<

$(BUILD)/libct.a: $(LIB_OBJ)
	@rm -f $@
	$(call tell,AR)ar rcs $@ $^

$(BUILD)/bin/%: $(BUILD)/obj/cmd/%.o $(BUILD)/libct.a
	@mkdir -p $(@D)
	$(call tell,LD)$(CC) $(LDFLAGS_) -o $@ $< $(BUILD)/libct.a $(LDLIBS)

$(BUILD)/bin/%: cmd/%.sh
	@mkdir -p $(@D)
	$(call tell,CP)install -m 755 $< $@

$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(BUILD)/libct.a
	@mkdir -p $(@D)
	$(call tell,LD)$(CC) $(LDFLAGS_) -o $@ $< $(BUILD)/libct.a $(LDLIBS) -lcmocka

$(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(BUILD)/libct.a
	@mkdir -p $(@D)
	$(call tell,LD)$(CC) $(LDFLAGS_) -fsanitize=fuzzer -o $@ $< $(BUILD)/libct.a $(LDLIBS)

# Programs of the build itself: they print the tables of lib/ as schemas and manual pages.
$(BUILD)/tool/%: $(BUILD)/obj/share/build/%.o $(BUILD)/libct.a
	@mkdir -p $(@D)
	$(call tell,LD)$(CC) $(LDFLAGS_) -o $@ $< $(BUILD)/libct.a $(LDLIBS)

# What tests preload into a program: never sanitized, since the program's own runtime must come first.
$(BUILD)/shim/%.so: tests/shim/%.c
	@mkdir -p $(@D)
	$(call tell,LD)$(CC) $(CPPFLAGS) -std=gnu17 -O2 $(WARNINGS) -fPIC -shared -o $@ $< -ldl

.PHONY: FORCE
.SECONDARY:
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

# The same programs, laid out by what those two were seen to do: gcc's profile-guided optimization.
TRAINED := $(BUILD)/trained
.PHONY: trained
trained: ## build once more, into build/trained: searches take a tenth less time (install: make BUILD=build/trained install)
	@rm -rf $(TRAINED)
	@$(MAKE) --no-print-directory BUILD=$(TRAINED) PROFILE='-fprofile-generate -fprofile-update=prefer-atomic -Wno-maybe-uninitialized' $(TRAINED)/bin/ct-tune $(TRAINED)/bin/ct-backtest
	@sh share/build/train $(TRAINED)/bin $(TRAINED)/said
	@find $(TRAINED) -type f ! -name '*.gcda' -delete
	@$(MAKE) --no-print-directory BUILD=$(TRAINED) PROFILE='-fprofile-use -fprofile-partial-training -fprofile-correction -Wno-missing-profile -Wno-maybe-uninitialized' all

# What is missing is installed first, and make starts anew, so that pkg-config finds it.
.PHONY: deps deps-check deps-parquet demo check check-unit check-cmd check-cluster
deps: ## install the Debian packages that build, demo and tests need
	@sh share/build/deps install check
deps-check: ## name those that are missing
	@sh share/build/deps missing check
deps-parquet: ## install DuckDB's library, which Parquet needs, for this user (PARQUET_DIR=/usr/local/lib/ct: for all)
	@sh share/build/deps-parquet $(PARQUET_DIR)
demo: ## trade three demo accounts over real candles and print a report
	@sh share/build/deps install build
	@$(MAKE) --no-print-directory all
	@CT_BUILD=$(BUILD) sh share/demo/demo.sh
check: ## build and run every test
	@sh share/build/deps install check
	@$(MAKE) --no-print-directory tests
	@CT_BUILD=$(BUILD) SHARED=$(SHARED) sh tests/run
check-unit: tests ## only the unit tests
	@CT_BUILD=$(BUILD) SHARED=$(SHARED) sh tests/run unit
check-cmd: tests ## only the command tests; T=tests/cmd/ct-risk.bats for one file
	@CT_BUILD=$(BUILD) SHARED=$(SHARED) sh tests/run $(or $(T),cmd)

.PHONY: parity-walk
WALKS ?= 200
parity-walk: all ## WALKS random accounts through ct-backtest and through paper steps: all must agree
	@PATH=$(abspath $(BUILD)/bin):$$PATH CT_SHARE=$(abspath share) tests/pipeline/parity-walk --walks $(WALKS) --verbose
.PHONY: torture
torture: all ## kill -9 and fault three live accounts and their watches, two copies, an old database; TORTURE="--seed 7" for one run, TORTURE_SECONDS=600
	@sh tests/torture/run $(BUILD) $(TORTURE)
check-cluster: all ## a one-node Slurm and an sshd of its own: searches on them equal one process (installs Slurm)
	@CT_BUILD=$(BUILD) sh tests/cluster/run

.PHONY: check-clients check-parquet check-trained
check-trained: all trained ## the trained programs say what the others say, to the byte
	@rm -rf $(BUILD)/said $(TRAINED)/said
	@sh share/build/train $(BUILD)/bin $(BUILD)/said
	@sh share/build/train $(TRAINED)/bin $(TRAINED)/said
	@if diff -rq $(BUILD)/said $(TRAINED)/said; then echo "1 passed, 0 failed"; else echo "0 passed, 1 failed"; exit 1; fi

check-clients: all ## try ct-sim with the npm packages ccxt and @binance/spot (skipped where npm cannot get them)
	@sh tests/clients/run $(abspath $(BUILD))

check-parquet: all ## the tests of Parquet, with an npm reader beside DuckDB (skipped where npm cannot get it)
	@CT_BUILD=$(BUILD) SHARED=$(SHARED) sh tests/parquet/run

.PHONY: lint san fuzz bench generated
lint: ## sizes, banned calls, shellcheck; cppcheck where it is installed
	@sh share/build/lint
san: ## build with address and undefined-behaviour sanitizers and run every test on it
	@$(MAKE) --no-print-directory SAN=1 BUILD=build/san tests
	@CT_BUILD=build/san SHARED=$(SHARED) sh tests/run
FUZZ_SECONDS ?= 12
fuzz: ## run every fuzzer for FUZZ_SECONDS (needs clang)
	@$(MAKE) --no-print-directory CC=clang SAN=1 BUILD=build/clang WERROR="-Wno-sign-conversion -Wno-unknown-warning-option" \
		SANFLAGS='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined' fuzzers
	@sh share/build/fuzz build/clang/fuzz $(FUZZ_SECONDS)
fuzzers: $(FUZZERS) $(BUILD)/tool/tables
bench: all $(SHIMS) ## speed and memory beside the floors of SHARED/bench
	@CT_BUILD=$(BUILD) SHARED=$(SHARED) sh tests/bench/run
generated: all $(TOOLS) ## write the files made from tables and from --help: schemas, ct-records(5), completions
	@CT_BUILD=$(BUILD) sh share/build/generate .

SHARE := $(filter-out share/build share/completions,$(wildcard share/*))
DEST  = $(DESTDIR)$(PREFIX)
.PHONY: install uninstall clean help fuzzers
install: all ## install under PREFIX (/usr/local); DESTDIR for packagers
	install -d $(DEST)/bin $(DEST)/share/ct
	install -m 755 $(PROGRAMS) $(DEST)/bin
	cp -R $(SHARE) README.md $(DEST)/share/ct/
	sed -i 's|/usr/local/bin|$(PREFIX)/bin|' $(DEST)/share/ct/systemd/*.service $(DEST)/share/ct/cron/ct
	for s in 1 5 7; do install -d $(DEST)/share/man/man$$s; install -m 644 man/*.$$s $(DEST)/share/man/man$$s; done
	sh share/build/install-completions $(DEST)/share $(notdir $(PROGRAMS))
uninstall: ## remove what install put there
	rm -f $(addprefix $(DEST)/bin/,$(notdir $(PROGRAMS)))
	for f in man/*.[157]; do rm -f $(DEST)/share/man/man$${f##*.}/$${f##*/}; done
	sh share/build/install-completions --remove $(DEST)/share $(notdir $(PROGRAMS))
	rm -rf $(DEST)/share/ct
clean: ## remove everything that was built
	rm -rf build
help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22
