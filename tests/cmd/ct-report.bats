# ct-report: what is shown of known records. Formulas and layout are tested in tests/unit/report_*.c.
load ../helper
bats_require_minimum_version 1.5.0

T0=1714521600000 # 2024-05-01
DAY=86400000

# trade ID SIDE REASON QTY PRICE FEE PNL DAYS [ACCOUNT] [RUN] [SYMBOL]: one fill so many days after T0.
trade() {
	local pnl=null
	[ "$7" = null ] || pnl="\"$7\""
	printf '{"kind":"trade","v":1,"id":"%s","order":"o%s","decision":"d","account":"%s","run":"%s","strategy":"s-4h","market":"spot",' "$1" "$1" "${9:-main}" "${10:-r1}"
	printf '"symbol":"%s","side":"%s","reason":"%s","qty":"%s","price":"%s","quote_qty":"%s","fee":"%s","fee_asset":"USDT","fee_quote":"%s",' \
		"${11:-BTCUSDT}" "$2" "$3" "$4" "$5" "$(awk "BEGIN { print $4 * $5 }")" "$6" "$6"
	printf '"maker":false,"realized_pnl":%s,"t_ms":%d}\n' "$pnl" $((T0 + $8 * DAY))
}

# equity DAYS EQUITY OPEN [ACCOUNT] [RUN]
equity() {
	printf '{"kind":"equity","v":1,"account":"%s","run":"%s","t_ms":%d,"equity":"%s","cash":"%s","positions_value":"0","peak":"1100",' \
		"${4:-main}" "${5:-r1}" $((T0 + $1 * DAY)) "$2" "$2"
	printf '"realized_pnl":"0","fees":"0","open_positions":%d}\n' "$3"
}

# signal SYMBOL STRATEGY DAYS PRICE BUY SELL DISTANCE WAITS
signal() {
	printf '{"kind":"signal","v":1,"market":"spot","symbol":"%s","interval":"4h","strategy":"%s","open_time":%d,"t_ms":%d,"action":"HOLD","exposure":0,' \
		"$1" "$2" $((T0 + $3 * DAY - 14400000)) $((T0 + $3 * DAY))
	printf '"price":"%s","entry":"MARKET","entry_price":null,"entry_bars":null,"stop_offset":null,"target_offset":null,"trail_offset":null,"max_hold_bars":null,"strength":null,"lower":null,' "$4"
	printf '"middle":null,"upper":null,"buy_mark":%s,"sell_mark":%s,"distance_pct":%s,"waits_for":"%s","why":null}\n' "$5" "$6" "$7" "$8"
}

# position SYMBOL STRATEGY QTY [ACCOUNT]
position() {
	printf '{"kind":"position","v":1,"account":"%s","run":"r1","strategy":"%s","market":"spot","symbol":"%s","decision":"d","qty":"%s","cost":"100",' "${4:-main}" "$2" "$1" "$3"
	printf '"avg_price":"100","mark":"110","unrealized_pnl":"10","stop_price":"95","target_price":null,"trail_offset":null,"high_since":"111",'
	printf '"max_hold_bars":null,"bars_held":3,"opened_ms":%d,"updated_ms":%d}\n' $T0 $T0
}

# order ID SYMBOL STATUS: an entry at the market.
order() {
	printf '{"kind":"order","v":1,"id":"%s","decision":"d","account":"main","run":"r1","strategy":"s-4h","market":"spot","symbol":"%s","leg":"entry",' "$1" "$2"
	printf '"attempt":0,"side":"BUY","type":"MARKET","qty":null,"quote_qty":"100","price":null,"stop_price":null,"worst_price":null,"status":"%s",' "$3"
	printf '"filled_qty":"0","filled_quote":"0","expires_ms":null,"created_ms":%d,"updated_ms":%d,"exchange_id":null,"why":null}\n' $((T0 + DAY)) $((T0 + DAY))
}

# Two round trips (a win, a loss), one still open, four days of equity.
account() {
	equity 0 1000 0
	trade a BUY entry 1 100 0.1 null 0
	equity 1 1020 1
	trade b SELL target 1 110 0.11 9.79 1
	trade c BUY entry 2 110 0.22 null 1
	equity 2 990 1
	trade d SELL stop 2 100 0.2 -20.42 3
	equity 3 1001 0
	trade e BUY entry 1 100 0.1 null 3
	equity 4 1010 1
}

