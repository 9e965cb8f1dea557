# The ground of ct-risk.bats and ct-exec.bats: one paper account on 4h bars, two strategies, made candles and signals.
T0=1714521600000 # 2024-05-01 00:00 UTC, the open of bar 0
BAR_MS=14400000
PAIRS=${PAIRS:-"AAAUSDT BBBUSDT CCCUSDT DDDUSDT"}

# desk RISK: folders, configuration and database; RISK are further members of the risk file.
desk() {
	export CT_CONFIG=$PWD/conf CT_DB=$PWD/ct.db
	mkdir -p conf/strategies conf/risk
	echo '{"strategy":"channel","method":"donchian","lookback":10}' | tee conf/strategies/one.json >conf/strategies/two.json
	echo "{\"exchange_filters\":false,\"collar_bps\":null,$1}" >conf/risk/test.json
	accounts paper
	ct-store init
}

accounts() {
	local list
	# shellcheck disable=SC2086
	list=$(printf '"%s",' $PAIRS)
	cat >conf/accounts.json <<-END
	{"accounts":[{"name":"main","mode":"$1","manage_interval":null,"anchor":"2024-05-01","capital":"1000","risk":"test","fee_mode":"quote","slippage_bps":"0","strategies":[
	{"file":"one","symbols":[${list%,}]},{"file":"two","symbols":[${list%,}]}]}]}
	END
}

close_of() { echo $((T0 + ($1 + 1) * BAR_MS)); }

# candle K SYMBOL OPEN HIGH LOW CLOSE [VOLUME]
candle() {
	local t=$((T0 + $1 * BAR_MS)) v=${7:-5}
	printf '{"kind":"candle","v":1,"market":"spot","symbol":"%s","interval":"4h","open_time":%d,"open":"%s","high":"%s","low":"%s",' "$2" $t "$3" "$4" "$5"
	printf '"close":"%s","volume":"%s","close_time":%d,"quote_volume":"%s","trades":1,' "$6" "$v" $((t + BAR_MS - 1)) "$v"
	printf '"taker_buy_volume":null,"taker_buy_quote_volume":null}\n'
}

# flat_candles FROM TO: every pair at 100.
flat_candles() {
	local k s
	for k in $(seq "$1" "$2"); do for s in $PAIRS; do candle "$k" "$s" 100 101 99 100; done; done
}

# signal K SYMBOL ACTION [STOP] [STRATEGY]: at the close of bar K, seen at 100.
signal() {
	local exposure=0
	[ "$3" != BUY ] || exposure=1
	printf '{"kind":"signal","v":1,"market":"spot","symbol":"%s","interval":"4h","strategy":"%s","open_time":%d,"t_ms":%d,"action":"%s","exposure":%d,' \
		"$2" "${5:-one}" $((T0 + $1 * BAR_MS)) "$(close_of "$1")" "$3" $exposure
	printf '"price":"100","entry":"MARKET","entry_price":null,"entry_bars":null,"stop_offset":%s,"target_offset":null,"trail_offset":null,"max_hold_bars":null,"strength":null,"lower":null,"middle":null,' \
		"$([ -z "${4:-}" ] && echo null || echo "\"$4\"")"
	printf '"upper":null,"buy_mark":null,"sell_mark":null,"distance_pct":null,"waits_for":null,"why":"test"}\n'
}

at() { local k=$1; shift; "$@" -A main --now "$(close_of "$k")"; }

# The account's first step at the close of bar K: capital, and every pair booked up to there.
open_desk() {
	flat_candles 0 "$1" | ct-store put
	at "$1" ct-exec sync >/dev/null
}

# Everything the database knows of the account, in an order that does not depend on when it was written.
everything() {
	local what
	for what in decisions orders trades positions equity events; do ct-store $what -A main; done | sort
	ct-risk status -A main --format json
}

# killed_at_random N FILE COMMAND…: until it was cut short N times, from the same start (start.db), the command with FILE as input is killed at a
# random moment and run again; what is then recorded must be as in `undisturbed`. The moments follow the time that the
# last whole run took, so that they lie inside a run however busy the machine is.
killed_at_random() {
	local n=$1 input=$2 pid i began took_us cut=0
	shift 2
	cp start.db ct.db
	began=${EPOCHREALTIME/./}
	"$@" <"$input" >/dev/null
	took_us=$((${EPOCHREALTIME/./} - began))
	RANDOM=11
	for i in $(seq $((3 * n))); do
		[ "$cut" -lt "$n" ] || break
		rm -f ct.db*
		cp start.db ct.db
		"$@" <"$input" >/dev/null 2>&1 3>&- &
		pid=$!
		sleep "$(printf '0.%06d' $((took_us * (RANDOM % 1000) / 1000 % 1000000)))"
		kill -9 $pid 2>/dev/null || true
		wait $pid 2>/dev/null || cut=$((cut + 1))
		began=${EPOCHREALTIME/./}
		"$@" <"$input" >/dev/null || return
		took_us=$(((took_us + ${EPOCHREALTIME/./} - began) / 2))
		everything | diff undisturbed - || { echo "after kill $i"; return 1; }
	done
	echo "cut short: $cut of $n"
	[ "$cut" -ge $((n / 2)) ]
}
