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

@test "real candles of two markets and intervals go through Parquet to the byte" {
	need_duckdb
	need_shared data/klines/spot/4h
	ct-store import -q -i 4h "$SHARED"/data/klines/spot/4h/{BTC,DENT,ETH}USDT-4h.csv.zst
	ct-store import -q -i 1m "$SHARED"/data/klines/spot/1m/BTCUSDT-1m.csv.zst
	ct-store import -q -m um -i 1h "$SHARED"/data/klines/um/1h/BTCUSDT-1h.csv.zst
	ct-store export --format parquet -o lake
	ct-store init --db other.db
	ct-store import -q --db other.db lake
	everything >in
	[ "$(wc -l <in)" -gt 50000 ]
	everything other.db | cmp - in
	ct-store candles -i 1m --lake lake | cmp - <(ct-store candles -i 1m)
}

@test "a reader that shares nothing with DuckDB finds the same names, types and values" {
	need_duckdb
	[ -d "$ROOT/build/parquet/node_modules/hyparquet" ] || skip "needs npm packages: make check-parquet"
	some_of_all | ct-store put
	ct-store export --format parquet -o lake
	node "$ROOT/build/parquet/read.js" lake >out
	{ ct-store candles; ct-store candles -m um; } | cmp - out
}

@test "an export leaves what has not changed, writes what has, and never a file over one that has more" {
	need_duckdb
	some_of_all | ct-store put
	sqlite3 "$CT_DB" 'UPDATE candle_row SET stored_s = stored_s - 10'
	ct-store export --format parquet -o lake
	ls -i lake/candles/*/*/*/*/*.parquet >before
	ct-store export --format parquet -o lake -v 2>err
	grep -q '2 rows into 2 files; 5 files as they were' err
	ls -i lake/candles/*/*/*/*/*.parquet | cmp - before
	candles 2 ETHUSDT 60000 1m | tail -n 1 | sed 's/"trades":6/"trades":7/' | ct-store put
	ct-store export --format parquet -o lake -v -i 1m 2>err
	grep -q '300 rows into 1 files; 0 files as they were' err
	ct-store candles --lake lake -i 1m | cmp - <(ct-store candles -i 1m)
	# Times choose years, and a year is always whole.
	rm -r lake
	ct-store export --format parquet -o lake -i 4h BTCUSDT --since 2025-01-02
	[ "$(find lake -name '*.parquet')" = lake/candles/market=spot/symbol=BTCUSDT/interval=4h/year=2025/BTCUSDT-4h-2025.parquet ] || find lake
	ct-store candles --lake lake -i 4h | cmp - <(ct-store candles -i 4h BTCUSDT --since 2025-01-01)
	# A database with less.
	ct-store init --db less.db
	ct-store candles -i 4h BTCUSDT --last 10 | ct-store put --db less.db
	before=$(sha256sum lake/candles/*/*/*/*/*)
	run ct-store export --db less.db --format parquet -o lake
	assert_failure 73
	assert_output --partial 'of which the database has 10: import the lake first, or remove the file:'
	[ "$(sha256sum lake/candles/*/*/*/*/*)" = "$before" ]
}