value() { jq -r "select(.name == \"$1\") | .value" "${2:-out}"; }

@test "summary: metrics of a file, of a pipe and of the database are the same" {
	account >records.ndjson
	ct-report summary --format json ./records.ndjson >out
	account | ct-report summary --format json | cmp - out
	ln -s records.ndjson bt # no pair's name
	ct-report summary --format json bt | cmp - out
	ct-report summary --format json - <records.ndjson | cmp - out
	ct-store init --db x.db
	ct-store put --db x.db <records.ndjson
	ct-report summary --format json --db x.db | cmp - out
	export CT_DB=$PWD/x.db
	ct-report summary --format json </dev/null | cmp - out
	[ "$(value pnl)" = 10 ] && [ "$(value total_return)" = 0.01 ] && [ "$(value trades)" = 2 ] && [ "$(value win_rate)" = 0.5 ]
	[ "$(value expectancy)" = -5.315 ] && [ "$(value fees)" = 0.73 ] && [ "$(value worst_trade)" = -20.42 ] && [ "$(value exposure)" = 0.75 ]
	[ "$(value max_drawdown)" = "$(jq -n '1 - 990 / 1020' | xargs printf %.12g)" ]
	[ "$(value days)" = 4 ]
}

@test "records in another order and twice over give the same report" {
	account >records.ndjson
	ct-report summary --format json ./records.ndjson >out
	{ grep '"trade"' records.ndjson | tail -n 2; tac records.ndjson | grep '"equity"'; cat records.ndjson; } | ct-report summary --format json | cmp - out
	ct-report trades ./records.ndjson >trips
	cat records.ndjson records.ndjson | ct-report trades | cmp - trips
}

@test "undefined is null with a reason in records, a dash with a reason for people" {
	{ equity 0 1000 0; trade a BUY entry 1 100 0 null 0; trade b SELL exit 1 110 0 10 1; equity 1 1010 0; } >r.ndjson
	ct-report summary --format json ./r.ndjson >out
	run jq -c 'select(.name == "profit_factor") | [.value, .why]' out
	assert_output '[null,"no losing trade"]'
	run jq -c 'select(.name == "calmar") | [.value, .why]' out
	assert_output '[null,"no drawdown"]'
	run jq -c 'select((.value == null) != (.why != null))' out
	assert_output ""
	run ct-report summary ./r.ndjson
	assert_line --regexp '^profit factor +- +undefined: no losing trade$'
	refute_output --regexp 'inf|nan'
	run ct-report summary --format json --by symbol ./r.ndjson
	assert_output --partial '"name":"sharpe","value":null,"why":"equity is known for whole accounts only"'
}

@test "trades: round trips with the open one, fills, filters" {
	account >r.ndjson
	run ct-report trades ./r.ndjson
	assert_success
	assert_line --index 0 'account main, strategy s-4h, side long'
	assert_line --regexp '2024-05-01 00:00 +100\.0000 +2024-05-02 00:00 +110\.0000 +1 +9\.79 +9\.79% +0\.21 +1\.0d +target'
	assert_line --regexp '2024-05-04 00:00 +100\.0000 +- +- +1 +- +- +0\.10 +- +open'
	assert_line '2 round trips closed, 1 open; net -10.63'
	ct-report trades --fills --format csv ./r.ndjson >fills
	[ "$(wc -l <fills)" = 6 ]
	grep -q '^2024-05-02T00:00:00.000Z,main,s-4h,BTCUSDT,SELL,target,1.00000000,110.00000000,110.00000000,0.11000000,9.79000000$' fills
	ct-report trades --format json ./r.ndjson >json
	grep '"trade"' r.ndjson | jq -c '.qty |= tonumber | .price |= tonumber | [.id, .qty, .price, .t_ms]' >want
	jq -c '.qty |= tonumber | .price |= tonumber | [.id, .qty, .price, .t_ms]' json | cmp - want
	run ct-report trades --last 1 --format csv ./r.ndjson
	assert_equal "${#lines[@]}" 2
	run ct-report trades --until 2024-05-03 ./r.ndjson
	assert_line '1 round trip closed, 0 open; net 9.79'
	run ct-report trades ETHUSDT ./r.ndjson
	assert_line '0 round trips closed, 0 open; net 0.00'
	run ct-report trades -S other ./r.ndjson
	assert_line '0 round trips closed, 0 open; net 0.00'
	run ct-report trades -S strategies/s-4h.json BTCUSDT ./r.ndjson
	assert_line '2 round trips closed, 1 open; net -10.63'
}

