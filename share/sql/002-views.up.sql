-- What people and other tools read: the stored tables under their usual names, decimals as exact text with 8 decimals.
-- Where a column's usual name differs from the record's field it has the usual one: created_at, run_id, order_id, ts.

CREATE VIEW klines AS SELECT
	series.market,
	series.symbol,
	series.interval,
	c.open_time,
	iif(typeof(c.open) = 'integer', printf('%.*s%d.%08d', c.open < 0, '-', abs(c.open) / 100000000, abs(c.open) % 100000000), c.open) AS open,
	iif(typeof(c.high) = 'integer', printf('%.*s%d.%08d', c.high < 0, '-', abs(c.high) / 100000000, abs(c.high) % 100000000), c.high) AS high,
	iif(typeof(c.low) = 'integer', printf('%.*s%d.%08d', c.low < 0, '-', abs(c.low) / 100000000, abs(c.low) % 100000000), c.low) AS low,
	iif(typeof(c.close) = 'integer', printf('%.*s%d.%08d', c.close < 0, '-', abs(c.close) / 100000000, abs(c.close) % 100000000), c.close) AS close,
	iif(typeof(c.volume) = 'integer', printf('%.*s%d.%08d', c.volume < 0, '-', abs(c.volume) / 100000000, abs(c.volume) % 100000000), c.volume) AS volume,
	coalesce(c.close_time, CASE series.interval
		WHEN '1s' THEN c.open_time + 999
		WHEN '3d' THEN c.open_time + 259199999
		WHEN '1w' THEN c.open_time + 604799999
		WHEN '1d' THEN c.open_time + 86399999
		WHEN '1M' THEN CAST(strftime('%s', c.open_time / 1000, 'unixepoch', '+1 month') AS INTEGER) * 1000 - 1
		ELSE c.open_time + CAST(rtrim(series.interval, 'mh') AS INTEGER) * iif(series.interval LIKE '%h', 3600000, 60000) - 1
	END) AS close_time,
	iif(typeof(c.quote_volume) = 'integer', printf('%.*s%d.%08d', c.quote_volume < 0, '-', abs(c.quote_volume) / 100000000, abs(c.quote_volume) % 100000000), c.quote_volume) AS quote_volume,
	c.trades,
	iif(typeof(c.taker_buy_volume) = 'integer', printf('%.*s%d.%08d', c.taker_buy_volume < 0, '-', abs(c.taker_buy_volume) / 100000000, abs(c.taker_buy_volume) % 100000000), c.taker_buy_volume) AS taker_buy_volume,
	iif(typeof(c.taker_buy_quote_volume) = 'integer', printf('%.*s%d.%08d', c.taker_buy_quote_volume < 0, '-', abs(c.taker_buy_quote_volume) / 100000000, abs(c.taker_buy_quote_volume) % 100000000), c.taker_buy_quote_volume) AS taker_buy_quote_volume,
	c.is_validated,
	c.stored_s * 1000 AS sync_timestamp,
	c.revision
FROM candle_row c JOIN series ON series.id = c.series;

CREATE VIEW candles AS SELECT
	market, symbol, interval, open_time, open, high, low, close, volume, close_time, quote_volume, trades, taker_buy_volume,
	taker_buy_quote_volume
FROM klines;

