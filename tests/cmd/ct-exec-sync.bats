# What sync cannot explain: it says so, blocks what it concerns, and waits for a person.
load ../helper
load live.bash

PAIRS="AAAUSDT BBBUSDT"

start() {
	{ first_bars; flat_candles 1 6; } >bars
	exchange bars
	live_desk
	bar 0 bars
}

sync() { at "${1:-1}" ct-exec sync >/dev/null; }
deposit() { curl -sS -X POST "$URL/sim/transfer?account=main&asset=$1&amount=$2" >/dev/null; }
buy() { signal 1 "$1" BUY 10 >signals && at 1 ct-risk <signals >approved && at 1 ct-exec <approved >/dev/null; }
gate() { signal 1 "$1" BUY "" "${2:-two}" >signals && at 1 ct-risk <signals | jq -r '.gate // .status'; }
# by_hand METHOD PATH QUERY: a signed request of the person whose account it is.
by_hand() {
	local q="$3&timestamp=$(curl -sS "$URL/api/v3/time" | jq .serverTime)"
	curl -sS -X "$1" -H "X-MBX-APIKEY: $KEY64" "$URL$2?$q&signature=$(printf '%s' "$q" | openssl dgst -sha256 -hmac secret | sed 's/.* //')"
}

@test "sync: what lay there before is not ct's, and is never sold" {
	start
	deposit AAA 3
	deposit USDT 500
	sync 0
	bar 1 bars && sync
	assert_equal "$(at 1 ct-exec status | grep -c unexplained)" 0
	assert_equal "$(sqlite3 ct.db 'SELECT asset, qty FROM baseline_row ORDER BY asset' | paste -sd ' ')" "AAA|300000000 BBB|0 USDT|50000000000"
	buy AAAUSDT
	at 1 ct-exec flatten --why test >/dev/null
	assert_equal "$(ledger | jq -r '.accounts[0].balances.AAA.free')" 3.00001000
	books_agree --rest
}

@test "sync: a deposit blocks every pair until it is adopted, and then it is the account's" {
	start
	sync 0
	bar 1 bars && sync
	deposit USDT 250
	sync
	run at 1 ct-exec status
	assert_output --partial "unexplained"
	assert_output --partial "the account has 1250.00000000 USDT, the books say 1000.00000000"
	assert_equal "$(gate BBBUSDT)" explained
	assert_equal "$(ct-store events -A main --format json | jq -r 'select(.level == "alarm") | .code')" desk.balance
	run at 1 ct-exec adopt USDT --as withdraw
	assert_failure 65
	at 1 ct-exec adopt USDT --as deposit --why salary >/dev/null
	sync
	assert_equal "$(at 1 ct-exec status | grep -c unexplained)" 0
	assert_equal "$(ct-store transfers -A main | jq -c '[.asset,.amount,.why]')" '["USDT","250.00000000","deposit: salary"]'
	assert_equal "$(at 1 ct-risk status --format json | jq -r .cash)" 1250.00000000
	assert_equal "$(gate BBBUSDT one)" approved
}

@test "sync: a coin that came by itself blocks its own pair only; ignored, it stays beside the books" {
	start
	sync 0
	bar 1 bars && sync
	deposit BBB 2
	sync
	assert_equal "$(gate BBBUSDT)" explained
	assert_equal "$(gate AAAUSDT)" approved
	run at 1 ct-exec ignore BBB
	assert_failure 64
	at 1 ct-exec ignore BBB --why airdrop >/dev/null
	sync
	assert_equal "$(gate BBBUSDT one)" approved
	books_agree
}

@test "sync: coins that a person sold out of a position are adopted as manual, and the rest is protected anew" {
	start
	sync 0
	bar 1 bars && sync
	buy AAAUSDT
	by_hand DELETE /api/v3/openOrders symbol=AAAUSDT >/dev/null
	by_hand POST /api/v3/order "symbol=AAAUSDT&side=SELL&type=MARKET&quantity=0.5" | grep -q FILLED
	run at 1 ct-exec sync
	run at 1 ct-exec status
	assert_output --partial "AAA: the account has 0.48901000 AAA, the books say 0.98901000"
	at 1 ct-exec adopt --as manual --why 'sold half' >/dev/null
	sync
	assert_equal "$(ct-store positions -A main | jq -r .qty)" 0.48901000
	assert_equal "$(ledger | jq -c '.orders | map(select(.status == "NEW") | [.type, .origQty])')" '[["STOP_LOSS","0.48900000"]]'
	at 1 ct-exec ignore --why 'it was me' >/dev/null
	at 1 ct-exec flatten --why test >/dev/null
	assert_equal "$(ledger | jq -r '.accounts[0].balances.AAA.free')" 0.00001000
	run at 1 ct-exec status
	refute_output --partial unexplained
}

