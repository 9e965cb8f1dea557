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

-- What was there before has one too, for each series.
INSERT INTO receipt_row SELECT s.market, s.symbol, s.interval, 'candles', 'from before receipts were kept', NULL, count(*), min(c.open_time), max(c.open_time),
	CASE s.interval
		WHEN '1M' THEN (CAST(strftime('%Y', max(c.open_time) / 1000, 'unixepoch') AS INTEGER) - CAST(strftime('%Y', min(c.open_time) / 1000, 'unixepoch') AS INTEGER)) * 12
			+ CAST(strftime('%m', max(c.open_time) / 1000, 'unixepoch') AS INTEGER) - CAST(strftime('%m', min(c.open_time) / 1000, 'unixepoch') AS INTEGER)
		ELSE (max(c.open_time) - min(c.open_time)) / CAST(rtrim(s.interval, 'smhdw') AS INTEGER)
			/ CASE substr(s.interval, -1) WHEN 's' THEN 1000 WHEN 'm' THEN 60000 WHEN 'h' THEN 3600000 WHEN 'd' THEN 86400000 ELSE 604800000 END
	END + 1 - count(*), 'ms', max(c.stored_s) * 1000
FROM candle_row c JOIN series s ON s.id = c.series GROUP BY s.id;
INSERT INTO receipt_row SELECT market, symbol, '', 'funding', 'from before receipts were kept', NULL, count(*), min(funding_time), max(funding_time), NULL, 'ms', max(funding_time)
FROM funding_row GROUP BY market, symbol;

-- is_validated was "its end is regular"; from now on: ct-store verify has looked at it, and found nothing.
UPDATE candle_row SET is_validated = 0;

-- A pair's rules and status each time they were found changed: valid from t_ms until the next row of the pair.
CREATE TABLE symbol_term_row (
	market TEXT NOT NULL,                   -- where the pair trades
	symbol TEXT NOT NULL,                   -- the pair, as the exchange spells it
	status TEXT NOT NULL,                   -- the exchange's word: TRADING, HALT, BREAK ...
	base_asset TEXT NOT NULL,               -- what is bought and sold
	quote_asset TEXT NOT NULL,              -- what it is paid in
	tick_size ANY NOT NULL,                 -- prices are multiples of it; 0: no rule (quote)
	min_price ANY NOT NULL,                 -- lowest order price; 0: no rule (quote)
	max_price ANY NOT NULL,                 -- highest order price; 0: no rule (quote)
	step_size ANY NOT NULL,                 -- quantities are multiples of it; 0: no rule (base)
	min_qty ANY NOT NULL,                   -- smallest quantity; 0: no rule (base)
	max_qty ANY NOT NULL,                   -- largest quantity; 0: no rule (base)
	market_step_size ANY NOT NULL,          -- the same for market orders; 0: no rule of its own (base)
	market_min_qty ANY NOT NULL,            -- the same for market orders; 0: no rule of its own (base)
	market_max_qty ANY NOT NULL,            -- the same for market orders; 0: no rule of its own (base)
	min_notional ANY NOT NULL,              -- smallest price times quantity; 0: no rule (quote)
	max_notional ANY NOT NULL,              -- largest price times quantity; 0: no rule (quote)
	min_notional_market INTEGER,            -- whether min_notional holds for market orders
	oco_allowed INTEGER,                    -- whether stop and target may be one order list
	opo_allowed INTEGER,                    -- whether an entry may carry its protection
	t_ms INTEGER NOT NULL,                  -- when these rules were read (ms UTC)
	PRIMARY KEY (market, symbol, t_ms)
) STRICT, WITHOUT ROWID;
INSERT INTO symbol_term_row SELECT * FROM symbol_row;

CREATE VIEW symbol_terms AS SELECT
	market,
	symbol,
	status,
	base_asset,
	quote_asset,
	iif(typeof(tick_size) = 'integer', printf('%.*s%d.%08d', tick_size < 0, '-', abs(tick_size) / 100000000, abs(tick_size) % 100000000), tick_size) AS tick_size,
	iif(typeof(min_price) = 'integer', printf('%.*s%d.%08d', min_price < 0, '-', abs(min_price) / 100000000, abs(min_price) % 100000000), min_price) AS min_price,
	iif(typeof(max_price) = 'integer', printf('%.*s%d.%08d', max_price < 0, '-', abs(max_price) / 100000000, abs(max_price) % 100000000), max_price) AS max_price,
	iif(typeof(step_size) = 'integer', printf('%.*s%d.%08d', step_size < 0, '-', abs(step_size) / 100000000, abs(step_size) % 100000000), step_size) AS step_size,
	iif(typeof(min_qty) = 'integer', printf('%.*s%d.%08d', min_qty < 0, '-', abs(min_qty) / 100000000, abs(min_qty) % 100000000), min_qty) AS min_qty,
	iif(typeof(max_qty) = 'integer', printf('%.*s%d.%08d', max_qty < 0, '-', abs(max_qty) / 100000000, abs(max_qty) % 100000000), max_qty) AS max_qty,
	iif(typeof(market_step_size) = 'integer', printf('%.*s%d.%08d', market_step_size < 0, '-', abs(market_step_size) / 100000000, abs(market_step_size) % 100000000), market_step_size) AS market_step_size,
	iif(typeof(market_min_qty) = 'integer', printf('%.*s%d.%08d', market_min_qty < 0, '-', abs(market_min_qty) / 100000000, abs(market_min_qty) % 100000000), market_min_qty) AS market_min_qty,
	iif(typeof(market_max_qty) = 'integer', printf('%.*s%d.%08d', market_max_qty < 0, '-', abs(market_max_qty) / 100000000, abs(market_max_qty) % 100000000), market_max_qty) AS market_max_qty,
	iif(typeof(min_notional) = 'integer', printf('%.*s%d.%08d', min_notional < 0, '-', abs(min_notional) / 100000000, abs(min_notional) % 100000000), min_notional) AS min_notional,
	iif(typeof(max_notional) = 'integer', printf('%.*s%d.%08d', max_notional < 0, '-', abs(max_notional) / 100000000, abs(max_notional) % 100000000), max_notional) AS max_notional,
	min_notional_market,
	oco_allowed,
	opo_allowed,
	t_ms AS valid_from,
	lead(t_ms) OVER (PARTITION BY market, symbol ORDER BY t_ms) AS valid_to
FROM symbol_term_row;