CREATE VIEW candle_revisions AS SELECT
	series.market,
	series.symbol,
	series.interval,
	c.open_time,
	iif(typeof(c.open) = 'integer', printf('%.*s%d.%08d', c.open < 0, '-', abs(c.open) / 100000000, abs(c.open) % 100000000), c.open) AS open,
	iif(typeof(c.high) = 'integer', printf('%.*s%d.%08d', c.high < 0, '-', abs(c.high) / 100000000, abs(c.high) % 100000000), c.high) AS high,
	iif(typeof(c.low) = 'integer', printf('%.*s%d.%08d', c.low < 0, '-', abs(c.low) / 100000000, abs(c.low) % 100000000), c.low) AS low,
	iif(typeof(c.close) = 'integer', printf('%.*s%d.%08d', c.close < 0, '-', abs(c.close) / 100000000, abs(c.close) % 100000000), c.close) AS close,
	iif(typeof(c.volume) = 'integer', printf('%.*s%d.%08d', c.volume < 0, '-', abs(c.volume) / 100000000, abs(c.volume) % 100000000), c.volume) AS volume,
	coalesce(c.close_time, CASE series.interval
		WHEN '1s' THEN c.open_time + 999
		WHEN '3d' THEN c.open_time + 259199999
		WHEN '1w' THEN c.open_time + 604799999
		WHEN '1d' THEN c.open_time + 86399999
		WHEN '1M' THEN CAST(strftime('%s', c.open_time / 1000, 'unixepoch', '+1 month') AS INTEGER) * 1000 - 1
		ELSE c.open_time + CAST(rtrim(series.interval, 'mh') AS INTEGER) * iif(series.interval LIKE '%h', 3600000, 60000) - 1
	END) AS close_time,
	iif(typeof(c.quote_volume) = 'integer', printf('%.*s%d.%08d', c.quote_volume < 0, '-', abs(c.quote_volume) / 100000000, abs(c.quote_volume) % 100000000), c.quote_volume) AS quote_volume,
	c.trades,
	iif(typeof(c.taker_buy_volume) = 'integer', printf('%.*s%d.%08d', c.taker_buy_volume < 0, '-', abs(c.taker_buy_volume) / 100000000, abs(c.taker_buy_volume) % 100000000), c.taker_buy_volume) AS taker_buy_volume,
	iif(typeof(c.taker_buy_quote_volume) = 'integer', printf('%.*s%d.%08d', c.taker_buy_quote_volume < 0, '-', abs(c.taker_buy_quote_volume) / 100000000, abs(c.taker_buy_quote_volume) % 100000000), c.taker_buy_quote_volume) AS taker_buy_quote_volume,
	c.is_validated,
	c.stored_s * 1000 AS sync_timestamp,
	c.revision
FROM candle_revision c JOIN series ON series.id = c.series;

CREATE VIEW symbols AS SELECT
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
	t_ms
FROM symbol_row;

CREATE VIEW funding AS SELECT
	market,
	symbol,
	funding_time,
	interval_hours,
	iif(typeof(rate) = 'integer', printf('%.*s%d.%08d', rate < 0, '-', abs(rate) / 100000000, abs(rate) % 100000000), rate) AS rate,
	iif(typeof(mark_price) = 'integer', printf('%.*s%d.%08d', mark_price < 0, '-', abs(mark_price) / 100000000, abs(mark_price) % 100000000), mark_price) AS mark_price
FROM funding_row;

CREATE VIEW signals AS SELECT
	market,
	symbol,
	interval,
	strategy,
	open_time,
	t_ms,
	action,
	exposure,
	iif(typeof(price) = 'integer', printf('%.*s%d.%08d', price < 0, '-', abs(price) / 100000000, abs(price) % 100000000), price) AS price,
	iif(typeof(stop_offset) = 'integer', printf('%.*s%d.%08d', stop_offset < 0, '-', abs(stop_offset) / 100000000, abs(stop_offset) % 100000000), stop_offset) AS stop_offset,
	iif(typeof(target_offset) = 'integer', printf('%.*s%d.%08d', target_offset < 0, '-', abs(target_offset) / 100000000, abs(target_offset) % 100000000), target_offset) AS target_offset,
	iif(typeof(trail_offset) = 'integer', printf('%.*s%d.%08d', trail_offset < 0, '-', abs(trail_offset) / 100000000, abs(trail_offset) % 100000000), trail_offset) AS trail_offset,
	max_hold_bars,
	strength,
	lower,
	middle,
	upper,
	buy_mark,
	sell_mark,
	distance_pct,
	waits_for,
	why
FROM signal_row;

