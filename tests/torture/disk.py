#!/usr/bin/env python3
"""disk.py BUILD SCENE --now MS [--every N]: a disk that is full at each write of a live ct-exec, one after the other.

The working folder holds what a test has made: ct.db and sim.state as they are before the command, accounts.sim, market/,
conf/. SCENE is a shell command with $NOW, the time of --now; it is run with the first write failing, then the second, until it passes, once
with a disk that stays full and once with one write that fails alone. What was not recorded as sent must not be at the
exchange; then the same command, and whatever waits, is run on a disk with room, and the books must agree. --every: only
every Nth write, beginning anywhere."""
import argparse
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import urllib.request

sys.dont_write_bytecode = True
from audit import audit

ap = argparse.ArgumentParser()
ap.add_argument("build")
ap.add_argument("scene")
ap.add_argument("--now", required=True)
ap.add_argument("--every", type=int, default=1)
a = ap.parse_args()
BIN = os.path.join(a.build, "bin")
SHIM = os.path.join(a.build, "shim", "full.so")


class Exchange:
    """ct-sim as it was when sim.state was saved; the account's base_url is its."""

    def __enter__(self):
        shutil.copy("sim.state", "now.state")
        self.process = subprocess.Popen([os.path.join(BIN, "ct-sim"), "--data", "market", "--accounts", "accounts.sim", "--state", "now.state",
                                         "--clock", a.now, "--exit-with-parent"], stdout=subprocess.PIPE)
        self.url = json.loads(self.process.stdout.readline())["url"]
        with open("conf/accounts.json") as f:
            accounts = json.load(f)
        accounts["accounts"][0]["base_url"] = self.url
        with open("conf/accounts.json", "w") as f:
            json.dump(accounts, f)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def ledger(self):
        return json.load(urllib.request.urlopen(self.url + "/sim/ledger", timeout=30))


def run(scene, **env):
    r = subprocess.run(["sh", "-c", scene], env={**os.environ, "NOW": a.now, **env}, capture_output=True, text=True)
    return r.returncode, r.stderr


def sent():
    """The orders that are recorded as sent."""
    db = sqlite3.connect("ct.db")
    try:
        return {r[0] for r in db.execute("SELECT id FROM wire_row WHERE sent_ms IS NOT NULL")}
    finally:
        db.close()


def stands(ledger):
    """What an outcome is: kinds and states of all orders."""
    return [(o["type"], o["side"], o["status"]) for o in ledger["orders"]]


def fresh():
    for end in ("", "-wal", "-shm"):
        if os.path.exists("ct.db" + end):
            os.remove("ct.db" + end)
    shutil.copy("start.db", "ct.db")


def one(at, stays):
    """The disk is full at write number `at`. Returns whether the command wrote as often, and what stands when it has healed."""
    fresh()
    with Exchange() as x:
        code, said = run(a.scene, LD_PRELOAD=SHIM, ASAN_OPTIONS="verify_asan_link_order=0", FULL_AT=str(at), FULL_FROM=str(int(stays)), FULL_COUNT=os.path.abspath("count"))
        with open("count") as f:
            count = int(f.read())
        where = f"write {at}, {'and all after it' if stays else 'alone'}"
        unknown = {o["clientOrderId"] for o in x.ledger()["orders"]} - sent()
        if unknown:
            sys.exit(f"{where}: at the exchange and not recorded as sent: {unknown}\n{said}")
        wrong = audit("ct.db", x.ledger(), True, {}) if code == 0 else []
        if wrong:
            sys.exit(f"{where}: exit 0, and the books do not agree:\n" + "\n".join(wrong))
        for command in (a.scene, f"ct-exec -A main --now {a.now} --absence 1s pending", f"ct-exec -A main --now {a.now} --absence 1s sync"):
            again, said_again = run(command)
            if again:
                sys.exit(f"{where}: not healed: exit {again}: {said_again}\nbefore: exit {code}: {said}")
        wrong = audit("ct.db", x.ledger(), True, {})
        if wrong:
            sys.exit(f"{where}: the books do not agree:\n" + "\n".join(wrong) + f"\nbefore: exit {code}: {said}")
        return at <= count, stands(x.ledger())


os.environ["PATH"] = BIN + ":" + os.environ["PATH"]
shutil.copy("ct.db", "start.db")
outcomes = {str(one(0, True)[1]): []}
writes = 0
for stays in (True, False):
    at = random.randint(1, a.every)
    while True:
        reached, outcome = one(at, stays)
        if not reached:
            break
        outcomes.setdefault(str(outcome), []).append(at)
        writes = max(writes, at)
        at += a.every
for outcome, at in outcomes.items():
    print(f"{len(at)} times in the end: {outcome}")
if writes < 20:
    sys.exit(f"only {writes} writes: the command did nothing")
print(f"{writes} writes: nothing was sent that was not recorded, and the books agree")