@test "sync: protection that is taken away is an alarm, and is placed again at once" {
	start
	sync 0
	bar 1 bars && sync
	buy AAAUSDT
	by_hand DELETE /api/v3/openOrders symbol=AAAUSDT >/dev/null
	sync
	assert_equal "$(ledger | jq -c '.orders | map([.type, .status])')" '[["LIMIT","FILLED"],["STOP_LOSS","CANCELED"],["STOP_LOSS","NEW"]]'
	assert_equal "$(ct-store events -A main | jq -r 'select(.level == "alarm") | .code')" desk.protection
	assert_equal "$(gate AAAUSDT)" explained
	at 1 ct-exec ignore --why 'my own hand' >/dev/null
	assert_equal "$(at 1 ct-exec status | grep -c unexplained)" 0
	sync
	assert_equal "$(at 1 ct-exec status | grep -c unexplained)" 0
}

struck() { [ "$(curl -sS "$URL/sim/fault" | jq '.[0].struck')" = 1 ]; }

@test "sync: a list that ct cancelled itself before it was killed is nobody's doing" {
	start
	sync 0
	bar 1 bars && sync
	signal 1 AAAUSDT BUY 10 | jq -c '.target_offset = "8"' >signals
	at 1 ct-risk <signals | at 1 ct-exec >/dev/null
	fault '[{"route":"orderList","method":"DELETE","kind":"hang","processed":true}]'
	ct-exec flatten -A main --now "$(close_of 1)" --why test >/dev/null 2>&1 3>&- &
	wait_for struck
	kill -9 $!
	wait $! || true
	sync
	assert_equal "$(at 1 ct-exec status | grep -c unexplained)" 0
	at 1 ct-exec pending >/dev/null
	assert_equal "$(ledger | jq -c '[.orders[].status]')" '["FILLED","CANCELED","CANCELED","FILLED"]'
	books_agree --rest
}

@test "sync: what an entry carried is not booked before the entry, where that cannot be asked for" {
	start_at_100 "100 109 99 108"
	signal 1 AAAUSDT BUY 10 one | jq -c '.entry = "LIMIT" | .entry_price = "99.5" | .entry_bars = 3 | .target_offset = "8"' >signals
	at 1 ct-risk <signals | at 1 ct-exec >/dev/null
	assert_equal "$(ledger | jq -c '[.orders[].type]')" '["LIMIT","STOP_LOSS","LIMIT_MAKER"]'
	bar 2 bars
	for after in 0 1 2; do
		no_faults
		fault "[{\"route\":\"order\",\"method\":\"GET\",\"kind\":\"2013\",\"after\":$after}]"
		cp ct.db "before-$after.db"
		run at 2 ct-exec sync
		assert_failure 75
		sync 2
		at 2 ct-risk status --format json | jq -e '.halted == false'
		books_agree --rest
		assert_equal "$(ct-store trades -A main | jq -r '.side + " " + .reason' | paste -sd ' ')" "BUY entry SELL target"
		rm -f ct.db*
		cp "before-$after.db" ct.db
	done
}

@test "sync: a person's order blocks its pair; one with ct's mark and no row halts the account" {
	start
	sync 0
	bar 1 bars && sync
	by_hand POST /api/v3/order "symbol=AAAUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.2&price=50&newClientOrderId=mine-1" >/dev/null
	sync
	assert_equal "$(gate AAAUSDT)" explained
	assert_equal "$(gate BBBUSDT)" approved
	at 1 ct-exec ignore mine-1 --why mine >/dev/null
	sync
	assert_equal "$(at 1 ct-exec status | grep -c unexplained)" 0
	by_hand POST /api/v3/order "symbol=BBBUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.2&price=50&newClientOrderId=ct0123456789abcdef0123456789abcd" >/dev/null
	sync
	at 1 ct-risk status --format json | jq -e '.halted == true'
	assert_equal "$(gate AAAUSDT one)" halt
}

