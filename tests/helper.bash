# The common ground of every bats file: `load ../helper` (or `load helper`) and write tests.
# A file with a setup of its own calls common_setup in it, and common_teardown in its teardown.
bats_load_library bats-support
bats_load_library bats-assert

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=${CT_BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$ROOT/$BUILD ;; esac
BIN=$BUILD/bin
SHARED=${SHARED:-$ROOT/../shared}

# A fresh folder as working and home directory, the programs in PATH, no setting of the person who runs the tests.
common_setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	unset CT_DB CT_CONFIG CT_LOG CT_SIM_URL NO_COLOR http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
	export PATH="$BIN:$PATH" CT_SHARE="$ROOT/share" LC_ALL=C TZ=UTC ROOT BIN SHARED
	export HOME="$BATS_TEST_TMPDIR" XDG_DATA_HOME="$BATS_TEST_TMPDIR/data" XDG_STATE_HOME="$BATS_TEST_TMPDIR/state"
	export XDG_CONFIG_HOME="$BATS_TEST_TMPDIR/config" XDG_CACHE_HOME="$BATS_TEST_TMPDIR/cache"
	export XDG_RUNTIME_DIR="$BATS_TEST_TMPDIR"
	SERVERS=()
}

common_teardown() {
	local pid
	for pid in "${SERVERS[@]}"; do
		kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	done
	return 0
}

setup() { common_setup; }
teardown() { common_teardown; }

# Skips the test where the folder of real candles and golden values is not there.
need_shared() {
	[ -d "$SHARED/${1:-}" ] || skip "needs ${1:-the data folder} in SHARED=$SHARED"
}

# start_server FILE COMMAND…: runs it in the background with its stdout in FILE, until its first line is there;
# teardown ends it.
start_server() {
	local file=$1 i
	shift
	"$@" >"$file" 2>"$file.err" 3>&- &
	SERVERS+=("$!")
	for i in $(seq 200); do
		[ -s "$file" ] && return 0
		kill -0 "$!" 2>/dev/null || break
		sleep 0.05
	done
	cat "$file.err" >&2
	return 1
}

# wait_for COMMAND…: until it succeeds, at most 10 s.
wait_for() {
	local i
	for i in $(seq 200); do
		"$@" && return 0
		sleep 0.05
	done
	return 1
}

# The exchange's rules for a pair.
rules() {
	printf '{"kind":"symbol","v":1,"market":"spot","symbol":"%s","status":"TRADING","base_asset":"%s","quote_asset":"USDT",' "$1" "${1%USDT}"
	printf '"tick_size":"0.01","min_price":"0.01","max_price":"1000000","step_size":"0.00001","min_qty":"0.00001","max_qty":"9000",'
	printf '"market_step_size":"0","market_min_qty":"0","market_max_qty":"0","min_notional":"5","max_notional":"9000000",'
	printf '"min_notional_market":true,"oco_allowed":true,"opo_allowed":true,"t_ms":1714521600000}\n'
}

# candles [N] [SYMBOL] [INTERVAL_MS] [INTERVAL]: N made candle lines, a gentle wave; the k-th differs from its neighbours.
candles() {
	awk -v n="${1:-1}" -v symbol="${2:-BTCUSDT}" -v ms="${3:-14400000}" -v interval="${4:-4h}" 'BEGIN {
		for (k = 0; k < n; k++) {
			c = 100 + 10 * sin(k / 7); o = 100 + 10 * sin((k - 1) / 7); t = 1714521600000 + k * ms
			printf "{\"kind\":\"candle\",\"v\":1,\"market\":\"spot\",\"symbol\":\"%s\",\"interval\":\"%s\",\"open_time\":%.0f,", symbol, interval, t
			printf "\"open\":\"%.8f\",\"high\":\"%.8f\",\"low\":\"%.8f\",\"close\":\"%.8f\",", o, (o > c ? o : c) + 1, (o < c ? o : c) - 1, c
			printf "\"volume\":\"%d.00000000\",\"close_time\":%.0f,\"quote_volume\":\"%d.00000000\",\"trades\":%d,", 10 + k, t + ms - 1, 1000 + k, 5 + k
			printf "\"taker_buy_volume\":\"5.00000000\",\"taker_buy_quote_volume\":\"500.00000000\"}\n"
		}
	}'
}
