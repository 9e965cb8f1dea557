#!/usr/bin/env python3
"""audit.py [--rest] DATABASE LEDGER [ACCOUNT=NAME…]: do the books agree with the exchange, to the last digit?

LEDGER is what ct-sim's GET /sim/ledger says; ACCOUNT=NAME maps an account of ct to one of the exchange (default: the
same name). Prints every difference; exit 1 if there is one. With --rest, everything must be at rest: nothing on its way,
every approval ended with a reason, or working with an order that is open at the exchange, every position protected."""
import json
import sqlite3
import sys
from collections import Counter
from decimal import Decimal

OPEN = ("NEW", "PARTIALLY_FILLED", "PENDING_NEW")


def money(v):
    """As the database keeps amounts: whole units of 1e-8, or text."""
    return Decimal(0) if v is None else Decimal(v) / 10**8 if isinstance(v, int) else Decimal(v)


class Books:
    """One account here, and what the exchange has of it."""

    def __init__(self, db, ledger, account, there):
        self.db, self.account = db, account
        self.orders = [o for o in ledger["orders"] if o.get("account", there) == there]
        self.trades = [t for t in ledger["trades"] if t.get("account", there) == there]
        self.balances = next(a["balances"] for a in ledger["accounts"] if a["name"] == there)
        self.rows = {r["id"]: r for r in self.all("SELECT * FROM order_row WHERE account = ?")}
        self.wires = {r["id"]: r for r in self.all("SELECT * FROM wire_row WHERE account = ?")}
        self.wrong = []

    def all(self, sql):
        return self.db.execute(sql, [self.account] * sql.count("?")).fetchall()

    def say(self, text):
        self.wrong.append(f"{self.account}: {text}")

    def check_orders(self):
        """Each order of ours there has one row of its own, and none was sent twice."""
        ids = Counter(o["clientOrderId"] for o in self.orders if o["clientOrderId"].startswith("ct"))
        for i, n in ids.items():
            if n > 1:
                self.say(f"client order id {i} is at the exchange {n} times")
            if any(o["clientOrderId"] == i and o["side"] == "SELL" and o["type"] == "STOP_LOSS_LIMIT" for o in self.orders):
                self.say(f"stop {i} sells at a limit: it may never be filled")
            if i not in self.rows:
                self.say(f"order {i} is at the exchange and has no row")
        for key, n in Counter((r["decision"], r["leg"], r["attempt"]) for r in self.rows.values()).items():
            if n > 1:
                self.say(f"{n} rows of {key}")
        for i, w in self.wires.items():
            if w["acked_ms"] is not None and i not in ids:
                self.say(f"order {i} is acknowledged here and not known there")
            if w["acked_ms"] is None and w["status"] == "ended" and i in ids:
                self.say(f"order {i} was given up here and is known there")

    def check_trades(self, rest):
        by_id = {o["orderId"]: o["clientOrderId"] for o in self.orders}
        booked, happened = {}, {}
        for t in self.all('SELECT "order", side, qty, price, fee, fee_asset FROM trade_row WHERE account = ?'):
            booked.setdefault(t["order"], []).append((t["side"], money(t["qty"]), money(t["price"]), money(t["fee"]), t["fee_asset"]))
        for t in self.trades:
            happened.setdefault(by_id[t["orderId"]], []).append(
                ("BUY" if t["isBuyer"] else "SELL", Decimal(t["qty"]), Decimal(t["price"]), Decimal(t["commission"]), t["commissionAsset"]))
        for i in sorted(set(booked) | {h for h in happened if h.startswith("ct")}):
            here, there = sorted(booked.get(i, [])), sorted(happened.get(i, []))
            if here != there and (rest or len(here) > len(there)):
                self.say(f"trades of {i}: here {here}, there {there}")

    def check_balances(self):
        """Positions, dust, cash and what is beside the books are what the exchange has, where nothing is unexplained."""
        base = {r["symbol"]: r["base_asset"] for r in self.db.execute("SELECT symbol, base_asset FROM symbol_row")}
        here = Counter({"USDT": money(self.all("SELECT cash FROM account_state_row WHERE account = ?")[0]["cash"])})
        for r in self.all("SELECT symbol, qty FROM position_row WHERE account = ? UNION ALL SELECT symbol, qty FROM dust_row WHERE account = ?"):
            here[base[r["symbol"]]] += money(r["qty"])
        for r in self.all("SELECT asset, qty FROM baseline_row WHERE account = ?"):
            here[r["asset"]] += money(r["qty"])
        unexplained = {r["thing"] for r in self.all("SELECT thing FROM block_row WHERE account = ? AND status = 'open'")}
        for asset, amount in here.items():
            b = self.balances.get(asset, {"free": "0", "locked": "0"})
            if amount != Decimal(b["free"]) + Decimal(b["locked"]) and asset not in unexplained:
                self.say(f"{asset}: here {amount}, there {b}")

    def check_rest(self):
        open_there = {o["clientOrderId"] for o in self.orders if o["status"] in OPEN}
        for i, w in self.wires.items():
            if w["status"] in ("intent", "sent", "unknown") or (w["status"] == "acked") != (i in open_there):
                self.say(f"order {i} is {w['status']} here, {'open' if i in open_there else 'not open'} there")
        for d in self.all("SELECT * FROM decision_row WHERE account = ?"):
            working = any(self.rows[i]["decision"] == d["id"] for i in open_there if i in self.rows)
            if d["status"] == "approved" or (d["status"] == "working" and not working):
                self.say(f"decision {d['id']} is {d['status']} and nothing is open for it")
            if d["status"] not in ("approved", "working") and not d["why"]:
                self.say(f"decision {d['id']} ended {d['status']} without a reason")
        for p in self.all("SELECT * FROM position_row WHERE account = ? AND qty <> 0"):
            legs = {self.rows[i]["leg"] for i in open_there if i in self.rows and self.rows[i]["decision"] == p["decision"]}
            if p["stop_price"] is not None and "stop" not in legs:
                self.say(f"position {p['symbol']} of {p['strategy']} has no stop at the exchange")


def audit(path, ledger, rest, names):
    """Every difference, a line each. names: of the accounts that have another name at the exchange."""
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    wrong = []
    try:
        for (account,) in db.execute("SELECT account FROM live_state_row").fetchall():
            b = Books(db, ledger, account, names.get(account, account))
            b.check_orders()
            b.check_trades(rest)
            if rest:
                b.check_balances()
                b.check_rest()
            wrong += b.wrong
    finally:
        db.close()
    return wrong


if __name__ == "__main__":
    args = [a for a in sys.argv[1:] if not a.startswith("--")]
    with open(args[1]) as f:
        wrong = audit(args[0], json.load(f), "--rest" in sys.argv, dict(a.split("=") for a in args[2:]))
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)
