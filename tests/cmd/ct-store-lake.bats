# ct-store export, candles --lake, import of a lake: Parquet through DuckDB's library (make deps-parquet).
load ../helper

setup() {
	library=${CT_DUCKDB:-${XDG_DATA_HOME:-$HOME/.local/share}/ct/lib/libduckdb.so}
	common_setup
	export CT_DB="$BATS_TEST_TMPDIR/ct.db"
	ct-store init
	export CT_DUCKDB="$library"
}

need_duckdb() {
	[ -e "$library" ] || skip "needs DuckDB's library: make deps-parquet"
}

funding() { # TIME RATE MARK
	printf '{"kind":"funding","v":1,"market":"um","symbol":"BTCUSDT","funding_time":%s,"interval_hours":8,"rate":"%s","mark_price":%s}\n' "$1" "$2" "$3"
}

# Three series over the turn of a year, one with volumes beyond 64 bits and unknown values, one of the other market; funding.
some_of_all() {
	candles 1500 BTCUSDT 14400000 4h
	candles 300 ETHUSDT 60000 1m
	candles 3 1000SATSUSDT 14400000 4h | sed 's/"volume":"1\([0-9]\)\./"volume":"5123456789012\1./; s/"trades":[0-9]*/"trades":null/; s/"quote_volume":"[^"]*"/"quote_volume":null/'
	candles 20 BTCUSDT 14400000 4h | sed 's/"spot"/"um"/'
	funding 1735660800000 0.00010000 '"93000.10000000"'
	funding 1735689600000 -0.00002500 null
}

everything() { # [DB]
	for kind in candles funding; do
		for market in spot um; do ct-store $kind -m $market ${1:+--db "$1"}; done
	done
}

one_file() { find lake -name '*.parquet' | sort | head -n 1; }
BTC=lake/candles/market=spot/symbol=BTCUSDT/interval=4h/year=2024/BTCUSDT-4h-2024.parquet

@test "database to Parquet to database is the identity, and so is reading the lake" {
	need_duckdb
	some_of_all | ct-store put
	ct-store export --format parquet -o lake -v 2>err
	grep -q '1825 rows into 7 files; 0 files as they were' err
	[ "$(find lake -name '*.parquet' | wc -l)" = 7 ]
	[ -z "$(find lake -name '*.tmp')" ]
	ct-store init --db other.db
	ct-store import --db other.db lake -v 2>err
	grep -q '1825 new, 0 changed, 0 as they were' err
	everything >in
	everything other.db | cmp - in
	for options in "-i 4h" "-i 1m" "-m um" "-i 4h --by-time" "-i 4h --last 7" "-i 4h BTCUSDT --since 2024-12-30 --until 2025-01-02" "-i 4h --last 5 --until 2025-01-01"; do
		# shellcheck disable=SC2086 # words
		ct-store candles $options >in
		# shellcheck disable=SC2086
		ct-store candles --lake lake $options --db none.db | cmp - in || fail "$options"
		[ -s in ]
	done
	ct-store funding -m um >in
	ct-store funding -m um --lake lake | cmp - in
}
