"""The helper dies, is replaced, hands over, cannot write: no row is lost, and
none is there twice."""
import os
import signal
import threading

import pytest

from harness import ledger
from harness.checks import refused, status, wait_quiet
from harness.upstream import done, event, gate, head
from harness.wait import PATIENCE, until

HELLO = {"model": "qwen3-max", "messages": [{"role": "user", "content": "x"}]}
OPEN = {"choices": [{"index": 0, "delta": {"role": "assistant"}}]}
TEXT = {"choices": [{"index": 0, "delta": {"content": "hello"}}]}
STOP = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
USAGE = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 1,
                                  "total_tokens": 4}}


class Traffic:
    """Clients that ask all the time, each with a key of its own."""

    def __init__(self, gw, clients=4):
        self.gw, self.stop = gw, threading.Event()
        self.going = threading.Event()          # else they rest
        self.keys = [gw.new_key() for _ in range(clients)]
        self.ids = [[] for _ in self.keys]      # of the good answers
        self.bad = []
        self.threads = [threading.Thread(target=self.run, args=(i,))
                        for i in range(clients)]

    def run(self, i):
        while self.going.wait() and not self.stop.is_set():
            try:
                r = self.gw.request("POST", "/v1/chat/completions", HELLO,
                                    self.keys[i])
            except OSError as e:
                self.bad.append(e)
                continue
            if r.status == 200:
                self.ids[i].append(r.headers["x-request-id"])
            else:
                self.bad.append(r)

    def count(self):
        return sum(len(ids) for ids in self.ids)

    def more(self, n):
        """Wait until so many more answers came."""
        want = self.count() + n
        until(lambda: self.count() >= want, lambda: self.bad[:3])

    def __enter__(self):
        self.going.set()
        for t in self.threads:
            t.start()
        self.more(10)
        return self

    def __exit__(self, *exc):
        self.stop.set()
        self.going.set()
        for t in self.threads:
            t.join()

    def check(self):
        """Every good answer has exactly one row, and there is no other."""
        wait_quiet(self.gw)
        assert not self.bad, self.bad[:3]
        for key, ids in zip(self.keys, self.ids):
            assert len(set(ids)) == len(ids)
            rows = self.gw.settled(key, len(ids))
            assert all(r["state"] == 1 and r["amount"] > 0 for r in rows)
        self.gw.check_books()
        assert self.gw.query("PRAGMA integrity_check")[0][0] == "ok"


# ---- killed ----

def test_a_killed_helper_is_replaced(make_gw):
    gw = make_gw()
    gw.expect_log("LG0100")
    with Traffic(gw) as traffic:
        for n in range(1, 4):
            old = gw.helper_pid()
            os.kill(old, signal.SIGKILL)
            gw.wait_log("LG0100", n)
            gw.wait_helper(old)
            traffic.more(20)
    traffic.check()
    until(lambda: status(gw)["HelperSilent"] <= 1)
    assert len(gw.children()) >= 2      # and no child died of it


@pytest.mark.parametrize("label", ["writing", "written"])
def test_a_helper_killed_around_its_commit(make_gw, shared_path, label):
    """Before it the rows are written by the next; behind it they are there,
    and the next does not write them again."""
    flag = shared_path / "crash"
    gw = make_gw(flavour="crash", env={"LLMGW_CRASH": str(flag)})
    gw.expect_log("LG0100")
    with Traffic(gw) as traffic:
        for n in range(1, 3):
            flag.write_text(label)
            gw.wait_log("LG0100", n)
            traffic.more(5)
    assert not flag.exists()
    traffic.check()


def test_rows_while_there_is_no_helper_wait_in_the_segment(make_gw):
    gw = make_gw()
    helper = gw.helper_pid()
    os.kill(helper, signal.SIGSTOP)
    try:
        key = gw.new_key()
        answers = [gw.chat(key) for _ in range(20)]
        assert {r.status for r in answers} == {200}
        assert status(gw)["Unwritten"] == 20 and gw.rows(key) == []
        receipt = gw.request("GET", "/v1/receipts/"
                             + answers[0].headers["x-request-id"], key=key)
        assert receipt.status == 200 and receipt.json()["state"] == "open"
        other = gw.request("GET", "/v1/receipts/"
                           + answers[0].headers["x-request-id"],
                           key=gw.new_key())
        refused(other, "receipt_not_found")
    finally:
        os.kill(helper, signal.SIGCONT)
    gw.settled(key, 20)
    receipt = gw.request("GET", "/v1/receipts/"
                         + answers[0].headers["x-request-id"], key=key)
    assert receipt.json()["state"] == "settled"


# ---- restarts ----

def test_graceful_restarts_under_load(make_gw):
    gw = make_gw()
    with Traffic(gw) as traffic:
        for _ in range(3):
            old = gw.helper_pid()
            gw.graceful()
            gw.wait_helper(old)
            assert not os.path.exists(f"/proc/{old}")
            traffic.more(20)
    traffic.check()
    assert "LG0100" not in gw.log()


