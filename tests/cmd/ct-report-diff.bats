# ct-report diff: backtests that differ in one thing each, and the thing is named.
load ../helper
bats_require_minimum_version 1.5.0

RULES='"min_price":"0","max_price":"0","step_size":"0.00001","min_qty":"0","max_qty":"0","market_step_size":"0","market_min_qty":"0","market_max_qty":"0"'

rules() {
	printf '{"kind":"symbol","v":1,"market":"spot","symbol":"%s","status":"TRADING","base_asset":"%s","quote_asset":"USDT","tick_size":"0.01",%s,' "$1" "${1%USDT}" "$RULES"
	printf '"min_notional":"5","max_notional":"0","min_notional_market":true,"oco_allowed":true,"opo_allowed":true,"t_ms":0}\n'
}

setup() {
	common_setup
	mkdir strategies risk
	printf '{"strategy":"channel","method":"donchian","lookback":10,"exit_lookback":5,"stop_atr":3}' >strategies/d.json
	printf '{"sizing":"equity_pct","size":"20","max_exposure_pct":"50","max_positions":5,"max_signal_age_s":3600}' >risk/r.json
	{ rules BTCUSDT; rules ETHUSDT; candles 300; candles 300 ETHUSDT; } >market.ndjson
	backtest >base.ndjson
}

# backtest OPTION…: of $MARKET (market.ndjson) under $RISK.
backtest() { ct-backtest -S ./strategies/d.json -R "./risk/${RISK:-r}.json" "$@" - <"${MARKET:-market.ndjson}" 2>/dev/null; }

# causes FILE: "cause record field why" of what follows from nothing, A being base.ndjson.
causes() {
	ct-report diff --format json ./base.ndjson "./$1" >differences && return 1
	jq -r 'select(.follows | not) | [.cause, .record, .field, .symbol, .why] | map(. // "-") | join("|")' differences
}

@test "the same twice: exit 0 and what was compared" {
	backtest >again.ndjson
	run ct-report diff ./base.ndjson ./again.ndjson
	assert_success
	count() { grep -c "\"kind\":\"$1\"" base.ndjson; }
	[ "$(count trade)" -gt 20 ]
	assert_output "The two agree in all $(count decision) decisions, $(count order) orders, $(count trade) trades and $(count equity) equity points."
	run ct-report diff --format json ./base.ndjson ./again.ndjson
	assert_success
	assert_output ""
	run ct-report diff - ./again.ndjson <base.ndjson
	assert_success
	run ct-report diff base.ndjson base.ndjson
	assert_success
	run ct-report diff - - <base.ndjson
	assert_failure 64
	assert_output --partial 'diff: only one of the two can be standard input'
}

@test "another fee, slippage, capital: one cause, by the setting's name" {
	backtest --fee-bps 20 >b.ndjson
	run causes b.ndjson
	assert_output 'fee|BUY trade|fee_quote|BTCUSDT|account.taker_fee_bps: 10 / 20'
	[ "$(jq -s 'map(select(.cause == "fee")) | length' differences)" -gt 10 ]
	backtest --slippage-bps 9 >b.ndjson
	run causes b.ndjson
	assert_output 'price|BUY trade|price|BTCUSDT|account.slippage_bps: 5 / 9'
	backtest --capital 5000 >b.ndjson
	run causes b.ndjson
	assert_output 'quantity|equity|equity|-|account.capital: 10000 / 5000'
}

@test "coins that are too few to be sold are no position, however many; a small rest that can be sold is one" {
	sed -i 's/"step_size":"0.00001"/"step_size":"0.1"/' market.ndjson
	sed -i 's/"max_positions"/"drawdown_pct":"90","daily_loss_pct":"90",&/' risk/r.json
	sed -i 's/"stop_atr":3/"stop_atr":15/' strategies/d.json
	backtest >base.ndjson
	jq -s 'map(select(.kind == "decision" and .status == "executed")) | (map(select(.class == "reduce"))[-1]) as $x
		| [map(select(.class == "open" and .symbol == $x.symbol and .signal_t_ms < $x.signal_t_ms))[-1].id, $x.id]' base.ndjson >trip
	jq -c --slurpfile trip trip 'select(any($trip[0][] == (.id, .decision); .) | not)' base.ndjson >b.ndjson
	run causes b.ndjson
	assert_output --regexp '^signal\|entry decision\|-\|[A-Z]+\|-$'
	assert_equal "$(jq -s 'map(select(.record == "exit decision" and .follows)) | length' differences)" 1
	backtest --max-volume-share 0.05 >b.ndjson
	run causes b.ndjson
	assert_output --regexp '^quantity\|BUY trade\|qty\|[A-Z]+\|account.max_volume_share: none / 0.05$'
}

