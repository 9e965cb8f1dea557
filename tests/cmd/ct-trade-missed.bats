# A machine that was off when a bar of the strategies closed: what they said at it is heard at the first step after.
load ../helper

DAY=2024-05-02
KEY64=abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ab

# Candles of 1h that go flat at 100 for a day and more, but for hours FROM…TO-1, which close at PRICE.
hours() {
	awk -v moves="$*" 'BEGIN {
		n = split(moves, m, " ")
		last = 100
		for (k = 0; k < 60; k++) {
			close_at = 100
			for (i = 1; i <= n; i += 3) if (k >= m[i] && k < m[i + 1]) close_at = m[i + 2]
			t = 1714521600000 + k * 3600000
			high = (last > close_at ? last : close_at) + 0.5
			low = (last < close_at ? last : close_at) - 0.5
			printf "%.0f,%.2f,%.2f,%.2f,%.2f,500.125,%.0f,50000,10,1,1,0\n", t, last, high, low, close_at, t + 3599999
			last = close_at
		}
	}'
}

# Two accounts of 4h strategies, on paper and at the exchange. AAAUSDT falls at 04:00 of the second day, and rises at
# 12:00; BBBUSDT falls at 12:00: to the strategy, buy and sell. An entry may be a day old, if it is up to the risk file.
setup() {
	common_setup
	export CT_CONFIG=$PWD/conf
	mkdir -p conf/strategies conf/risk market
	hours 25 32 90 32 35 110 35 60 112 >market/AAAUSDT-1h.csv
	hours 33 60 90 >market/BBBUSDT-1h.csv
	cat >accounts.sim <<-END
	{"spread_ticks":0,"accounts":[{"name":"live","taker_bps":"10","maker_bps":"10","slippage_bps":"5","balances":{"USDT":"10000"},
	"keys":[{"api_key":"$KEY64","secret":"secret"}]}]}
	END
	start_server sim.json ct-sim --data market --accounts accounts.sim --clock "$DAY" --weight-limit 100000 --exit-with-parent
	export CT_BINANCE_URL
	CT_BINANCE_URL=$(jq -r .url sim.json)
	printf '%s\nsecret\n' "$KEY64" >conf/key
	chmod 600 conf/key
	echo '{"strategy":"channel","method":"donchian","lookback":4,"exit_lookback":2,"stop_pct":30}' >conf/strategies/four.json
	echo '{"sizing":"quote","size":"100","max_signal_age_s":86400,"collar_bps":"500"}' >conf/risk/day.json
	for name in paper live; do
		printf '{"name":"%s","mode":"%s","base_url":"%s","key":"file:key","anchor":"2024-05-01","risk":"day","strategies":[{"file":"four","symbols":["AAAUSDT","BBBUSDT"]}]}\n' \
			$name "$([ $name = live ] && echo demo || echo paper)" "$CT_BINANCE_URL"
	done | jq -s '{accounts: .}' >conf/accounts.json
	ct-store init
}

ms() { date -u -d "$DAY $1" +%s000; }

# trade TIME: the exchange's clock and ct's stand there.
trade() {
	curl -sS -X POST "$CT_BINANCE_URL/sim/clock?t=$(ms "$1")" >/dev/null
	ct-trade --now "$(ms "$1")"
}

# Into the position in AAAUSDT, and to the last close before the one that is missed.
begin() {
	for at in 03:00 04:00 05:00 11:00; do trade $at; done
	for account in paper live; do [ "$(ct-store positions -A $account | jq -r .symbol)" = AAAUSDT ]; done
}

decided() { ct-store decisions -A "$1" | jq -c '[.symbol, .class, .status, .gate, .signal_t_ms, .t_ms]'; }

# no_candles SYMBOL: from now on the exchange answers nonsense where these are asked for; candles_again: no more.
no_candles() { curl -sSf -d '[{"route":"klines","symbol":"'"$1"'","kind":"numbers","count":1000}]' "$CT_BINANCE_URL/sim/fault" >/dev/null; }
candles_again() { curl -sSf -X DELETE "$CT_BINANCE_URL/sim/fault" >/dev/null; }

exit_was_late() {
	local account=$1
	run decided "$account"
	assert_line "[\"AAAUSDT\",\"reduce\",\"executed\",null,$(ms 12:00),$(ms "$2")]"
	ct-store events -A "$account" | jq -se --arg t "$2" 'map(select(.code == "exit.late")) | length == 1
		and .[0].symbol == "AAAUSDT" and (.[0].message | startswith("four: the exit that was due at 2024-05-02 12:00 is made now"))'
	ct-store positions -A "$account" | jq -se 'all(.qty | tonumber == 0)'
}

