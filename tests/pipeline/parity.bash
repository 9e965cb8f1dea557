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
