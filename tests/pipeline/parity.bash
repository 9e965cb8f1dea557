# Parity: the same candles through ct-backtest, and through ct-trade's steps on paper, one process after another, bar by
# bar, must give the same decisions, orders, trades and equity, to the last digit.
# Spot 4h candles of ten pairs around the fall of 5 August 2024, so that stops, gaps and a breaker are met.
PAIRS="BTCUSDT ETHUSDT BNBUSDT SOLUSDT XRPUSDT ADAUSDT DOGEUSDT LINKUSDT LTCUSDT DOTUSDT"
FIRST=2024-07-20
BARS=200
BAR_S=14400
BAR=4h # what is stored and replayed

# Real candles and the exchange's rules for the pairs, over HTTP, into a fresh database.
fill_database() {
	need_shared data/klines/spot/$BAR
	start_server sim.out ct-sim --data "$SHARED/data/klines/spot/$BAR" --clock 2024-09-01 --exit-with-parent \
		--exchange-info "$SHARED/data/captures/exchangeInfo/spot-mainnet-25symbols-2025-08-07.json.zst"
	export CT_BINANCE_URL
	CT_BINANCE_URL=$(jq -r .url sim.out)
	export CT_CONFIG=$PWD/conf
	ct-store init
	# shellcheck disable=SC2086
	{ ct-fetch symbols $PAIRS && ct-fetch candles $PAIRS -i $BAR --since 2024-05-01 --until 2024-08-25; } | ct-store put
}

# Donchian and ATR channels with stops, targets and trailing, and limits that are met: wide, dip and tight.
write_settings() {
	mkdir -p conf/strategies conf/risk
	cat >conf/strategies/wide.json <<-'END'
	{"strategy":"channel","method":"donchian","lookback":20,"exit_lookback":10,"stop_atr":3,"trail_atr":4}
	END
	cat >conf/strategies/dip.json <<-'END'
	{"strategy":"channel","method":"atr","average":"ema","lookback":30,"lower_k":1.5,"upper_k":1.5,"trigger":"touch","stop_pct":4,"target":"mid"}
	END
	cat >conf/risk/tight.json <<-'END'
	{"sizing":"equity_pct","size":"15","max_positions":5,"max_exposure_pct":"60","daily_loss_pct":"30","drawdown_pct":"6","collar_bps":"20"}
	END
}

# step_through ACCOUNT [HOOK]: every step by ct-trade, the clock given; HOOK N is run before step N.
step_through() {
	local first n
	first=$(date -u -d "$FIRST" +%s)
	for n in $(seq 0 $BARS); do
		[ -z "${2:-}" ] || "$2" "$n" || return
		ct-trade -A "$1" --now "$(((first + n * BAR_S)))000" || return
	done
}

# What a run recorded, but for the names of account and run, in an order of its own.
recorded() { jq -cS 'select(.kind == "'"$1"'") | del(.account, .run)' | sort; }

# compare ACCOUNT: both ways, kind by kind.
compare() {
	local kind until_s
	until_s=$(($(date -u -d "$FIRST" +%s) + BARS * BAR_S))
	ct-backtest -A "$1" --since "$FIRST" --until "${until_s}000" --equity bar >backtest.ndjson
	for kind in decision order trade equity event; do
		ct-store "$(case $kind in equity) echo equity ;; *) echo ${kind}s ;; esac)" -A "$1" | recorded $kind >paper.$kind
		recorded $kind <backtest.ndjson >backtest.$kind
		[ $kind = event ] || [ -s paper.$kind ] || { echo "no $kind at all"; return 1; }
		diff paper.$kind backtest.$kind || { echo "$kind differs"; return 1; }
	done
}

# The third leg: the same steps, live, at a simulated exchange that replays the same candles. What it has of its own: ids
# of orders and trades (each moved stop is an order list there), the orders themselves, and
# that a target rests there and is filled as a maker: paper, which counts the worst, books every exit as a taker's.
live_exchange() {
	local key=abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ab
	cat >accounts.sim <<-END
	{"spread_ticks":0,"commission_rounding":"up","accounts":[{"name":"live","taker_bps":"10","maker_bps":"10","slippage_bps":"5","balances":{"USDT":"10000"},
	"keys":[{"api_key":"$key","secret":"secret"}]}]}
	END
	start_server live.out ct-sim --data "$SHARED/data/klines/spot/$BAR" --clock "$FIRST" --weight-limit 100000 --exit-with-parent --accounts accounts.sim \
		--exchange-info "$SHARED/data/captures/exchangeInfo/spot-mainnet-25symbols-2025-08-07.json.zst"
	CT_BINANCE_URL=$(jq -r .url live.out)
	printf '%s\nsecret\n' "$key" >conf/key
	chmod 600 conf/key
}

move_clock() { curl -sS -X POST "$CT_BINANCE_URL/sim/clock?t=$(($(date -u -d "$FIRST" +%s) + $1 * BAR_S))000" >/dev/null; }

# live_accounts MODE URL RISK STRATEGY…: accounts.json of account "live", which trades all pairs by each strategy.
live_accounts() {
	local mode=$1 url=$2 risk=$3 pairs list
	shift 3
	# shellcheck disable=SC2086
	pairs=$(printf ',"%s"' $PAIRS)
	list=$(printf ',{"file":"%s","symbols":['"${pairs#,}"']}' "$@")
	cat >conf/accounts.json <<-END
	{"accounts":[{"name":"live","mode":"$mode","manage_interval":${MANAGED:-null},"base_url":"$url","key":"file:key","anchor":"2024-05-01","risk":"$risk","strategies":[${list#,}]}]}
	END
}

# compare_live: what the account has recorded, against the backtest, kind by kind.
compare_live() {
	local kind until_s
	until_s=$(($(date -u -d "$FIRST" +%s) + BARS * BAR_S))
	ct-backtest -A live --since "$FIRST" --until "${until_s}000" --equity bar >backtest.ndjson
	for kind in decision trade equity; do
		ct-store "$([ $kind = equity ] && echo equity || echo ${kind}s)" -A live | recorded $kind | jq -cS 'del(.id, .order, .maker)' | sort >live.$kind
		recorded $kind <backtest.ndjson | jq -cS 'del(.id, .order, .maker)' | sort >backtest.$kind
		[ -s live.$kind ] || { echo "no $kind at all"; return 1; }
		diff live.$kind backtest.$kind || { echo "$kind differs"; return 1; }
	done
	[ "$(ct-store events -A live | grep '"desk\.' | grep -vc '"level":"info"')" -eq 0 ] # a fill at a bar's end is protected a millisecond later
}
