# The rooms of lib/ keep to their table (tests/rooms.txt), and its files stand on each other one way (tests/circles).
load helper

@test "every include is one the table allows" {
	run sh "$ROOT/tests/rooms"
	assert_success
	assert_output ""
}

refuses() { # FILE INCLUDE MESSAGE
	mkdir -p "$(dirname "$1")"
	printf '#include %s\n' "$2" >"$1"
	run sh "$ROOT/tests/rooms" .
	assert_failure
	assert_output --partial "$1:1: $3"
	rm "$1"
}

@test "a bad include is refused" {
	refuses lib/study/x.c '"store/store.h"' "study may not include store"
	refuses lib/core/x.h '"model/candle.h"' "core may not include model"
	refuses lib/risk/x.c '"engine/engine.h"' "risk may not include engine"
	refuses lib/risk/x.c '"gate.h"' "include without its room"
	refuses lib/risk/x.c '<curl/curl.h>' "risk may not use this library"
	refuses lib/core/x.c '<openssl/evp.h>' "core may not use this library"
	refuses lib/store/lake.c '<dlfcn.h>' "store may not use this library"
	refuses lib/new/x.c '"core/buf.h"' "room new is not in the table"
	mkdir -p lib/core && printf '#include <openssl/evp.h>\n#include "core/buf.h"\n#include <stdio.h>\n' >lib/core/digest.c
	run sh "$ROOT/tests/rooms" .
	assert_success
}

@test "no files of lib/ need each other in a circle" {
	cd "$ROOT"
	run sh tests/circles $(printf '%s\n' lib/*/*.c | sed "s,.*,$BUILD/obj/&,; s,c\$,o,")
	assert_success
	assert_output ""
}

@test "a circle of files is refused, and named" {
	echo 'int b(void); int a(void) { return b(); }' >a.c
	echo 'int c(void); int b(void) { return c(); }' >b.c
	echo 'int a(void); int c(void) { return a(); }' >c.c
	echo 'int a(void); int d(void) { return a(); }' >d.c
	# shellcheck disable=SC2086 # a compiler may be two words
	${CC:-cc} -c a.c b.c d.c
	run sh "$ROOT/tests/circles" a.o b.o d.o
	assert_success
	${CC:-cc} -c c.c
	run sh "$ROOT/tests/circles" a.o b.o c.o d.o
	assert_failure
	assert_output --partial loop
	assert_line c.o
	refute_line d.o
}