CREATE VIEW decisions AS SELECT
	id,
	account,
	run AS run_id,
	strategy,
	market,
	symbol,
	interval,
	signal_t_ms,
	t_ms,
	class,
	reason,
	side,
	type,
	iif(typeof(qty) = 'integer', printf('%.*s%d.%08d', qty < 0, '-', abs(qty) / 100000000, abs(qty) % 100000000), qty) AS qty,
	iif(typeof(quote_qty) = 'integer', printf('%.*s%d.%08d', quote_qty < 0, '-', abs(quote_qty) / 100000000, abs(quote_qty) % 100000000), quote_qty) AS quote_qty,
	iif(typeof(price) = 'integer', printf('%.*s%d.%08d', price < 0, '-', abs(price) / 100000000, abs(price) % 100000000), price) AS price,
	iif(typeof(worst_price) = 'integer', printf('%.*s%d.%08d', worst_price < 0, '-', abs(worst_price) / 100000000, abs(worst_price) % 100000000), worst_price) AS worst_price,
	iif(typeof(stop_offset) = 'integer', printf('%.*s%d.%08d', stop_offset < 0, '-', abs(stop_offset) / 100000000, abs(stop_offset) % 100000000), stop_offset) AS stop_offset,
	iif(typeof(target_offset) = 'integer', printf('%.*s%d.%08d', target_offset < 0, '-', abs(target_offset) / 100000000, abs(target_offset) % 100000000), target_offset) AS target_offset,
	iif(typeof(trail_offset) = 'integer', printf('%.*s%d.%08d', trail_offset < 0, '-', abs(trail_offset) / 100000000, abs(trail_offset) % 100000000), trail_offset) AS trail_offset,
	max_hold_bars,
	iif(typeof(reserved) = 'integer', printf('%.*s%d.%08d', reserved < 0, '-', abs(reserved) / 100000000, abs(reserved) % 100000000), reserved) AS reserved,
	expires_ms,
	status,
	gate,
	gate_limit,
	gate_value,
	why
FROM decision_row;

CREATE VIEW orders AS SELECT
	id,
	decision AS decision_id,
	account,
	run AS run_id,
	strategy,
	market,
	symbol,
	leg,
	attempt,
	side,
	type,
	iif(typeof(qty) = 'integer', printf('%.*s%d.%08d', qty < 0, '-', abs(qty) / 100000000, abs(qty) % 100000000), qty) AS qty,
	iif(typeof(quote_qty) = 'integer', printf('%.*s%d.%08d', quote_qty < 0, '-', abs(quote_qty) / 100000000, abs(quote_qty) % 100000000), quote_qty) AS quote_qty,
	iif(typeof(price) = 'integer', printf('%.*s%d.%08d', price < 0, '-', abs(price) / 100000000, abs(price) % 100000000), price) AS price,
	iif(typeof(stop_price) = 'integer', printf('%.*s%d.%08d', stop_price < 0, '-', abs(stop_price) / 100000000, abs(stop_price) % 100000000), stop_price) AS stop_price,
	iif(typeof(worst_price) = 'integer', printf('%.*s%d.%08d', worst_price < 0, '-', abs(worst_price) / 100000000, abs(worst_price) % 100000000), worst_price) AS worst_price,
	status,
	iif(typeof(filled_qty) = 'integer', printf('%.*s%d.%08d', filled_qty < 0, '-', abs(filled_qty) / 100000000, abs(filled_qty) % 100000000), filled_qty) AS filled_qty,
	iif(typeof(filled_quote) = 'integer', printf('%.*s%d.%08d', filled_quote < 0, '-', abs(filled_quote) / 100000000, abs(filled_quote) % 100000000), filled_quote) AS filled_quote,
	created_ms AS created_at,
	updated_ms AS updated_at,
	exchange_id,
	why
FROM order_row;

