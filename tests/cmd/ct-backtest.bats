load ../helper

setup() {
	common_setup
	mkdir -p conf/strategies conf/risk
	export CT_CONFIG=$PWD/conf CT_DB=$PWD/ct.db
	echo '{"strategy":"channel","method":"donchian","lookback":10,"stop_pct":4,"max_hold_bars":12}' >conf/strategies/ten.json
	echo '{"strategy":"channel","method":"zscore","lookback":12,"lower_k":1.2,"upper_k":1,"stop_pct":3}' >conf/strategies/revert.json
	echo '{"sizing":"equity_pct","size":"30","collar_bps":null,"exchange_filters":false}' >conf/risk/third.json
}

# Three pairs, each on a wave of its own, with steps of its own period.
waves() {
	local s n=0
	for s in AAAUSDT BBBUSDT CCCUSDT; do
		n=$((n + 1))
		candles 300 $s | jq -c --argjson n $n '(.open_time / 14400000 | floor) as $k
			| ([.open, .high, .low, .close] | map((tonumber * (1 + $n / 10) + $k % (5 + $n)) * 1000 | floor / 1000)) as [$o, $h, $l, $c]
			| .open = "\($o)" | .high = "\($h)" | .low = "\($l)" | .close = "\($c)"'
	done
}

kind() { jq -c "select(.kind == \"$1\")"; }

@test "ct-backtest: the common rule gives the 6,645 trades that every engine gave" {
	need_shared bench/data
	echo '{"strategy":"channel","method":"donchian","lookback":20}' >conf/strategies/rule.json
	echo '{"sizing":"equity_pct","size":"100","collar_bps":null,"exchange_filters":false}' >conf/risk/all-in.json
	ct-store init
	ct-store import -i 1m --symbol AAAUSDT "$SHARED/bench/data/m1_500k.csv.zst"
	ct-store candles -i 1m |
		ct-backtest -S rule -R all-in --capital 1000000 --fee-bps 10 --slippage-bps 0 --fee-mode quote - >out
	[ "$(grep -c '"kind":"trade".*"side":"SELL"' out)" -eq 6645 ]
	[ "$(grep -c '"kind":"trade".*"side":"BUY"' out)" -eq 6645 ]
	# Quantities of 8 decimals end a hair below the 2.789266 of unrounded ones.
	grep '"kind":"equity"' out | tail -n 1 | jq -e '.equity | tonumber | . > 2.789 and . < 2.789266'
	tail -n 1 out | jq -e '.kind == "run" and .bars == 500000 and (.digest | length == 64)'
}

@test "ct-backtest: the same again to the byte, in whatever order the pairs come" {
	waves >in
	ct-backtest -S ten -S revert -R third - <in >first
	[ "$(kind trade <first | wc -l)" -gt 20 ]
	ct-backtest -S ten -S revert -R third - <in | cmp first -
	tac in | ct-backtest -S ten -S revert -R third - | cmp first -
	jq -c -s 'sort_by(.open_time)[]' in | ct-backtest -S ten -S revert -R third - | cmp first -
}

