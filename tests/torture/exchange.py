#!/usr/bin/env python3
"""exchange.py CT-SIM SEED STEPS: random orders of every kind at a local exchange, while its clock runs through random bars.

Now and then its ledger is audited: balances are what they were at the start plus every change noted, what is locked is locked
for an open order, fills add up, no price is beyond a limit, of a pair one leg at most is filled, no list outlives its orders.
"""
import hashlib, hmac, http.client, json, random, subprocess, sys
from collections import Counter
from decimal import Decimal as D
from urllib.parse import urlencode

BIN, SEED, STEPS = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = random.Random(SEED)
KEYS = {"a": "%064d" % 1, "b": "%064d" % 2}
START = {"USDT": D(100000), "BTC": D(1), "ETH": D(10), "BNB": D(1)}
OPEN = ("NEW", "PARTIALLY_FILLED", "PENDING_NEW")


def accounts():
    return {
        "spread_ticks": rng.choice([0, 1, 3]), "depth_quote": rng.choice(["0", "3000"]), "volume_share": rng.choice(["0", "0.001", "0.05"]),
        "fill_parts": rng.choice([1, 2, 3]), "orders_10s": 0, "commission_rounding": rng.choice(["up", "nearest", "down"]),
        "accounts": [{
            "name": name, "slippage_bps": rng.choice(["0", "5"]), "bnb_burn": rng.random() < 0.5, "trade_group": rng.choice([-1, 7]),
            "balances": {asset: str(v) for asset, v in START.items()}, "keys": [{"api_key": key, "secret": "s"}]} for name, key in KEYS.items()],
    }


