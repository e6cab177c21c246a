# apxs.mk - build, run, test and install mod_llmgw.   make -f apxs.mk help
#
# apxs is asked for paths only.  Objects go to build/FLAVOUR, nothing into
# the source tree.  Works from any folder: make -f /path/to/apxs.mk TARGET.

# make's own functions would split a path that has a space in it
TOP := $(shell cd "$$(dirname '$(strip $(MAKEFILE_LIST))')" && pwd -P)
.DEFAULT_GOAL := all

ifneq ($(CURDIR),$(TOP))
%: ; @$(MAKE) --no-print-directory -C '$(TOP)' -f apxs.mk $@
all: ; @$(MAKE) --no-print-directory -C '$(TOP)' -f apxs.mk $@
else

MAKEFLAGS += --no-print-directory --no-builtin-rules
SHELL := /bin/bash

VERSION  := 0.1.0
FLAVOUR  ?= release
B        := build/$(FLAVOUR)
JOBS     ?= $(shell nproc)
SUBMAKE   = $(MAKE) -j$(JOBS) -f apxs.mk

# ---- what this machine has (asked only when a recipe or rule needs it) ----

APXS     ?= $(firstword $(wildcard /usr/bin/apxs2 /usr/bin/apxs /usr/sbin/apxs /usr/local/apache2/bin/apxs) apxs)
query     = $(shell $(APXS) -q $(1) 2>/dev/null)
# asked once: the first use puts the answer in the question's place
once      = $(eval $(1) := $(2))$($(1))
HTTPD_INC = $(call once,HTTPD_INC,-isystem $(call query,INCLUDEDIR))
APR_INC   = $(call once,APR_INC,$(shell $(call query,APR_CONFIG) --includes --cppflags) $(shell $(call query,APU_CONFIG) --includes))
APR_LIBS  = $(call once,APR_LIBS,$(shell $(call query,APU_CONFIG) --link-ld --libs) $(shell $(call query,APR_CONFIG) --link-ld --libs))
LIBEXECDIR ?= $(call query,LIBEXECDIR)
SYSCONFDIR ?= $(call query,SYSCONFDIR)
SHAREDIR   ?= $(if $(filter /etc/%,$(SYSCONFDIR)),/usr/share,/usr/local/share)/llmgw
STATEDIR   ?= /var/lib/llmgw

# ---- flags: ours first, the user's CPPFLAGS CFLAGS LDFLAGS after ----------

CC       := $(if $(filter default,$(origin CC)),gcc,$(CC))
WARN     := -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes \
            -Wmissing-prototypes -Wwrite-strings -Wvla -Wformat=2 -Wundef \
            -Wno-unused-parameter -Wno-missing-field-initializers
# what Debian's hardening=+all says, for every flavour that is run; 3 where the
# compiler has it (GCC 12, clang 9)
HARDEN   := -fstack-protector-strong -fstack-clash-protection -Wformat -Werror=format-security
FORTIFY  := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$(shell $(CC) -O2 -Werror -D_FORTIFY_SOURCE=3 -include features.h -fsyntax-only -x c /dev/null 2>/dev/null && echo 3 || echo 2)
CET      := $(shell $(CC) -fcf-protection -fsyntax-only -x c /dev/null 2>/dev/null && echo -fcf-protection)
OURS      = -std=gnu11 -fPIC -fno-common -fvisibility=hidden $(WARN) \
            $(if $(WERROR),-Werror) -DGW_VERSION='"$(VERSION)"'