@test "a damaged, truncated, foreign or misplaced file is named, exit 65, and nothing of the lake is imported" {
	need_duckdb
	some_of_all | ct-store put
	ct-store export --format parquet -o whole
	ct-store init --db other.db
	refused() { # MESSAGE
		run ct-store import --db other.db lake
		assert_failure 65
		assert_output --partial "$1"
		assert_output --partial "${2:-$BTC}"
		[ -z "$(everything other.db)" ]
		run ct-store candles --lake lake -i 4h -m spot
		assert_failure 65
		rm -r lake
	}
	cp -r whole lake && truncate -s -1 "$BTC"
	refused 'No magic bytes'
	cp -r whole lake && truncate -s 0 "$BTC"
	refused 'too small'
	cp -r whole lake && echo 'open,high,low,close' >"$BTC"
	refused ''
	cp -r whole lake && cp lake/funding/market=um/symbol=BTCUSDT/year=2024/BTCUSDT-2024.parquet "$BTC"
	refused 'column "open_time" not found'
	cp -r whole lake && cp lake/candles/market=spot/symbol=BTCUSDT/interval=4h/year=2025/*.parquet "$BTC"
	refused 'open_time: 1735689600000 is not in 2024'
	cp -r whole lake && cp lake/candles/market=um/symbol=BTCUSDT/interval=4h/year=2024/*.parquet "$BTC"
	refused 'the rows are not those that were written for this series'
	cp -r whole lake && mkdir lake/candles/market=moon
	refused "'moon' is not a market" lake/candles/market=moon
	# Any bit: the file is refused, or gives what was written (the bit was of no use to anyone).
	for at in $(seq 4 997 "$(stat -c %s "whole/${BTC#lake/}")"); do
		cp -r whole lake
		python3 - "$BTC" "$at" <<-END
			import sys
			with open(sys.argv[1], "r+b") as f:
			    f.seek(int(sys.argv[2])); byte = f.read(1)[0]; f.seek(-1, 1); f.write(bytes([byte ^ 16]))
		END
		status=0
		ct-store candles -i 4h --lake lake BTCUSDT >out 2>err || status=$?
		{ [ $status = 65 ] && grep -qF "$BTC" err; } || { [ $status = 0 ] && ct-store candles -i 4h BTCUSDT | cmp - out; } || fail "byte $at: $status $(cat err)"
		rm -r lake
	done
}

# A file of the lake, written once more as another tool would: its columns by this SQL.
rewritten() { # FILE SELECT
	python3 - "$library" "$1" "$2" <<-'END'
		import ctypes, os, sys
		duck, path, select = ctypes.CDLL(sys.argv[1]), sys.argv[2], sys.argv[3]
		db, connection = ctypes.c_void_p(), ctypes.c_void_p()
		assert duck.duckdb_open(None, ctypes.byref(db)) == 0 and duck.duckdb_connect(db, ctypes.byref(connection)) == 0
		sql = f"COPY (SELECT {select} FROM read_parquet('{path}', hive_partitioning = false)) TO '{path}.new' (FORMAT parquet)"
		assert duck.duckdb_query(connection, sql.encode(), None) == 0, sql
		os.rename(path + ".new", path)
	END
}

@test "decimals of other widths are taken where they fit exactly, and else refused by their value" {
	need_duckdb
	some_of_all | sed '/funding/!s/\("[0-9]*\.[0-9][0-9]\)[0-9]\{6\}"/\1000000"/g; s/"1000SATSUSDT"/"BBBUSDT"/' | ct-store put # prices of two decimals
	everything >all
	ct-store export --format parquet -o whole
	same() { # FILE SELECT
		rm -rf lake other.db
		cp -r whole lake
		rewritten "$1" "$2"
		ct-store init --db other.db
		ct-store import --db other.db lake
		everything other.db | cmp - all
	}
	same "$BTC" '* REPLACE (open::DECIMAL(38,12) AS open, high::DECIMAL(9,2) AS high, low::DECIMAL(6,2) AS low, close::DECIMAL(18,10) AS close,
		volume::DECIMAL(9,3) AS volume, quote_volume::DECIMAL(38,20) AS quote_volume, taker_buy_volume::DECIMAL(4,1) AS taker_buy_volume)'
	same "${BTC//BTC/BBB}" '* REPLACE (volume::DECIMAL(22,8) AS volume, taker_buy_volume::DECIMAL(18,8) AS taker_buy_volume)'
	same lake/funding/market=um/symbol=BTCUSDT/year=2024/BTCUSDT-2024.parquet '* REPLACE (rate::DECIMAL(4,4) AS rate, mark_price::DECIMAL(7,1) AS mark_price)'
	same lake/funding/market=um/symbol=BTCUSDT/year=2025/BTCUSDT-2025.parquet '* REPLACE (rate::DECIMAL(9,9) AS rate)' # negative; a mark price that is null
	refused() { # SELECT MESSAGE
		rm -r lake
		cp -r whole lake
		rewritten "$BTC" "$1"
		run ct-store import --db other.db lake
		assert_failure 65
		assert_output --partial "$2"
		assert_output --partial "$BTC'"
	}
	refused '* REPLACE (89.999999999::DECIMAL(38,12) AS low)' "low: '89.999999999000' does not fit DECIMAL(18,8)"
	refused '* REPLACE (100000000110.25::DECIMAL(38,2) AS high)' "high: '100000000110.25' does not fit DECIMAL(18,8)"
	refused '* REPLACE (-0.000000001::DECIMAL(9,9) AS quote_volume)' "quote_volume: '-0.000000001' does not fit DECIMAL(38,8)"
	refused '* REPLACE (99999999999999999999999999999999999.000::DECIMAL(38,3) AS volume)' "volume: '99999999999999999999999999999999999.000' does not fit DECIMAL(38,8)"
	refused '* REPLACE (open::DOUBLE AS open)' 'open: the column is not DECIMAL(18,8)'
}

@test "a value or a name that a lake cannot have is refused" {
	need_duckdb
	candles 1 | sed 's/"high":"[0-9.]*"/"high":"10000000000.00000000"/' | ct-store put
	run ct-store export --format parquet -o lake
	assert_failure 65
	assert_output --partial "high: '10000000000.00000000' does not fit DECIMAL(18,8)"
	[ -z "$(find lake -type f -name '*parquet*')" ]
	ct-store init --db names.db
	candles 1 '../../AAA' | ct-store put --db names.db
	run ct-store export --db names.db --format parquet -o lake
	assert_failure 65
	assert_output --partial "symbol: '../../AAA' cannot be the name of a folder"
	run ct-store export -o lake --format csv
	assert_failure 64
	run ct-store export --format parquet
	assert_failure 64
	run ct-store orders --lake lake
	assert_failure 64
	run ct-store candles --lake none
	assert_failure 66
	mkdir empty
	run ct-store import empty
	assert_failure 65
	run ct-store import x.parquet
	assert_failure 66
	: >x.parquet
	run ct-store import x.parquet
	assert_failure 65
	assert_output "ct-store: a lake is read by the folder that export wrote, not file by file: 'x.parquet'"
	run ct-store candles --lake empty
	assert_failure 65
	assert_output "ct-store: neither candles nor funding is in it, as export makes them: 'empty'"
}

@test "a folder may have any name" {
	need_duckdb
	candles 10 | ct-store put
	for name in "la'ke [1] * ?" 'x=y' '"' $'new\nline' 'a%20b'; do
		ct-store export --format parquet -o "$name"
		ct-store candles --lake "$name" | cmp - <(ct-store candles) || fail "$name"
	done
}

@test "a full disk and kill -9 leave the file that was there, and the next export is whole" {
	need_duckdb
	candles 60000 BTCUSDT 60000 1m | ct-store put
	ct-store export --format parquet -o lake
	file=$(one_file)
	before=$(sha256sum "$file")
	candles 60001 BTCUSDT 60000 1m | tail -n 1 | ct-store put
	run bash -c "trap '' XFSZ; ulimit -f 100; ct-store export --format parquet -o lake"
	assert_failure 74
	assert_output --partial "BTCUSDT-1m-2024.parquet"
	[ "$(sha256sum "$file")" = "$before" ]
	[ -z "$(find lake -name '*.tmp')" ]
	for signal in KILL TERM KILL TERM; do
		ct-store export --format parquet -o lake 2>err 3>&- &
		pid=$!
		wait_for eval 'ls -A "$(dirname "$file")" | grep -q tmp || ! kill -0 $pid 2>/dev/null'
		kill -$signal $pid 2>/dev/null || true
		wait $pid || true
		lines=$(ct-store candles -i 1m --lake lake | wc -l)
		[ "$(sha256sum "$file")" = "$before" ] || [ "$lines" = 60001 ]
	done
	ct-store export --format parquet -o lake
	ct-store candles -i 1m --lake lake | cmp - <(ct-store candles -i 1m)
	[ -z "$(find lake -name '*.tmp')" ]
}

@test "files are written by several threads: the bytes are those of one, and of several errors the first is told" {
	need_duckdb
	{ some_of_all; for pair in A B C D E F; do candles 1500 ${pair}USDT 14400000 4h; done; } | ct-store put
	first=$(taskset -cp $$ | sed 's/.*: *\([0-9]*\).*/\1/')
	taskset -c "$first" ct-store export --format parquet -o one
	ct-store export --format parquet -o lake
	(cd one && find . -name '*.parquet' | sort) >names
	[ "$(wc -l <names)" = 19 ]
	(cd lake && find . -name '*.parquet' | sort) | cmp - names
	when() { sed -z 's/\(ct\.exported_s..\)[0-9]\{10\}/\1/' "$1"; }
	while read -r name; do
		cmp <(when "one/$name") <(when "lake/$name") || fail "$name"
	done <names
	for pair in A B; do candles 1 ${pair}USDT 14400000 1d | sed 's/"high":"[0-9.]*"/"high":"10000000000.00000000"/'; done | ct-store put
	for _ in 1 2 3 4 5; do
		run ct-store export --format parquet -o lake
		assert_failure 65
		assert_output --partial "high: '10000000000.00000000' does not fit DECIMAL(18,8): "
		assert_output --partial 'AUSDT-1d-2024.parquet'
		[ -z "$(find lake -name '*.tmp')" ]
	done
}