def test_the_next_helper_writes_what_an_old_child_settles(make_gw, up):
    gw = make_gw()
    key = gw.new_key()
    up.script(head(), event(OPEN), event(TEXT), gate("go"), event(STOP),
              event(USAGE), done())
    with gw.stream(key) as s:
        assert s.data() and s.data()
        old, children = gw.helper_pid(), gw.children()
        gw.graceful()
        gw.wait_helper(old)
        # the child of the old generation lives as long as its stream
        assert set(children) & set(gw.children())
        assert status(gw)["Open"] == 1
        up.open("go")
        s.rest()
        assert s.ended
    row, = gw.settled(key)
    assert (row["state"], row["input"], row["output"]) == (1, 3, 1)


# ---- the database is locked ----

def test_a_locked_database_fails_no_request(make_gw):
    """Somebody's long transaction: rows come after it; admin writes are 503
    after five seconds, and change nothing."""
    gw = make_gw()
    gw.expect_log("LG0110", "LG0200")
    new = gw.new_key()
    results = []

    def write(method, path, body):
        results.append(gw.admin(method, path, body))

    with Traffic(gw) as traffic:
        wait_rows = gw.query("SELECT count(*) FROM ledger")[0][0]
        with ledger.held(gw, "EXCLUSIVE"):
            writers = [threading.Thread(target=write, args=a) for a in (
                ("POST", "/keys", {"name": "late"}),
                ("PUT", "/models/late", {"routes": []}))]
            for t in writers:
                t.start()
            # what is only read goes on: a key nobody knew, the catalogue
            assert gw.chat(new).status == 200
            assert gw.admin("GET", "/models/qwen3-max").status == 200
            traffic.more(50)
            traffic.going.clear()   # a quick machine would fill the segment
            gw.wait_log("LG0110")
            traffic.going.set()
            traffic.more(50)
            traffic.going.clear()
            for t in writers:
                t.join()
            assert gw.query("SELECT count(*) FROM ledger")[0][0] \
                < wait_rows + 200
        traffic.going.set()
        for r in results:
            refused(r, "overloaded", message="nothing was changed")
            assert r.headers["Retry-After"] == "1"
        gw.wait_log("LG0111")
        traffic.more(20)
    traffic.check()
    gw.settled(new)
    assert not gw.query("SELECT 1 FROM key WHERE name = 'late'")
    assert not gw.query("SELECT 1 FROM model WHERE name = 'late'")
    assert gw.admin("POST", "/keys", {"name": "late"}).status == 201


def test_a_short_lock_is_waited_out(make_gw):
    gw = make_gw()
    done_writing = threading.Event()
    answers = []

    def write():
        answers.append(gw.admin("POST", "/keys", {"name": "x"}))
        done_writing.set()

    with ledger.held(gw, "EXCLUSIVE"):
        t = threading.Thread(target=write)
        t.start()
        assert not done_writing.wait(0.5)
    t.join()
    assert answers[0].status == 201
    key = answers[0].json()["key"]
    assert gw.chat(key).status == 200
    gw.settled(key)


def test_a_full_segment_is_503_before_the_upstream(make_gw, up):
    """No row can be written and every place is taken by one that waits."""
    gw = make_gw(server="LLMGatewaySegment 4M\nMaxKeepAliveRequests 0")
    cells = status(gw)["Cells"]
    key = gw.new_key()
    gw.expect_log("LG0030")
    helper = gw.helper_pid()
    os.kill(helper, signal.SIGSTOP)
    try:
        good = flood(gw, key, cells + 50)
        assert good == cells
        seen = len(up.requests)
        assert seen == cells
        r = gw.chat(key)
        refused(r, "overloaded", message="The engine is currently "
                "overloaded, please try again later.")
        assert r.headers["Retry-After"] == "1" and len(up.requests) == seen
        assert status(gw)["Overloaded"] == 51
    finally:
        os.kill(helper, signal.SIGCONT)
    wait_quiet(gw)
    assert gw.chat(key).status == 200
    gw.settled(key, cells + 1)
    gw.check_books()


def flood(gw, key, count):
    """So many requests over a few connections; how many were answered."""
    import http.client
    import json
    left, good, lock = [count], [0], threading.Lock()

    def run():
        c = http.client.HTTPConnection("127.0.0.1", gw.port, timeout=PATIENCE)
        while True:
            with lock:
                if left[0] == 0:
                    break
                left[0] -= 1
            c.request("POST", "/v1/chat/completions", json.dumps(HELLO),
                      {"Authorization": "Bearer " + key})
            r = c.getresponse()
            r.read()
            assert r.status in (200, 503)
            with lock:
                good[0] += r.status == 200
        c.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return good[0]