CREATE VIEW trades AS SELECT
	id,
	"order" AS order_id,
	decision AS decision_id,
	account,
	run AS run_id,
	strategy,
	market,
	symbol,
	side,
	reason,
	iif(typeof(qty) = 'integer', printf('%.*s%d.%08d', qty < 0, '-', abs(qty) / 100000000, abs(qty) % 100000000), qty) AS qty,
	iif(typeof(price) = 'integer', printf('%.*s%d.%08d', price < 0, '-', abs(price) / 100000000, abs(price) % 100000000), price) AS price,
	iif(typeof(quote_qty) = 'integer', printf('%.*s%d.%08d', quote_qty < 0, '-', abs(quote_qty) / 100000000, abs(quote_qty) % 100000000), quote_qty) AS quote_qty,
	iif(typeof(fee) = 'integer', printf('%.*s%d.%08d', fee < 0, '-', abs(fee) / 100000000, abs(fee) % 100000000), fee) AS fee,
	fee_asset,
	iif(typeof(fee_quote) = 'integer', printf('%.*s%d.%08d', fee_quote < 0, '-', abs(fee_quote) / 100000000, abs(fee_quote) % 100000000), fee_quote) AS fee_quote,
	maker,
	iif(typeof(realized_pnl) = 'integer', printf('%.*s%d.%08d', realized_pnl < 0, '-', abs(realized_pnl) / 100000000, abs(realized_pnl) % 100000000), realized_pnl) AS realized_pnl,
	t_ms AS ts
FROM trade_row;

CREATE VIEW positions AS SELECT
	account,
	run AS run_id,
	strategy,
	market,
	symbol,
	decision AS decision_id,
	iif(typeof(qty) = 'integer', printf('%.*s%d.%08d', qty < 0, '-', abs(qty) / 100000000, abs(qty) % 100000000), qty) AS qty,
	iif(typeof(cost) = 'integer', printf('%.*s%d.%08d', cost < 0, '-', abs(cost) / 100000000, abs(cost) % 100000000), cost) AS cost,
	iif(typeof(avg_price) = 'integer', printf('%.*s%d.%08d', avg_price < 0, '-', abs(avg_price) / 100000000, abs(avg_price) % 100000000), avg_price) AS avg_price,
	iif(typeof(mark) = 'integer', printf('%.*s%d.%08d', mark < 0, '-', abs(mark) / 100000000, abs(mark) % 100000000), mark) AS mark,
	iif(typeof(unrealized_pnl) = 'integer', printf('%.*s%d.%08d', unrealized_pnl < 0, '-', abs(unrealized_pnl) / 100000000, abs(unrealized_pnl) % 100000000), unrealized_pnl) AS unrealized_pnl,
	iif(typeof(stop_price) = 'integer', printf('%.*s%d.%08d', stop_price < 0, '-', abs(stop_price) / 100000000, abs(stop_price) % 100000000), stop_price) AS stop_price,
	iif(typeof(target_price) = 'integer', printf('%.*s%d.%08d', target_price < 0, '-', abs(target_price) / 100000000, abs(target_price) % 100000000), target_price) AS target_price,
	iif(typeof(trail_offset) = 'integer', printf('%.*s%d.%08d', trail_offset < 0, '-', abs(trail_offset) / 100000000, abs(trail_offset) % 100000000), trail_offset) AS trail_offset,
	iif(typeof(high_since) = 'integer', printf('%.*s%d.%08d', high_since < 0, '-', abs(high_since) / 100000000, abs(high_since) % 100000000), high_since) AS high_since,
	max_hold_bars,
	bars_held,
	opened_ms AS opened_at,
	updated_ms AS updated_at
FROM position_row;

CREATE VIEW balances AS SELECT
	account,
	asset,
	iif(typeof(free) = 'integer', printf('%.*s%d.%08d', free < 0, '-', abs(free) / 100000000, abs(free) % 100000000), free) AS free,
	iif(typeof(locked) = 'integer', printf('%.*s%d.%08d', locked < 0, '-', abs(locked) / 100000000, abs(locked) % 100000000), locked) AS locked,
	t_ms
FROM balance_row;

CREATE VIEW transfers AS SELECT
	id,
	account,
	asset,
	iif(typeof(amount) = 'integer', printf('%.*s%d.%08d', amount < 0, '-', abs(amount) / 100000000, abs(amount) % 100000000), amount) AS amount,
	t_ms,
	why
FROM transfer_row;

