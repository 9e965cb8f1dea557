-- What is stored. One table a record kind, its columns the record's fields in their order (ct-records(5)); a test holds the two together.
-- Decimals are of type ANY: an integer counts units of 1e-8; what does not fit 63 bits is decimal text. The views of 002 show both as text.
-- Times are milliseconds UTC. The program keeps the schema's version in user_version.

PRAGMA application_id = 0x63746462; -- "ctdb"

CREATE TABLE series (
	id INTEGER PRIMARY KEY,
	market TEXT NOT NULL,
	symbol TEXT NOT NULL,
	interval TEXT NOT NULL,
	UNIQUE (market, symbol, interval)
) STRICT;

-- Closed candles, clustered: a symbol's year is one stretch of pages. The flags cost no byte while they are 0 or 1.
CREATE TABLE candle_row (
	series INTEGER NOT NULL REFERENCES series (id),
	open_time INTEGER NOT NULL,
	open INTEGER NOT NULL,
	high INTEGER NOT NULL,
	low INTEGER NOT NULL,
	close INTEGER NOT NULL,
	volume ANY NOT NULL,
	close_time INTEGER,                     -- null: the bar's regular end
	quote_volume ANY,
	trades INTEGER,
	taker_buy_volume ANY,
	taker_buy_quote_volume ANY,
	is_validated INTEGER NOT NULL,          -- 0: its end is irregular
	revision INTEGER NOT NULL,              -- how often it came again different
	stored_s INTEGER NOT NULL,              -- when, in seconds
	PRIMARY KEY (series, open_time)
) STRICT, WITHOUT ROWID;