@test "the newest run of each account, unless another or all are asked for" {
	{ account; equity 10 500 0 main r2; equity 11 600 0 main r2; equity 0 100 0 other r9; equity 1 110 0 other r9; } >r.ndjson
	run ct-report compare ./r.ndjson
	assert_success
	assert_line --regexp '^total return +20\.00% +10\.00%$'
	assert_output --partial 'main: the newest run; 1 earlier one left out (--run all, or --run ID)'
	run ct-report compare --run r1 ./r.ndjson
	assert_line --regexp '^total return +1\.00%$'
	run ct-report summary --by run ./r.ndjson
	assert_line --regexp '^main +r1 +2 .* 10\.00 +1\.00%'
	assert_line --regexp '^main +r2 .* 100\.00 +20\.00%'
	run ct-report summary --run nosuch ./r.ndjson
	assert_failure 65
	assert_output "ct-report: no records of a run 'nosuch'"
}

# busy ACCOUNT FALL END: thirty round trips and 100 days, with one fall on the way.
busy() {
	local i
	equity 0 1000 0 "$1" r1
	for i in $(seq 30); do
		trade "b$i" BUY entry 1 100 0 null "$((i * 3))" "$1"
		trade "s$i" SELL exit 1 101 0 1 "$((i * 3 + 1))" "$1"
	done
	equity 50 "$2" 0 "$1" r1
	equity 100 "$3" 0 "$1" r1
}

@test "compare: one sentence says which was safest, or that it is too little to tell" {
	{ busy steady 950 1100; busy wild 700 1500; account; } >r.ndjson
	run ct-report compare ./r.ndjson
	assert_line 'Safest was steady: its maximum drawdown was the least, 5.0% (wild 30.0%), and it earned 10.0% (Calmar 8.32); too little to tell about main (2 round trips in 4 days): it takes 30 round trips and 90 days.'
	run ct-report compare -A wild -A main ./r.ndjson
	assert_line --regexp '^ +wild +main$'
	assert_line --partial 'Only wild has traded enough to be judged: its maximum drawdown was 30.0%'
	run ct-report compare -A main ./r.ndjson
	assert_line 'Too little to tell which is safest: main (2 round trips in 4 days): it takes 30 round trips and 90 days.'
}

@test "marks: the newest signal of each pair, what it waits for, and what is held" {
	{
		signal ETHUSDT s-4h 1 2000 1900 null -5 'close below 1900'
		signal BTCUSDT s-4h 0 90 80 null -11 'an old word'
		signal BTCUSDT s-4h 1 100 95.5 null -4.5 'close below 95.5'
		signal SOLUSDT s-4h 1 110 null 120 9.1 'close above 120'
		position SOLUSDT s-4h 1
		position ETHUSDT other-4h 1
		order x BTCUSDT NEW
		order y ETHUSDT NEW
		order y ETHUSDT CANCELED
	} >r.ndjson
	run ct-report marks ./r.ndjson
	assert_success
	assert_equal "${#lines[@]}" 6
	assert_line --index 0 'strategy s-4h, 4h, as of 2024-05-02 00:00'
	assert_line --regexp '^BTCUSDT +100\.0000 +95\.5000 +- +-4\.50% +close below 95\.5 +BUY pending, fills at the 00:00 open$'
	assert_line --regexp '^ETHUSDT +2,000\.00 +1,900\.00 +- +-5\.00% +close below 1900 +-$'
	assert_line --regexp '^SOLUSDT +110\.0000 +- +120\.0000 +9\.10% +close above 120 +open in main$'
	run ct-report marks --format json SOLUSDT ./r.ndjson
	assert_equal "$(jq -c '[.kind, .symbol, .sell_mark]' <<<"$output")" '["signal","SOLUSDT",120]'
	run ct-report positions ./r.ndjson
	assert_line --index 0 'account main'
	assert_line --regexp '^s-4h +SOLUSDT +1 +100\.0000 +110\.0000 +10\.00 +10\.00% +95\.0000 +- +2024-05-01 00:00 +3$'
	assert_line --regexp '^main +s-4h +BTCUSDT +BUY entry +- +100\.00 +fills at the 2024-05-02 00:00 open'
}

