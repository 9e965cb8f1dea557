"""What a parity walk runs: an account, its files and its candles, all drawn from one random.Random."""

HOUR_MS = 3600000
INTERVALS = {"15m": HOUR_MS // 4, "30m": HOUR_MS // 2, "1h": HOUR_MS, "2h": 2 * HOUR_MS, "4h": 4 * HOUR_MS, "8h": 8 * HOUR_MS, "12h": 12 * HOUR_MS,
             "1d": 24 * HOUR_MS, "3d": 72 * HOUR_MS}
LONGER = {"15m": ["30m", "1h", "4h"], "1h": ["2h", "4h", "12h"], "4h": ["8h", "1d"], "1d": ["3d"]}
PAIRS = ["ZILUSDT", "BNBUSDT", "AAAUSDT", "1000CATUSDT", "MMMUSDT", "EEUSDT", "QQQUSDT", "BBBUSDT"]
EPOCH_MS = 1704067200000  # 2024-01-01
WARM_UP = 25


def text(x, digits):
    """A decimal string as the exchange would write it."""
    return f"{max(x, 10.0 ** -digits):.{digits}f}"


def maybe(rng, chance, value):
    return value() if rng.random() < chance else None


def known(**keys):
    return {k: v for k, v in keys.items() if v is not None}


class Market:
    """One pair: its exchange's rules, and its candles, with whatever exchanges do on bad days."""

    def __init__(self, rng, symbol, interval, bars, whole):
        self.symbol, self.interval, self.step_ms = symbol, interval, INTERVALS[interval]
        self.price = 10 ** rng.uniform(-3, 4.3)
        self.digits = min(8, max(0, round(rng.uniform(2, 5) - len(str(int(self.price))))) + (self.price < 1) * 3)
        self.qty_digits = rng.randrange(0, 6) if self.price > 5 else rng.randrange(0, 2)
        self.swing = 10 ** rng.uniform(-2.3, -1.2)
        self.missing, self.dead, self.cut = (rng.choice([0, 0, 0.02, 0.08]) for _ in range(3))
        self.first = rng.choice([0, 0, 0, rng.randrange(1, bars - 10)])
        self.last = bars if whole else rng.choice([bars, bars, bars, rng.randrange(self.first + 5, bars)])
        self.holes = set()
        for _ in range(rng.choice([0, 0, 1, 2])):
            start = rng.randrange(bars)
            self.holes |= set(range(start, start + rng.randrange(2, 8)))
        if whole:
            self.holes.discard(bars - 1)

    def terms(self, rng, bars):
        """The exchange's rules and what becomes of them: read at the start or later, and changed now and then."""
        times = sorted(rng.sample(range(1, bars), rng.choice([0, 0, 1, 3])))
        if rng.random() < 0.8:
            times.insert(0, 0)
        for k in times or [0]:
            yield self.rules(rng) | {"t_ms": EPOCH_MS + k * self.step_ms + rng.choice([0, 0, -1, 1, 5000])}
            self.qty_digits = max(0, self.qty_digits + rng.choice([-1, 0, 0, 1]))

    def rules(self, rng):
        step = text(10.0 ** -self.qty_digits, 8)
        return {"kind": "symbol", "v": 1, "market": "spot", "symbol": self.symbol, "status": rng.choice(["TRADING"] * 9 + ["BREAK"]),
                "base_asset": self.symbol[:-4], "quote_asset": "USDT", "tick_size": text(10.0 ** -self.digits, 8),
                "min_price": text(10.0 ** -self.digits, 8), "max_price": "1000000.00000000", "step_size": step, "min_qty": step,
                "max_qty": "900000000.00000000", "market_step_size": rng.choice([step, "0.00000000"]), "market_min_qty": "0.00000000",
                "market_max_qty": rng.choice(["0.00000000", text(2e5 / self.price, self.qty_digits)]),
                "min_notional": rng.choice(["5.00000000", "10.00000000", "200.00000000"]), "max_notional": "9000000.00000000",
                "min_notional_market": True, "oco_allowed": True, "opo_allowed": True}

    def candles(self, rng):
        price = self.price
        for k in range(self.last):
            price *= 1 + rng.gauss(0, self.swing) * rng.choice([0.1, 0.3, 1])  # a gap between the bars
            opened, path = price, [price]
            for _ in range(4):
                path.append(path[-1] * (1 + rng.gauss(0, self.swing / 2)))
            price = path[-1] if rng.random() > 0.02 else path[-1] * rng.uniform(0.85, 1.2)
            if k < self.first or k in self.holes or (k < self.last - 1 and rng.random() < self.missing):
                continue
            high, low = max(path + [price]), min(path + [price])
            volume = "0.00000000" if rng.random() < self.dead else text(rng.uniform(1, 1e5), 3) + "00000"
            open_ms = EPOCH_MS + k * self.step_ms
            yield {"kind": "candle", "v": 1, "market": "spot", "symbol": self.symbol, "interval": self.interval, "open_time": open_ms,
                   "open": text(opened, self.digits), "high": text(high, self.digits), "low": text(low, self.digits),
                   "close": text(price, self.digits), "volume": volume,
                   "close_time": open_ms + self.step_ms // (2 if rng.random() < self.cut else 1) - 1,
                   "quote_volume": volume, "trades": 7, "taker_buy_volume": "0.00000000", "taker_buy_quote_volume": "0.00000000"}


