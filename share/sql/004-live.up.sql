-- Live trading: the way of each order, and what a person has to explain.

-- How far each live order has come on its way to the exchange. What it is stands in order_row.
CREATE TABLE wire_row (
	account TEXT NOT NULL,                 -- whose
	id TEXT NOT NULL,                      -- the client order id
	symbol TEXT NOT NULL,                  -- the pair
	list TEXT,                             -- client id of the list it was sent in
	status TEXT NOT NULL,                  -- how far it has come
	sent_as TEXT,                          -- the exchange's kind of order
	exchange_id INTEGER,                   -- the exchange's id
	intent_ms INTEGER NOT NULL,            -- recorded (ms UTC)
	sent_ms INTEGER,                       -- last sent (ms UTC)
	acked_ms INTEGER,                      -- known to have been accepted (ms UTC)
	unknown_ms INTEGER,                    -- no answer (ms UTC)
	absent_ms INTEGER,                     -- first not found (ms UTC)
	cancel_ms INTEGER,                     -- its cancel was last sent (ms UTC)
	ended_ms INTEGER,                      -- nothing more can happen to it (ms UTC)
	asks INTEGER NOT NULL,                 -- how often it was not found
	steps INTEGER NOT NULL,                -- how many steps are recorded
	fills INTEGER NOT NULL,                -- how many fills are booked
	last_trade INTEGER NOT NULL,           -- the exchange's id of the last of them; -1: none
	PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

-- Every step of it, with its time.
CREATE TABLE wire_step_row (
	account TEXT NOT NULL,                 -- whose
	id TEXT NOT NULL,                      -- the client order id
	number INTEGER NOT NULL,               -- of the order's steps
	step TEXT NOT NULL,                    -- what happened
	t_ms INTEGER NOT NULL,                 -- when (ms UTC)
	note TEXT,                             -- more about it
	PRIMARY KEY (account, id, number)
) STRICT, WITHOUT ROWID;

-- What of an asset is not ct's: it lay there before the first step. Never sold.
CREATE TABLE baseline_row (
	account TEXT NOT NULL,                 -- whose
	asset TEXT NOT NULL,                   -- the coin
	qty ANY NOT NULL,                      -- not ct's (asset)
	t_ms INTEGER NOT NULL,                 -- last changed (ms UTC)
	PRIMARY KEY (account, asset)
) STRICT, WITHOUT ROWID;

-- What sync could not explain. An open row blocks new entries of its pair until a person settles it.
CREATE TABLE block_row (
	account TEXT NOT NULL,                 -- whose
	id TEXT NOT NULL,                      -- hash of account, code and thing
	symbol TEXT,                           -- the pair; null: every pair
	code TEXT NOT NULL,                    -- balance, order or protection
	thing TEXT NOT NULL,                   -- the asset, or the client order id
	amount ANY,                            -- what is there beyond the books (asset)
	status TEXT NOT NULL,                  -- open until a person settles it
	t_ms INTEGER NOT NULL,                 -- first seen (ms UTC)
	message TEXT NOT NULL,                 -- what it is, for people
	settled_ms INTEGER,                    -- when a person settled it (ms UTC)
	settled_as TEXT,                       -- deposit, withdraw, convert, manual or ignore
	settled_why TEXT,                      -- the person's words
	PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

-- One row a live account.
CREATE TABLE live_state_row (
	account TEXT NOT NULL,                 -- whose
	uid INTEGER NOT NULL,                  -- the exchange's id of the account; -1: not told
	opened_ms INTEGER NOT NULL,            -- first sync (ms UTC)
	synced_ms INTEGER,                     -- last complete sync (ms UTC)
	PRIMARY KEY (account)
) STRICT, WITHOUT ROWID;

CREATE INDEX wire_by_status ON wire_row (account, status);
CREATE INDEX block_by_status ON block_row (account, status);

CREATE VIEW order_steps AS SELECT account, id, number, step, strftime('%Y-%m-%d %H:%M:%f', t_ms / 1000.0, 'unixepoch') AS time, note FROM wire_step_row;