@test "ct-backtest: --separate gives each pair its own account: 1,752 trades on 60 pairs, 28 left open" {
	need_shared bench/data
	echo '{"strategy":"channel","method":"donchian","lookback":20}' >conf/strategies/rule.json
	echo '{"sizing":"equity_pct","size":"100","collar_bps":null,"exchange_filters":false}' >conf/risk/all-in.json
	tar --zstd -xf "$SHARED/bench/data/sym60.tar.zst"
	ct-store init
	for f in sym/*.csv; do ct-store import -i 4h --symbol "$(basename "$f" .csv)USDT" "$f"; done
	ct-store candles -i 4h |
		ct-backtest --separate -S rule -R all-in --capital 1000000 --fee-bps 10 --slippage-bps 0 --fee-mode quote - >out
	[ "$(grep -c '"kind":"trade".*"side":"SELL"' out)" -eq 1752 ]
	[ "$(kind position <out | wc -l)" -eq 28 ]
	kind equity <out | jq -se 'group_by(.account) | length == 60 and (map(last.equity | tonumber) | add | . > 67667622 and . <= 67667622.108)'
	# Each pair's run can be made again alone.
	ct-store put <out
	run=$(kind run <out | sed -n 7p | jq -r .id)
	ct-backtest replay "$run" | diff - <(grep "\"$run\"" out)
}

@test "ct-backtest: its money adds up: cash is the capital and every trade, equity the cash and what is held" {
	waves >in
	for mode in quote received; do
		ct-backtest -S ten -S revert -R third --fee-mode $mode --equity bar - <in >out
		# In units of 1e-8, as text to whole numbers, so that nothing is rounded.
		python3 - "$mode" out <<-'END'
		import json, sys
		units = lambda s: int(s.replace('.', ''))
		rows = [json.loads(l) for l in open(sys.argv[2])]
		cash = units('10000.00000000')
		for t in rows:
		    if t['kind'] == 'trade':
		        cash += (-1 if t['side'] == 'BUY' else 1) * units(t['quote_qty'])
		        if t['side'] == 'SELL' or sys.argv[1] == 'quote':
		            cash -= units(t['fee_quote'])
		    if t['kind'] == 'equity':
		        assert units(t['equity']) == units(t['cash']) + units(t['positions_value']), t
		last = [r for r in rows if r['kind'] == 'equity'][-1]
		assert cash == units(last['cash']), (cash, last)
		assert sum(units(t['realized_pnl']) for t in rows if t['kind'] == 'trade' and t['side'] == 'SELL') == units(last['realized_pnl'])
		END
	done
}

@test "ct-backtest: what comes later changes nothing before" {
	waves >in
	ct-backtest -S ten -R third --equity bar - <in | kind trade >whole
	# 150 of 300 bars.
	t=$((1714521600000 + 150 * 14400000))
	jq -c "select(.open_time < $t)" in | ct-backtest -S ten -R third --equity bar - >cut
	kind trade <cut | jq -c 'del(.run)' >cut.trades
	[ "$(wc -l <cut.trades)" -gt 5 ]
	jq -c 'del(.run)' whole | head -n "$(wc -l <cut.trades)" | cmp - cut.trades
	# --until is that cut.
	ct-backtest -S ten -R third --equity bar --until $t - <in | jq -c 'del(.run, .id)' >until
	jq -c 'del(.run, .id)' cut | sed 's/\\"until\\":null/\\"until\\":'$t'/' | cmp - until
}

@test "ct-backtest: its records go into the database and come back" {
	waves >in
	ct-store init
	ct-backtest -S ten -S revert -R third - <in >out
	ct-store put <out
	for what in decision order trade event run; do
		ct-store ${what}s -A backtest | sort >stored
		kind $what <out | sort | diff - stored
	done
	ct-store equity -A backtest | diff - <(kind equity <out)
	ct-store put <out # twice is once
	[ "$(ct-store trades -A backtest | wc -l)" -eq "$(kind trade <out | wc -l)" ]
}

@test "ct-backtest: an account of accounts.json, from the database or stdin, from its anchor on" {
	cat >conf/accounts.json <<-'END'
	{"accounts":[{"name":"main","mode":"paper","anchor":"2024-05-05","capital":"5000","risk":"third","strategies":[
	{"file":"ten","symbols":["AAAUSDT","CCCUSDT"]},{"file":"revert","symbols":["BBBUSDT"]}]}]}
	END
	waves >in
	ct-store init
	ct-store put <in
	ct-backtest -A main >first
	[ "$(jq -r .account first | sort -u)" = backtest/main ]
	kind trade <first | jq -se 'length > 5 and (map(.strategy + .symbol) | unique | contains(["revertBBBUSDT", "tenAAAUSDT"]))'
	tail -n 1 first | jq -e '.first_ms == 1714867200000'
	ct-backtest -A main - <in | cmp first -
	# Its first step later: warm from the anchor, capital at that close.
	ct-backtest -A main --since 2024-05-20 --capital 77 --equity bar >since
	kind equity <since | head -n 1 | jq -e '.t_ms == 1716163200000 and .equity == "77.00000000"'
	kind decision <since | jq -se 'map(.signal_t_ms) | min >= 1716163200000'
}

# hourly FILE: four bars of an hour that make each candle of 4h.
hourly() {
	jq -c '. as $c | range(4) as $k | . + {interval: "1h", open_time: ($c.open_time + $k * 3600000), close_time: ($c.open_time + ($k + 1) * 3600000 - 1),
		open: (if $k == 0 then $c.open else $c.close end), high: (if $k == 2 then $c.high else ([$c.open, $c.close] | max_by(tonumber)) end),
		low: (if $k == 1 then $c.low else ([$c.open, $c.close] | min_by(tonumber)) end)}' "$1"
}

@test "ct-backtest: an account is managed on its shorter bars where they are there; where not, it is told and recorded" {
	cat >conf/accounts.json <<-'END'
	{"accounts":[{"name":"main","mode":"paper","anchor":"2024-05-01","capital":"5000","risk":"third","strategies":[
	{"file":"ten","symbols":["AAAUSDT","CCCUSDT"]}]}]}
	END
	echo '{"strategy":"channel","method":"donchian","lookback":10,"stop_pct":6,"trail_pct":2}' >conf/strategies/ten.json
	waves | grep -v BBBUSDT >in
	hourly in >short
	ct-store init
	ct-store put <in
	run_of() { jq -r 'select(.kind == "run").params_json | fromjson.account | .interval + " " + (.manage_interval // "null")' "$1"; }

	ct-backtest -A main --equity bar >alone 2>told
	assert_equal "$(cat told)" "ct-backtest: account main is managed on bars of 1h between those of 4h (manage_interval), and of AAAUSDT none is stored: this works on bars of 4h alone"
	assert_equal "$(run_of alone)" "4h null"
	kind equity <alone | jq -se 'all(.t_ms % 14400000 == 0)'
	ct-backtest -A main --equity bar - <in 2>told | cmp alone -
	grep -q 'the candles given are of 4h: this works on bars of 4h alone' told
	# The same as an account that wants none.
	sed 's/"mode":/"manage_interval":null,&/' conf/accounts.json >null.json
	mkdir null
	cp -r conf/. null
	mv null.json null/accounts.json
	CT_CONFIG=null ct-backtest -A main --equity bar 2>told | cmp alone -
	[ ! -s told ]

	# Only one pair has them, or only from later on: the whole account does without.
	grep AAAUSDT short | ct-store put
	ct-backtest -A main 2>&1 >/dev/null | grep -q 'and of CCCUSDT none is stored'
	grep CCCUSDT short | tail -n +5 | ct-store put
	ct-backtest -A main 2>&1 >/dev/null | grep -q 'and of CCCUSDT only those from 2024-05-01 04:00 to '
	grep CCCUSDT short | ct-store put
	ct-backtest -A main --equity bar >managed 2>told
	[ ! -s told ]
	assert_equal "$(run_of managed)" "4h 1h"
	kind equity <managed | jq -se 'any(.t_ms % 14400000 != 0)'
	kind order <managed | jq -se 'map(select(.why == "moved up")) | any(.updated_ms % 14400000 != 0)'
	kind decision <managed | jq -se 'map(select(.class == "open")) | length > 3 and all(.signal_t_ms % 14400000 == 0)'
	ct-backtest -A main --equity bar - <short | cmp managed -

	# Both can be made again; ct-tune works on the same bars.
	cat alone managed | ct-store put
	for run in alone managed; do ct-backtest replay "$(jq -r 'select(.kind == "run").id' $run)" --equity bar | cmp $run -; done
	fees=$(kind equity <managed | tail -n 1 | jq '.fees | tonumber')
	ct-tune -A main --grid lookback=10 --chance 0 2>told | jq -se 'map(select(.sample == "whole"))[0].fees - '"$fees"' | fabs < 1e-6'
	[ ! -s told ]
	ct-tune -A main -i 4h --grid lookback=10 --chance 0 2>&1 >/dev/null | grep -q 'this works on bars of 4h alone'
}

@test "ct-backtest: without the exchange's rules nothing can be entered: that is no result" {
	echo '{"sizing":"equity_pct","size":"30","collar_bps":null}' >conf/risk/strict.json
	waves >in
	run ct-backtest -S ten -R strict - <in
	assert_failure 66
	assert_output --partial "the exchange's rules are known for no pair (of 3), so nothing could be entered: ct-fetch symbols | ct-store put stores them"
	{ rules AAAUSDT; cat in; } >some
	ct-backtest -S ten -R strict - <some >out 2>told
	grep -q 'rules are not known for 2 of 3 pairs (BBBUSDT, …), so that their entries are refused (gate status)' told
	kind trade <out | jq -se 'length > 5 and all(.symbol == "AAAUSDT")'
	{ for s in AAAUSDT BBBUSDT CCCUSDT; do rules $s; done; cat in; } | ct-backtest -S ten -R strict - 2>told >/dev/null
	[ ! -s told ]
	run ct-tune -S ten -R strict --grid lookback=5,10 - <in
	assert_failure 66
	assert_output --partial 'nothing could be entered'
}

@test "ct-backtest: equity at the end of each UTC day, or at every bar" {
	waves >in
	ct-backtest -S ten -R third --equity bar - <in | kind equity | jq -c 'del(.run)' >bars
	ct-backtest -S ten -R third - <in | kind equity | jq -c 'del(.run)' >days
	[ "$(wc -l <bars)" -eq 301 ]
	jq -e '.t_ms % 86400000 == 0' days >/dev/null
	[ "$(grep -cxFf days bars)" -eq "$(wc -l <days)" ]
	[ "$(wc -l <days)" -eq 51 ]
}

@test "ct-backtest: bad input and configuration are named" {
	waves >in
	run ct-backtest -S ten -R third - < <(head -n 3 in; echo '{"kind":"candle","v":1}')
	assert_failure 65
	assert_output --partial 'stdin:4: '
	run ct-backtest -S ten -R third - < <(head -n 3 in; sed -n 2p in)
	assert_failure 65
	assert_output --partial 'the AAAUSDT bar of 2024-05-01 04:00 is there twice'
	run ct-backtest -S ten -R third - < <(head -n 3 in; candles 2 AAAUSDT 3600000 1h)
	assert_failure 65
	assert_output --partial 'interval'
	run ct-backtest -S ten -R third - < <(head -n 3 in; sed -n 4p in | jq -c '.high = "0.00000001"'; sed 1,4d in)
	assert_failure 65
	assert_output 'ct-backtest: stdin:4: high: 0.00000001 is below low'
	run ct-backtest -S ten -R third - < <(head -n 3 in; sed -n 4p in | jq -c '.open = "100000000000"')
	assert_failure 65
	assert_output "ct-backtest: stdin:4: open: '100000000000' is not a decimal string: too large, or of more than 8 decimals"
	mkdir other
	cp conf/strategies/ten.json other
	run ct-backtest -S ten -S other/ten.json -R third - <in
	assert_failure 64
	assert_output --partial 'would both be strategy ten'
	run ct-backtest -S ten -R nowhere - <in
	assert_failure 78
	run ct-backtest -S nowhere -R third - <in
	assert_failure 78
	run ct-backtest -S ten -R third --capital -5 - <in
	assert_failure 64
	assert_output --partial 'capital'
	run ct-backtest -S ten -
	assert_failure 64
	run ct-backtest -A main -S ten
	assert_failure 64
	run ct-backtest -S ten -R third --since later -
	assert_failure 64
	run ct-backtest -A main
	assert_failure 78
}

@test "ct-backtest: no candles, no run; a full disk is exit 74" {
	run ct-backtest -S ten -R third - </dev/null
	assert_success
	assert_output 'ct-backtest: there is no candle to run'
	waves >in
	run ct-backtest -S ten -R third --until 2000-01-01 - <in
	assert_success
	assert_output 'ct-backtest: there is no candle to run in this period'
	run bash -c 'ct-backtest -S ten -R third - <in >/dev/full'
	assert_failure 74
}

@test "ct-backtest: replay makes a run again, or says what has changed" {
	waves >in
	ct-store init
	ct-store put <in
	ct-backtest -S ten -R third - <in >first
	ct-store put <first
	id=$(tail -n 1 first | jq -r .id)
	echo '{"strategy":"channel","method":"donchian","lookback":30}' >conf/strategies/ten.json # the files do not matter any more
	ct-backtest replay "$id" | cmp first -
	run ct-backtest replay 0000000000000000
	assert_failure 66
	head -n 1 in | jq -c '.close = .low' | ct-store put
	run ct-backtest replay "$id"
	assert_failure 65
	assert_output --partial 'data has changed'
	run ct-backtest replay
	assert_failure 64
	run ct-backtest replay "$id" -S ten
	assert_failure 64
}

# Everything but the run, whose identity is another one.
unsigned() { jq -c 'select(.kind != "run") | del(.run)'; }

@test "ct-backtest: --signals: what ct-signal wrote gives the same backtest as the strategies" {
	waves >in
	ct-backtest -S ten -S revert -R third - <in | unsigned >want
	[ "$(kind trade <want | wc -l)" -gt 20 ]
	{ ct-signal -S ten <in; ct-signal -S revert <in; } >signals
	ct-backtest --signals signals -R third - <in | unsigned | diff want -
	{ grep '"ten"' signals | shuf --random-source=in; grep '"revert"' signals; } >shuffled
	ct-backtest --signals shuffled -R third - <in | unsigned | diff want -
	# An account's candles from the database, and the signals on stdin.
	echo '{"accounts":[{"name":"a","mode":"paper","interval":"4h","anchor":"2024-01-01","capital":"10000","risk":"third",
		"strategies":[{"file":"ten","symbols":["AAAUSDT","BBBUSDT","CCCUSDT"]}]}]}' >conf/accounts.json
	ct-store init
	ct-store put <in
	ct-backtest -A a | unsigned >want
	grep '"ten"' signals | ct-backtest -A a --signals - >out
	unsigned <out | diff want -
	# The lines are part of the run; replay wants them, and sees when they are others.
	ct-store put <out
	run=$(kind run <out | jq -r .id)
	grep '"ten"' signals >again
	ct-backtest replay "$run" --signals again | cmp - out
	run ct-backtest replay "$run"
	assert_failure 64
	assert_output --partial "give them again, with --signals"
	run ct-backtest replay "$run" --signals <(sed 1d again)
	assert_failure 65
	assert_output --partial "signals have changed"
}

@test "ct-backtest: --signals: what does not fit is named" {
	waves >in
	ct-signal -S ten --events <in >signals
	jq -c '.t_ms += 60000' signals | head -n 1 >late
	jq -c '.symbol = "NONEUSDT"' signals | head -n 1 >foreign
	ct-backtest --signals <(cat signals late foreign) -R third - <in >out 2>err
	grep -q '2 signals are left out.*ten AAAUSDT .*ten NONEUSDT ' err
	ct-backtest --signals signals -R third - <in | unsigned | diff - <(unsigned <out)
	jq -c '.t_ms -= 1' signals >early
	run ct-backtest --signals early -R third - <in
	assert_failure 65
	assert_output --partial "early:1: t_ms: "
	assert_output --partial "before the bar of open_time was over"
	{ cat signals; jq -c '.price = "1.00000000"' signals | head -n 1; } >twice
	run ct-backtest --signals twice -R third - <in
	assert_failure 65
	assert_output --partial "two signals of strategy ten for AAAUSDT at one close"
	echo '{"accounts":[{"name":"a","mode":"paper","interval":"4h","anchor":"2024-01-01","capital":"10000","risk":"third",
		"strategies":[{"file":"ten","symbols":["AAAUSDT"]}]}]}' >conf/accounts.json
	ct-store init
	run ct-backtest -A a --signals signals
	assert_failure 65
	assert_output --regexp "signals:[0-9]+: symbol: 'BBBUSDT' is not a pair of strategy ten"
	run ct-backtest --signals none -R third - <in
	assert_failure 66
	run ct-backtest --signals - -R third - <in
	assert_failure 64
	run ct-backtest --signals signals -S ten -R third - <in
	assert_failure 64
}

@test "ct-backtest: a strategy on bars longer than the account's: those that ct-signal makes, filled on the short ones" {
	waves >in
	jq -c '. + {interval: "12h"}' conf/strategies/ten.json >conf/strategies/slow.json
	ct-backtest -S slow -S revert -R third - <in >out
	{ ct-signal -S slow <in; ct-signal -S revert <in; } >signals
	[ "$(grep -c '"12h"' signals)" -eq 300 ]
	ct-backtest --signals signals -R third - <in | unsigned | diff - <(unsigned <out)
	# The strategy saw bars of 12 hours; decided where one closes, filled at the next open, held three bars for each of its own.
	ct-signal -S ten --resample 12h <in | jq -c 'del(.strategy)' | diff - <(ct-signal -S slow <in | jq -c 'del(.strategy)')
	kind decision <out | jq -se 'map(select(.strategy == "slow" and .reason == "entry"))
		| length > 5 and all(.signal_t_ms % 43200000 == 0 and .max_hold_bars == 36)'
	kind trade <out | jq -se 'map(select(.strategy == "slow" and .reason == "entry")) | length > 5 and all(.t_ms % 43200000 == 0)'
	kind trade <out | jq -se 'map(select(.strategy == "slow" and .side == "SELL")) | any(.t_ms % 43200000 != 0)'
	# A long bar without its last short one is nobody's to act on.
	grep -v '"open_time":1714723200000' in >gap
	[ "$(ct-signal -q -S slow <gap | wc -l)" -eq 297 ]
	ct-backtest -q -S slow -R third - <gap | unsigned >want
	ct-backtest -q --signals <(ct-signal -q -S slow <gap) -R third - <gap 2>/dev/null | unsigned | diff want -
	jq -c '. + {interval: "6h"}' conf/strategies/ten.json >conf/strategies/slow.json
	run ct-backtest -S slow -R third - <in
	assert_failure 78
	assert_output --partial "slow: interval: bars of 6h cannot be made of 4h"
	run ct-signal -S slow <in
	assert_failure 65
	assert_output --partial "bars of 6h cannot be made of 4h"
}

@test "ct-backtest: pairs that are listed late, and pairs that are delisted" {
	waves >in
	echo '{"sizing":"quote","size":"100","collar_bps":null,"exchange_filters":false}' >conf/risk/small.json
	late=$((1714521600000 + 120 * 14400000)) gone=$((1714521600000 + 200 * 14400000))
	jq -c --argjson t $late 'select(.symbol != "BBBUSDT" or .open_time >= $t)' in >listed
	ct-backtest -S ten -R small - <listed >out
	# What came late trades as if it were alone, and the others as if it were not there.
	for s in AAAUSDT BBBUSDT; do
		grep $s listed | ct-backtest -S ten -R small - | kind trade | jq -c 'del(.run)' >alone
		[ "$(wc -l <alone)" -gt 5 ]
		kind trade <out | jq -c "select(.symbol == \"$s\") | del(.run)" | diff alone -
	done
	# Gone while it is held: at its last close where the exchange says so, else it stays, and one event tells it.
	echo '{"strategy":"channel","method":"donchian","lookback":10,"exit_lookback":150}' >conf/strategies/hold.json
	jq -c --argjson t $gone 'select(.symbol != "BBBUSDT" or .open_time < $t)' in >delisted
	ct-backtest -S hold -R small - <delisted >out
	kind position <out | jq -se 'map(select(.symbol == "BBBUSDT" and (.qty | tonumber) > 0)) | length == 1'
	kind event <out | jq -se --argjson t $gone 'map(select(.code == "pair.absent")) | length == 1
		and .[0].symbol == "BBBUSDT" and .[0].t_ms == $t + 24 * 14400000'
	mark=$(grep BBBUSDT delisted | tail -n 1 | jq .close)
	kind position <out | jq -se --argjson m "$mark" 'map(select(.symbol == "BBBUSDT")) | last.mark | tonumber == ($m | tonumber)'
	jq -cn '{kind: "symbol", v: 1, market: "spot", symbol: "BBBUSDT", status: "BREAK", base_asset: "BBB", quote_asset: "USDT", tick_size: "0",
		min_price: "0", max_price: "0", step_size: "0", min_qty: "0", max_qty: "0", market_step_size: "0", market_min_qty: "0",
		market_max_qty: "0", min_notional: "0", max_notional: "0", min_notional_market: true, oco_allowed: true, opo_allowed: true, t_ms: 0}' >rules
	cat rules delisted | ct-backtest -S hold -R small --slippage-bps 0 - >out
	kind trade <out | jq -se --argjson m "$mark" --argjson t $gone 'map(select(.reason == "delisted")) | length == 1
		and .[0].symbol == "BBBUSDT" and (.[0].price | tonumber) == ($m | tonumber) and .[0].t_ms == $t + 24 * 14400000'
	kind position <out | jq -se 'all(.symbol != "BBBUSDT")'
}

@test "ct-backtest: --detail-interval: what a bar leaves open, shorter ones decide" {
	waves >in
	ct-store init
	ct-store put <in
	echo '{"sizing":"quote","size":"100","collar_bps":null,"exchange_filters":false}' >conf/risk/small.json
	echo '{"strategy":"channel","method":"donchian","lookback":10,"stop_pct":1,"target":"risk","target_risk":1}' >conf/strategies/narrow.json
	ct-backtest -S narrow -R small - <in | unsigned >alone
	# Hours that make the 4h bars of two pairs: the high comes first, then the low. One hour of BBBUSDT is missing.
	jq -c 'select(.symbol != "CCCUSDT") | . as $b | range(4) | . as $i | $b | .interval = "1h" | .open_time += $i * 3600000
		| .close_time = .open_time + 3599999 | .volume = "1.00000000"
		| .taker_buy_volume = "0.00000000" | ([.open, .high, .low, .close][$i]) as $p
		| .open = $p | .high = $p | .low = $p | .close = $p' in |
		grep -v '"BBBUSDT".*"open_time":17152[0-9]*' >hours
	ct-store put <hours
	ct-backtest -S narrow -R small --detail-interval 1h - <in >out
	kind event <out | jq -se 'length == 1 and .[0].code == "backtest.detail" and (.[0].message | test("[1-9][0-9]* were decided by bars of 1h, [1-9]"))'
	# Without hours nothing is decided otherwise.
	diff <(grep '"trade".*CCCUSDT' alone) <(unsigned <out | grep '"trade".*CCCUSDT')
	targets() { jq -s 'map(select(.kind == "trade" and .symbol == "AAAUSDT" and .reason == "target")) | length'; }
	[ "$(targets <out)" -gt "$(targets <alone)" ]
	# It is part of what the run is; and so are the bars.
	jq -e '.params_json | fromjson.extra.detail == "1h"' <(kind run <out)
	ct-backtest -S narrow -R small --detail-interval 1h - <in | cmp - out
	echo '{"accounts":[{"name":"a","mode":"paper","interval":"4h","anchor":"2024-01-01","capital":"10000","risk":"small",
		"strategies":[{"file":"narrow","symbols":["AAAUSDT","BBBUSDT","CCCUSDT"]}]}]}' >conf/accounts.json
	ct-backtest -A a --detail-interval 1h >out
	ct-store put <out
	run=$(kind run <out | jq -r .id)
	ct-backtest replay "$run" | cmp - out
	jq -c '.open = "50.00000000" | .high = .open | .low = .open | .close = .open' hours | ct-store -q put
	run ct-backtest replay "$run"
	assert_failure 65
	assert_output --partial "data has changed"
	run ct-backtest -A a --detail-interval 1d
	assert_failure 64
	assert_output --partial "bars of 1d do not make those of 4h"
}

@test "ct-backtest: nothing is bought of which, after the fee, not one step could be sold" {
	echo '{"sizing":"quote","size":"1.2","collar_bps":null,"exchange_filters":false}' >conf/risk/tiny.json
	rule='{"kind":"symbol","v":1,"market":"spot","symbol":"AAAUSDT","status":"TRADING","base_asset":"AAA","quote_asset":"USDT","tick_size":"0.01","min_price":"0","max_price":"0","step_size":"0.01","min_qty":"0","max_qty":"0","market_step_size":"0","market_min_qty":"0","market_max_qty":"0","min_notional":"0","max_notional":"0","min_notional_market":true,"oco_allowed":true,"opo_allowed":true,"t_ms":0}'
	{ echo "$rule"; candles 150 AAAUSDT; } >in # 1.2 buys one step of 0.01; less its fee, that is less than a step
	ct-backtest -S revert -R tiny - <in >out
	[ "$(kind trade <out | wc -l)" -eq 0 ]
	[ "$(kind decision <out | jq -r '.status + ": " + .why' | sort -u)" = "failed: after its fee nothing could be sold" ]
	ct-backtest -S revert -R tiny --fee-mode quote - <in >out
	[ "$(kind trade <out | jq -r '.side + .qty' | sort -u | paste -sd' ')" = "BUY0.01000000 SELL0.01000000" ]
}