@test "marks -A: the account's strategies and pairs, by accounts.json" {
	mkdir conf
	cat >conf/accounts.json <<-END
		{"accounts":[{"name":"one","mode":"paper","manage_interval":null,"interval":"4h","anchor":"2024-05-01","capital":"1000","risk":"careful",
		"strategies":[{"file":"s-4h","symbols":["BTCUSDT"]}]}]}
	END
	{ signal ETHUSDT s-4h 1 2000 1900 null -5 x; signal BTCUSDT s-4h 1 100 95 null -5 x; signal BTCUSDT t-4h 1 100 95 null -5 x; } >r.ndjson
	run ct-report marks -A one --config conf --format csv ./r.ndjson
	assert_success
	assert_equal "${#lines[@]}" 2
	assert_line --partial 's-4h,BTCUSDT'
	run ct-report marks -A backtest/one --config conf --format csv ./r.ndjson
	assert_equal "${#lines[@]}" 2
	run ct-report marks -A two --config conf ./r.ndjson
	assert_failure 78
	assert_output --partial two
}

@test "monthly: returns of the months make up the whole" {
	{ equity 0 1000 0; equity 15 1100 0; equity 31 1210 0; equity 40 605 0; equity 300 1210 0; } >r.ndjson
	run ct-report monthly ./r.ndjson
	assert_line --regexp '^2024 +- +- +- +- +21\.00% +-50\.00% .* 0\.00% +-39\.50%$'
	assert_line --regexp '^2025 +0\.00% +100\.00% .* 100\.00%$'
	ct-report monthly --format json ./r.ndjson >out
	assert_equal "$(jq -s 'map(select(.name == "pnl").value) | add' out)" 210
	run ct-report monthly --last 2 ./r.ndjson
	refute_output --partial 2024
}

@test "deposits are not earnings" {
	{ equity 0 1000 0; equity 1 1100 0; equity 2 2200 0; } >r.ndjson
	printf '{"kind":"transfer","v":1,"id":"t","account":"main","run":null,"asset":"USDT","amount":"1100","t_ms":%d,"why":"deposit"}\n' $((T0 + DAY + 1)) >>r.ndjson
	ct-report summary --format json ./r.ndjson >out
	[ "$(value pnl)" = 100 ] && [ "$(value total_return)" = 0.1 ]
}

@test "equity: table, chart in ASCII and in Braille, colours only when asked for by a terminal" {
	account >r.ndjson
	run ct-report equity --last 2 ./r.ndjson
	assert_line --index 0 'account main'
	assert_line --regexp '^2024-05-05 00:00 +1,010\.00 +1,010\.00 +0\.00 +1,100\.00 +8\.18%'
	assert_equal "${#lines[@]}" 5
	run ct-report equity --chart --note 'synthetic market, not real prices' ./r.ndjson
	assert_line --index 0 '[ synthetic market, not real prices ]'
	assert_line --index 1 'main: equity 1,000.00 to 1,010.00 (1.00%)'
	assert_line --regexp '^1,020 \+ +\*+$'
	assert_line --regexp '2024-05-01 +2024-05-03 +2024-05-04$'
	refute_output --regexp $'[\x80-\xff]|\x1b'
	run env LC_ALL=C.UTF-8 ct-report equity --chart ./r.ndjson
	assert_output --partial '⣀'
	run env LC_ALL=C.UTF-8 script -qec 'ct-report trades ./r.ndjson' /dev/null
	assert_output --partial $'\x1b[32m9.79\x1b[0m'
	run env LC_ALL=C.UTF-8 NO_COLOR=1 script -qec 'ct-report trades ./r.ndjson' /dev/null
	refute_output --partial $'\x1b'
}

