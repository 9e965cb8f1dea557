# Each fault of an exchange once, alone, at each request that changes something: the exact end state.
load ../helper
load live.bash
load faults.bash

BOUGHT='LIMIT FILLED, STOP_LOSS NEW, LIMIT_MAKER NEW: executed'
LEFT='LIMIT FILLED, STOP_LOSS CANCELED, LIMIT_MAKER CANCELED, MARKET FILLED: executed executed'

@test "faults: an entry" {
	K=1 ROUTE=order METHOD=POST COMMAND=(ct-exec)
	ready
	# carried out, and the answer lost or spoilt; refused for now; late
	each "$BOUGHT" 500P 502P 503P 504P maintenanceP htmlP emptyP garbageP hangP resetP 2013P cut truncate numbers twice 429 418 skew delay
	# never there
	each ': failed' 500 502 503 504 maintenance html empty garbage hang reset 2013 1121
	# what came of it is protected
	each 'LIMIT EXPIRED, STOP_LOSS NEW, LIMIT_MAKER NEW: executed' partial
}

@test "faults: the protection of an entry" {
	K=1 ROUTE=oco METHOD=POST COMMAND=(ct-exec)
	ready
	each "$BOUGHT" 500P 502P 503P 504P maintenanceP htmlP emptyP garbageP hangP resetP 2013P cut truncate numbers twice repeat 429 418 skew delay \
		500 502 503 504 maintenance html empty garbage hang reset 2013 partial
}

@test "faults: the cancel before an exit" {
	K=1 ROUTE=orderList METHOD=DELETE COMMAND=(ct-exec flatten --why test)
	bought
	each "$LEFT" 500P 502P 503P 504P maintenanceP htmlP emptyP garbageP hangP resetP 2013P cut truncate numbers twice repeat 429 418 skew delay \
		500 502 503 504 maintenance html empty garbage hang reset 2013
}

@test "faults: an exit" {
	K=1 ROUTE=order METHOD=POST COMMAND=(ct-exec flatten --why test)
	bought
	each "$LEFT" 500P 502P 503P 504P maintenanceP htmlP emptyP garbageP hangP resetP 2013P cut truncate numbers twice repeat 429 418 skew delay \
		500 502 503 504 maintenance html empty garbage hang reset 2013
	each 'LIMIT FILLED, STOP_LOSS CANCELED, LIMIT_MAKER CANCELED, MARKET EXPIRED, MARKET FILLED: executed executed' partial
	assert_equal "$(cd 503 && ct-store orders --db ct.db -A main | jq -r 'select(.leg == "exit") | .status' | paste -sd ' ')" "REJECTED FILLED"
}

@test "faults: an order that the exchange carried out twice is found, and blocks its pair until a person has settled it" {
	ready
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

@test "faults: an exit whose every answer is lost" {
	bought
	step 2
	signal 2 AAAUSDT SELL >signals
	at 2 ct-risk <signals >approved
	fault '[{"route":"orderList","method":"DELETE","kind":"reset","processed":true},{"route":"order","method":"POST","kind":"504","processed":true}]'
	at 2 ct-exec --absence 1s <approved >/dev/null
	assert_equal "$(orders)" 'LIMIT FILLED, STOP_LOSS CANCELED, LIMIT_MAKER CANCELED, MARKET FILLED'
	books_agree --rest
}

@test "faults: an exit whose first question has no answer is made all the same, or told" {
	bought
	fault '[{"route":"order","method":"GET","kind":"503"}]'
	at 1 ct-exec flatten --why test --absence 5s >/dev/null
	assert_equal "$(orders)" 'LIMIT FILLED, STOP_LOSS CANCELED, LIMIT_MAKER CANCELED, MARKET FILLED'
	books_agree --rest
}

@test "faults: an exit that nobody can be asked about ends with a code that is not 0" {
	bought
	fault '[{"route":"order","method":"GET","kind":"503","count":0}]'
	run at 1 ct-exec flatten --why test --absence 1s
	assert_failure
	no_faults
	at 1 ct-exec pending >/dev/null
	assert_equal "$(orders)" 'LIMIT FILLED, STOP_LOSS CANCELED, LIMIT_MAKER CANCELED, MARKET FILLED'
	books_agree --rest
}
