load ../helper
load parity

# The third leg: the same steps, live, at a simulated exchange that replays the same candles. What it has of its own: ids
# of orders and trades (each moved stop is an order list there), the orders themselves, and
# that a target rests there and is filled as a maker: paper, which counts the worst, books every exit as a taker's.
live_exchange() {
	local key=abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ab
	cat >accounts.sim <<-END
	{"spread_ticks":0,"commission_rounding":"up","accounts":[{"name":"live","taker_bps":"10","maker_bps":"10","slippage_bps":"5","balances":{"USDT":"10000"},
	"keys":[{"api_key":"$key","secret":"secret"}]}]}
	END
	start_server live.out ct-sim --data "$SHARED/data/klines/spot/4h" --clock "$FIRST" --weight-limit 100000 --exit-with-parent --accounts accounts.sim \
		--exchange-info "$SHARED/data/captures/exchangeInfo/spot-mainnet-25symbols-2025-08-07.json.zst"
	CT_BINANCE_URL=$(jq -r .url live.out)
	printf '%s\nsecret\n' "$key" >conf/key
	chmod 600 conf/key
}

move_clock() { curl -sS -X POST "$CT_BINANCE_URL/sim/clock?t=$(($(date -u -d "$FIRST" +%s) + $1 * BAR_S))000" >/dev/null; }

@test "parity: live at a simulated exchange, on paper and in the backtest: the same decisions, trades and equity" {
	BARS=${PARITY_BARS:-60}
	FIRST=2024-07-25
	write_settings
	# shellcheck disable=SC2086
	list=$(printf '"%s",' $PAIRS)
	touch conf/key
	write_accounts() {
		cat >conf/accounts.json <<-END
		{"accounts":[{"name":"live","mode":"$1","manage_interval":null,"base_url":"$2","key":"file:key","anchor":"2024-05-01","risk":"tight","strategies":[
		{"file":"wide","symbols":[${list%,}]},{"file":"dip","symbols":[${list%,}]}]}]}
		END
	}
	write_accounts paper http://127.0.0.1:1
	fill_database
	live_exchange
	write_accounts demo "$CT_BINANCE_URL"
	step_through live move_clock
	until_s=$(($(date -u -d "$FIRST" +%s) + BARS * BAR_S))
	ct-backtest -A live --since "$FIRST" --until "${until_s}000" --equity bar >backtest.ndjson
	for kind in decision trade equity; do
		ct-store "$([ $kind = equity ] && echo equity || echo ${kind}s)" -A live | recorded $kind | jq -cS 'del(.id, .order, .maker)' | sort >live.$kind
		recorded $kind <backtest.ndjson | jq -cS 'del(.id, .order, .maker)' | sort >backtest.$kind
		[ -s live.$kind ] || { echo "no $kind at all"; return 1; }
		diff live.$kind backtest.$kind || { echo "$kind differs"; return 1; }
	done
	[ "$(ct-store events -A live | grep -c '"desk\.')" -eq 0 ]
	jq -se 'map(.reason) | unique | contains(["entry", "exit", "stop", "target"])' live.trade
}
