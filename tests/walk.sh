# shellcheck shell=sh
# walk SYMBOL SEED BARS: 4h candles of a random walk.
walk() {
	awk -v symbol="$1" -v seed="$2" -v n="$3" 'BEGIN {
		x = seed; p = 100
		for (k = 0; k < n; k++) {
			x = (x * 69069 + 1) % 4294967296; o = p; p *= 1 + (x / 4294967296 - 0.498) / 20
			high = (o > p ? o : p) * 1.004; low = (o < p ? o : p) * 0.996; t = 1714521600000 + k * 14400000
			printf "{\"kind\":\"candle\",\"v\":1,\"market\":\"spot\",\"symbol\":\"%s\",\"interval\":\"4h\",\"open_time\":%.0f,", symbol, t
			printf "\"open\":\"%.4f\",\"high\":\"%.4f\",\"low\":\"%.4f\",\"close\":\"%.4f\",\"volume\":\"10\",\"close_time\":%.0f,", o, high, low, p, t + 14399999
			printf "\"quote_volume\":\"1000\",\"trades\":9,\"taker_buy_volume\":\"5\",\"taker_buy_quote_volume\":\"500\"}\n"
		}
	}'
}