@test "equity --png, -o: a whole picture or none, its name printed" {
	command -v gnuplot >/dev/null || skip "needs gnuplot"
	{ account; equity 0 10 0 two; equity 4 11 0 two; } >r.ndjson
	run ct-report equity --png e.png -A main --note 'synthetic_market {x}' ./r.ndjson
	assert_success
	assert_output e.png
	assert_equal "$(head -c 4 e.png | tail -c 3)" PNG
	run ct-report equity -o e.svg --note 'not_real <prices>' ./r.ndjson
	assert_output e.svg
	grep -q 'not_real &lt;prices' e.svg
	grep -q '<text>two</text>' e.svg
	grep -q 'equity (USDT)' <(ct-report equity -A main -o m.svg ./r.ndjson >/dev/null && cat m.svg)
	run ct-report equity --png no/e.png ./r.ndjson
	assert_failure 73
	run ct-report equity --png e.gif ./r.ndjson
	assert_failure 64
	assert_output --partial "'e.gif': a chart's name ends in .png or .svg"
	run ct-report equity --png none.png ETHUSDT /dev/null
	assert_failure 65
	[ ! -e none.png ]
	mkdir bin && printf '#!/bin/sh\necho "bad picture" >&2\nexit 1\n' >bin/gnuplot && chmod +x bin/gnuplot
	PATH="$PWD/bin:$PATH" run ct-report equity --png e2.png ./r.ndjson
	assert_failure 70
	assert_output "ct-report: gnuplot failed: bad picture"
	run ls
	refute_output --partial tmp
	refute_output --partial e2.png
}

@test "monthly and drawdowns as pictures, several accounts in one" {
	command -v gnuplot >/dev/null || skip "needs gnuplot"
	{ account; equity 0 10 0 two; equity 31 11 0 two; equity 61 9.9 0 two; } >r.ndjson
	run ct-report monthly -o m.svg --note 'not real' ./r.ndjson
	assert_output m.svg
	for text in two main May Jun year 2024 +10.0 -10.0 +1.00 'not real'; do
		grep -qF "<text>$text</text>" m.svg || grep -qF ">$text<" m.svg || fail "no '$text'"
	done
	run ct-report monthly -o m.png -A two ./r.ndjson
	assert_equal "$(head -c 4 m.png | tail -c 3)" PNG
	run ct-report drawdowns -o d.svg ./r.ndjson
	assert_success
	grep -q 'drawdown (%)' d.svg
	run ct-report monthly -o m2.png ETHUSDT - <<<"$(equity 0 10 0)"
	assert_failure 65
	[ ! -e m2.png ]
	run ct-report summary -o s.png ./r.ndjson
	assert_failure 64
	[ ! -e s.png ]
}

@test "drawdowns: each fall, the deepest first" {
	{ equity 0 1000 0; equity 1 990 0; equity 2 1000 0; equity 3 1010 0; equity 4 900 0; equity 5 909 0; equity 7 1010 0; equity 8 1009 0; } >r.ndjson
	run ct-report drawdowns --format csv ./r.ndjson
	assert_equal "${#lines[@]}" 4
	assert_line --index 1 --regexp '^main,0.10891089[0-9]*,2024-05-0[34].*,4$'
	assert_line --index 2 --regexp '^main,0.01,2024-05-01.*,2$'
	assert_line --index 3 --regexp '^main,0.00099009[0-9]*,.*,,1$'
	run ct-report drawdowns --last 1 ./r.ndjson
	assert_line --index 2 --regexp '^main +10\.89% +2024-05-03 +2024-05-04 +2024-05-07 +4$'
}

@test "without gnuplot: exit 69 and a way out" {
	account >r.ndjson
	run env PATH=/nonexistent "$BIN/ct-report" equity --png e.png ./r.ndjson
	assert_failure 69
	assert_output "ct-report: gnuplot is not installed; install the package gnuplot-nox, or draw in the terminal with --chart"
	[ ! -e e.png ]
}

@test "-o writes the report to a file" {
	account >r.ndjson
	run ct-report summary -o out.txt ./r.ndjson
	assert_success
	assert_output ""
	ct-report summary ./r.ndjson | cmp - out.txt
	run ct-report summary -o no/out.txt ./r.ndjson
	assert_failure 73
}