def channel(rng):
    method = rng.choice(["donchian", "atr", "bands", "zscore"])
    s = known(strategy="channel", method=method, lookback=rng.randrange(2, 16), trigger=rng.choice(["close", "touch"]),
              average=rng.choice(["sma", "ema"]) if method in ("atr", "bands") else None, atr_period=rng.randrange(1, 12),
              exit_lookback=maybe(rng, 0.5 if method == "donchian" else 0, lambda: rng.randrange(2, 16)),
              rebound_pct=maybe(rng, 0.3, lambda: round(rng.uniform(0.1, 3), 2)),
              pullback_pct=maybe(rng, 0.3, lambda: round(rng.uniform(0.1, 3), 2)),
              max_hold_bars=maybe(rng, 0.3, lambda: rng.randrange(1, 12)), trend_sma=maybe(rng, 0.2, lambda: rng.randrange(2, 20)),
              entry=rng.choice(["market", "market", "limit", "stop", "maker"]), entry_offset_pct=round(rng.uniform(0, 3), 2),
              entry_bars=rng.randrange(1, 8))
    if method in ("atr", "zscore"):
        s.update(lower_k=round(rng.uniform(0.2, 2), 2), upper_k=round(rng.uniform(0.2, 2), 2))
    if method == "bands":
        s.update(lower_pct=round(rng.uniform(0.2, 5), 2), upper_pct=round(rng.uniform(0.2, 5), 2))
    s.update(stops(rng))
    s["target"] = rng.choice(["none", "mid", "upper"] + ["risk"] * any(k in s for k in ("stop_pct", "stop_atr")))
    s["target_risk"] = round(rng.uniform(0.3, 3), 2)
    return s


def stops(rng):
    kind, trail = rng.choice(["pct", "atr", None]), rng.choice(["pct", "atr", None])
    return known(**{f"stop_{kind}": kind and round(rng.uniform(0.5, 8), 2), f"trail_{trail}": trail and round(rng.uniform(0.5, 8), 2)})


def by_lot(rng):
    s = known(strategy="random", enter=round(rng.uniform(0.02, 0.6), 3), leave=round(rng.uniform(0.02, 0.6), 3),
              seed=rng.randrange(1 << 30), **stops(rng))
    return s


def risk(rng, capital):
    sizing = rng.choice(["quote", "equity_pct", "risk_pct"])
    size = {"quote": rng.uniform(0.01, 0.3) * capital, "equity_pct": rng.uniform(1, 40), "risk_pct": rng.uniform(0.2, 4)}[sizing]
    return known(sizing=sizing, size=text(size, 2), max_positions=maybe(rng, 0.4, lambda: rng.randrange(1, 6)),
                 max_pair_quote=maybe(rng, 0.3, lambda: text(capital * rng.uniform(0.1, 0.8), 2)),
                 max_exposure_pct=maybe(rng, 0.4, lambda: text(rng.uniform(20, 100), 1)),
                 daily_loss_pct=maybe(rng, 0.4, lambda: text(rng.uniform(0.5, 8), 1)),
                 drawdown_pct=maybe(rng, 0.4, lambda: text(rng.uniform(1, 20), 1)), breaker_action=rng.choice(["block", "flatten"]),
                 exchange_filters=rng.random() < 0.7) | {"collar_bps": rng.choice([None, None, "0", "20", "100", "500"])}


def managed(rng, interval):
    """Bars of this interval are booked: all that there are, or those between longer ones, that strategies read."""
    if interval in ("15m", "1h") and rng.random() < 0.2:
        return {"interval": interval}  # the default, an hour, is not shorter
    longer = rng.random() < 0.4
    return {"interval": rng.choice(LONGER[interval]) if longer else interval, "manage_interval": interval if longer else None}


