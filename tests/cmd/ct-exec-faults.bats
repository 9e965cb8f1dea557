# Each fault of an exchange once, alone, while an entry is placed, protected and sold: what stands in the end.
load ../helper
load live.bash

PAIRS="AAAUSDT"
RISK='"sizing":"quote","size":"100","collar_bps":"100"'

start() {
	{ candle 0 AAAUSDT 100 101.25 99 100 50.125; flat_candles 1 6; } >bars
	exchange bars
	live_desk "$RISK"
	for k in 0 1; do bar $k bars && at $k ct-exec sync >/dev/null; done
	signal 1 AAAUSDT BUY 10 | sed 's/"target_offset":null/"target_offset":"8"/' >signals
	at 1 ct-risk <signals >approved
}

orders() { ledger | jq -c '.orders | map([.type, .status])'; }
decision() { ct-store decisions -A main | jq -r '.status' | paste -sd ' '; }

# bought: in the end there is exactly one entry, and it is protected.
bought() {
	assert_equal "$(orders)" '[["LIMIT","FILLED"],["STOP_LOSS","NEW"],["LIMIT_MAKER","NEW"]]' && assert_equal "$(decision)" executed &&
		books_agree --rest
}

# failed: it never came there: the entry has failed, and nothing is left of it.
failed() {
	assert_equal "$(orders)" '[]' && assert_equal "$(decision)" failed && books_agree --rest
}

# A rule for the placing of orders. The program is run again while it says that something must wait.
place_with() {
	local i code=0
	fault "[{\"route\":\"${ROUTE:-order}\",\"method\":\"POST\",$1}]"
	at 1 ct-exec --absence 1s <approved >/dev/null 2>err || code=$?
	for i in 1 2 3; do
		[ "$code" -ne 0 ] || break
		code=0
		at 1 ct-exec pending --absence 1s >/dev/null 2>>err || code=$?
	done
	at 1 ct-exec pending --absence 1s >/dev/null 2>>err || true
}

# each KIND…: place_with MEMBERS for each kind, and then CHECK.
each() {
	local members=$1 check=$2 kind
	shift 2
	for kind in "$@"; do
		rm -rf "$BATS_TEST_TMPDIR/$kind"
		mkdir "$BATS_TEST_TMPDIR/$kind"
		cd "$BATS_TEST_TMPDIR/$kind"
		start
		place_with "\"kind\":\"$kind\"$members"
		$check || fail "$kind: $(cat err; sqlite3 ct.db 'SELECT * FROM order_steps')"
		common_teardown
	done
}

@test "faults: the entry is carried out, and its answer is lost" {
	each ',"processed":true' bought reset 502 504 empty
}

@test "faults: the entry never reached the exchange" {
	each '' failed reset 503 html garbage
}

@test "faults: refused for now, and made later" {
	each '' bought 429 skew
}

@test "faults: only the answer is spoilt" {
	each '' bought cut truncate twice
}

@test "faults: protection whose answer is lost, or that was refused for now, or that never came there" {
	ROUTE=oco
	each ',"processed":true' bought reset
	each '' bought 503 429
}

@test "faults: an exit whose every answer is lost" {
	start
	at 1 ct-exec <approved >/dev/null
	bar 2 bars
	at 2 ct-exec sync >/dev/null
	signal 2 AAAUSDT SELL >signals
	at 2 ct-risk <signals >approved
	fault '[{"route":"orderList","method":"DELETE","kind":"reset","processed":true},{"route":"order","method":"POST","kind":"504","processed":true}]'
	at 2 ct-exec --absence 1s <approved >/dev/null
	assert_equal "$(orders)" '[["LIMIT","FILLED"],["STOP_LOSS","CANCELED"],["LIMIT_MAKER","CANCELED"],["MARKET","FILLED"]]'
	books_agree --rest
}

@test "faults: an exit that never came there is made again, at once" {
	start
	at 1 ct-exec <approved >/dev/null
	fault '[{"route":"order","method":"POST","kind":"503"}]'
	at 1 ct-exec flatten --why test --absence 1s >/dev/null
	assert_equal "$(orders)" '[["LIMIT","FILLED"],["STOP_LOSS","CANCELED"],["LIMIT_MAKER","CANCELED"],["MARKET","FILLED"]]'
	assert_equal "$(ct-store orders -A main | jq -r 'select(.leg == "exit") | .status' | paste -sd ' ')" "REJECTED FILLED"
	books_agree --rest
}

@test "faults: an order that the exchange carried out twice is found, and blocks its pair until a person has settled it" {
	start
	fault '[{"route":"order","method":"POST","kind":"repeat"}]'
	at 1 ct-exec <approved >/dev/null
	at 1 ct-exec sync >/dev/null
	at 1 ct-exec status >status
	grep -q "unexplained .* AAAUSDT  AAA: the account has 1.97802000 AAA, the books say 0.98901000" status
	grep -q "unexplained .* all pairs  USDT: " status
	signal 1 AAAUSDT BUY 10 two >signals
	at 1 ct-risk <signals | grep -q '"gate":"explained"'
	run at 1 ct-exec adopt AAA --as withdraw
	assert_failure 65
	at 1 ct-exec adopt --as manual --why 'the exchange took it twice' >/dev/null
	at 1 ct-exec status | grep -c unexplained && fail "still unexplained"
	at 1 ct-exec sync >/dev/null
	at 1 ct-exec status | grep -c unexplained && fail "unexplained again"
	return 0
}