@test "no records is no error; a bad line is" {
	for verb in summary compare marks trades equity drawdowns positions monthly; do
		run --separate-stderr ct-report $verb - </dev/null
		assert_success
		run --separate-stderr ct-report $verb --format json - </dev/null
		assert_success
		assert_output ""
	done
	account >r.ndjson
	run --separate-stderr ct-report summary -A main -A mian ./r.ndjson
	assert_success
	assert_equal "$stderr" "ct-report: no trades or equity of an account 'mian'"
	{ account; echo nonsense; } >r.ndjson
	run ct-report summary ./r.ndjson
	assert_failure 65
	assert_output --partial './r.ndjson:11:'
	run --separate-stderr ct-report summary --on-bad=skip --format json ./r.ndjson
	assert_failure 65
	assert_output --partial '"name":"trades","value":2'
	run ct-report summary ./nosuch.ndjson
	assert_failure 66
	run ct-report summary --db nosuch.db
	assert_failure 78
}

@test "usage errors name what is wrong" {
	while IFS='|' read -r arguments message; do
		read -ra words <<<"$arguments"
		run ct-report "${words[@]}"
		assert_failure 64
		assert_output --partial "$message"
	done <<-END
		|which report?
		nonsense|'nonsense' is not a verb
		summary --chart|--chart goes with equity only
		trades --by month|--by month does not go with trades
		compare --by symbol|--by symbol does not go with compare
		summary --fills|--fills goes with trades only
		summary --last 0|'0' is not a whole number from 1
		summary --since yesterday|'yesterday' is not a time
		summary --format xml|'xml' is not table, json or csv
		summary --db x.db ./r.ndjson|either --db or files
		equity -o chart.gif ./r.ndjson|-o chart.gif: a picture is .png or .svg
		heatmap -x stop_pct -y stop_pct ./r.ndjson|-x and -y: give two parameters
	END
}

# decision ID PRICE
decision() {
	printf '{"kind":"decision","v":1,"id":"%s","account":"main","run":"r1","strategy":"s-4h","market":"spot","symbol":"BTCUSDT","interval":"4h",' "$1"
	printf '"signal_t_ms":%d,"t_ms":%d,"class":"open","reason":"entry","side":"BUY","type":"MARKET","qty":null,"quote_qty":"100","price":"%s","entry_price":null,"entry_bars":null,' $T0 $T0 "$2"
	printf '"worst_price":null,"stop_offset":null,"target_offset":null,"trail_offset":null,"max_hold_bars":null,"reserved":"0","expires_ms":%d,' $T0
	printf '"status":"executed","gate":null,"gate_limit":null,"gate_value":null,"why":null}\n'
}

@test "slippage: against the price decided on, of a stop against its own; unknown without decisions" {
	account >r.ndjson
	ct-report summary --format json ./r.ndjson >out
	run jq -c 'select(.name == "slippage") | [.value, .why]' out
	assert_output '[null,"the decisions of some fills are not among the records"]'
	# Decided at 99: bought at 100 and 110 and 100, sold at 110; the stop was at 101 and filled at 100.
	{ cat r.ndjson; decision d 99; order od BTCUSDT FILLED | jq -c '.type = "STOP" | .stop_price = "101"'; } >r2.ndjson
	ct-report summary --format json ./r2.ndjson >out
	assert_equal "$(value slippage)" 15 # 1 + 2*11 + 1 - 11 + 2*1
}

# breaker DAYS CODE
breaker() {
	printf '{"kind":"event","v":1,"id":"e%s","account":"main","level":"alarm","code":"%s","symbol":null,"message":"6.1, limit 6","t_ms":%d}\n' "$1" "$2" $((T0 + $1 * DAY + 1))
}

@test "compare and summary say when a breaker stopped an account, unless it went on" {
	{ account; breaker 3 breaker.daily_loss; } >r.ndjson
	run ct-report compare ./r.ndjson
	assert_line 'main stopped opening on 2024-05-04 (daily_loss): 6.1, limit 6'
	run ct-report summary ./r.ndjson
	assert_line 'main stopped opening on 2024-05-04 (daily_loss): 6.1, limit 6'
	{ account; breaker 2 breaker.daily_loss; } >r.ndjson # it bought on the third day: the event is another run's
	run ct-report compare ./r.ndjson
	refute_output --partial stopped
	{ account; breaker 3 breaker.daily_loss; breaker 4 risk.resume; } >r.ndjson
	run ct-report compare ./r.ndjson
	refute_output --partial stopped
}