class Exchange:
    def __init__(self):
        with open("accounts.json", "w") as f:
            json.dump(accounts(), f)
        self.process = subprocess.Popen(
            [BIN, "--generate", str(SEED), "--interval", "1h", "--from", "2024-01-01", "--outages", "5", "--clock", "2024-03-01 00:10",
             "--weight-limit", "1000000000", "--accounts", "accounts.json", "BTCUSDT", "ETHUSDT", "BNBUSDT"], stdout=subprocess.PIPE)
        self.http = http.client.HTTPConnection("127.0.0.1", json.loads(self.process.stdout.readline())["port"])
        self.now = self.plain("GET", "/sim/clock")["clock"]
        self.info = {s["symbol"]: s for s in self.plain("GET", "/api/v3/exchangeInfo")["symbols"]}

    def send(self, method, path, headers):
        self.http.request(method, path, headers=headers)
        answer = self.http.getresponse()
        return answer.status, json.loads(answer.read())

    def plain(self, method, path):
        return self.send(method, path, {})[1]

    def signed(self, method, path, **params):
        text = urlencode({**params, "timestamp": self.now})
        signature = hmac.new(b"s", text.encode(), hashlib.sha256).hexdigest()
        return self.send(method, f"{path}?{text}&signature={signature}", {"X-MBX-APIKEY": rng.choice(list(KEYS.values()))})

    def advance(self, seconds):
        self.now = self.plain("POST", f"/sim/clock?advance={seconds}s")["clock"]

    def grid(self, symbol, kind, key, value):
        step = D(next(f[key] for f in self.info[symbol]["filters"] if f["filterType"] == kind))
        return str(D(value) // step * step)

    def price(self, symbol, factor):
        last = D(self.plain("GET", f"/api/v3/ticker/price?symbol={symbol}")["price"])
        return self.grid(symbol, "PRICE_FILTER", "tickSize", last * D(str(factor)))

    def qty(self, symbol, quote):
        return self.grid(symbol, "LOT_SIZE", "stepSize", quote / D(self.price(symbol, 1)))


def away():
    return rng.choice([0.0005, 0.002, 0.01, 0.03])


def near():
    return away() * rng.choice([1, 1, 1, -1])


def pair(x, symbol, above, below, side):
    """The two legs of an OCO, profit and stop where they belong, each of either kind."""
    up, down = ("LIMIT_MAKER", "STOP_LOSS") if side == "SELL" else ("STOP_LOSS", "LIMIT_MAKER")
    if rng.random() < 0.3:
        other = {"LIMIT_MAKER": "TAKE_PROFIT", "STOP_LOSS": "STOP_LOSS_LIMIT"}
        up, down = other[up], other[down]
    legs = {}
    for leg, kind, price in ((above, up, x.price(symbol, 1 + 1.5 * away())), (below, down, x.price(symbol, 1 - 1.5 * away()))):
        legs[leg + "Type"] = kind
        legs[leg + ("Price" if kind == "LIMIT_MAKER" else "StopPrice")] = price
        if kind == "STOP_LOSS_LIMIT":
            legs[leg + "Price"] = x.price(symbol, rng.choice([0.97, 1, 1.03]))
            legs[leg + "TimeInForce"] = rng.choice(["GTC", "IOC"])
    return legs


def single(x, symbol, side):
    sign = 1 if side == "SELL" else -1
    kind = rng.choice(["MARKET", "LIMIT", "LIMIT", "LIMIT_MAKER", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"])
    order = {"symbol": symbol, "side": side, "type": kind, "selfTradePreventionMode": rng.choice(
        ["NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH", "DECREMENT", "TRANSFER"])}
    if kind == "MARKET" and rng.random() < 0.4:
        return {**order, "quoteOrderQty": rng.choice([10, 500, 20000])}
    order["quantity"] = x.qty(symbol, rng.choice([20, 300, 5000, 30000]))
    if kind in ("LIMIT", "LIMIT_MAKER") or kind.endswith("_LIMIT"):
        order["price"] = x.price(symbol, 1 + sign * near())
    if kind == "LIMIT" or kind.endswith("_LIMIT"):
        order["timeInForce"] = rng.choice(["GTC", "GTC", "IOC", "FOK"])
    if kind.startswith("STOP") and rng.random() < 0.3:
        order["trailingDelta"] = rng.choice([20, 100, 500])
    elif kind.startswith("STOP") or kind.startswith("TAKE"):
        order["stopPrice"] = x.price(symbol, 1 + (sign if kind.startswith("TAKE") else -sign) * away())
    return order


def linked(x, symbol, side):
    """An order list: its route and parameters."""
    kind = rng.choice(["oco", "oto", "otoco", "opo", "opoco", "opoco"])
    qty = x.qty(symbol, rng.choice([20, 300, 5000]))
    if kind == "oco":
        return kind, {"symbol": symbol, "side": side, "quantity": qty, **pair(x, symbol, "above", "below", side)}
    side = "BUY" if kind.startswith("opo") else side
    other = "SELL" if side == "BUY" else "BUY"
    order = {"symbol": symbol, "workingType": rng.choice(["LIMIT", "LIMIT", "LIMIT_MAKER"]), "workingSide": side, "workingQuantity": qty,
             "workingPrice": x.price(symbol, 1 + (-1 if side == "BUY" else 1) * near()), "pendingSide": other}
    if order["workingType"] == "LIMIT":
        order["workingTimeInForce"] = rng.choice(["GTC", "IOC", "FOK"])
    if not kind.startswith("opo"):
        order["pendingQuantity"] = qty
    if kind.endswith("oco"):
        return kind, {**order, **pair(x, symbol, "pendingAbove", "pendingBelow", other)}
    pending = rng.choice(["MARKET", "LIMIT", "STOP_LOSS", "LIMIT_MAKER"])
    order["pendingType"] = pending
    if "LIMIT" in pending:
        order["pendingPrice"] = x.price(symbol, 1 + near())
    if pending == "LIMIT":
        order["pendingTimeInForce"] = "GTC"
    if pending == "STOP_LOSS":
        order["pendingStopPrice"] = x.price(symbol, 1 + near())
    return kind, order


def step(x, made):
    symbol, side = rng.choice(["BTCUSDT", "ETHUSDT"]), rng.choice(["BUY", "SELL"])
    some = rng.randint(1, made + 1)
    what = rng.choices(["order", "list", "cancel", "cancel list", "cancel all", "replace", "amend", "clock", "transfer"], [9, 7, 2, 1, 0.2, 1, 1, 3, 1])[0]
    if what == "order":
        return x.signed("POST", "/api/v3/order", **single(x, symbol, side))
    if what == "list":
        kind, order = linked(x, symbol, side)
        return x.signed("POST", "/api/v3/orderList/" + kind, **order)
    if what == "cancel":
        return x.signed("DELETE", "/api/v3/order", symbol=symbol, orderId=some)
    if what == "cancel list":
        return x.signed("DELETE", "/api/v3/orderList", symbol=symbol, orderListId=some // 5 + 1)
    if what == "cancel all":
        return x.signed("DELETE", "/api/v3/openOrders", symbol=symbol)
    if what == "replace":
        return x.signed("POST", "/api/v3/order/cancelReplace", cancelOrderId=some, cancelReplaceMode=rng.choice(["STOP_ON_FAILURE", "ALLOW_FAILURE"]),
                        **single(x, symbol, side))
    if what == "amend":
        return x.signed("PUT", "/api/v3/order/amend/keepPriority", symbol=symbol, orderId=some, newQty=x.qty(symbol, rng.choice([15, 100])))
    if what == "clock":
        x.advance(rng.choice([60, 3600, 3600, 7200, 86400]))
    else:
        x.plain("POST", f"/sim/transfer?account={rng.choice('ab')}&asset={rng.choice(['BTC', 'USDT', 'BNB'])}&amount={rng.choice(['0.5', '-0.1', '100'])}")
    return 200, None


def audit_order(o, trades):
    assert sum(D(t["qty"]) for t in trades) == D(o["executedQty"]), o
    assert sum(D(t["quoteQty"]) for t in trades) == D(o["cummulativeQuoteQty"]), o
    assert o["status"] in OPEN or D(o["locked"]) == 0, o
    assert D(o["executedQty"]) + D(o["preventedQuantity"]) <= D(o["origQty"]), o
    assert o["status"] != "FILLED" or D(o["executedQty"]) + D(o["preventedQuantity"]) == D(o["origQty"]), o
    for t in trades:
        if D(o["price"]):
            assert D(t["price"]) <= D(o["price"]) if o["side"] == "BUY" else D(t["price"]) >= D(o["price"]), (o, t)


def audit_list(ledger, l):
    legs = [ledger["orders"][l[name] - 1] for name in ("stop", "profit") if l[name]]
    orders = legs + ([ledger["orders"][l["working"] - 1]] if l["working"] else [])
    assert any(o["status"] in OPEN for o in orders) == (l["listStatusType"] == "EXEC_STARTED"), (l, orders)
    assert sum(D(o["executedQty"]) > 0 for o in legs) <= 1, legs


def audit(x):
    ledger = x.plain("GET", "/sim/ledger")
    trades, locked, wanted = {}, Counter(), Counter()
    for name in KEYS:
        for asset, v in START.items():
            wanted[name, asset] = v
    for t in ledger["trades"]:
        trades.setdefault(t["orderId"], []).append(t)
    for o in ledger["orders"]:
        audit_order(o, trades.get(o["orderId"], []))
        pays = x.info[o["symbol"]]["quoteAsset" if o["side"] == "BUY" else "baseAsset"]
        locked[o["account"], pays] += D(o["locked"])
    for l in ledger["lists"]:
        audit_list(ledger, l)
        locked[l["account"], x.info[l["symbol"]]["baseAsset"]] += D(l["received"])
    for c in ledger["changes"]:
        wanted[c["account"], c["asset"]] += D(c["amount"])
    for a in ledger["accounts"]:
        for asset, b in a["balances"].items():
            assert D(b["free"]) >= 0 and D(b["locked"]) == locked[a["name"], asset], (a["name"], asset, b, locked[a["name"], asset])
            assert D(b["free"]) + D(b["locked"]) == wanted[a["name"], asset], (a["name"], asset, b, wanted[a["name"], asset])
    return ledger


x = Exchange()
try:
    made = 0
    for i in range(STEPS):
        status, answer = step(x, made)
        assert status < 500, answer
        if i % 50 == 0 or i == STEPS - 1:
            ledger = audit(x)
            made = len(ledger["orders"])
    print(f"{STEPS} steps: {made} orders, {len(ledger['lists'])} lists, {len(ledger['trades'])} trades")
finally:
    x.process.terminate()
sys.exit(x.process.wait())
