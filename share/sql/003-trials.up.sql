-- Searches: one row a backtest that ct-tune made, its columns the fields of a trial record in their order (ct-records(5)).
-- How many there are of one digest is how often luck had its chance on those candles.

CREATE TABLE trial_row (
	id TEXT NOT NULL,                      -- hash of candles, setup, parameters, sample and period
	sample TEXT NOT NULL,                  -- which of the backtests of a search it is
	window INTEGER,                        -- number of the walk forward's window
	number INTEGER,                        -- place of the set in its search; of a random run, which
	strategy TEXT NOT NULL,                -- the strategy file's name
	tuned TEXT,                            -- the parameters that were searched, as JSON text
	params TEXT,                           -- every parameter, as JSON text
	setup TEXT NOT NULL,                   -- hash of market, money, fees, risk and exchange rules
	digest TEXT NOT NULL,                  -- SHA-256 of the candles of the search
	version TEXT NOT NULL,                 -- the program's version and commit
	since INTEGER NOT NULL,                -- first step (ms UTC)
	until INTEGER NOT NULL,                -- end (ms UTC)
	days REAL,                             -- how long it ran (days)
	pnl REAL,                              -- profit, net of all costs (quote)
	total_return REAL,                     -- return over the whole time (fraction)
	cagr REAL,                             -- return a year, compounded (fraction)
	volatility REAL,                       -- swing of the daily returns, a year (fraction)
	max_drawdown REAL,                     -- deepest fall from a high, daily closes (fraction)
	drawdown_days REAL,                    -- longest time below a high (days)
	sharpe REAL,                           -- return for its swing, a year (ratio)
	sortino REAL,                          -- return for its losing days, a year (ratio)
	calmar REAL,                           -- return a year for its deepest fall (ratio)
	trades REAL,                           -- closed round trips
	win_rate REAL,                         -- share of them with a profit (fraction)
	profit_factor REAL,                    -- won for each unit lost (ratio)
	expectancy REAL,                       -- mean net profit of a trade (quote)
	worst_trade REAL,                      -- largest loss (quote)
	consecutive_losses REAL,               -- longest row of losing trades
	exposure REAL,                         -- share of bars with a position at their close (fraction)
	fees REAL,                             -- fees paid (quote)
	slippage REAL,                         -- paid beyond the prices that were expected (quote)
	returns TEXT,                          -- daily returns, as a JSON array in text; null: of train windows and random runs (fraction)
	PRIMARY KEY (id)
) STRICT;

CREATE INDEX trial_digest ON trial_row (digest);

CREATE VIEW trials AS SELECT
	id,
	sample,
	window,
	number,
	strategy,
	tuned,
	params,
	setup,
	digest,
	version,
	since,
	until,
	days,
	pnl,
	total_return,
	cagr,
	volatility,
	max_drawdown,
	drawdown_days,
	sharpe,
	sortino,
	calmar,
	trades,
	win_rate,
	profit_factor,
	expectancy,
	worst_trade,
	consecutive_losses,
	exposure,
	fees,
	slippage,
	returns
FROM trial_row;