@test "the same rate on other amounts is no other fee, though both are rounded" {
	jq -c 'if .kind == "candle" then (.open, .high, .low, .close) |= (tonumber * 1000 | round / 100000000 | tostring) | .volume |= (tonumber * 100000 | tostring)
		else .tick_size = "0.00000001" | .step_size = "1" end' market.ndjson >cheap.ndjson
	MARKET=cheap.ndjson backtest >base.ndjson
	MARKET=cheap.ndjson backtest --capital 7000 >b.ndjson
	[ "$(grep -c '"kind":"trade"' b.ndjson)" -gt 10 ]
	run causes b.ndjson
	assert_output 'quantity|equity|equity|-|account.capital: 10000 / 7000'
}

@test "a tighter gate" {
	sed 's/"max_positions":5/"max_positions":1/' risk/r.json >risk/tight.json
	RISK=tight backtest >b.ndjson
	run causes b.ndjson
	assert_output 'gate|entry decision|gate|ETHUSDT|risk.max_positions: 5 / 1'
	run ct-report diff ./base.ndjson ./b.ndjson
	assert_failure 65
	assert_line --regexp '^risk.max_positions +5 +1$'
	assert_line --regexp 'ETHUSDT +d +entry decision gate +approved +refused: max_positions +gate +risk.max_positions: 5 / 1$'
	assert_line --regexp '^They part at 2024-.*: entry decision gate of ETHUSDT, A has approved, B has refused: max_positions \(gate: .*; [0-9]+ differences follow\.$'
}

@test "another start: what was before it is missing, the rest follows" {
	backtest --since 2024-05-20 >b.ndjson
	run causes b.ndjson
	assert_output 'missing|entry decision|-|BTCUSDT|B begins at 2024-05-20 00:00'
	run ct-report diff ./b.ndjson ./base.ndjson
	assert_line --partial 'A begins at 2024-05-20 00:00'
}

@test "another strategy parameter: signals" {
	sed -i 's/"lookback":10/"lookback":11/' strategies/d.json
	backtest >b.ndjson
	run causes b.ndjson
	assert_output --regexp '^signal\|entry decision\|[a-z_-]+\|BTCUSDT\|strategies\[0\].params.lookback: 10 / 11$'
}

@test "another file of a strategy: what is in it differs, not its name" {
	sed 's/"stop_atr":3/"stop_atr":4/' strategies/d.json >strategies/e.json
	ct-backtest -S ./strategies/e.json -R ./risk/r.json - <market.ndjson >b.ndjson
	run causes b.ndjson
	assert_output 'signal|entry decision|stop_offset|BTCUSDT|strategies[0].params.stop_atr: 3 / 4'
	run ct-report diff base.ndjson b.ndjson
	assert_line --regexp '^strategies\[0\]\.name +d +e$'
}

@test "a strategy or a pair more is called by its name; other rules are no other candles" {
	echo '{"strategy":"channel","method":"zscore","lookback":10,"stop_pct":30}' >strategies/z.json
	backtest -S ./strategies/z.json >b.ndjson
	ct-report diff ./base.ndjson ./b.ndjson >out && fail "no difference"
	run cat out
	assert_line --regexp '^strategies +without +with z$'
	grep -v ETHUSDT market.ndjson >one.ndjson
	MARKET=one.ndjson backtest >b.ndjson
	ct-report diff ./base.ndjson ./b.ndjson >out && fail "no difference"
	run cat out
	assert_line --regexp '^strategies\[0\]\.symbols +with ETHUSDT +without$'
	sed 's/"min_notional":"5"/"min_notional":"100000"/' market.ndjson >rules.ndjson
	MARKET=rules.ndjson backtest >b.ndjson
	run causes b.ndjson
	assert_line --index 0 'data|entry decision|gate|BTCUSDT|the candles or rules are not the same'
}