-- What a candle was before it came again different.
CREATE TABLE candle_revision (
	series INTEGER NOT NULL REFERENCES series (id),
	open_time INTEGER NOT NULL,
	open INTEGER NOT NULL,
	high INTEGER NOT NULL,
	low INTEGER NOT NULL,
	close INTEGER NOT NULL,
	volume ANY NOT NULL,
	close_time INTEGER,
	quote_volume ANY,
	trades INTEGER,
	taker_buy_volume ANY,
	taker_buy_quote_volume ANY,
	is_validated INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	stored_s INTEGER NOT NULL,
	PRIMARY KEY (series, open_time, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE symbol_row (
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
	PRIMARY KEY (market, symbol)
) STRICT, WITHOUT ROWID;

CREATE TABLE funding_row (
	market TEXT NOT NULL,                   -- where the pair trades
	symbol TEXT NOT NULL,                   -- the pair
	funding_time INTEGER NOT NULL,          -- when it was settled (ms UTC)
	interval_hours INTEGER,                 -- time since the payment before (hours)
	rate ANY NOT NULL,                      -- of the notional; positive: longs pay shorts (fraction)
	mark_price ANY,                         -- the mark price it was computed on (quote)
	PRIMARY KEY (market, symbol, funding_time)
) STRICT, WITHOUT ROWID;

CREATE TABLE signal_row (
	market TEXT NOT NULL,                   -- where the pair trades
	symbol TEXT NOT NULL,                   -- the pair
	interval TEXT NOT NULL,                 -- of the candle
	strategy TEXT NOT NULL,                 -- the strategy file's name
	open_time INTEGER NOT NULL,             -- open time of the candle it comes from (ms UTC)
	t_ms INTEGER NOT NULL,                  -- when it became knowable: the candle's close_time + 1 (ms UTC)
	action TEXT NOT NULL,                   -- the event: BUY each time its condition newly holds
	exposure REAL NOT NULL,                 -- the state the strategy wants (fraction)
	price ANY NOT NULL,                     -- the close it saw (quote)
	entry TEXT NOT NULL,                    -- how a BUY is to be entered
	entry_price ANY,                        -- limit or stop price of the entry; null for a market order (quote)
	entry_bars INTEGER,                     -- how long the entry may rest; null for a market order (bars)
	stop_offset ANY,                        -- stop, as a distance from the fill price (quote)
	target_offset ANY,                      -- target, as a distance from the fill price (quote)
	trail_offset ANY,                       -- trailing stop, as a distance from the highest high (quote)
	max_hold_bars INTEGER,                  -- close the position after so many bars (bars)
	strength REAL,                          -- how sure the strategy is (fraction)
	lower REAL,                             -- lower band; null while warming up (quote)
	middle REAL,                            -- middle of the band (quote)
	upper REAL,                             -- upper band (quote)
	buy_mark REAL,                          -- the price at which it would buy; null: at none now (quote)
	sell_mark REAL,                         -- the price at which it would sell; null: at none now (quote)
	distance_pct REAL,                      -- from price to the mark it waits for (percent)
	waits_for TEXT,                         -- what must happen next, for people
	why TEXT,                               -- what the strategy saw, for people
	PRIMARY KEY (strategy, market, symbol, interval, t_ms)
) STRICT;

CREATE TABLE decision_row (
	id TEXT NOT NULL,                       -- hash of account, strategy, symbol, signal time, class and reason
	account TEXT NOT NULL,                  -- whose money
	run TEXT NOT NULL,                      -- the run that made it
	strategy TEXT NOT NULL,                 -- the strategy file's name
	market TEXT NOT NULL,                   -- where the pair trades
	symbol TEXT NOT NULL,                   -- the pair
	interval TEXT NOT NULL,                 -- of the candles it was decided on
	signal_t_ms INTEGER NOT NULL,           -- time of the signal, or of the close that made an exit due (ms UTC)
	t_ms INTEGER NOT NULL,                  -- when it was decided (ms UTC)
	class TEXT NOT NULL,                    -- whether it adds risk or takes it away
	reason TEXT NOT NULL,                   -- what asked for it
	side TEXT NOT NULL,                     -- buy or sell
	type TEXT NOT NULL,                     -- kind of order
	qty ANY,                                -- how much; null where quote_qty says it (base)
	quote_qty ANY,                          -- how much to spend, fee included; null where qty says it (quote)
	price ANY NOT NULL,                     -- the price it was decided on (quote)
	entry_price ANY,                        -- limit or stop price; null for a market order (quote)
	entry_bars INTEGER,                     -- how long the order may rest; null for a market order (bars)
	worst_price ANY,                        -- no fill beyond it; null: at any price (quote)
	stop_offset ANY,                        -- stop, as a distance from the fill price (quote)
	target_offset ANY,                      -- target, as a distance from the fill price (quote)
	trail_offset ANY,                       -- trailing stop, as a distance from the highest high (quote)
	max_hold_bars INTEGER,                  -- close the position after so many bars (bars)
	reserved ANY NOT NULL,                  -- cash kept aside until it ends (quote)
	expires_ms INTEGER,                     -- not to be executed from then on (ms UTC)
	status TEXT NOT NULL,                   -- where it stands
	gate TEXT,                              -- refused: the gate that did it
	gate_limit TEXT,                        -- refused: the gate's limit
	gate_value TEXT,                        -- refused: the value that broke it
	why TEXT,                               -- the reason in words
	PRIMARY KEY (run, id)
) STRICT;

CREATE TABLE order_row (
	id TEXT NOT NULL,                       -- the client order id: a hash of decision, leg and attempt
	decision TEXT NOT NULL,                 -- the decision it carries out
	account TEXT NOT NULL,                  -- whose money
	run TEXT NOT NULL,                      -- the run that made it
	strategy TEXT NOT NULL,                 -- the strategy file's name
	market TEXT NOT NULL,                   -- where the pair trades
	symbol TEXT NOT NULL,                   -- the pair
	leg TEXT NOT NULL,                      -- which part of the plan
	attempt INTEGER NOT NULL,               -- 0 for the first order of its leg; a trailing move is the next
	side TEXT NOT NULL,                     -- buy or sell
	type TEXT NOT NULL,                     -- kind of order
	qty ANY,                                -- how much; null where quote_qty says it (base)
	quote_qty ANY,                          -- how much to spend, fee included (quote)
	price ANY,                              -- limit price (quote)
	stop_price ANY,                         -- the price that triggers a stop (quote)
	worst_price ANY,                        -- no fill beyond it; null: at any price (quote)
	status TEXT NOT NULL,                   -- INTENT until it is known to be accepted, then the exchange's word
	filled_qty ANY NOT NULL,                -- filled so far (base)
	filled_quote ANY NOT NULL,              -- paid or received for it, before fees (quote)
	expires_ms INTEGER,                     -- ends unfilled at the close of then; null: stays (ms UTC)
	created_ms INTEGER NOT NULL,            -- when it was recorded (ms UTC)
	updated_ms INTEGER NOT NULL,            -- when its status last changed (ms UTC)
	exchange_id TEXT,                       -- the exchange's own id; null on paper
	why TEXT,                               -- how it ended, in words
	PRIMARY KEY (run, id)
) STRICT;

CREATE TABLE trade_row (
	id TEXT NOT NULL,                       -- hash of the order and the fill's number
	"order" TEXT NOT NULL,                  -- the order that was filled
	decision TEXT NOT NULL,                 -- the decision behind it
	account TEXT NOT NULL,                  -- whose money
	run TEXT NOT NULL,                      -- the run that made it
	strategy TEXT NOT NULL,                 -- the strategy file's name
	market TEXT NOT NULL,                   -- where the pair trades
	symbol TEXT NOT NULL,                   -- the pair
	side TEXT NOT NULL,                     -- buy or sell
	reason TEXT NOT NULL,                   -- what asked for it
	qty ANY NOT NULL,                       -- how much (base)
	price ANY NOT NULL,                     -- at what price (quote)
	quote_qty ANY NOT NULL,                 -- qty times price, before the fee (quote)
	fee ANY NOT NULL,                       -- the commission; negative: a rebate (fee_asset)
	fee_asset TEXT NOT NULL,                -- what the fee was paid in
	fee_quote ANY NOT NULL,                 -- the fee's worth (quote)
	maker INTEGER NOT NULL,                 -- whether the order was resting
	realized_pnl ANY,                       -- profit, net of the fees of both sides; null for a fill that opens (quote)
	t_ms INTEGER NOT NULL,                  -- when; on paper the bar's open, or its close for a fill inside it (ms UTC)
	PRIMARY KEY (run, id)
) STRICT;

CREATE TABLE position_row (
	account TEXT NOT NULL,                  -- whose money
	run TEXT NOT NULL,                      -- the run that last changed it
	strategy TEXT NOT NULL,                 -- the strategy that holds it
	market TEXT NOT NULL,                   -- where the pair trades
	symbol TEXT NOT NULL,                   -- the pair
	decision TEXT,                          -- the entry's decision
	qty ANY NOT NULL,                       -- held; 0: flat (base)
	cost ANY NOT NULL,                      -- paid for it, fees included (quote)
	avg_price ANY,                          -- cost over qty (quote)
	mark ANY,                               -- the last close (quote)
	unrealized_pnl ANY,                     -- qty times mark, less cost (quote)
	stop_price ANY,                         -- where it is stopped out (quote)
	target_price ANY,                       -- where it takes its profit (quote)
	trail_offset ANY,                       -- distance of the trailing stop from the highest high (quote)
	high_since ANY,                         -- highest high since the entry (quote)
	max_hold_bars INTEGER,                  -- closed after so many bars (bars)
	bars_held INTEGER,                      -- closes seen since the entry (bars)
	opened_ms INTEGER,                      -- time of the entry's fill (ms UTC)
	updated_ms INTEGER NOT NULL,            -- time of the bar it was last marked on (ms UTC)
	PRIMARY KEY (account, strategy, market, symbol)
) STRICT;

CREATE TABLE balance_row (
	account TEXT NOT NULL,                  -- whose money
	asset TEXT NOT NULL,                    -- the coin
	free ANY NOT NULL,                      -- free to use (asset)
	locked ANY NOT NULL,                    -- held by open orders (asset)
	t_ms INTEGER NOT NULL,                  -- as of then (ms UTC)
	PRIMARY KEY (account, asset, t_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE transfer_row (
	id TEXT NOT NULL,                       -- unique in the account
	account TEXT NOT NULL,                  -- whose money
	asset TEXT NOT NULL,                    -- the coin
	amount ANY NOT NULL,                    -- positive: came in; negative: went out (asset)
	t_ms INTEGER NOT NULL,                  -- when (ms UTC)
	why TEXT,                               -- deposit, withdrawal, conversion ...
	PRIMARY KEY (account, id)
) STRICT;

CREATE TABLE equity_row (
	account TEXT NOT NULL,                  -- whose money
	run TEXT NOT NULL,                      -- the run that made it
	t_ms INTEGER NOT NULL,                  -- the close it was marked at (ms UTC)
	equity ANY NOT NULL,                    -- cash plus positions_value (quote)
	cash ANY NOT NULL,                      -- free and reserved cash (quote)
	positions_value ANY NOT NULL,           -- what is held, at the last closes, dust included (quote)
	peak ANY NOT NULL,                      -- highest equity so far, adjusted for transfers (quote)
	realized_pnl ANY NOT NULL,              -- of all closed trades, net (quote)
	fees ANY NOT NULL,                      -- all fees paid so far (quote)
	open_positions INTEGER NOT NULL,        -- how many are open
	PRIMARY KEY (run, t_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE event_row (
	id TEXT NOT NULL,                       -- hash of account, code, symbol and time
	account TEXT,                           -- whom it concerns; null: everyone
	level TEXT NOT NULL,                    -- how much it matters
	code TEXT NOT NULL,                     -- what it is, for programs
	symbol TEXT,                            -- the pair it concerns
	message TEXT NOT NULL,                  -- what it is, for people
	t_ms INTEGER NOT NULL,                  -- when (ms UTC)
	PRIMARY KEY (id)
) STRICT;

CREATE TABLE run_row (
	id TEXT NOT NULL,                       -- hash of mode, account, params_json, version and commit_hash
	account TEXT NOT NULL,                  -- whose money
	mode TEXT NOT NULL,                     -- how orders are filled
	started_at INTEGER NOT NULL,            -- its first step (ms UTC)
	params_json TEXT NOT NULL,              -- strategies, risk and fees, as JSON text
	version TEXT NOT NULL,                  -- the program's version
	commit_hash TEXT NOT NULL,              -- the commit it was built from
	first_ms INTEGER,                       -- open time of the first candle used (ms UTC)
	last_ms INTEGER,                        -- open time of the last candle used (ms UTC)
	bars INTEGER,                           -- candles used (bars)
	digest TEXT,                            -- SHA-256 of exactly those candles
	PRIMARY KEY (id)
) STRICT;

CREATE TABLE metric_row (
	account TEXT NOT NULL,                  -- whose money
	run TEXT NOT NULL,                      -- the run it describes; null: all of the account
	scope TEXT NOT NULL,                    -- account, strategy:NAME, symbol:NAME or month:YYYY-MM
	name TEXT NOT NULL,                     -- which number
	value REAL,                             -- null: undefined
	why TEXT,                               -- why it is undefined
	PRIMARY KEY (account, run, scope, name)
) STRICT;

CREATE TABLE account_state_row (
	account TEXT NOT NULL,                  -- whose
	cash ANY NOT NULL,                      -- free and reserved cash (quote)
	realized_pnl ANY NOT NULL,              -- of all closed trades, net (quote)
	fees ANY NOT NULL,                      -- all fees so far (quote)
	deposited ANY NOT NULL,                 -- capital and all transfers so far (quote)
	peak ANY NOT NULL,                      -- highest equity (quote)
	day_ms INTEGER,                         -- the day of day_equity (ms UTC)
	day_equity ANY NOT NULL,                -- equity when the day began (quote)
	equity ANY NOT NULL,                    -- at the last settled close (quote)
	settled_ms INTEGER,                     -- every bar that closed by then is booked (ms UTC)
	breaker TEXT,                           -- the breaker that is latched
	breaker_ms INTEGER,                     -- since when (ms UTC)
	halted INTEGER NOT NULL,                -- by a person
	halt_why TEXT,                          -- the person's reason
	PRIMARY KEY (account)
) STRICT, WITHOUT ROWID;

CREATE TABLE dust_row (
	account TEXT NOT NULL,                  -- whose
	market TEXT NOT NULL,                   -- where the pair trades
	symbol TEXT NOT NULL,                   -- the pair
	qty ANY NOT NULL,                       -- left over (base)
	PRIMARY KEY (account, market, symbol)
) STRICT, WITHOUT ROWID;

CREATE TABLE cursor_row (
	account TEXT NOT NULL,                  -- whose
	market TEXT NOT NULL,                   -- where the pair trades
	symbol TEXT NOT NULL,                   -- the pair
	settled_ms INTEGER NOT NULL,            -- close_time + 1 of the last booked bar (ms UTC)
	mark ANY NOT NULL,                      -- its close (quote)
	PRIMARY KEY (account, market, symbol)
) STRICT, WITHOUT ROWID;

CREATE INDEX signal_by_time ON signal_row (t_ms);
CREATE INDEX decision_by_account ON decision_row (account, id);
CREATE INDEX decision_by_status ON decision_row (account, status);
CREATE INDEX decision_by_time ON decision_row (account, t_ms);
CREATE INDEX order_by_account ON order_row (account, id);
CREATE INDEX order_by_status ON order_row (account, status);
CREATE INDEX order_by_decision ON order_row (decision);
CREATE INDEX trade_by_account ON trade_row (account, id);
CREATE INDEX trade_by_time ON trade_row (account, t_ms);
CREATE INDEX equity_by_time ON equity_row (account, t_ms);
CREATE INDEX event_by_time ON event_row (t_ms);

-- Configuration as it was read, newest only.
CREATE TABLE configs (
	id INTEGER PRIMARY KEY,
	key TEXT NOT NULL UNIQUE,
	value_json TEXT NOT NULL CHECK (json_valid(value_json)),
	updated_at INTEGER NOT NULL
) STRICT;

-- What came in, when, and how it went.
CREATE TABLE sync_log (
	id INTEGER PRIMARY KEY,
	market TEXT,
	symbol TEXT,
	interval TEXT,
	sync_type TEXT NOT NULL,
	rows_inserted INTEGER NOT NULL,
	rows_updated INTEGER NOT NULL,
	duration_seconds REAL NOT NULL,
	status TEXT NOT NULL,
	error_message TEXT,
	sync_timestamp INTEGER NOT NULL
) STRICT;

CREATE INDEX sync_by_time ON sync_log (sync_timestamp);
