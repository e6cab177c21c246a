"""Processes are killed at every step of a request's life, and all at once:
each request that the upstream saw has exactly one row."""
import os
import threading

import pytest

from harness import ledger
from harness.checks import status, wait_quiet
from harness.httpd import lives
from harness.upstream import (answer, done, event, gate, head, silence)
from harness.wait import until

HELLO = {"model": "qwen3-max", "messages": [{"role": "user", "content": "x"}]}
OPEN = {"choices": [{"index": 0, "delta": {"role": "assistant"}}]}
TEXT = {"choices": [{"index": 0, "delta": {"content": "hello there"}}]}
STOP = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
USAGE = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 1,
                                  "total_tokens": 4}}
ANSWER = {"choices": [{"index": 0, "finish_reason": "stop", "message": {
    "role": "assistant", "content": "x"}}], "usage": USAGE["usage"]}
SETTLED, ESTIMATED, FAILED = 1, 2, 4
KILLED = 0x10

# where the child dies: did the upstream see the request; states of the row
POINTS = {
    "claimed": (False, []), "entered": (False, []), "intent": (False, []),
    "opened": (False, [FAILED]), "sending": (False, [FAILED]),
    "settling": (True, [ESTIMATED, SETTLED]),
    "left": (True, [ESTIMATED, SETTLED]), "settled": (True, [SETTLED]),
}


@pytest.fixture
def crash_gw(make_gw, shared_path):
    """A gateway whose child dies at the label that is written to .flag."""
    gw = make_gw(flavour="crash",
                 env={"LLMGW_CRASH": str(shared_path / "crash")})
    gw.flag = shared_path / "crash"
    return gw


def ask(gw, key, stream):
    try:
        return gw.chat(key, stream=stream).body
    except (OSError, ValueError):
        return None
    except Exception as e:      # http.client: the answer broke off
        assert "IncompleteRead" in repr(e) or "Disconnected" in repr(e), e
        return None


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("label", POINTS)
def test_a_child_killed_at(crash_gw, up, label, stream):
    gw = crash_gw
    reached, states = POINTS[label]
    key = gw.new_key(limits={"concurrency": 1})
    gw.flag.write_text(label)
    if reached:
        up.script(*(answer(ANSWER) if not stream else [
            head(), event(OPEN), event(TEXT), event(STOP), event(USAGE),
            done()]))
    assert ask(gw, key, stream) is None or label == "settled"
    assert not gw.flag.exists()
    wait_quiet(gw)
    assert len(up.requests) == reached
    rows = gw.settled(key, len(states[:1]))
    for row in rows:
        assert row["state"] in states
        assert bool(row["flags"] & KILLED) == (row["state"] != SETTLED)
        assert row["reached"] == (label in ("settled", "settling", "left"))
        assert (row["amount"] > 0) == (row["state"] != FAILED)
    # its place is free again, and what others do is not disturbed
    assert gw.chat(key).status == 200
    gw.settled(key, len(rows) + 1)
    if label not in ("claimed", "entered", "intent", "settled"):
        gw.expect_log("LG0112")


# ---- everything at once ----

@pytest.mark.parametrize("mpm", ["event", "prefork"])
def test_the_whole_tree_killed(make_gw, up, mpm):
    """Open streams, held places, settled requests that are not written: after
    the next start all is as if the last moment had been the end."""
    gw = make_gw(mpm=mpm)
    done_key, live = gw.new_key(), gw.new_key(limits={"concurrency": 4})
    assert gw.chat(done_key).status == 200
    gw.settled(done_key)
    with ledger.held(gw):       # rows cannot be written
        ids = [gw.chat(done_key).headers["x-request-id"] for _ in range(7)]
        assert status(gw)["Unwritten"] == 7
        streams = []
        up.clear()
        for i in range(3):
            steps = [head(), event(OPEN), event(TEXT), silence()]
            up.script(*(steps if i else [silence()]))
            s = gw.stream(live)
            streams.append(s)
            up.wait_requests(i + 1)
            if i:
                s.data(), s.data()
        assert status(gw)["Open"] == 3
        gw.kill_tree()
        gw.process = None
    for s in streams:
        s.close()
    gw.start()
    gw.expect_log("LG0112", "AH00098")
    wait_quiet(gw)
    rows = gw.settled(done_key, 8)
    assert all(r["state"] == SETTLED and not r["flags"] & KILLED
               for r in rows)
    assert len({r["id"] for r in rows}) == 8 and len(ids) == 7
    rows = gw.settled(live, 3)
    assert all(r["state"] == ESTIMATED and r["flags"] & KILLED
               and r["reached"] for r in rows)
    assert [r["output"] > 0 for r in rows] == [False, True, True]
    assert len(up.requests) == 3
    # the places are free, ids go on, the books are right
    up.clear()
    assert [gw.chat(live).status for _ in range(4)] == [200] * 4
    gw.settled(live, 7)
    all_ids = [r["id"] for r in gw.rows()]
    assert len(set(all_ids)) == len(all_ids) == 15
    gw.check_books()
    assert gw.query("PRAGMA integrity_check")[0][0] == "ok"