FLAGS_release := -O2 -g $(HARDEN) $(FORTIFY) $(CET)
FLAGS_crash   := -O1 -g -DGW_CRASH_POINTS
FLAGS_clang   := -O2 -g $(HARDEN) $(FORTIFY) $(CET)
FLAGS_asan    := -O1 -g1 -DGW_CRASH_POINTS -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
# fences only order what is atomic by itself, which it need not be told
FLAGS_tsan    := -O1 -g -DGW_CRASH_POINTS -fno-omit-frame-pointer -fsanitize=thread -Wno-tsan
FLAGS_fuzz    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined
FLAGS         = $(FLAGS_$(FLAVOUR))
LINK_release := -Wl,-z,relro,-z,now -Wl,--as-needed
LINK_asan    := -fsanitize=address,undefined
LINK_tsan    := -fsanitize=thread
LINK_fuzz    := -fsanitize=address,undefined
SYS_LIBS     := -lsqlite3 -ljson-c -lcrypto -lz -lzstd

# ---- sources: a layer is the include path it is compiled with -------------

CORE  := $(sort $(wildcard mod_llmgw/core/*.c))
TRANSLATE := $(sort $(wildcard mod_llmgw/core/translate/*.c))
INFLATE := $(sort $(wildcard mod_llmgw/inflate/*.c))
STORE := $(sort $(wildcard mod_llmgw/store/*.c))
SHM   := $(sort $(wildcard mod_llmgw/shm/*.c))
# not BASE: that is what `faults` is told
BASE_C := $(sort $(wildcard mod_llmgw/base/*.c))
CONFIG := $(sort $(wildcard mod_llmgw/config/*.c))
PARENT := $(sort $(wildcard mod_llmgw/parent/*.c))
HELPER := $(sort $(wildcard mod_llmgw/helper/*.c))
UPSTREAM := $(sort $(wildcard mod_llmgw/upstream/*.c))
GLUE  := $(sort $(wildcard mod_llmgw/*.c))
ADMIN := $(sort $(wildcard admin/*.c))
UNIT  := $(sort $(wildcard test/unit/test_*.c))
SHM_TESTS := $(sort $(wildcard test/shm/test_*.c))
GLUE_TESTS := $(sort $(wildcard test/glue/test_*.c))
GLUE_SHARED := $(filter-out $(GLUE_TESTS),$(sort $(wildcard test/glue/*.c)))
SHM_SHARED := $(filter-out $(SHM_TESTS),$(sort $(wildcard test/shm/*.c)))
FUZZ  := $(sort $(wildcard test/fuzz/fuzz_*.c))
QUERIES := $(sort $(wildcard sql/*.sql) $(wildcard sql/migrations/*.sql))

INC_core  = -Imod_llmgw/core $(APR_INC)
INC_translate = -Imod_llmgw/core -Imod_llmgw/core/translate -Ibuild/gen $(APR_INC)
INC_inflate = -Imod_llmgw/core -Imod_llmgw/inflate $(APR_INC)
INC_store = -Imod_llmgw/core -Imod_llmgw/store -Ibuild/gen $(APR_INC)
INC_shm   = -Imod_llmgw/core -Imod_llmgw/shm $(APR_INC)
# shm: for the points where tests make memory run out
INC_base  = -Imod_llmgw/core -Imod_llmgw/shm -Imod_llmgw/base $(HTTPD_INC) $(APR_INC)
INC_config = -Imod_llmgw/core -Imod_llmgw/shm -Imod_llmgw/base -Imod_llmgw/config $(HTTPD_INC) $(APR_INC)
# neither store nor shm: root's process knows nothing of what children write
INC_parent = -Imod_llmgw/core -Imod_llmgw/base -Imod_llmgw/config -Imod_llmgw/parent -Imod_llmgw/helper $(HTTPD_INC) $(APR_INC)
INC_glue  = -Imod_llmgw/core -Imod_llmgw/core/translate -Imod_llmgw/inflate -Imod_llmgw/store -Imod_llmgw/shm -Imod_llmgw/base -Imod_llmgw/config -Imod_llmgw/parent -Imod_llmgw/upstream -Imod_llmgw -Iadmin $(HTTPD_INC) $(APR_INC)
INC_helper = -Imod_llmgw/core -Imod_llmgw/store -Imod_llmgw/shm -Imod_llmgw/base -Imod_llmgw/helper $(HTTPD_INC) $(APR_INC)
INC_upstream = -Imod_llmgw/core -Imod_llmgw/core/translate -Imod_llmgw/shm -Imod_llmgw/base -Imod_llmgw/config -Imod_llmgw/upstream -Imod_llmgw $(HTTPD_INC) $(APR_INC)
INC_admin = $(INC_glue)
INC_test  = $(INC_store) -Imod_llmgw/core/translate -Imod_llmgw/inflate -Imod_llmgw/shm -Itest/unit
INC_gluetest = -Itest/unit -Itest/glue $(INC_glue)
# neither httpd nor SQLite nor json-c
INC_shmtest = -Imod_llmgw/core -Imod_llmgw/shm -Itest/unit $(APR_INC)

objects = $(patsubst %.c,$(B)/%.o,$(1))
CORE_O  := $(call objects,$(CORE))
TRANSLATE_O := $(call objects,$(TRANSLATE))
INFLATE_O := $(call objects,$(INFLATE))
STORE_O := $(call objects,$(STORE) build/gen/sql.c)
SHM_O   := $(call objects,$(SHM))
GLUE_O  := $(call objects,$(GLUE) $(BASE_C) $(CONFIG) $(UPSTREAM) $(HELPER) $(PARENT) $(ADMIN))
SHM_SHARED_O := $(call objects,$(SHM_SHARED))
GLUE_SHARED_O := $(call objects,$(GLUE_SHARED))
TEST_O  := $(call objects,$(UNIT) $(SHM_TESTS) $(SHM_SHARED) $(GLUE_TESTS) \
             $(GLUE_SHARED) $(FUZZ) \
             $(wildcard test/fuzz/replay.c))

define layer
$(patsubst %.c,$(B)/%.o,$(2)): INC = $$(INC_$(1))
endef
$(foreach f,$(CORE),$(eval $(call layer,core,$(f))))
$(foreach f,$(TRANSLATE),$(eval $(call layer,translate,$(f))))
$(foreach f,$(INFLATE),$(eval $(call layer,inflate,$(f))))
$(foreach f,$(STORE) build/gen/sql.c,$(eval $(call layer,store,$(f))))
$(foreach f,$(SHM),$(eval $(call layer,shm,$(f))))
$(foreach f,$(BASE_C),$(eval $(call layer,base,$(f))))
$(foreach f,$(CONFIG),$(eval $(call layer,config,$(f))))
$(foreach f,$(PARENT),$(eval $(call layer,parent,$(f))))
$(foreach f,$(HELPER),$(eval $(call layer,helper,$(f))))
$(foreach f,$(UPSTREAM),$(eval $(call layer,upstream,$(f))))
$(foreach f,$(GLUE),$(eval $(call layer,glue,$(f))))
$(foreach f,$(ADMIN),$(eval $(call layer,admin,$(f))))
$(foreach f,$(UNIT) $(FUZZ) test/fuzz/replay.c,$(eval $(call layer,test,$(f))))
$(foreach f,$(GLUE_TESTS) $(GLUE_SHARED),$(eval $(call layer,gluetest,$(f))))
$(foreach f,$(SHM_TESTS) $(SHM_SHARED),$(eval $(call layer,shmtest,$(f))))

$(B)/%.o: %.c apxs.mk | build/gen/sql.h build/gen/translation_table.h
	@mkdir -p $(@D)
	@$(CC) $(OURS) $(FLAGS) $(INC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

build/gen/sql.%: $(QUERIES) sql/embed.awk
	@mkdir -p $(@D)
	@awk -v part=$* -f sql/embed.awk $(QUERIES) > $@.new && mv $@.new $@

# what the page says is what the code does
build/gen/translation_table.h: docs/translation.md mod_llmgw/core/translate/table.awk
	@mkdir -p $(@D)
	@awk -f mod_llmgw/core/translate/table.awk $< > $@.new && mv $@.new $@

$(B)/libtranslate.a: $(TRANSLATE_O)
	@rm -f $@; $(AR) rcs $@ $^
$(B)/libinflate.a: $(INFLATE_O)
	@rm -f $@; $(AR) rcs $@ $^
$(B)/libcore.a: $(CORE_O)
	@rm -f $@; $(AR) rcs $@ $^
$(B)/libstore.a: $(STORE_O)
	@rm -f $@; $(AR) rcs $@ $^
$(B)/libshm.a: $(SHM_O)
	@rm -f $@; $(AR) rcs $@ $^

$(B)/mod_llmgw.so: $(GLUE_O) $(B)/libshm.a $(B)/libstore.a $(B)/libtranslate.a $(B)/libinflate.a $(B)/libcore.a
	@$(CC) -shared $(LINK_$(FLAVOUR)) $(LDFLAGS) -o $@ $(GLUE_O) \
	    $(B)/libshm.a $(B)/libstore.a $(B)/libtranslate.a $(B)/libinflate.a $(B)/libcore.a $(SYS_LIBS)

-include $(CORE_O:.o=.d) $(TRANSLATE_O:.o=.d) $(INFLATE_O:.o=.d) $(STORE_O:.o=.d) $(SHM_O:.o=.d) $(GLUE_O:.o=.d) $(TEST_O:.o=.d)
.SECONDARY:

# ---- targets ---------------------------------------------------------------

.PHONY: help deps deps-test all run demo check unit oracle replay guard \
        guard-test circles picture mutants layers exports e2e clients clients-latest bench crash asan tsan matrix valgrind faults \
        install uninstall clean module

help: ## this list
	@sed -n 's/^\([a-z][a-z0-9 -]*\):.*## /\1\t/p' apxs.mk | expand -t 12
	@echo 'fuzz-NAME   one fuzz target for S=60 seconds: $(patsubst test/fuzz/fuzz_%.c,%,$(FUZZ))'

deps: ## install what building and running needs (apt; prints the line if it may not)
	@.ci/deps run
deps-test: ## ... and what testing needs (apt, a Python venv, npm ci)
	@.ci/deps test

all: deps ## build build/release/mod_llmgw.so
	@$(SUBMAKE) module
module: $(B)/mod_llmgw.so build/compile_commands.json

run: all ## a private httpd on 127.0.0.1:PORT=8080 [STATE= UPSTREAM= UPSTREAM_KEY=]
	@python3 test/run.py run
demo: all ## the same, one streamed and one plain chat with receipts, then stop
	@python3 test/run.py demo

check: deps-test ## everything CI runs
	@$(SUBMAKE) WERROR=1 module
	@$(SUBMAKE) FLAVOUR=clang CC=clang WERROR=1 module
	@$(SUBMAKE) guard guard-test layers exports
	@$(SUBMAKE) FLAVOUR=asan run-unit run-levels run-oracle run-replay
	@$(SUBMAKE) mutants
	@$(SUBMAKE) e2e clients

unit: deps ## unit tests under ASan and UBSan
	@$(SUBMAKE) FLAVOUR=asan run-unit
levels: deps ## the JSON reader's unit tests with less than the machine has
	@$(SUBMAKE) FLAVOUR=asan run-levels
tsan: deps ## tests of the shared memory under ThreadSanitizer
	@$(SUBMAKE) FLAVOUR=tsan run-threads
oracle: deps ## a million random bills and steps, ours against a second reading of the rules
	@$(SUBMAKE) FLAVOUR=asan run-oracle
replay: deps ## fuzz targets over their seeds
	@$(SUBMAKE) FLAVOUR=asan run-replay

# take longer than all the others: they run by themselves
ORACLE_BIN := $(B)/unit/test_oracle $(B)/unit/test_exact
UNIT_BIN := $(filter-out $(ORACLE_BIN),$(patsubst test/unit/%.c,$(B)/unit/%,$(UNIT)))
$(B)/unit/%: $(B)/test/unit/%.o $(B)/libshm.a $(B)/libstore.a $(B)/libtranslate.a $(B)/libinflate.a $(B)/libcore.a
	@mkdir -p $(@D)
	@$(CC) $(LINK_$(FLAVOUR)) -o $@ $^ $(SYS_LIBS) $(APR_LIBS)

# the JSON reader's tests and seeds again, with less than the machine has
# (json_plain.h): in C alone, and with no more than SSE2
JSON_BY := c sse2
JSON_UNIT := $(filter test/unit/test_json%,$(UNIT))
define json_by
JSON_O_$(1) := $(patsubst mod_llmgw/core/%.c,$(B)/json-$(1)/%.o,$(wildcard mod_llmgw/core/json_*.c))
$$(JSON_O_$(1)): $(B)/json-$(1)/%.o: mod_llmgw/core/%.c apxs.mk
	@mkdir -p $$(@D)
	@$$(CC) $$(OURS) $$(FLAGS) $$(INC_core) -DGW_JSON_VECTORS=$(2) $$(CPPFLAGS) $$(CFLAGS) -MMD -MP -c $$< -o $$@
-include $$(JSON_O_$(1):.o=.d)
$(B)/unit/%-$(1): $(B)/test/unit/%.o $$(JSON_O_$(1)) $(B)/libcore.a
	@mkdir -p $$(@D)
	@$$(CC) $$(LINK_$$(FLAVOUR)) -o $$@ $$^ $$(SYS_LIBS) $$(APR_LIBS)
$(B)/replay/%-$(1): $(B)/test/fuzz/fuzz_%.o $(B)/test/fuzz/replay.o $$(JSON_O_$(1)) $(B)/libcore.a
	@mkdir -p $$(@D)
	@$$(CC) $$(LINK_$$(FLAVOUR)) -o $$@ $$^ $$(SYS_LIBS) $$(APR_LIBS)
endef
$(eval $(call json_by,c,0))
$(eval $(call json_by,sse2,1))
JSON_BIN := $(foreach b,$(JSON_BY),$(patsubst test/unit/%.c,$(B)/unit/%-$(b),$(JSON_UNIT)))
SHM_BIN := $(patsubst test/shm/%.c,$(B)/shm/%,$(SHM_TESTS))
$(B)/shm/%: $(B)/test/shm/%.o $(SHM_SHARED_O) $(B)/libshm.a $(B)/libcore.a
	@mkdir -p $(@D)
	@$(CC) $(LINK_$(FLAVOUR)) -o $@ $^ $(APR_LIBS)
.PHONY: run-unit run-levels run-threads run-oracle run-replay
# a part of the glue without a server: what a test does not define and httpd.c
# does not either is unresolved, and not called; what it does define wins
GLUE_TESTED := mod_llmgw/settle.c mod_llmgw/sent.c mod_llmgw/snapshot.c $(wildcard mod_llmgw/upstream/tap_*.c) \
               $(addprefix mod_llmgw/upstream/,attempt.c watch_deadline.c)
GLUE_TESTED += $(addprefix mod_llmgw/,headers.c key_hash.c base/crypto.c)
GLUE_TESTED += $(addprefix admin/,buffer.c html_text.c)
$(B)/libglue.a: $(call objects,$(GLUE_TESTED))
	@rm -f $@; $(AR) rcs $@ $^
GLUE_BIN := $(patsubst test/glue/%.c,$(B)/glue/%,$(GLUE_TESTS))
$(B)/glue/%: $(B)/test/glue/%.o $(GLUE_SHARED_O) $(B)/libglue.a $(B)/libshm.a $(B)/libstore.a $(B)/libtranslate.a $(B)/libinflate.a $(B)/libcore.a
	@mkdir -p $(@D)
	@$(CC) $(LINK_$(FLAVOUR)) -no-pie -Wl,--unresolved-symbols=ignore-all,-z,lazy,-z,muldefs -o $@ $^ $(SYS_LIBS) $(APR_LIBS)
run-unit: $(UNIT_BIN) $(SHM_BIN) $(GLUE_BIN)
	@test/unit/run $^
run-levels: $(JSON_BIN)
	@test/unit/run $^
run-threads: $(B)/shm/test_threads
	@test/unit/run $^
run-oracle: $(ORACLE_BIN) $(B)/shm/test_sequences
	@$(if $(VALGRIND),,SHM_STEPS=1000000) test/unit/run $^

REPLAY_BIN := $(patsubst test/fuzz/fuzz_%.c,$(B)/replay/%,$(FUZZ))
$(B)/replay/%: $(B)/test/fuzz/fuzz_%.o $(B)/test/fuzz/replay.o $(B)/libstore.a $(B)/libtranslate.a $(B)/libinflate.a $(B)/libcore.a
	@mkdir -p $(@D)
	@$(CC) $(LINK_$(FLAVOUR)) -o $@ $^ $(SYS_LIBS) $(APR_LIBS)
run-replay: $(REPLAY_BIN) $(foreach b,$(JSON_BY),$(B)/replay/json-$(b))
	@for t in $^; do s=$${t##*/}; $$t test/fuzz/seeds/$${s%%-*}/* || exit 1; done

fuzz-%: ## (see above)
	@$(SUBMAKE) FLAVOUR=fuzz CC=clang build/fuzz/fuzz/$*
	@mkdir -p build/fuzz/corpus/$*
	@build/fuzz/fuzz/$* -artifact_prefix=build/fuzz/ -max_total_time=$(or $(S),60) build/fuzz/corpus/$* test/fuzz/seeds/$*
build/fuzz/fuzz/%: $(B)/test/fuzz/fuzz_%.o $(B)/libstore.a $(B)/libtranslate.a $(B)/libinflate.a $(B)/libcore.a
	@mkdir -p $(@D)
	@$(CC) -fsanitize=address,undefined,fuzzer -o $@ $^ $(SYS_LIBS) $(APR_LIBS)

# built by as many as there are cores, as `module` is
.PHONY: built
built:
	@$(SUBMAKE) $(B)/mod_llmgw.so
guard: built ## rules that no compiler knows: sizes, tags, words, docs, circles
	@python3 test/guard/guard.py
guard-test: built ## ... each of which is seen failing
	@$(PY) -m pytest -q test/guard $(PATIENT)
circles: built ## files that need each other, and what ties them
	@python3 test/guard/circles.py
picture: built ## draw the layers in docs/architecture.md
	@python3 test/guard/layers.py
mutants: deps ## mistakes that a test has to see, each in under a second [T=word]
	@python3 test/mutations/run.py $(T)
layers: $(B)/libcore.a $(B)/libtranslate.a $(B)/libinflate.a $(B)/libstore.a $(B)/libshm.a ## core and shm need no httpd and no SQLite, store no httpd
	@! nm -u $(B)/libcore.a | grep -E ' (ap_|sqlite3_|json_|EVP_)' || { echo 'core/ reaches out of its layer'; exit 1; }
	@! nm -u $(B)/libtranslate.a | grep -E ' (ap_|sqlite3_|json_|EVP_)' || { echo 'core/translate/ reaches out of its layer'; exit 1; }
	@! nm -u $(B)/libinflate.a | grep -E ' (ap_|sqlite3_|json_|EVP_)' || { echo 'inflate/ reaches out of its layer'; exit 1; }
	@! nm -u $(B)/libshm.a | grep -E ' (ap_|sqlite3_|json_|EVP_)' || { echo 'shm/ reaches out of its layer'; exit 1; }
	@! nm -u $(B)/libstore.a | grep -E ' (ap_|EVP_)' || { echo 'store/ reaches out of its layer'; exit 1; }
exports: $(B)/mod_llmgw.so ## the module exports one symbol
	@test "$$(nm -D --defined-only $(B)/mod_llmgw.so | awk '{print $$3}')" = llmgw_module || { nm -D --defined-only $(B)/mod_llmgw.so; exit 1; }

PY := build/venv/bin/python
# a test that hangs says where; none takes so long, whatever else is running
PATIENT := --timeout 900
e2e: deps-test ## end-to-end tests against a private httpd [T=expression]
	@$(SUBMAKE) module
	@$(SUBMAKE) FLAVOUR=crash module
	@$(PY) -m pytest -q test/e2e $(PATIENT) $(if $(T),-k '$(T)')
clients: deps-test ## the official SDKs against the gateway
	@$(SUBMAKE) module
	@$(SUBMAKE) FLAVOUR=crash module
	@$(PY) -m pytest -q test/clients $(PATIENT)
clients-latest: deps-test ## install the newest clients and servers, try each, print a table [T=word]
	@$(SUBMAKE) module
	@$(PY) test/clients/latest.py all '$(T)'
bench: all ## CPU, time to first byte and system calls against plain ProxyPass
	@$(SUBMAKE) deps-test
	@$(PY) test/bench/bench.py $(BENCH)
crash: deps-test ## kill everything everywhere for S=600 seconds; memory and descriptors
	@$(SUBMAKE) module
	@$(SUBMAKE) FLAVOUR=crash module
	@$(PY) test/bench/crash.py $(or $(S),600)
asan: deps-test ## end-to-end tests with ASan and UBSan in httpd
	@$(SUBMAKE) FLAVOUR=asan module
	@LLMGW_FLAVOUR=asan $(PY) -m pytest -q test/e2e $(if $(T),-k '$(T)')
faults: deps-test ## tests of faults seen from outside, against the old module of BASE=
	@.ci/faults $(BASE)
matrix: ## demo and check in bare roots of Debian, as root [SUITES="bookworm trixie"]
	@.ci/matrix $(SUITES)
valgrind: deps-test ## unit tests under valgrind
	@$(SUBMAKE) FLAVOUR=crash VALGRIND=1 run-unit run-oracle

put = DESTDIR='$(DESTDIR)' LIBEXECDIR='$(LIBEXECDIR)' SYSCONFDIR='$(SYSCONFDIR)' \
      SHAREDIR='$(SHAREDIR)' STATEDIR='$(STATEDIR)' \
      MODULE=build/release/mod_llmgw.so conf/install
install: all ## the module and its configuration into this httpd [DESTDIR=]
	@$(put) install
uninstall: ## take them away again; the state directory stays [DESTDIR=]
	@$(put) uninstall
clean: ## remove build/
	rm -rf build

# layer:sources
LAYERS := core:CORE translate:TRANSLATE inflate:INFLATE store:STORE shm:SHM base:BASE_C config:CONFIG parent:PARENT helper:HELPER upstream:UPSTREAM glue:GLUE admin:ADMIN
build/compile_commands.json: apxs.mk $(CORE) $(TRANSLATE) $(INFLATE) $(STORE) $(SHM) $(BASE_C) $(CONFIG) $(PARENT) $(HELPER) $(UPSTREAM) $(GLUE) $(ADMIN)
	@mkdir -p build
	$(file >$@,[)
	$(foreach l,$(LAYERS),$(foreach f,$($(lastword $(subst :, ,$(l)))),$(file \
	>>$@,{"directory":"$(TOP)","file":"$(f)","command":"$(subst ",\",$(CC) -std=gnu11 $(INC_$(firstword $(subst :, ,$(l)))) -c $(f))"},)))
	@sed -i '$$ s/,$$//' $@; echo ']' >> $@

endif