@test "an export of many files that is killed leaves whole ones only, and the next one the rest" {
	need_duckdb
	candles 20 P0USDT 14400000 4h >in
	for i in $(seq 300); do sed "s/P0USDT/P${i}USDT/" in; done | ct-store put
	sqlite3 "$CT_DB" 'UPDATE candle_row SET stored_s = stored_s - 10'
	ct-store candles -i 4h | sort >all
	files() { find lake -name '*.parquet' | wc -l; }
	mkdir lake
	for signal in KILL TERM KILL TERM; do
		before=$(files)
		ct-store export --format parquet -o lake 2>err 3>&- &
		pid=$!
		while [ "$(files)" = "$before" ] && kill -0 $pid 2>/dev/null; do :; done
		kill -$signal $pid 2>/dev/null || true
		wait $pid || true
		ct-store candles --lake lake -i 4h | sort >some
		[ "$(files)" = $(($(wc -l <some) / 20)) ]
		[ -z "$(comm -23 some all)" ]
	done
	ct-store export --format parquet -o lake
	ct-store candles --lake lake -i 4h | sort | cmp - all
	[ -z "$(find lake -name '*.tmp')" ]
}

@test "two exports at once: one after the other; the library is found where make deps-parquet puts it" {
	need_duckdb
	unset CT_DUCKDB
	mkdir -p data/ct/lib
	ln -s "$library" data/ct/lib/libduckdb.so
	candles 5000 | ct-store put
	ct-store export --format parquet -o lake 3>&- &
	ct-store export --format parquet -o lake
	wait $!
	ct-store candles --lake lake | cmp - <(ct-store candles)
}

