# The ground of the live tests: an exchange (ct-sim) over made 4h candles, one account of mode demo, and the words to
# step it. Bars are written to a CSV for ct-sim and to the database for ct alike.
load "$ROOT/tests/cmd/desk.bash"

RISK='"sizing":"quote","size":"100","collar_bps":"100"' # the risk file's members
FLAT="100 101 99 100"
KEY64=abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ab

# csv_of FILE…: candle records to the exchange's CSV.
csv_of() {
	jq -r '[.open_time,.open,.high,.low,.close,.volume,.close_time,.quote_volume,.trades,"1","1","0"] | @csv' | tr -d '"'
}

# first_bars: of every pair bar 0, at 100; its digits make tick and step.
first_bars() {
	local s
	for s in $PAIRS; do candle 0 "$s" 100 101.25 99 100 50.125; done
}

# bars_at_100 BAR…: flat bars 0 and 1, and from 2 on AAAUSDT's "open high low close", beside which the other pairs are flat.
bars_at_100() {
	local k=1 bar s
	first_bars
	flat_candles 1 1
	for bar; do
		k=$((k + 1))
		# shellcheck disable=SC2086
		for s in $PAIRS; do [ "$s" = AAAUSDT ] && candle $k "$s" $bar || candle $k "$s" $FLAT; done
	done
}

# exchange FILE-OF-CANDLES [MEMBERS]: starts ct-sim on the candles, at the open of bar 1. MEMBERS: of the market's settings.
exchange() {
	local s
	mkdir -p market
	for s in $PAIRS; do jq -c "select(.symbol == \"$s\")" "$1" | csv_of >"market/$s-4h.csv"; done
	cat >accounts.sim <<-END
	{${2:-"\"spread_ticks\":0"},"accounts":[{"name":"main","taker_bps":"10","maker_bps":"10","slippage_bps":"0","balances":{"USDT":"1000"},
	"keys":[{"api_key":"$KEY64","secret":"secret"}]}]}
	END
	start_server sim.json ct-sim --data market --accounts accounts.sim --state sim.state --clock "$(close_of 0)"
	URL=$(jq -r .url sim.json)
	printf '%s\nsecret\n' "$KEY64" >key
	chmod 600 key
}

# live_desk: configuration of a demo account at $URL, by $RISK, and the database with the exchange's rules.
live_desk() {
	export CT_CONFIG=$PWD/conf CT_DB=$PWD/ct.db
	mkdir -p conf/strategies conf/risk
	echo '{"strategy":"channel","method":"donchian","lookback":10}' | tee conf/strategies/one.json >conf/strategies/two.json
	echo "{$RISK}" >conf/risk/test.json
	live_accounts demo "$URL"
	ct-store init
	# shellcheck disable=SC2086
	ct-fetch symbols --base-url "$URL" $PAIRS | ct-store put
}

live_accounts() {
	local list
	# shellcheck disable=SC2086
	list=$(printf '"%s",' $PAIRS)
	cat >conf/accounts.json <<-END
	{"accounts":[{"name":"main","mode":"$1","manage_interval":null,"base_url":"$2","key":"file:$PWD/key","anchor":"2024-05-01","capital":"1000","risk":"test",
	"slippage_bps":"0","strategies":[{"file":"one","symbols":[${list%,}]},{"file":"two","symbols":[${list%,}]}]}]}
	END
}

# clock K [OFFSET_MS]: the exchange's time becomes the close of bar K.
clock() { curl -sS -X POST "$URL/sim/clock?t=$(($(close_of "$1") + ${2:-0}))" >/dev/null; }
fault() { curl -sS -X POST -d "$1" "$URL/sim/fault" >/dev/null; }
no_faults() { curl -sS -X DELETE "$URL/sim/fault" >/dev/null; }
ledger() { curl -sS "$URL/sim/ledger"; }

# bar K FILE: the bars that closed then become known to ct, and the exchange's clock stands at their close.
bar() {
	jq -c "select(.open_time == $((T0 + $1 * BAR_MS)))" "$2" | ct-store put
	clock "$1"
}

# step K: bar K closes, and the book follows.
step() { bar "$1" bars && at "$1" ct-exec sync >/dev/null; }

# start_at_100 BAR…: bars_at_100, stepped to the close of bar 1.
start_at_100() {
	bars_at_100 "$@" >bars
	exchange bars
	live_desk
	step 0
	step 1
}

# books_agree [--rest]: what ct has recorded is what the exchange has, to the last digit.
books_agree() {
	ledger >ledger.json
	python3 "$ROOT/tests/torture/audit.py" "$@" ct.db ledger.json
}
