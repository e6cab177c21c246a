"""The ledger in bulk: how much room a row takes, and that all is in it."""
import json
import os
import pathlib
import socket
import subprocess
import sys

import pytest

from harness import ledger
from harness.checks import wait_quiet
from harness.httpd import TOP, free_port
from harness.wait import until

HARNESS = pathlib.Path(__file__).resolve().parents[1] / "harness"


@pytest.fixture
def load(tmp_path):
    """The load generator of the benchmarks."""
    exe = tmp_path / "load"
    subprocess.run(["gcc", "-O2", "-D_GNU_SOURCE", "-o", exe,
                    TOP / "test" / "bench" / "load.c"], check=True)

    def run(gw, key, connections, seconds):
        body = tmp_path / "body.json"
        body.write_text(json.dumps({"model": "qwen3-max", "messages": [
            {"role": "user", "content": "hello " * 20}]}))
        out = subprocess.run(
            [exe, str(gw.port), "/v1/chat/completions", str(connections),
             str(seconds), body, "Authorization: Bearer " + key],
            check=True, capture_output=True, text=True).stdout
        return json.loads(out)
    return run


@pytest.fixture
def fast():
    """The port of an upstream in a process of its own."""
    port = free_port()
    p = subprocess.Popen([sys.executable, HARNESS / "fast.py", str(port)])
    until(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0)
    yield port
    p.kill()
    p.wait()


def size_on_disk(gw):
    """Of the database, everything that is in its log included."""
    until(lambda: ledger.empty_log(gw), "somebody reads all the time")
    assert os.path.getsize(str(gw.database) + "-wal") == 0
    return os.path.getsize(gw.database)


def test_a_row_takes_less_than_200_bytes(make_gw, load, fast):
    gw = make_gw(log_level="warn", server="MaxKeepAliveRequests 0")
    gw.must("PUT", "/upstreams/mock", {
        "base_url": f"http://127.0.0.1:{fast}/v1", "dialect": "openai"})
    key = gw.new_key()
    load(gw, key, 4, 0.2)               # pages that are made only once
    wait_quiet(gw)
    before, rows = size_on_disk(gw), len(gw.rows())
    runs = requests = more = 0
    while more < 5000:                  # enough to tell
        answers = load(gw, key, 8, 1.2)
        assert answers["errors"] == 0
        wait_quiet(gw)
        runs += 1
        requests += answers["requests"]
        more = len(gw.rows()) - rows
        # those that were under way at the end of a run have rows too
        assert 0 <= more - requests <= 8 * runs
    each = (size_on_disk(gw) - before) / more
    print(f"{each:.1f} bytes a row, {more} rows")
    assert each <= 200
    row = gw.rows()[-2]
    assert len(row["upstream_request"]) == 36
    assert (row["input"], row["cache_read"], row["output"]) \
        == (11234, 30000, 1234)
    assert row["amount"] == 11234 * 4000000 + 30000 * 800000 + 1234 * 16000000
    assert len({r["id"] for r in gw.rows()}) == rows + more
    gw.check_books()
    assert gw.query("PRAGMA integrity_check")[0][0] == "ok"


def test_one_index_and_no_more(gw):
    """Each one more costs microseconds and bytes a row."""
    found = gw.query("SELECT name, sql FROM sqlite_schema WHERE tbl_name ="
                     " 'ledger' AND type = 'index'")
    assert [r["name"] for r in found] == ["ledger_key"]
    plan = gw.query("EXPLAIN QUERY PLAN SELECT * FROM ledger WHERE id = 1")
    assert "INTEGER PRIMARY KEY" in plan[0]["detail"]


def test_nothing_of_what_was_said_is_stored(gw, up, key):
    prompt, reply = "a prompt like no other", "an answer like no other"
    from harness.upstream import answer
    up.script(answer({"choices": [{"index": 0, "finish_reason": "stop",
                                   "message": {"role": "assistant",
                                               "content": reply}}]}))
    r = gw.chat(key, messages=[{"role": "user", "content": prompt}],
                user="a-user-id", metadata={"a": "some-metadata"},
                safety_identifier="some-person")
    assert r.status == 200
    gw.settled(key)
    data = b"".join(p.read_bytes() for p in gw.state.iterdir()
                    if p.name.startswith("llmgw.db"))
    for text in (prompt, reply, "a-user-id", "some-metadata", "some-person"):
        assert text.encode() not in data
