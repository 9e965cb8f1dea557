#!/bin/sh
# The demo: a year of three paper accounts on 4h spot candles, and its last 60 bars again, step by step, as cron would.
# Everything it makes is in build/demo. DATA=DIR replays a folder of Binance CSV files; DATA=synthetic a made-up market.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
build=${CT_BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
home=$build/demo
bars=60
bar_s=14400
majors="BTCUSDT ETHUSDT BNBUSDT SOLUSDT XRPUSDT ADAUSDT DOGEUSDT LINKUSDT LTCUSDT DOTUSDT"

rm -rf "$home"
mkdir -p "$home/config/symbols"
cat >"$home/env" <<END
export PATH="$build/bin:\$PATH" CT_SHARE="$root/share" CT_DB="$home/ct.db" CT_CONFIG="$home/config" XDG_STATE_HOME="$home/state"
END
# shellcheck disable=SC1091 # made above
. "$home/env"
cd "$home"

say() { printf '\n%s\n' "$*"; }
# A made-up market is called one on every screen.
section() { say "$*${note:+   [$note]}"; }
date_of() { date -u -d "@$1" '+%Y-%m-%d %H:%M'; }
# member NAME: that member of each JSON line on stdin.
member() { sed -n 's/.*"'"$1"'":"\{0,1\}\([^",}]*\).*/\1/p'; }
# The open time of a pair's newest candle, wherever the exchange's history ends.
newest() { ct-fetch candles "$1" -i 4h --since 2017-07-01 | member open_time | tail -n 1; }

note=''
report() { if [ -n "$note" ]; then ct-report "$@" --note "$note"; else ct-report "$@"; fi; }

serve() {
	ct-sim --port-file "$home/port" --exit-with-parent "$@" >"$home/sim.ndjson" 2>"$home/sim.log" &
	sim=$!
	trap 'kill "$sim" 2>/dev/null || true' EXIT
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ ! -s "$home/port" ] || break
		sleep 0.1
	done
	CT_BINANCE_URL=http://127.0.0.1:$(cat "$home/port")
	export CT_BINANCE_URL
}

# Where the candles come from. They always travel over HTTP, through ct-fetch.
choose_source() {
	data=${DATA:-}
	if [ -z "$data" ]; then
		if last=$(timeout 3 ct-fetch candles BTCUSDT -i 4h --last 1 --retries 0 2>/dev/null) && [ -n "$last" ]; then
			say "Candles: Binance's public market data."
			return
		fi
		say "Binance did not answer within 3 seconds: falling back to a local exchange."
		data=$root/../shared/data/klines/spot/4h
		[ -d "$data" ] || data=synthetic
	fi
	if [ "$data" = synthetic ]; then
		note='SYNTHETIC MARKET: these are not real prices'
		say "Candles: a made-up market. $note."
		serve --generate 7 --interval 1h
	else
		data=$(cd "$root" && cd "$data" && pwd)
		say "Candles: $data, replayed by ct-sim."
		rules=$root/../shared/data/captures/exchangeInfo/spot-mainnet-25symbols-2025-08-07.json.zst
		if [ -e "$rules" ]; then serve --data "$data" --exchange-info "$rules"; else serve --data "$data"; fi
	fi
}

# Ten pairs against USDT: the majors that are there, else the first ones.
choose_pairs() {
	ct-fetch symbols | member symbol | grep 'USDT$' >listed
	pairs=$(for s in $majors; do grep -x "$s" listed || true; done)
	[ "$(echo "$pairs" | wc -w)" -ge 8 ] || pairs=$(head -n 10 listed)
	# shellcheck disable=SC2086 # one word a pair
	printf '{"market":"spot","symbols":[%s]}\n' "$(printf '"%s",' $pairs | sed 's/,$//')" >config/symbols/majors.json
}

choose_source
choose_pairs
first_pair=$(echo "$pairs" | head -n 1)
end_s=$(($(newest "$first_pair") / 1000 + bar_s))
steps_s=$((end_s - bars * bar_s))
year_s=$((end_s - 365 * 86400))
# The accounts are managed on candles of an hour; a folder of 4h files has none.
interval=1h managed=
ct-fetch candles "$first_pair" -i 1h --since "${steps_s}000" 2>/dev/null | grep -q '"kind":"candle"' || interval=4h managed='"manage_interval": null, '
sed 's/"anchor": *"[^"]*"/'"$managed"'"anchor": '"${year_s}000"'/' "$root/share/accounts.json" >config/accounts.json
accounts=$(sed -n 's/.*"name": *"\([^"]*\)".*/\1/p' config/accounts.json)

section "1. A year of candles, $(date_of "$year_s") to $(date_of "$end_s"), for $(echo "$pairs" | paste -sd" ")"
ct-store init
# shellcheck disable=SC2086
ct-fetch symbols $pairs | ct-store put
ct-store wanted --all --now "${steps_s}000" | ct-fetch candles - --now "${steps_s}000" | ct-store put
echo "   $(ct-store candles -i $interval | wc -l) candles of $interval stored, up to $(date_of "$steps_s")"

section "2. The last $bars bars, step by step, as cron would run them: ct-trade, once a bar, every program a process of its own"
began=$(date +%s)
n=0
while [ "$n" -le "$bars" ]; do
	ct-trade --now "$((steps_s + n * bar_s))000"
	[ ! -t 2 ] || printf '\r   step %d of %d' "$n" "$bars" >&2
	n=$((n + 1))
done
[ ! -t 2 ] || printf '\r\033[K' >&2
echo "   $n steps of $(echo "$accounts" | wc -w) accounts in $(($(date +%s) - began)) s"

section "3. The same $bars bars by ct-backtest, in one process, from the same fresh capital: are the trades the same?"
plain() { sed 's/"account":"[^"]*",//; s/"run":"[^"]*",//' | sort; }
for a in $accounts; do
	ct-store trades -A "$a" | plain >"paper.$a"
	ct-backtest -A "$a" --since "${steps_s}000" --until "${end_s}000" | grep '"kind":"trade"' | plain >"backtest.$a" || true
	if cmp -s "paper.$a" "backtest.$a"; then
		echo "   $a: yes, both gave the same $(wc -l <"paper.$a") trades, to the last digit"
	else
		echo "   $a: NO. Compare $home/paper.$a and $home/backtest.$a" >&2
		exit 1
	fi
done

section "4. The year, by ct-backtest"
for a in $accounts; do
	ct-backtest -A "$a" --until "${end_s}000" | ct-store put
done
compared=$(for a in $accounts; do echo "-A backtest/$a"; done)
# shellcheck disable=SC2086 # one option an account
report compare $compared
# shellcheck disable=SC2086
best=$(report compare $compared --format table | sed -n 's/^Safest was backtest\/\([^:]*\):.*/\1/p')
best=${best:-$(echo "$accounts" | head -n 1)}
section "5. The marks at $(date_of "$end_s"): where $best would buy and sell next"
report marks -A "$best"

section "6. The year's equity of $best"
report equity -A "backtest/$best" --chart
report equity -A "backtest/$best" -o "$home/equity.png"

cat <<END

The picture:  $home/equity.png
Look further (first:  . $home/env ):
  ct-report monthly -A backtest/$best
  ct-report trades -A $best --last 20
  ct-store decisions -A $best --format table --last 20
END
[ -z "$note" ] || say "$note."