@test "an outage is told in times, and of which pair" {
	backtest --outage 2024-05-10/2024-05-11 --outage 2024-05-12/2024-05-13/ETHUSDT >b.ndjson
	ct-report diff ./base.ndjson ./b.ndjson >out && fail "no difference"
	run cat out
	assert_line --regexp '^extra.outages +none +2024-05-10 00:00/2024-05-11 00:00, 2024-05-12 00:00/2024-05-13 00:00/ETHUSDT$'
}

@test "fees in quote units leave less for the coins" {
	backtest --fee-mode quote >b.ndjson
	run causes b.ndjson
	assert_output 'quantity|entry order|qty|BTCUSDT|account.fee_mode: received / quote'
}

@test "one candle changed: data, where it is first seen" {
	# the close on which the third executed entry in ETHUSDT was decided
	t=$(jq -s 'map(select(.kind == "decision" and .class == "open" and .status == "executed" and .symbol == "ETHUSDT"))[2].signal_t_ms' base.ndjson)
	jq -c --argjson t "$t" 'if .symbol == "ETHUSDT" and .open_time == $t - 14400000 then .close = "\(.close | tonumber - 0.01)" | .low = "\(.low | tonumber - 1)"
		else . end' market.ndjson >changed.ndjson
	MARKET=changed.ndjson backtest >b.ndjson
	causes b.ndjson >out || true
	run cut -d'|' -f1 out
	refute_output --regexp 'signal|gate|price|fee|timing|quantity|missing'
	run cat out
	assert_output --partial 'data|entry decision|price|ETHUSDT|the candles are not the same'
	refute_output --partial BTCUSDT
	assert_equal "$(jq -s 'map(select(.follows | not))[0].t_ms' differences)" "$t"
}

@test "one signal removed, one trade removed, one trade later" {
	id=$(jq -rs 'map(select(.kind == "decision" and .class == "open" and .status == "executed"))[4].id' base.ndjson)
	jq -c --arg id "$id" 'select(.id != $id and .decision != $id)' base.ndjson >b.ndjson
	run causes b.ndjson
	assert_output --regexp '^signal\|entry decision\|-\|[A-Z]+\|-$'
	trade=$(jq -rs 'map(select(.kind == "trade" and .side == "SELL"))[4].id' base.ndjson)
	jq -c --arg id "$trade" 'select(.id != $id)' base.ndjson >b.ndjson
	run causes b.ndjson
	assert_line --index 0 --regexp '^missing\|SELL trade\|-\|[A-Z]+\|-$'
	jq -c --arg id "$trade" 'if .id == $id then .t_ms += 14400000 else . end' base.ndjson >b.ndjson
	run causes b.ndjson
	assert_output --regexp '^timing\|SELL trade\|t_ms\|[A-Z]+\|-$'
	jq -c --arg id "$trade" 'if .id == $id then .t_ms += (if .t_ms % 14400000 == 0 then 60000 else -60000 end) else . end' base.ndjson >b.ndjson
	run ct-report diff ./base.ndjson ./b.ndjson
	assert_success # within its bar
}

@test "runs and accounts of the database" {
	backtest --fee-bps 20 >fee.ndjson
	ct-store init --db x.db
	cat base.ndjson fee.ndjson | ct-store put --db x.db
	a=$(jq -r 'select(.kind == "run").id' base.ndjson)
	b=$(jq -r 'select(.kind == "run").id' fee.ndjson)
	run ct-report diff --db x.db "$a" "$b"
	assert_failure 65
	assert_output --partial 'account.taker_fee_bps: 10 / 20'
	run ct-report diff --db x.db "$a" ./base.ndjson
	assert_success
	assert_output --partial 'The two agree in all'
	run ct-report diff --db x.db backtest ./fee.ndjson # the newest run of the account
	assert_success
	run ct-report diff --db x.db nosuch ./fee.ndjson
	assert_failure 66
	assert_output "ct-report: no record of account 'nosuch' to compare"
	run ct-report diff ./base.ndjson
	assert_failure 64
	run ct-report diff ./base.ndjson ./nosuch.ndjson
	assert_failure 66
}
