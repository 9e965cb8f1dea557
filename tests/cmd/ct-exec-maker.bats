# Limit-makers at a (simulated) exchange: refused where they would take, re-priced at each close, one row each.
load ../helper
load live.bash

PAIRS="AAAUSDT"

# start BAR…: as start_at_100; an entry of bar 1, half a point below the close.
start() {
	start_at_100 "$@"
	signal 1 AAAUSDT BUY 10 | jq -c '.entry = "LIMIT_MAKER" | .entry_price = "99.5" | .entry_bars = 3' >signals
}

# what follows from a step is done
act() { at "$1" ct-exec pending --absence 1s >/dev/null; }
enter() { at 1 ct-risk <signals >approved && at 1 ct-exec --absence 1s <approved >/dev/null; }
# rows: the attempts of the entry, here; there: the orders of the exchange.
rows() { ct-store orders -A main | jq -cs 'map(select(.leg == "entry")) | sort_by(.attempt) | map([.attempt, .price, .status])'; }
there() { ledger | jq -c '.orders | map([.type, .price, .status])'; }

@test "maker: refused where it would take, it waits a tick below; nothing takes" {
	start "98 99 97 98"
	enter
	assert_equal "$(rows)" '[[0,"99.50000000","REJECTED"],[1,"97.99000000","NEW"]]'
	assert_equal "$(there)" '[["LIMIT_MAKER","97.99000000","NEW"],["STOP_LOSS","0.00000000","PENDING_NEW"]]'
	id=$(ct-store orders -A main | jq -r 'select(.status == "REJECTED" and .leg == "entry").id')
	assert_equal "$(sqlite3 ct.db "SELECT group_concat(step) FROM (SELECT step FROM wire_step_row WHERE id = '$id' ORDER BY number)")" intent,sent,rejected
	step 2
	assert_equal "$(ct-store trades -A main | jq -c '[.price,.maker]')" '["97.99000000",true]'
	assert_equal "$(there)" '[["LIMIT_MAKER","97.99000000","FILLED"],["STOP_LOSS","0.00000000","NEW"]]'
	books_agree --rest
}

@test "maker: at each close it follows the price up, no further than the collar; its protection goes with it" {
	start "100 102 99.6 100.2" "100.2 104 100 103" "103 104 100 103" "103 103 102 103"
	enter
	step 2
	assert_equal "$(rows)" '[[0,"99.50000000","NEW"]]'
	act 2
	assert_equal "$(rows)" '[[0,"99.50000000","CANCELED"],[1,"99.70000000","NEW"]]'
	act 2
	assert_equal "$(rows)" '[[0,"99.50000000","CANCELED"],[1,"99.70000000","NEW"]]'
	step 3 && act 3
	assert_equal "$(rows)" '[[0,"99.50000000","CANCELED"],[1,"99.70000000","CANCELED"],[2,"101.00000000","NEW"]]'
	assert_equal "$(there | jq -c 'map(.[2])')" '["CANCELED","CANCELED","CANCELED","CANCELED","NEW","PENDING_NEW"]'
	step 4
	assert_equal "$(ct-store trades -A main | jq -c '[.price,.maker]')" '["101.00000000",true]'
	assert_equal "$(ledger | jq -c '[.orders[] | select(.status == "NEW") | [.type, .stopPrice]]')" '[["STOP_LOSS","91.00000000"]]'
	books_agree --rest
	[ "$(ct-store events -A main | grep -c desk)" -eq 0 ]
}

@test "maker: one that was not reached ends with its last bar, under whatever price" {
	start "101 102 100.1 101" "101 102 100.7 102" "102 103 101.5 103" "103 104 102 103"
	enter
	for k in 2 3 4; do step $k && act $k; done
	assert_equal "$(rows | jq -c 'map(.[2])')" '["CANCELED","CANCELED","CANCELED"]'
	assert_equal "$(ct-store decisions -A main | jq -r .status)" expired
	assert_equal "$(there | jq 'map(select(.[2] == "NEW" or .[2] == "PENDING_NEW")) | length')" 0
	books_agree --rest
}

@test "maker: a re-price whose every answer is lost is made once" {
	start "100 102 99.6 101" "101 104 100.2 103"
	enter
	step 2
	fault '[{"route":"orderList","method":"DELETE","kind":"reset","processed":true},{"route":"opo","method":"POST","kind":"504","processed":true}]'
	act 2
	assert_equal "$(rows)" '[[0,"99.50000000","CANCELED"],[1,"100.50000000","NEW"]]'
	assert_equal "$(there | jq -c 'map(.[2])')" '["CANCELED","CANCELED","NEW","PENDING_NEW"]'
	step 3
	assert_equal "$(ct-store trades -A main | jq -c '[.price,.maker]')" '["100.50000000",true]'
	books_agree --rest
}

@test "maker: a re-price that had to wait is made by the next call, at the price of then" {
	start "100 102 99.6 100.2" "101 104 100 100.4"
	enter
	step 2
	fault '[{"route":"opo","method":"POST","kind":"429","count":0}]'
	act 2 && fail "nothing had to wait"
	assert_equal "$(rows)" '[[0,"99.50000000","CANCELED"],[1,"99.70000000","INTENT"]]'
	no_faults
	step 3 && act 3
	assert_equal "$(rows)" '[[0,"99.50000000","CANCELED"],[1,"99.70000000","CANCELED"],[2,"99.90000000","NEW"]]'
	books_agree --rest
}

@test "maker: while it is not known what became of the protection it carried, it is not placed again" {
	start "100 102 99.6 101"
	enter
	step 2
	fault '[{"route":"orderList","method":"DELETE","kind":"reset","processed":true},{"route":"order","method":"GET","kind":"2013","after":1,"count":0}]'
	run act 2
	assert_failure 75
	assert_equal "$(rows)" '[[0,"99.50000000","CANCELED"],[1,"100.50000000","INTENT"]]'
	assert_equal "$(there | jq -c 'map(.[2])')" '["CANCELED","CANCELED"]'
	no_faults
	act 2
	assert_equal "$(rows)" '[[0,"99.50000000","CANCELED"],[1,"100.50000000","NEW"]]'
	assert_equal "$(there | jq -c 'map(.[2])')" '["CANCELED","CANCELED","NEW","PENDING_NEW"]'
	books_agree --rest
}

@test "maker: a database older than the account meets the attempt that the exchange has, and places nothing twice" {
	start "98 99 97 98"
	ct-store backup old.db
	enter
	rm ct.db*
	cp old.db ct.db
	enter || true
	assert_equal "$(rows)" '[[0,"99.50000000","REJECTED"],[1,"97.99000000","NEW"]]'
	assert_equal "$(there)" '[["LIMIT_MAKER","97.99000000","NEW"],["STOP_LOSS","0.00000000","PENDING_NEW"]]'
	assert_equal "$(ct-store events -A main | jq -r 'select(.level == "alarm") | .code')" desk.restored
	step 2
	books_agree --rest
}