@test "summary --explain: every metric has one, and the filled formula computes to the result" {
	{ account; decision d 99; } >r.ndjson
	ct-report summary --explain all ./r.ndjson >all
	ct-report summary --explain all --by symbol ./r.ndjson >parts
	ct-report metrics --format csv | tail -n +2 | cut -d, -f1 >names
	grep -oE '^[a-z_]+:' all | grep -v '^main' | tr -d : | cmp - names
	# the line before the result, where there are three, is arithmetic: let awk compute it
	awk '/^[a-z_]+: .*\(/ { name = $1; n = 0 } /^  = / { line[++n] = substr($0, 5) }
		/^$/ { if (n == 3) printf "check(\"%s\", %s, \"%s\")\n", name, line[2], line[3]; n = 0 }' all parts >checks
	[ "$(wc -l <checks)" -gt 30 ]
	cat >program.awk <<-'END'
		function Phi(z,   i, n, h, sum) { # Simpson
			n = 2000; h = z / n
			for (i = 0; i <= n; i++) sum += exp(-(i * h) ^ 2 / 2) * (i == 0 || i == n ? 1 : i % 2 ? 4 : 2)
			return 0.5 + sum * h / 3 / sqrt(2 * 3.14159265358979)
		}
		function check(name, v, want,   d, w) {
			w = want + 0; d = v - w
			if (d < 0) d = -d
			if (d > 1e-7 * (w < 0 ? -w : w) + 1e-10) { print name, v, "is not", want; bad = 1 }
		}
		BEGIN {
	END
	{ cat checks; echo 'exit bad }'; } >>program.awk
	run awk -f program.awk
	assert_output ""
	assert_success
	run ct-report summary --explain win_rate ./r.ndjson
	assert_line --index 1 'win_rate: share of trades with a profit (fraction)'
	assert_line --index 2 '  = wins/trades'
	assert_line --index 3 '  = 1/2'
	assert_line --index 4 '  = 0.5 (50.00%)'
	assert_line --regexp '^  wins +1 +of them with a profit$'
	run ct-report summary --explain pnl --by symbol ./r.ndjson
	assert_line '  = gross_profit - gross_loss'
	run ct-report summary --explain nosuch ./r.ndjson
	assert_failure 64
	run ct-report trades --explain pnl ./r.ndjson
	assert_failure 64
}

@test "metrics: the list names every metric of a summary" {
	account | ct-report summary --format json | jq -r .name >names
	ct-report metrics --format csv | tail -n +2 | cut -d, -f1 | cmp - names
}

@test "a backtest of real candles: its trades and its summary agree" {
	need_shared data/klines/spot/4h
	[ -x "$BIN/ct-backtest" ] || skip "needs ct-backtest"
	zstd -dc "$SHARED/data/klines/spot/4h/BTCUSDT-4h.csv.zst" | tail -n 1500 >BTCUSDT-4h.csv
	ct-store init --db x.db
	ct-store import --db x.db ./BTCUSDT-4h.csv
	rules='"min_price":"0","max_price":"0","step_size":"0.00001","min_qty":"0","max_qty":"0","market_step_size":"0","market_min_qty":"0","market_max_qty":"0"'
	{
		echo '{"kind":"symbol","v":1,"market":"spot","symbol":"BTCUSDT","status":"TRADING","base_asset":"BTC","quote_asset":"USDT","tick_size":"0.01",'"$rules"'
			,"min_notional":"5","max_notional":"0","min_notional_market":true,"oco_allowed":true,"opo_allowed":true,"t_ms":0}' | tr -d '\n\t'
		echo
		ct-store candles --db x.db
	} | ct-backtest -S donchian-4h -R careful - >r.ndjson
	ct-report summary --format json ./r.ndjson >out
	sells=$(jq -s 'map(select(.kind == "trade" and .side == "SELL")) | length' r.ndjson)
	[ "$sells" -gt 0 ]
	assert_equal "$(value trades)" "$sells"
	jq -s 'map(select(.kind == "trade" and .side == "SELL").realized_pnl | tonumber) | add / length' r.ndjson >want
	awk -v a="$(value expectancy)" -v b="$(cat want)" 'BEGIN { d = a - b; exit !(d < 1e-6 && d > -1e-6) }'
}