def account(rng, interval, pairs, names):
    capital = rng.choice([500, 10000, 10000, 1e6])
    strategies = []
    for name in names:
        chosen = rng.sample(pairs, rng.randrange((len(pairs) + 1) // 2, len(pairs) + 1))
        strategies.append({"file": name, "symbols": chosen})
    return capital, {
        "name": "walk", "mode": "paper", "anchor": EPOCH_MS, "capital": text(capital, 2), "risk": "drawn",
        "fee_mode": rng.choice(["received", "quote", "bnb"]), "maker_fee_bps": text(rng.choice([0, 2, 7.5, 10]), 1),
        "taker_fee_bps": text(rng.choice([0, 4, 10, 30]), 1), "slippage_bps": text(rng.choice([0, 3, 5, 25]), 1), "strategies": strategies} | managed(rng, interval) | known(
            # Against bars of some 50,000 coins: what is bought of a cheap one is more.
            max_volume_share=maybe(rng, 0.4, lambda: text(10 ** rng.uniform(-6, -1), 8)), price_impact=maybe(rng, 0.3, lambda: text(rng.uniform(0, 2), 2)),
            max_missing_bars=maybe(rng, 0.7, lambda: rng.randrange(1, 12)), lots=maybe(rng, 0.6, lambda: rng.choice(["fifo", "lifo"])))


def transfers(rng, capital, bars, step_ms):
    """Money that comes and goes by plan; by hand: only what comes, since what may go depends on the moment."""
    by_hand = rng.random() < 0.3
    planned = []
    for _ in range(rng.choice([0, 0, 1, 4])):
        amount = capital * rng.choice([0.001, 0.1, 0.5, 3]) * (1 if by_hand else rng.choice([1, -1]))
        planned.append({"at": EPOCH_MS + int(rng.uniform(WARM_UP - 2, bars) * step_ms), "amount": f"{amount:.2f}",
                        "every": "once" if by_hand else rng.choice(["once", "once", "day", "week", "month"])})
    return {"by_hand" if by_hand else "transfers": planned}


def outages(rng, bars, step_ms):
    """When the machine was off: from the first close missed to the one made again."""
    for _ in range(rng.choice([0, 0, 1, 3])):
        start = rng.randrange(WARM_UP + 1, bars - 3)
        yield EPOCH_MS + start * step_ms, EPOCH_MS + min(bars, start + rng.randrange(1, 9)) * step_ms


def late(rng, bars, step_ms, pairs, outages):
    """Candles of one pair that came late, as with ct-backtest --outage: while the machine was on."""
    for _ in range(rng.choice([0, 0, 1, 4])):
        start = rng.randrange(WARM_UP + 1, bars - 3)
        start, end = EPOCH_MS + start * step_ms, EPOCH_MS + min(bars, start + rng.randrange(1, 9)) * step_ms
        if all(end <= o[0] or start >= o[1] for o in outages):
            yield start, end, rng.choice(pairs)


def came(late, symbol, t_ms):
    """When the candle that closed at t_ms was there."""
    for start, end, pair in late:
        if pair == symbol and start <= t_ms < end:
            return came(late, symbol, end)
    return t_ms


def draw(rng, bars, whole):
    """whole: every pair has its last bar, as a step that fetches wants it."""
    interval = rng.choice(list(LONGER))
    pairs = rng.sample(PAIRS, rng.randrange(2, len(PAIRS) + 1))
    strategies = {f"s{k}": channel(rng) if rng.random() < 0.8 else by_lot(rng) for k in range(rng.randrange(1, 5))}
    for s in strategies.values():
        if rng.random() < 0.2:
            s["interval"] = rng.choice(LONGER[interval])
    capital, acct = account(rng, interval, pairs, list(strategies))
    paid_in_bnb = acct["fee_mode"] == "bnb" and "BNBUSDT" not in pairs and (whole or rng.random() < 0.8)
    markets = [Market(rng, p, interval, bars, whole) for p in pairs + ["BNBUSDT"] * paid_in_bnb]
    money = transfers(rng, capital, bars, INTERVALS[interval])
    acct.update({k: v for k, v in money.items() if k == "transfers" and v})
    candles = [c for m in markets for c in m.candles(rng)]
    rules = [r for m in markets if rng.random() < 0.95 for r in m.terms(rng, bars)]
    ours = sorted({symbol for s in acct["strategies"] for symbol in s["symbols"]})
    there = {c["symbol"] for c in candles if c["symbol"] in ours}
    if not there & {r["symbol"] for r in rules}:  # a backtest without any is none
        rules += [r for m in markets if m.symbol in there for r in m.terms(rng, bars)]
    limits = risk(rng, capital)
    off = list(outages(rng, bars, INTERVALS[interval]))
    behind = list(late(rng, bars, INTERVALS[interval], ours, off))
    closes = [(c["symbol"], c["open_time"] + INTERVALS[interval]) for c in candles]
    if max(came(behind, symbol, end) for symbol, end in closes) > max((end for symbol, end in closes if came(behind, symbol, end) == end), default=0):
        behind = []  # a backtest ends with its last candle
    booked = {end for symbol, end in closes if came(behind, symbol, end) == end}
    traded = {end for symbol, end in closes if came(behind, symbol, end) == end and symbol in ours}
    by_hand = [t for t in money.get("by_hand", []) if t["at"] - (t["at"] - EPOCH_MS) % INTERVALS[interval] in traded
               and t["at"] < max(traded)]  # a backtest ends with its last candle
    return {"account": acct, "by_hand": by_hand, "risk": limits, "strategies": strategies, "step_ms": INTERVALS[interval],
            "rules": rules, "candles": candles, "booked": booked, "outages": off, "late": behind}
