# ct-backtest replay: the same bytes again from the database, or the ingredient that has changed.
load ../helper

setup() {
	common_setup
	mkdir -p conf/strategies conf/risk
	export CT_CONFIG=$PWD/conf CT_DB=$PWD/ct.db
	echo '{"strategy":"channel","method":"zscore","lookback":10,"lower_k":1.3,"upper_k":1.3,"stop_pct":9}' >conf/strategies/z.json
	echo '{"sizing":"equity_pct","size":"30","collar_bps":null,"exchange_filters":false,"drawdown_pct":"40"}' >conf/risk/third.json
	echo '{"accounts":[{"name":"main","mode":"paper","manage_interval":null,"anchor":"2024-05-01","risk":"third","fee_mode":"bnb","lots":"fifo",
		"transfers":[{"at":"2024-05-10","amount":"250","every":"week"}],
		"strategies":[{"file":"z","symbols":["AAAUSDT","CCCUSDT"]}]}]}' >conf/accounts.json
	ct-store init
	for s in AAAUSDT BNBUSDT CCCUSDT; do candles 150 $s; done | ct-store put
}

recorded() { ct-backtest -q -A main "$@" | tee run | ct-store put && jq -r 'select(.kind == "run").id' run; }
sql() { sqlite3 ct.db "$@"; }

# changed INGREDIENT: the replay of $id names it, and writes nothing.
changed() {
	run ct-backtest replay "$id"
	assert_failure 65
	assert_output --regexp "^ct-backtest: ([a-z_.]+: )?$1"
	assert_equal "${#lines[@]}" 1
}

@test "the same bytes again, whatever becomes of the configuration" {
	id=$(recorded --since 2024-05-05 --until 2024-05-20 --outage 2024-05-08/2024-05-09 --capital 7000 --equity bar)
	[ "$(grep -c '"kind":"trade"' run)" -gt 5 ]
	[ "$(grep -c '"kind":"transfer"' run)" -eq 2 ]
	ct-backtest replay "$id" --equity bar | cmp run -
	rm -r conf
	ct-backtest replay "$id" --equity bar | cmp run -
}

@test "other data: a candle, one more, one less, other rules" {
	id=$(recorded)
	cp ct.db before.db
	candles 150 AAAUSDT | sed -n 40p | jq -c '.close = .high' | ct-store put
	changed 'data has changed: the 450 candles and the rules that run '"$id"' used are not the 450 stored now'
	cp before.db ct.db
	candles 60 DDDUSDT | ct-store put # of no concern
	candles 151 AAAUSDT | tail -n 1 | ct-store put # neither is a later one
	ct-backtest replay "$id" | cmp run -
	sql "DELETE FROM candle_row WHERE rowid = (SELECT min(rowid) FROM candle_row)" 2>/dev/null ||
		sql "DELETE FROM candle_row WHERE open_time = 1714536000000"
	changed 'data has changed: the 450 candles'
	cp before.db ct.db
	printf '{"kind":"symbol","v":1,"market":"spot","symbol":"AAAUSDT","status":"TRADING","base_asset":"AAA","quote_asset":"USDT","tick_size":"0.5","min_price":"0","max_price":"0","step_size":"0","min_qty":"0","max_qty":"0","market_step_size":"0","market_min_qty":"0","market_max_qty":"0","min_notional":"5","max_notional":"0","min_notional_market":true,"oco_allowed":true,"opo_allowed":true,"t_ms":0}\n' |
		ct-store put
	changed 'data has changed'
	# Candles that came again as they were are not others.
	cp before.db ct.db
	candles 150 AAAUSDT | ct-store put
	ct-backtest replay "$id" | cmp run -
}

@test "another version or commit of the program" {
	id=$(recorded)
	sql "UPDATE run_row SET version = '0.0.9' WHERE id = '$id'"
	changed "version has changed: run $id was made by 0.0.9, this program is "
	sql "UPDATE run_row SET version = '$(jq -r 'select(.kind == "run").version' run)', commit_hash = 'abcdef123456' WHERE id = '$id'"
	changed "commit has changed: run $id was made by abcdef123456, this program is "
}

@test "parameters that are not those the run was named for" {
	id=$(recorded)
	sql "UPDATE run_row SET params_json = replace(params_json, '\"lookback\":10', '\"lookback\":11') WHERE id = '$id'"
	changed "parameters have changed: what run $id recorded makes run [0-9a-f]{16}"
	sql "UPDATE run_row SET params_json = replace(params_json, '\"lookback\":11', '\"lookback\":10') WHERE id = '$id'"
	ct-backtest replay "$id" | cmp run -
	sql "UPDATE run_row SET params_json = replace(params_json, '\"250.00000000\"', '\"251.00000000\"') WHERE id = '$id'"
	changed "parameters have changed"
	sql "UPDATE run_row SET params_json = '{}' WHERE id = '$id'"
	changed ".*params_json"
}

@test "each pair's own account, and a run of paper" {
	ct-backtest -q -A main --separate --outage 2024-05-08/2024-05-09/CCCUSDT | tee run | ct-store put
	[ "$(grep -c '"kind":"run"' run)" -eq 2 ] # BNB's pair is there for fees alone
	for pair in AAAUSDT CCCUSDT; do
		id=$(jq -r 'select(.kind == "run" and .account == "backtest/main/'$pair'").id' run)
		ct-backtest replay "$id" >again
		[ "$(grep -c '"kind":"trade"' again)" -gt 2 ]
		grep "\"account\":\"backtest/main/$pair\"" run | diff - again
	done
	ct-exec -q sync -A main --now '2024-05-10' >/dev/null
	id=$(ct-store runs -A main --format json | jq -r .id)
	changed "run $id is no backtest: it is in mode paper"
}

@test "other data are another run" {
	id=$(recorded)
	candles 151 AAAUSDT | tail -n 1 | ct-store put
	other=$(recorded)
	[ "$id" != "$other" ]
	[ "$(ct-store runs | wc -l)" -eq 2 ]
}

@test "--outage: wrong ones are named" {
	for wrong in 2024-05-08 2024-05-08/ /2024-05-08 2024-05-09/2024-05-08 2024-05-08/2024-05-08 x/y 2024-05-08/2024-05-09/ 2024-05-08/2024-05-09/AAAUSDT/x; do
		run ct-backtest -A main --outage "$wrong"
		assert_failure 64
		assert_output --partial "--outage: '$wrong' is not FROM/TO"
	done
	run ct-backtest -A main --outage 2024-05-08/2024-05-09/NONEUSDT
	assert_failure 64
	assert_output --partial "'NONEUSDT' is not a pair of this backtest"
	# shellcheck disable=SC2046
	run ct-backtest -A main $(for i in $(seq 19); do echo "--outage $i/$((i + 1))"; done)
	assert_failure 64
}