@test "sync: a database that was lost refuses to trade beside the orders of the old one" {
	start
	sync 0
	bar 1 bars && sync
	buy AAAUSDT
	rm ct.db*
	ct-store init
	ct-fetch symbols --base-url "$URL" $PAIRS | ct-store put
	bar 0 bars && bar 1 bars
	assert_equal "$(gate BBBUSDT)" explained
	sync
	at 1 ct-risk status --format json | jq -e '.halted == true'
}

@test "sync: the key of another account is refused" {
	start
	sync 0
	sqlite3 ct.db 'UPDATE live_state_row SET uid = 7'
	run at 0 ct-exec sync
	assert_failure 78
	assert_output --partial "belongs to another account"
}

@test "sync: a database restored from an earlier backup places nothing a second time" {
	start
	sync 0
	bar 1 bars && sync
	ct-store backup old.db
	buy AAAUSDT
	rm ct.db*
	cp old.db ct.db
	at 1 ct-risk <signals >again
	at 1 ct-exec --absence 1s <again >/dev/null || true
	sync
	assert_equal "$(ledger | jq '[.orders[] | select(.side == "BUY")] | length')" 1
	assert_equal "$(ct-store events -A main | jq -r 'select(.level == "alarm") | .code')" desk.restored
	books_agree --rest
}

# limit: an entry of strategy one at 99.5 for three bars, its stop 10 away.
limit() { signal 1 AAAUSDT BUY 10 one | jq -c '.entry = "LIMIT" | .entry_price = "99.5" | .entry_bars = 3'; }

@test "sync: a restored database meets an entry together with the protection that it carries" {
	start
	sync 0
	bar 1 bars && sync
	ct-store backup old.db
	limit >signals
	at 1 ct-risk <signals | at 1 ct-exec >/dev/null
	assert_equal "$(ledger | jq -c '[.orders[].type]')" '["LIMIT","STOP_LOSS"]'
	rm ct.db*
	cp old.db ct.db
	at 1 ct-risk <signals | at 1 ct-exec --absence 1s >/dev/null
	assert_equal "$(ledger | jq '.orders | length')" 2
	assert_equal "$(ct-store orders -A main | jq -r .leg | sort | paste -sd ' ')" "entry stop"
	bar 2 bars && sync 2
	bar 3 bars && sync 3
	at 3 ct-risk status --format json | jq -e '.halted == false'
	assert_equal "$(ledger | jq '.orders | length')" 2
	books_agree --rest
}

# In the old copy the position waits for its protection, list or single order; at the exchange that has sold it since.
restored_bare() {
	bars_at_100 "100 100 85 86" >bars
	exchange bars
	live_desk
	bar 0 bars
	deposit AAA 3
	sync 0
	bar 1 bars && sync
	signal 1 AAAUSDT BUY 10 | jq -c --argjson target "$2" '.target_offset = $target' >signals
	at 1 ct-risk <signals >approved
	fault "[{\"route\":\"$1\",\"method\":\"POST\",\"kind\":\"429\",\"count\":0,\"after\":$3}]"
	at 1 ct-exec --absence 1s <approved >/dev/null && fail "nothing had to wait"
	no_faults
	ct-store backup old.db
	at 1 ct-exec pending >/dev/null
	clock 2
	rm ct.db*
	cp old.db ct.db
	at 2 ct-exec pending --absence 1s >/dev/null || true
	assert_equal "$(ledger | jq -c '[.orders[] | select(.side == "SELL" and .type == "STOP_LOSS") | .status]')" '["FILLED"]'
	assert_equal "$(ledger | jq -r '.accounts[0].balances.AAA.free')" 3.00001000
	assert_equal "$(ct-store events -A main | jq -r 'select(.level == "alarm") | .code' | grep -c desk.restored)" 1
	bar 2 bars && sync 2
	books_agree --rest
}

@test "sync: a restored database asks for a list of stop and target before it sends it again" {
	restored_bare oco '"8"' 0
}

@test "sync: a restored database asks for a single stop before it sends it again" {
	restored_bare order null 1
}

