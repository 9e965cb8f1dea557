-- Lots: which purchases a position is made of, for accounts whose sales take the oldest or the newest coins first.

CREATE TABLE lot_row (
	account TEXT NOT NULL,                  -- whose
	trade TEXT NOT NULL,                    -- what bought it
	strategy TEXT NOT NULL,                 -- whose position it belongs to
	market TEXT NOT NULL,                   -- where the pair trades
	symbol TEXT NOT NULL,                   -- the pair
	qty ANY NOT NULL,                       -- still held, fees taken in base already off (base)
	cost ANY NOT NULL,                      -- paid for that, fees included (quote)
	t_ms INTEGER NOT NULL,                  -- bought (ms UTC)
	PRIMARY KEY (account, trade)
) STRICT;

CREATE VIEW lots AS SELECT
	account,
	trade AS trade_id,
	strategy,
	market,
	symbol,
	iif(typeof(qty) = 'integer', printf('%.*s%d.%08d', qty < 0, '-', abs(qty) / 100000000, abs(qty) % 100000000), qty) AS qty,
	iif(typeof(cost) = 'integer', printf('%.*s%d.%08d', cost < 0, '-', abs(cost) / 100000000, abs(cost) % 100000000), cost) AS cost,
	t_ms AS ts
FROM lot_row;