@test "missed: off for 1h20 around a close of the strategies: the exit is made at the next step, the entry is not" {
	begin
	trade 11:50
	trade 13:10
	trade 14:10
	for account in paper live; do
		exit_was_late $account 13:10
		# What was to be bought is refused, however old a signal may be.
		assert_line "[\"BBBUSDT\",\"open\",\"refused\",\"data\",$(ms 12:00),$(ms 13:10)]"
		# It is sold at 13:10 on paper as live: at the open of the bar.
		ct-store trades -A $account | jq -se 'map(.symbol) == ["AAAUSDT", "AAAUSDT"] and .[1].side == "SELL" and .[1].reason == "exit"'
	done
	[ "$(ct-store trades -A paper | jq -r 'select(.side == "SELL").t_ms')" = "$(ms 13:00)" ]
	# Heard once: later steps say nothing of it.
	before=$(decided paper)
	trade 15:10
	[ "$(decided paper)" = "$before" ]
	[ ! -e "$XDG_STATE_HOME/ct/steps/paper/2024-05-02T15:00:00/signals.ndjson" ]
}

# compare OPTION…: all that paper recorded, against a backtest of 03:00 to 17:00 and no step in between but begin's and those of 12:00 on.
compare() {
	local kind
	ct-backtest -A paper --since "$(ms 03:00)" --until "$(ms 17:00)" --outage "$(ms 06:00)/$(ms 11:00)" --equity bar "$@" >tested
	for kind in decision order trade equity event; do
		ct-store "$([ $kind = equity ] && echo equity || echo ${kind}s)" -A paper | jq -cS 'select(.code != "sync.late") | del(.account, .run)' | sort >made
		jq -cS 'select(.kind == "'$kind'") | del(.account, .run)' tested | sort >backtest
		[ -s made ]
		diff made backtest || return 1
	done
}

@test "missed: the backtest of an outage does the same" {
	begin
	trade 14:00
	trade 17:00
	exit_was_late paper 14:00
	compare --outage "$(ms 12:00)/$(ms 14:00)" --outage "$(ms 15:00)/$(ms 17:00)"
}

@test "missed: the backtest of one pair's late candles does the same" {
	begin
	no_candles AAAUSDT
	for at in 12:00 13:00; do trade $at 2>/dev/null || true; done
	candles_again
	trade 14:00
	no_candles BBBUSDT
	for at in 15:00 16:00; do trade $at 2>/dev/null || true; done
	candles_again
	trade 17:00
	run decided paper
	assert_line "[\"AAAUSDT\",\"reduce\",\"executed\",null,$(ms 12:00),$(ms 14:00)]"
	assert_line "[\"BBBUSDT\",\"open\",\"executed\",null,$(ms 12:00),$(ms 12:00)]"
	compare --outage "$(ms 12:00)/$(ms 14:00)/AAAUSDT" --outage "$(ms 15:00)/$(ms 17:00)/BBBUSDT"
	grep -q exit.late tested
	# Its price was not known meanwhile, and the account's worth is as it was told then.
	ct-store equity -A paper | jq -se 'map(select(.t_ms >= '"$(ms 11:00)"' and .t_ms <= '"$(ms 14:00)"').equity) | .[0] == .[1] and .[2] != .[3]'
	ct-backtest replay "$(ct-store put <tested && jq -r 'select(.kind == "run").id' tested)" --equity bar | diff tested -
}

@test "missed: an exit that was approved, and then the machine was off, is carried out late" {
	begin
	curl -sS -X POST "$CT_BINANCE_URL/sim/clock?t=$(ms 12:00)" >/dev/null
	ct-fetch candles AAAUSDT BBBUSDT -i 1h --since "$(ms 10:00)" --now "$(ms 12:00)" | ct-store put
	for account in paper live; do
		ct-exec -q sync -A $account --now "$(ms 12:00)" >/dev/null
		ct-store candles -A $account -S four --until "$(ms 12:00)" | ct-signal -q -S four --resample 4h --emit-from "$(ms 12:00)" |
			ct-risk -A $account --now "$(ms 12:00)" >$account.decisions # and ct-exec never heard of them
		[ "$(jq -sc 'map([.symbol, .status])' $account.decisions)" = '[["AAAUSDT","approved"],["BBBUSDT","approved"]]' ]
	done
	trade 13:20
	trade 14:10
	for account in paper live; do
		exit_was_late $account 12:00
		assert_line "[\"BBBUSDT\",\"open\",\"expired\",null,$(ms 12:00),$(ms 12:00)]"
		[ "$(ct-store events -A $account | jq -r 'select(.code == "exit.late").t_ms')" = "$(ms 13:20)" ]
	done
}

