# A database that is locked, deleted or replaced under live trade: nothing goes out that is not recorded, and nothing new until
# sync has explained every open order and balance.
load ../helper
load live.bash

PAIRS="AAAUSDT BBBUSDT"

start() {
	start_at_100 "$FLAT" "$FLAT" "$FLAT"
	signal 1 AAAUSDT BUY 10 | at 1 ct-risk >approved
}

# lock SECONDS: another process holds the write lock for so long; back when it has it.
lock() {
	python3 - "$1" >locked 3>&- <<-'END' &
		import sqlite3, sys, time
		db = sqlite3.connect("ct.db", isolation_level=None, timeout=10)
		db.execute("BEGIN IMMEDIATE")
		print("locked", flush=True)
		time.sleep(float(sys.argv[1]))
	END
	locker=$!
	wait_for grep -q locked locked
}
# held NAME FILE COMMAND…: in the background, reading FILE, its messages in NAME.err and its exit code in NAME.code.
held() {
	local name=$1 file=$2
	shift 2
	{ code=0; at 1 "$@" <"$file" >/dev/null 2>"$name.err" || code=$?; echo $code >"$name.code"; } 3>&- &
}
ended() { [ -s "$1.code" ]; }
struck() { [ "$(curl -sS "$URL/sim/fault" | jq '.[0].struck')" = 1 ]; }
orders() { ledger | jq -c '[.orders[] | .type + " " + .status]'; }
gate() { signal 1 "$1" BUY 10 "${2:-two}" | at 1 ct-risk | jq -r '.gate // .status'; }
unexplained() { at 1 ct-exec status | grep -c unexplained; }
init_again() {
	ct-store init
	# shellcheck disable=SC2086
	ct-fetch symbols --base-url "$URL" $PAIRS | ct-store put
	bar 0 bars && bar 1 bars
}

@test "lost: locked for 12 s while an order is on the wire: nothing more is sent, and then it is booked and protected" {
	start
	fault '[{"route":"order","method":"POST","kind":"delay","delay_ms":1500}]'
	held first approved ct-exec
	wait_for struck
	lock 12
	signal 1 BBBUSDT BUY 10 two >other
	held other other ct-risk
	wait_for ended first || wait_for ended first
	wait_for ended other
	assert_equal "$(cat first.code other.code)" "75
75"
	grep -q locked first.err
	assert_equal "$(orders)" '["LIMIT FILLED"]'
	wait "$locker"
	# What is approved next waits behind what is not known yet.
	at 1 ct-risk <other >approved
	at 1 ct-exec <approved >/dev/null
	assert_equal "$(orders)" '["LIMIT FILLED","STOP_LOSS NEW","LIMIT FILLED","STOP_LOSS NEW"]'
	at 1 ct-exec sync >/dev/null
	assert_equal "$(unexplained)" 0
	books_agree --rest
}

@test "lost: locked for 5 s: it waits, and then goes on" {
	start
	lock 5
	at 1 ct-exec <approved >/dev/null
	assert_equal "$(orders)" '["LIMIT FILLED","STOP_LOSS NEW"]'
	books_agree --rest
}

@test "lost: deleted while an order is on the wire: nothing more is sent; a new one trades when a person has settled every order and coin" {
	start
	fault '[{"route":"order","method":"POST","kind":"delay","delay_ms":1500}]'
	held first approved ct-exec
	wait_for struck
	rm ct.db*
	wait_for ended first
	assert_equal "$(cat first.code)" 74
	grep -q "was deleted or replaced while it was open" first.err
	assert_equal "$(orders)" '["LIMIT FILLED"]'
	run at 1 ct-exec pending
	assert_failure 78
	init_again
	assert_equal "$(gate BBBUSDT)" explained
	run at 1 ct-exec <approved
	assert_failure 65
	at 1 ct-exec sync >/dev/null
	# The coins of the lost book are not ct's any more: they are left alone, and so is what may be bought now.
	assert_equal "$(sqlite3 ct.db "SELECT qty FROM baseline_row WHERE asset = 'AAA'")" 98901000
	assert_equal "$(gate BBBUSDT one)" approved
	assert_equal "$(orders)" '["LIMIT FILLED"]'
}