CREATE VIEW equity_curve AS SELECT
	account,
	run AS run_id,
	t_ms AS ts,
	iif(typeof(equity) = 'integer', printf('%.*s%d.%08d', equity < 0, '-', abs(equity) / 100000000, abs(equity) % 100000000), equity) AS equity,
	iif(typeof(cash) = 'integer', printf('%.*s%d.%08d', cash < 0, '-', abs(cash) / 100000000, abs(cash) % 100000000), cash) AS cash,
	iif(typeof(positions_value) = 'integer', printf('%.*s%d.%08d', positions_value < 0, '-', abs(positions_value) / 100000000, abs(positions_value) % 100000000), positions_value) AS positions_value,
	iif(typeof(peak) = 'integer', printf('%.*s%d.%08d', peak < 0, '-', abs(peak) / 100000000, abs(peak) % 100000000), peak) AS peak,
	iif(typeof(realized_pnl) = 'integer', printf('%.*s%d.%08d', realized_pnl < 0, '-', abs(realized_pnl) / 100000000, abs(realized_pnl) % 100000000), realized_pnl) AS realized_pnl,
	iif(typeof(fees) = 'integer', printf('%.*s%d.%08d', fees < 0, '-', abs(fees) / 100000000, abs(fees) % 100000000), fees) AS fees,
	open_positions
FROM equity_row;

CREATE VIEW events AS SELECT
	id,
	account,
	level,
	code,
	symbol,
	message,
	t_ms
FROM event_row;

CREATE VIEW strategy_runs AS SELECT
	id,
	account,
	mode,
	started_at,
	params_json,
	version,
	commit_hash,
	first_ms,
	last_ms,
	bars,
	digest
FROM run_row;

CREATE VIEW metrics AS SELECT
	account,
	nullif(run, '') AS run_id,
	scope,
	name,
	value,
	why
FROM metric_row;

CREATE VIEW accounts AS SELECT
	account,
	iif(typeof(cash) = 'integer', printf('%.*s%d.%08d', cash < 0, '-', abs(cash) / 100000000, abs(cash) % 100000000), cash) AS cash,
	iif(typeof(realized_pnl) = 'integer', printf('%.*s%d.%08d', realized_pnl < 0, '-', abs(realized_pnl) / 100000000, abs(realized_pnl) % 100000000), realized_pnl) AS realized_pnl,
	iif(typeof(fees) = 'integer', printf('%.*s%d.%08d', fees < 0, '-', abs(fees) / 100000000, abs(fees) % 100000000), fees) AS fees,
	iif(typeof(deposited) = 'integer', printf('%.*s%d.%08d', deposited < 0, '-', abs(deposited) / 100000000, abs(deposited) % 100000000), deposited) AS deposited,
	iif(typeof(peak) = 'integer', printf('%.*s%d.%08d', peak < 0, '-', abs(peak) / 100000000, abs(peak) % 100000000), peak) AS peak,
	day_ms,
	iif(typeof(day_equity) = 'integer', printf('%.*s%d.%08d', day_equity < 0, '-', abs(day_equity) / 100000000, abs(day_equity) % 100000000), day_equity) AS day_equity,
	iif(typeof(equity) = 'integer', printf('%.*s%d.%08d', equity < 0, '-', abs(equity) / 100000000, abs(equity) % 100000000), equity) AS equity,
	settled_ms,
	breaker,
	breaker_ms,
	halted,
	halt_why
FROM account_state_row;

CREATE VIEW dust AS SELECT
	account,
	market,
	symbol,
	iif(typeof(qty) = 'integer', printf('%.*s%d.%08d', qty < 0, '-', abs(qty) / 100000000, abs(qty) % 100000000), qty) AS qty
FROM dust_row;

CREATE VIEW cursors AS SELECT
	account,
	market,
	symbol,
	settled_ms,
	iif(typeof(mark) = 'integer', printf('%.*s%d.%08d', mark < 0, '-', abs(mark) / 100000000, abs(mark) % 100000000), mark) AS mark
FROM cursor_row;
