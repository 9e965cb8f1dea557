# How long a position stands without protection: as short as can be, recorded, and an alarm beyond a bound.
load ../helper
load live.bash

PAIRS="AAAUSDT"

# later K SECONDS COMMAND…: the same moment for the exchange and for ct, so long after the close of bar K.
later() {
	local t=$(($(close_of "$1") + $2 * 1000))
	clock "$1" $(($2 * 1000))
	shift 2
	"$@" -A main --now "$t"
}
enter() { at 1 ct-risk <signals | at 1 ct-exec >/dev/null; }
stops() { ledger | jq -c '[.orders[] | select(.type == "STOP_LOSS") | [.stopPrice, .status]]'; }
bare() { ct-store events -A main | jq -c 'select(.code == "desk.unprotected") | [.level, .message]'; }
# says LEVEL SECONDS WORDS: the one event there is.
says() { bare | jq -e --arg level "$1" --arg ms "$(($2)) ms: $3" '.[0] == $level and (.[1] | endswith($ms))' >/dev/null || fail "$(bare)"; }

# A stop that trails ten points, bought in bar 2 at 100: it stands at 90, and belongs at 91 after bar 2.
trail() {
	start_at_100 "$FLAT" "$FLAT"
	signal 1 AAAUSDT BUY | jq -c '.trail_offset = "10"' >signals
	enter
	step 2
	assert_equal "$(stops)" '[["90.00000000","NEW"]]'
}

@test "bare: a trailing move that has to wait a moment is made by the same call" {
	trail
	fault '[{"route":"order","method":"POST","kind":"429","count":2}]'
	later 2 0 ct-exec pending --absence 5s >/dev/null
	assert_equal "$(stops)" '[["90.00000000","CANCELED"],["91.00000000","NEW"]]'
	[ -z "$(bare)" ] # the exchange's clock stood still
}

@test "bare: a trailing move that has to wait is recorded until the new stop stands, an alarm beyond the bound" {
	trail
	fault '[{"route":"order","method":"POST","kind":"429","count":0}]'
	later 2 0 ct-exec pending --absence 1s >/dev/null && fail "nothing had to wait"
	assert_equal "$(stops)" '[["90.00000000","CANCELED"]]'
	[ -z "$(bare)" ]
	later 2 20 ct-exec pending --absence 1s >/dev/null && fail "nothing had to wait"
	bare | grep -q "alarm.*stands without protection since 2024-05-01 12:00: its protection was replaced" || fail "$(bare)"
	no_faults
	later 2 30 ct-exec pending >/dev/null
	assert_equal "$(stops)" '[["90.00000000","CANCELED"],["91.00000000","NEW"]]'
	says alarm 30000 "its protection was replaced"
	assert_equal "$(bare | wc -l)" 1
	books_agree --rest
}

@test "bare: a short while is no alarm; max_unprotected_s says what is short" {
	trail
	sed -i 's/"risk":/"max_unprotected_s":60,&/' conf/accounts.json
	fault '[{"route":"order","method":"POST","kind":"429","count":0}]'
	later 2 0 ct-exec pending --absence 1s >/dev/null && fail "nothing had to wait"
	later 2 20 ct-exec pending --absence 1s >/dev/null && fail "nothing had to wait"
	[ -z "$(bare)" ]
	no_faults
	later 2 30 ct-exec pending >/dev/null
	says info 30000 "its protection was replaced"
}

@test "bare: while it cannot be said whether the next stop is there, the old one is left standing" {
	trail
	fault '[{"route":"order","method":"GET","kind":"503","count":0}]'
	later 2 0 ct-exec pending --absence 1s >/dev/null && fail "nothing had to wait"
	assert_equal "$(stops)" '[["90.00000000","NEW"]]'
	no_faults
	later 2 1 ct-exec pending >/dev/null
	assert_equal "$(stops)" '[["90.00000000","CANCELED"],["91.00000000","NEW"]]'
}

# A stop entry at 103, which bar 3 touches.
stop_entry() {
	start_at_100 "$FLAT" "100 103 99 102" "102 103 101 102"
	signal 1 AAAUSDT BUY 10 | jq -c '.entry = "STOP" | .entry_price = "103" | .entry_bars = 4' >signals
	enter
	step 2
	assert_equal "$(ledger | jq -c '[.orders[] | [.type, .status]]')" '[["STOP_LOSS_LIMIT","NEW"]]'
}

@test "bare: sync protects what a stop entry has bought, and says for how long it stood bare" {
	stop_entry
	bar 3 bars
	later 3 600 ct-exec sync >/dev/null
	assert_equal "$(stops)" '[["93.00000000","NEW"]]'
	says alarm 600001 "it was bought"
	books_agree --rest
}

@test "bare: watch protects what a stop entry has bought within its next look, and ends when nothing waits" {
	stop_entry
	at 2 ct-exec watch --every 1s --for 60s >said &
	pid=$!
	clock 3 4000
	wait_for eval '[ "$(stops)" = "[[\"93.00000000\",\"NEW\"]]" ]'
	wait $pid
	says info 4001 "it was bought"
	grep -q desk.unprotected said || fail "$(cat said)"
	bar 3 bars
	later 3 5 ct-exec sync >/dev/null
	books_agree --rest
	run at 3 ct-exec watch
	assert_success
	assert_output ''
}

# Strategy one's stop entry has been bought, and lies bare; the entry of strategy two, which carries its protection, is
# filled in the same bar, and the exchange takes its fee out of one's coins, since they are free.
@test "bare: coins that another strategy's entry has taken for its fee are not asked for: what is left is protected" {
	start_at_100 "100 101 99 100" "100 104 98 102" "102 103 101 102"
	{
		signal 1 AAAUSDT BUY 10 | jq -c '.entry = "STOP" | .entry_price = "103" | .entry_bars = 4'
		signal 1 AAAUSDT BUY 10 two | jq -c '.entry = "LIMIT" | .entry_price = "99" | .entry_bars = 4'
	} >signals
	enter
	step 2
	assert_equal "$(ledger | jq -c '[.orders[] | select(.side == "BUY") | [.type, .status]]')" '[["STOP_LOSS_LIMIT","NEW"],["LIMIT","NEW"]]'
	clock 3 1000
	at 3 ct-exec watch --for 1s >/dev/null
	# Asked for all that was bought, it was refused; and then for what is left.
	assert_equal "$(ct-store orders -A main | jq -c 'select(.strategy == "one" and .leg == "stop") | [.status, .qty]')" '["REJECTED","0.96000000"]
["NEW","0.95900000"]'
	assert_equal "$(ledger | jq -c '[.orders[] | select(.type == "STOP_LOSS") | .status]')" '["NEW","NEW"]'
	bar 3 bars
	later 3 2 ct-exec sync >/dev/null
	ct-store events -A main | jq -se 'all(.code != "desk.protection")'
	at 3 ct-exec status | grep -qi unexplained && fail "$(at 3 ct-exec status)"
	books_agree --rest
}
