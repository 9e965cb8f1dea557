// ccxt, pointed at ct-sim.
import { url, apiKey, secret, step, done, advance } from './check.js';
import ccxt from 'ccxt';

const exchange = new ccxt.binance({
	apiKey, secret, enableRateLimit: false,
	options: { defaultType: 'spot', fetchCurrencies: false, fetchMargins: false, fetchMarkets: { types: ['spot'] }, adjustForTimeDifference: true },
});
for (const [name, address] of Object.entries(exchange.urls.api))
	if (typeof address === 'string')
		exchange.urls.api[name] = address.replace(/^https?:\/\/[^/]+/, url);

const pair = 'BTC/USDT';
let price, limit, bought;

await step('ccxt: markets', async (assert) => {
	await exchange.loadMarkets();
	const market = exchange.market(pair);
	assert.equal(market.id, 'BTCUSDT');
	assert.equal(market.spot && market.active, true);
	assert.ok(market.limits.cost.min > 0 && market.precision.price > 0 && market.precision.amount > 0);
});
await step('ccxt: candles, prices, the book', async (assert) => {
	const candles = await exchange.fetchOHLCV(pair, '1h', undefined, 10);
	assert.equal(candles.length, 10);
	for (const [, open, high, low, close] of candles)
		assert.ok(low <= open && open <= high && low <= close && close <= high);
	price = candles.at(-1)[4];
	assert.equal((await exchange.fetchLastPrices([pair]))[pair].price, price);
	const books = await exchange.fetchBidsAsks([pair]);
	assert.ok(books[pair].bid < books[pair].ask);
	const book = await exchange.fetchOrderBook(pair);
	assert.deepEqual([book.bids[0][0], book.asks[0][0]], [books[pair].bid, books[pair].ask]);
});
await step('ccxt: balance', async (assert) => {
	const balance = await exchange.fetchBalance();
	assert.equal(balance.USDT.free, 10000);
});
await step('ccxt: a market order, with its fills', async (assert) => {
	bought = await exchange.createOrder(pair, 'market', 'buy', 0.01);
	assert.equal(bought.status, 'closed');
	assert.equal(bought.filled, 0.01);
	assert.equal(bought.average, price);
	assert.equal(bought.fees[0].currency, 'BTC');
	assert.equal(bought.fees[0].cost, 0.00001);
});
await step('ccxt: a market order by cost', async (assert) => {
	const order = await exchange.createMarketBuyOrderWithCost(pair, 100);
	assert.ok(order.cost <= 100 && order.cost > 99);
});
await step('ccxt: a limit order is placed, queried, listed, cancelled', async (assert) => {
	limit = await exchange.createOrder(pair, 'limit', 'buy', 0.01, exchange.priceToPrecision(pair, price * 0.9));
	assert.equal(limit.status, 'open');
	assert.equal((await exchange.fetchOrder(limit.id, pair)).status, 'open');
	assert.deepEqual((await exchange.fetchOpenOrders(pair)).map((o) => o.id), [limit.id]);
	assert.equal((await exchange.cancelOrder(limit.id, pair)).status, 'canceled');
	assert.equal((await exchange.fetchOpenOrders(pair)).length, 0);
	assert.equal((await exchange.fetchOrders(pair)).length, 3);
});
await step('ccxt: a stop order waits for its price', async (assert) => {
	const order = await exchange.createOrder(pair, 'market', 'sell', 0.005, undefined,
		{ stopLossPrice: exchange.priceToPrecision(pair, price * 0.9) });
	assert.equal((await exchange.fetchOrder(order.id, pair)).status, 'open');
	await exchange.cancelAllOrders(pair);
	assert.equal((await exchange.fetchOrder(order.id, pair)).status, 'canceled');
});
await step('ccxt: trades', async (assert) => {
	const trades = await exchange.fetchMyTrades(pair);
	assert.equal(trades.length, 2);
	assert.equal(trades[0].order, bought.id);
	assert.equal(trades[0].takerOrMaker, 'taker');
	assert.equal(trades[0].cost, Number((0.01 * price).toFixed(8)));
});
await step('ccxt: fees of the account', async (assert) => {
	const fee = await exchange.fetchTradingFee(pair);
	assert.equal(fee.taker, 0.001);
});
await step('ccxt: errors become its own', async (assert) => {
	await assert.rejects(exchange.createOrder(pair, 'limit', 'buy', 100, exchange.priceToPrecision(pair, price * 0.9)), ccxt.InsufficientFunds);
	await assert.rejects(exchange.fetchOrder('999999', pair), ccxt.OrderNotFound);
	await assert.rejects(exchange.createOrder(pair, 'limit', 'buy', 0.00001, exchange.priceToPrecision(pair, price * 0.9)), /NOTIONAL/);
	const stranger = new ccxt.binance({ apiKey: 'x'.repeat(64), secret, options: { ...exchange.options, hasAlreadyAuthenticatedSuccessfully: false } });
	stranger.urls = exchange.urls;
	await assert.rejects(stranger.fetchBalance(), ccxt.AuthenticationError);
});
await step('ccxt: a limit order is filled by what comes', async (assert) => {
	const order = await exchange.createOrder(pair, 'limit', 'sell', 0.01, exchange.priceToPrecision(pair, price * 1.0005));
	await advance('3d');
	const later = await exchange.fetchOrder(order.id, pair);
	assert.ok(['open', 'closed'].includes(later.status));
	if (later.status === 'closed') {
		const [trade] = (await exchange.fetchMyTrades(pair)).slice(-1);
		assert.equal(trade.takerOrMaker, 'maker');
		assert.equal(trade.fee.currency, 'USDT');
	}
});
done();
