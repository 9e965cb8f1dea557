# What each program links: the pure filters nothing but JSON, the ones that decide no network.
load helper

setup() {
	common_setup
	case $BUILD in */san) skip "sanitizers bring libraries of their own" ;; esac
}

libraries() {
	ldd "$BIN/$1" | sed -n 's/^[[:space:]]*\(lib[a-z0-9_+-]*\).*/\1/p' | sort
}

# links_only PROGRAM NAME…: these libraries and the C library, no other.
links_only() {
	local program=$1 name
	shift
	[ -x "$BIN/$program" ] || return 0
	for name in $(libraries "$program"); do
		case " libc libm libpthread libdl $* " in
		*" $name "*) ;;
		*) fail "$program links $name" ;;
		esac
	done
}

never_links() {
	local program=$1 name
	shift
	[ -x "$BIN/$program" ] || return 0
	for name; do
		! ldd "$BIN/$program" | grep -q "$name" || fail "$program links $name"
	done
}

@test "ct-study and ct-signal link jansson and the C library only" {
	links_only ct-study libjansson
	links_only ct-signal libjansson
}

@test "ct-risk has no network" {
	never_links ct-risk libcurl libmicrohttpd libarchive
}

@test "only ct-fetch and ct-exec may reach an exchange, only ct-sim serves" {
	for file in "$BIN"/ct-*; do
		name=$(basename "$file")
		case $(head -c 2 "$file") in '#!') continue ;; esac
		[ "$name" = ct-sim ] || never_links "$name" libmicrohttpd
		case $name in ct-fetch | ct-exec) ;; *) never_links "$name" libcurl ;; esac
	done
}
