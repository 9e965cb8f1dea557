# The rooms of lib/ keep to their table (tests/rooms.txt).
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
