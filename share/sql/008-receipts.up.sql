-- Where every stretch of candles and funding payments came from (ct-records(5), receipt).
CREATE TABLE receipt_row (
	market TEXT NOT NULL,                   -- where the pair trades
	symbol TEXT NOT NULL,                   -- the pair
	interval TEXT NOT NULL,                 -- length of the bar; empty: funding
	series TEXT NOT NULL,                   -- candles or funding
	source TEXT NOT NULL,                   -- the file's path at its host, or its name; the request's path
	sha256 TEXT,                            -- of the file as it came; null: a request
	rows INTEGER NOT NULL,                  -- how many rows it closes
	first INTEGER NOT NULL,                 -- open or funding time of the first of them (ms UTC)
	last INTEGER NOT NULL,                  -- open or funding time of the last of them (ms UTC)
	gaps INTEGER,                           -- bars missing between first and last; null: funding
	time_unit TEXT NOT NULL,                -- of the times at the source
	t_ms INTEGER NOT NULL,                  -- when it was fetched (ms UTC)
	PRIMARY KEY (market, symbol, interval, series, source, first)
) STRICT, WITHOUT ROWID;

CREATE VIEW receipts AS SELECT
	market,
	symbol,
	nullif(interval, '') AS interval,
	series,
	source,
	sha256,
	rows,
	first,
	last,
	gaps,
	time_unit,
	t_ms
FROM receipt_row;