@test "lost: a new database beside open orders of the old one trades only when a person has settled them all" {
	start
	at 1 ct-exec <approved >/dev/null
	rm ct.db*
	init_again
	assert_equal "$(gate BBBUSDT)" explained
	at 1 ct-exec sync >/dev/null
	at 1 ct-exec status >status
	grep -q "unexplained .* AAAUSDT .* an order of AAAUSDT that ct did not make is open" status
	assert_equal "$(gate BBBUSDT one)" halt
	at 1 ct-risk resume --why 'the old database is lost' >/dev/null
	assert_equal "$(gate AAAUSDT one)" explained
	at 1 ct-exec ignore --why 'of the old database' >/dev/null
	at 1 ct-exec sync >/dev/null
	assert_equal "$(unexplained)" 0
	assert_equal "$(at 1 ct-risk status --format json | jq .halted)" false
	signal 1 AAAUSDT BUY 10 two >signals
	at 1 ct-risk <signals | at 1 ct-exec >/dev/null
	assert_equal "$(orders)" '["LIMIT FILLED","STOP_LOSS NEW","LIMIT FILLED","STOP_LOSS NEW"]'
}

@test "lost: replaced by another file under its feet" {
	start
	cp ct.db other.db
	fault '[{"route":"order","method":"POST","kind":"delay","delay_ms":1000}]'
	held first approved ct-exec
	wait_for struck
	rm ct.db*
	mv other.db ct.db
	wait_for ended first
	assert_equal "$(cat first.code)" 74
	assert_equal "$(orders)" '["LIMIT FILLED"]'
	# The other is the same book before the order: it meets it there, and protects it.
	at 1 ct-exec --absence 1s <approved >/dev/null
	at 1 ct-exec sync >/dev/null
	assert_equal "$(orders)" '["LIMIT FILLED","STOP_LOSS NEW"]'
	books_agree --rest
}

@test "lost: a database from bars ago places nothing twice, and trades when a person has settled what happened since" {
	start
	cp ct.db old.db
	step 2
	signal 2 AAAUSDT BUY 10 | at 2 ct-risk | at 2 ct-exec >/dev/null
	step 3
	assert_equal "$(orders)" '["LIMIT FILLED","STOP_LOSS NEW"]'
	rm ct.db*
	cp old.db ct.db
	bar 2 bars && bar 3 bars
	at 3 ct-exec pending >/dev/null || true
	at 3 ct-exec sync >/dev/null
	at 3 ct-risk status --format json | jq -e '.halted == true'
	at 3 ct-exec status >status
	for thing in 'an order of AAAUSDT' 'the account has 0.98901000 AAA, the books say 0.00000000' 'USDT, the books say 1000.00000000'; do
		grep -q "unexplained .*$thing" status || fail "$thing: $(cat status)"
	done
	assert_equal "$(orders)" '["LIMIT FILLED","STOP_LOSS NEW"]'
	run at 3 ct-exec ignore USDT --why 'of the database that was lost'
	assert_failure 65
	at 3 ct-exec adopt USDT --as manual --why 'of the database that was lost' >/dev/null
	at 3 ct-exec ignore --why 'of the database that was lost' >/dev/null
	at 3 ct-risk resume --why 'all is seen' >/dev/null
	at 3 ct-exec sync >/dev/null
	assert_equal "$(at 3 ct-exec status | grep -c unexplained)" 0
	at 3 ct-risk status --format json | jq -e '.halted == false'
	signal 3 BBBUSDT BUY 10 two | at 3 ct-risk | at 3 ct-exec >/dev/null
	assert_equal "$(orders)" '["LIMIT FILLED","STOP_LOSS NEW","LIMIT FILLED","STOP_LOSS NEW"]'
}
