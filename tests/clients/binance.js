// The exchange's own client, pointed at ct-sim. It puts signed parameters into the query string, for a POST as well.
import { url, apiKey, secret, step, done, advance } from './check.js';
import { Spot } from '@binance/spot';
import { generateKeyPairSync } from 'node:crypto';

const client = new Spot({ configurationRestAPI: { apiKey, apiSecret: secret, basePath: url, timeout: 10000, retries: 0 } }).restAPI;
const data = async (call) => (await call).data();
const symbol = 'ETHUSDT';
let price, tick;
const near = (factor) => Number((Math.round((price * factor) / tick) * tick).toFixed(8));

await step('binance: time, rules, candles', async (assert) => {
	const { serverTime } = await data(client.time());
	assert.ok(serverTime > 1700000000000);
	const info = await data(client.exchangeInfo({ symbol }));
	assert.equal(info.symbols.length, 1);
	tick = Number(info.symbols[0].filters.find((f) => f.filterType === 'PRICE_FILTER').tickSize);
	const rows = await data(client.klines({ symbol, interval: '1h', limit: 5 }));
	assert.equal(rows.length, 5);
	price = Number(rows.at(-1)[4]);
	assert.ok(price > 0 && tick > 0);
});
await step('binance: account, commission, limits', async (assert) => {
	const account = await data(client.getAccount({ omitZeroBalances: true }));
	assert.equal(account.canTrade, true);
	assert.deepEqual(account.balances.map((b) => b.asset).includes('USDT'), true);
	assert.equal((await data(client.accountCommission({ symbol }))).standardCommission.taker, '0.00100000');
	assert.equal((await data(client.rateLimitOrder())).length, 2);
});
await step('binance: a market order', async (assert) => {
	const order = await data(client.newOrder({ symbol, side: 'BUY', type: 'MARKET', quantity: 0.5, newClientOrderId: 'js-1' }));
	assert.equal(order.status, 'FILLED');
	assert.equal(order.fills.length, 1);
	const same = await data(client.getOrder({ symbol, origClientOrderId: 'js-1' }));
	assert.equal(same.orderId, order.orderId);
	const trades = await data(client.myTrades({ symbol }));
	assert.equal(trades.at(-1).orderId, order.orderId);
	assert.equal(trades.at(-1).commissionAsset, 'ETH');
});
await step('binance: a limit order is placed, listed, replaced, cancelled', async (assert) => {
	const order = await data(client.newOrder({ symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: 0.1, price: near(0.9) }));
	assert.equal(order.status, 'NEW');
	assert.deepEqual((await data(client.getOpenOrders({ symbol }))).map((o) => o.orderId), [order.orderId]);
	const swap = await data(client.orderCancelReplace({ symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: 0.1, price: near(0.91),
		cancelReplaceMode: 'STOP_ON_FAILURE', cancelOrderId: order.orderId }));
	assert.deepEqual([swap.cancelResult, swap.newOrderResult], ['SUCCESS', 'SUCCESS']);
	const gone = await data(client.deleteOrder({ symbol, orderId: swap.newOrderResponse.orderId }));
	assert.equal(gone.status, 'CANCELED');
	assert.equal((await data(client.allOrders({ symbol }))).length, 3);
});
await step('binance: an OCO list, and what the candles do to it', async (assert) => {
	const list = await data(client.orderListOco({ symbol, side: 'SELL', quantity: 0.2, aboveType: 'LIMIT_MAKER', abovePrice: near(1.01),
		belowType: 'STOP_LOSS', belowStopPrice: near(0.99) }));
	assert.equal(list.contingencyType, 'OCO');
	assert.equal(list.orderReports.length, 2);
	assert.equal((await data(client.openOrderList())).length, 1);
	await advance('10d');
	const after = await data(client.getOrderList({ orderListId: list.orderListId }));
	assert.equal(after.listOrderStatus, 'ALL_DONE');
	const statuses = [];
	for (const { orderId } of list.orders)
		statuses.push((await data(client.getOrder({ symbol, orderId }))).status);
	assert.deepEqual(statuses.sort(), ['EXPIRED', 'FILLED']);
	price = Number((await data(client.tickerPrice({ symbol }))).price);
});
await step('binance: an entry that brings its own protection (OPOCO)', async (assert) => {
	const list = await data(client.orderListOpoco({ symbol, workingType: 'LIMIT', workingSide: 'BUY', workingTimeInForce: 'IOC', workingQuantity: 0.1,
		workingPrice: near(1.01), pendingSide: 'SELL', pendingAboveType: 'LIMIT_MAKER', pendingAbovePrice: near(1.2), pendingBelowType: 'STOP_LOSS',
		pendingBelowStopPrice: near(0.8) }));
	assert.equal(list.orderReports.find((o) => o.type === 'LIMIT').status, 'FILLED');
	assert.equal((await data(client.getOpenOrders({ symbol }))).length, 2);
	const gone = await data(client.deleteOrderList({ symbol, orderListId: list.orderListId }));
	assert.equal(gone.listOrderStatus, 'ALL_DONE');
});
await step('binance: errors carry the code', async (assert) => {
	await assert.rejects(data(client.newOrder({ symbol, side: 'BUY', type: 'MARKET', quantity: 0.00000001 })), /LOT_SIZE|NOTIONAL/);
	await assert.rejects(data(client.getOrder({ symbol, orderId: 999999 })), /Order does not exist/);
	const stranger = new Spot({ configurationRestAPI: { apiKey, apiSecret: 'wrong', basePath: url, retries: 0 } }).restAPI;
	await assert.rejects(data(stranger.getAccount()), /Signature for this request is not valid/);
	const { privateKey } = generateKeyPairSync('ed25519');
	const other = new Spot({ configurationRestAPI: { apiKey: process.env.ED_KEY, retries: 0, basePath: url,
		privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) } }).restAPI;
	await assert.rejects(data(other.getAccount()), /Signature for this request is not valid/);
});
await step('binance: Ed25519', async (assert) => {
	const client2 = new Spot({ configurationRestAPI: { apiKey: process.env.ED_KEY, retries: 0, basePath: url, privateKey: process.env.ED_PRIVATE } }).restAPI;
	assert.equal((await data(client2.getAccount())).canTrade, true);
	const order = await data(client2.newOrder({ symbol, side: 'SELL', type: 'MARKET', quantity: 0.01 }));
	assert.equal(order.status, 'FILLED');
});
done();
