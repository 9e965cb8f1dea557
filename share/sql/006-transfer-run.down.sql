DROP VIEW transfers;
ALTER TABLE transfer_row RENAME TO transfer_before;
CREATE TABLE transfer_row (
	id TEXT NOT NULL,                       -- unique in the account
	account TEXT NOT NULL,                  -- whose money
	asset TEXT NOT NULL,                    -- the coin
	amount ANY NOT NULL,                    -- positive: came in; negative: went out (asset)
	t_ms INTEGER NOT NULL,                  -- when (ms UTC)
	why TEXT,                               -- deposit, withdrawal, conversion ...
	PRIMARY KEY (account, id)
) STRICT;
INSERT OR IGNORE INTO transfer_row SELECT id, account, asset, amount, t_ms, why FROM transfer_before ORDER BY rowid DESC;
DROP TABLE transfer_before;

CREATE VIEW transfers AS SELECT
	id,
	account,
	asset,
	iif(typeof(amount) = 'integer', printf('%.*s%d.%08d', amount < 0, '-', abs(amount) / 100000000, abs(amount) % 100000000), amount) AS amount,
	t_ms,
	why
FROM transfer_row;
