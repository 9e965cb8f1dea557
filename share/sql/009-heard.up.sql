-- For which close an account has heard last what a strategy says of a pair. A later step asks for what was missed.
CREATE TABLE heard_row (
	account TEXT NOT NULL,                 -- whose
	strategy TEXT NOT NULL,                -- what was heard
	market TEXT NOT NULL,                  -- where the pair trades
	symbol TEXT NOT NULL,                  -- the pair
	t_ms INTEGER NOT NULL,                 -- the newest close that it was heard for (ms UTC)
	PRIMARY KEY (account, strategy, market, symbol)
) STRICT, WITHOUT ROWID;
