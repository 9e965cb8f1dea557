# A test's own database, and a look into it.
setup() {
	common_setup
	export CT_DB="$BATS_TEST_TMPDIR/ct.db"
	ct-store init
}

sql() { sqlite3 "$CT_DB" "$@"; }