@test "sync: a restored database meets the second attempt of a stop whose first was lost on the way" {
	bars_at_100 "$FLAT" >bars
	exchange bars
	live_desk
	bar 0 bars
	sync 0
	bar 1 bars && sync
	signal 1 AAAUSDT BUY 10 | jq -c '.target_offset = null' >signals
	at 1 ct-risk <signals >approved
	fault '[{"route":"order","method":"POST","kind":"429","count":0,"after":1}]'
	at 1 ct-exec --absence 1s <approved >/dev/null && fail "nothing had to wait"
	no_faults
	ct-store backup old.db
	fault '[{"route":"order","method":"POST","kind":"reset","processed":false,"count":1}]'
	at 1 ct-exec pending --absence 1s >/dev/null
	assert_equal "$(ct-store orders -A main | jq -c 'select(.leg == "stop") | [.attempt, .status]')" '[0,"REJECTED"]
[1,"NEW"]'
	rm ct.db*
	cp old.db ct.db
	at 1 ct-exec pending --absence 1s >/dev/null
	assert_equal "$(ct-store orders -A main | jq -c 'select(.leg == "stop") | [.attempt, .status]')" '[0,"REJECTED"]
[1,"NEW"]'
	assert_equal "$(ledger | jq '[.orders[] | select(.type == "STOP_LOSS")] | length')" 1
	assert_equal "$(ct-store events -A main | jq -r 'select(.level == "alarm") | .code')" desk.restored
	books_agree --rest
}

@test "sync: a carried stop may sell the fee of its entry out of what another strategy has beyond a step" {
	RISK='"sizing":"quote","size":"40","collar_bps":"100"'
	start_at_100 "100 100 85 86"
	{ signal 1 AAAUSDT BUY "" two; limit; } >signals
	at 1 ct-risk <signals | at 1 ct-exec >/dev/null
	bar 2 bars && sync 2
	assert_equal "$(ledger | jq -c '[.orders[] | select(.type == "STOP_LOSS") | [.origQty, .status]]')" '[["0.40200000","FILLED"]]'
	assert_equal "$(ct-store events -A main | jq -r .code | grep -c oversold)" 0
	assert_equal "$(ct-store positions -A main | jq -r 'select(.qty != "0.00000000") | .strategy')" two
	books_agree --rest
}

@test "sync: an entry whose fee was paid with coins of another strategy: its stop is for all that it bought, the other has less" {
	RISK='"sizing":"quote","size":"40","collar_bps":"100"'
	start_at_100 "100 100 45 46" "46 47 38 39"
	{ signal 1 AAAUSDT BUY "" two; limit | jq -c '.entry_price = "50"'; } >signals
	at 1 ct-risk <signals | at 1 ct-exec >/dev/null
	bar 2 bars && sync 2
	assert_equal "$(ledger | jq -c '[.orders[] | select(.type == "STOP_LOSS") | [.origQty, .status]]')" '[["0.80000000","NEW"]]'
	assert_equal "$(ct-store positions -A main | jq -c '[.strategy, .qty]' | sort)" "$(printf '%s\n' '["one","0.80000000"]' '["two","0.39480400"]')"
	books_agree --rest
	bar 3 bars && sync 3
	assert_equal "$(ct-store trades -A main | jq -c '[.reason, .qty]' | tail -n 1)" '["stop","0.80000000"]'
	assert_equal "$(ct-store events -A main | jq -r .code | grep -c oversold)" 0
	books_agree --rest
}

@test "sync: where the disk is full nothing is sent that could not be recorded" {
	start
	sync 0
	bar 1 bars && sync
	signal 1 AAAUSDT BUY 10 >signals
	at 1 ct-risk <signals >approved
	cp ct.db before.db
	# The log beside the database may grow so far (in KiB), and not further.
	for most in 1 5 9 13 17 21 25 33 41 60; do
		rm -f ct.db*
		cp before.db ct.db
		(trap '' XFSZ; ulimit -f $((most)); at 1 ct-exec --absence 1s <approved >/dev/null 2>err) || true
		ledger >ledger.json
		sent=$(sqlite3 ct.db "SELECT count(*) FROM wire_step_row WHERE step = 'sent'")
		there=$(jq '.orders | length' ledger.json)
		[ "$there" -le "$sent" ] || fail "at $most KiB: $there orders there, $sent recorded as sent: $(cat err)"
		[ "$there" -eq 0 ] || break
	done
	at 1 ct-exec pending --absence 1s >/dev/null
	sync
	books_agree --rest
}