@test "missed: the exchange could not be reached for more than an hour: as if the machine had been off" {
	begin
	url=$CT_BINANCE_URL
	sed -i.kept "s|$url|http://127.0.0.1:1|" conf/accounts.json
	for at in 12:00 12:30; do
		CT_BINANCE_URL=http://127.0.0.1:1 run ct-trade --now "$(ms $at)"
		assert_failure
	done
	mv conf/accounts.json.kept conf/accounts.json
	trade 13:10
	trade 14:10
	for account in paper live; do exit_was_late $account 13:10; done
}

@test "missed: one pair's candle comes 1h20 late, the other's in time: its exit is made then, once" {
	begin
	no_candles AAAUSDT
	for at in 12:00 12:30 13:00; do trade $at 2>/dev/null || true; done
	for account in paper live; do
		run decided $account
		refute_output --partial reduce
		assert_line "[\"BBBUSDT\",\"open\",\"executed\",null,$(ms 12:00),$(ms 12:00)]"
	done
	candles_again
	trade 13:20
	trade 13:30
	trade 14:10
	for account in paper live; do
		run decided $account
		assert_line "[\"AAAUSDT\",\"reduce\",\"executed\",null,$(ms 12:00),$(ms 13:20)]"
		assert_equal "$(ct-store positions -A $account | jq -r 'select((.qty | tonumber) > 0).symbol')" BBBUSDT
		ct-store events -A $account | jq -se 'map(select(.code == "exit.late") | .symbol) == ["AAAUSDT"]'
		assert_equal "$(ct-store decisions -A $account | jq -r .id | sort | uniq -d)" ''
	done
	[ "$(ct-store trades -A paper | jq -r 'select(.side == "SELL").t_ms')" = "$(ms 13:00)" ]
	# A database from before it kept what was heard: all is heard again, and nothing comes of it.
	decided paper >before
	ct-store -q migrate --to 8
	ct-store -q migrate
	trade 15:10
	[ -s "$XDG_STATE_HOME/ct/steps/paper/2024-05-02T15:00:00/signals.ndjson" ]
	decided paper | diff before -
}

@test "missed: one pair's candle comes after the next close: what was to be bought of it is refused, and the other's exit was in time" {
	begin
	no_candles BBBUSDT
	for at in 12:00 13:10; do trade $at 2>/dev/null || true; done
	candles_again
	trade 14:00
	for account in paper live; do
		run decided $account
		assert_line "[\"AAAUSDT\",\"reduce\",\"executed\",null,$(ms 12:00),$(ms 12:00)]"
		assert_line "[\"BBBUSDT\",\"open\",\"refused\",\"data\",$(ms 12:00),$(ms 14:00)]"
		[ "$(ct-store events -A $account | grep -c exit.late)" -eq 0 ]
	done
}

@test "missed: off around a close, and the folder of the steps is lost: the database, restored from its backup, knows what was heard" {
	begin
	ct-store backup kept.db
	rm -r "$XDG_STATE_HOME/ct" "$XDG_DATA_HOME/ct"
	mkdir "$XDG_DATA_HOME/ct"
	mv kept.db "$XDG_DATA_HOME/ct/ct.db"
	trade 13:10
	trade 14:10
	for account in paper live; do
		exit_was_late $account 13:10
		assert_line "[\"BBBUSDT\",\"open\",\"refused\",\"data\",$(ms 12:00),$(ms 13:10)]"
	done
}

@test "missed: killed between the book and the strategies at their close, and the folder is lost: the next step asks them" {
	begin
	curl -sS -X POST "$CT_BINANCE_URL/sim/clock?t=$(ms 12:00)" >/dev/null
	ct-fetch candles AAAUSDT BBBUSDT -i 1h --since "$(ms 10:00)" --now "$(ms 12:00)" | ct-store put
	for account in paper live; do ct-exec -q sync -A $account --now "$(ms 12:00)" >/dev/null; done
	rm -r "$XDG_STATE_HOME/ct"
	trade 13:10
	trade 14:10
	for account in paper live; do exit_was_late $account 13:10; done
}

@test "missed: what closed before an account's first step was not missed" {
	trade 13:10
	trade 14:10
	for account in paper live; do [ "$(decided $account)" = '' ]; done
}