def test_the_tree_killed_under_load_again_and_again(make_gw, up):
    """Whatever the moment: as many rows with `reached` as the upstream saw
    whole requests, or fewer by those whose last bytes it had only just got;
    never two rows for one, and none that the client saw the end of lost."""
    gw = make_gw()
    keys = [gw.new_key(limits={"concurrency": 1}) for _ in range(4)]
    seen = {k: [] for k in keys}
    for _ in range(4):
        stop = threading.Event()

        def run(key):
            while not stop.is_set():
                try:
                    r = gw.chat(key)
                except Exception:
                    return
                if r.status == 200:
                    seen[key].append(r.headers["x-request-id"])

        threads = [threading.Thread(target=run, args=(k,)) for k in keys]
        for t in threads:
            t.start()
        up.wait_requests(len(up.requests) + 40)
        gw.kill_tree()
        stop.set()
        for t in threads:
            t.join()
        gw.process = None
        gw.start()
        wait_quiet(gw)
    gw.expect_log("AH00098", *(["LG0112"] if "LG0112" in gw.log() else []))
    total = 0
    for key in keys:
        rows = gw.rows(key)
        total += len(rows)
        exact = [r for r in rows if r["state"] == SETTLED]
        assert len({r["id"] for r in rows}) == len(rows)
        assert len(exact) >= len(seen[key])
        # whoever saw an answer has an exact row of that id
        for rid in seen[key]:
            receipt = gw.request("GET", "/v1/receipts/" + rid, key=key)
            assert receipt.json()["state"] == "settled", receipt
        assert gw.chat(key).status == 200   # the place was given back
    assert len(up.requests) - 4 <= total <= len(up.requests) + 16
    gw.check_books()
    assert gw.query("PRAGMA integrity_check")[0][0] == "ok"


def test_a_parent_killed_alone_leaves_nothing_behind(make_gw, up):
    """The helper ends with it, after a last look at what the children left;
    the next httpd takes the segment over."""
    gw = make_gw()
    key = gw.new_key()
    assert gw.chat(key).status == 200
    helper = gw.helper_pid()
    group = gw.process.pid
    os.kill(group, 9)
    gw.process.wait()
    gw.process.pid = group
    gw.kill_tree()              # the orphans, as an administrator would
    gw.process = None
    until(lambda: not lives(helper))    # its parent's end is its signal
    gw.start()
    gw.expect_log("AH00098")
    assert gw.chat(key).status == 200
    gw.settled(key, 2)


def test_a_gate_is_still_open(make_gw, up):
    """A child that is killed while others go on takes only its own along."""
    gw = make_gw(mpm="prefork")
    keys = [gw.new_key() for _ in range(3)]
    streams = []
    for i, key in enumerate(keys):
        up.script(head(), event(OPEN), event(TEXT), gate("go"), event(STOP),
                  event(USAGE), done())
        streams.append(gw.stream(key))
        streams[i].data(), streams[i].data()
    before = set(gw.children())
    victim = next(p for p in before if any(
        "socket" in os.readlink(f"/proc/{p}/fd/{fd}") and int(fd) > 10
        for fd in os.listdir(f"/proc/{p}/fd")))
    os.kill(victim, 9)
    gw.expect_log("LG0112")
    up.open("go")
    ended = []
    for s in streams:
        s.rest()
        ended.append(s.ended)
    assert sorted(ended) == [False, True, True]
    for key, whole in zip(keys, ended):
        row, = gw.settled(key)
        assert row["state"] == (SETTLED if whole else ESTIMATED)
    for s in streams:
        s.close()
