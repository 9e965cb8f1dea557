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
CFLAGS_  := -std=gnu17 $(CFLAGS) -fno-math-errno -ffp-contract=off $(WARNINGS) $(if $(SAN),,$(HARDEN)) $(SANFLAGS)
LDFLAGS_ := $(LDFLAGS) -Wl,--as-needed,-z,relro,-z,now $(if $(SAN),,-pie) $(SANFLAGS)
PACKAGES := jansson sqlite3 libcurl libcrypto libarchive libmicrohttpd
LDLIBS    = $(shell pkg-config --libs $(PACKAGES)) -ldl -lm -lpthread
SANFLAGS := $(if $(SAN),-fsanitize=address$(comma)undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
comma    := ,

LIB_SRC  := $(wildcard lib/*/*.c)
CMD_SRC  := $(wildcard cmd/ct-*.c)
CMD_SH   := $(wildcard cmd/ct-*.sh)
UNIT_SRC := $(wildcard tests/unit/*.c)
LIB_OBJ  := $(LIB_SRC:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/gen/sql.o
PROGRAMS := $(CMD_SRC:cmd/%.c=$(BUILD)/bin/%) $(CMD_SH:cmd/%.sh=$(BUILD)/bin/%)
UNITS    := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/unit/%)

.PHONY: all
all: $(PROGRAMS) ## build every program into build/bin

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS_) -MMD -MP -c -o $@ $<

# The commit is part of a run's identity: this one object is rebuilt when it changes.
$(BUILD)/gen/commit.h: FORCE
	@mkdir -p $(@D)
	@echo '#define CT_COMMIT "$(COMMIT)"' | cmp -s - $@ || echo '#define CT_COMMIT "$(COMMIT)"' >$@
$(BUILD)/obj/lib/core/version.o: $(BUILD)/gen/commit.h

$(BUILD)/gen/sql.c: $(sort $(wildcard share/sql/*.sql)) share/build/embed-sql
	@mkdir -p $(@D)
	sh share/build/embed-sql share/sql >$@
$(BUILD)/obj/gen/sql.o: $(BUILD)/gen/sql.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS_) -c -o $@ $<

$(BUILD)/libct.a: $(LIB_OBJ)
	@rm -f $@
	ar rcs $@ $^

$(BUILD)/bin/%: $(BUILD)/obj/cmd/%.o $(BUILD)/libct.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_) -o $@ $< $(BUILD)/libct.a $(LDLIBS)

$(BUILD)/bin/%: cmd/%.sh
	@mkdir -p $(@D)
	install -m 755 $< $@

$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(BUILD)/libct.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_) -o $@ $< $(BUILD)/libct.a $(LDLIBS) -lcmocka

FORCE:
.PHONY: FORCE
.SECONDARY:
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

.PHONY: clean
clean: ## remove everything that was built
	rm -rf build

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22