@test "without the library, or with an old one, only Parquet is missing, and the message says what to do" {
	candles 3 | ct-store put
	mkdir -p lake/candles
	for command in 'export --format parquet -o lake' 'candles --lake lake' 'import lake'; do
		# shellcheck disable=SC2086 # words
		CT_DUCKDB=$PWD/none.so run ct-store $command
		assert_failure 69
		assert_output --partial 'none.so: cannot open shared object file'
		assert_output --partial 'run make deps-parquet in the source of ct'
	done
	CT_DUCKDB=$PWD/none.so ct-store candles | grep -q BTCUSDT
	echo 'const char *duckdb_library_version(void) { return VERSION; }' >old.c
	${CC:-cc} -shared -fPIC -DVERSION='"v0.9.2"' -o old.so old.c
	CT_DUCKDB=$PWD/old.so run ct-store candles --lake lake
	assert_failure 69
	assert_output 'ct-store: DuckDB v0.9.2 is too old, 1.3 or newer is needed: run make deps-parquet in the source of ct, or name a libduckdb.so in CT_DUCKDB'
	${CC:-cc} -shared -fPIC -DVERSION='"v9.0.0"' -o new.so old.c
	CT_DUCKDB=$PWD/new.so run ct-store candles --lake lake
	assert_failure 69
	assert_output --partial 'DuckDB v9.0.0 has no duckdb_create_config: '
}
