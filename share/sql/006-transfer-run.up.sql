-- Two backtests of one account may plan different transfers: each counts for its own run alone.
DROP VIEW transfers;
ALTER TABLE transfer_row RENAME TO transfer_before;
CREATE TABLE transfer_row (
	id TEXT NOT NULL,                       -- unique in the account
	account TEXT NOT NULL,                  -- whose money
	run TEXT NOT NULL,                      -- the run that booked it; null: none
	asset TEXT NOT NULL,                    -- the coin
	amount ANY NOT NULL,                    -- positive: came in; negative: went out (asset)
	t_ms INTEGER NOT NULL,                  -- when (ms UTC)
	why TEXT,                               -- deposit, withdrawal, conversion ...
	PRIMARY KEY (account, run, id)
) STRICT;
INSERT INTO transfer_row SELECT id, account, '', asset, amount, t_ms, why FROM transfer_before ORDER BY rowid;
DROP TABLE transfer_before;

CREATE VIEW transfers AS SELECT
	id,
	account,
	nullif(run, '') AS run_id,
	asset,
	iif(typeof(amount) = 'integer', printf('%.*s%d.%08d', amount < 0, '-', abs(amount) / 100000000, abs(amount) % 100000000), amount) AS amount,
	t_ms,
	why
FROM transfer_row;
