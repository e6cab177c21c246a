"""What is refused when there is no memory for it, and what cannot be read:
never taken for something else.  LLMGW_FAULT (mod_llmgw/shm/crash.c) makes it so."""
import os
import signal

import pytest

from harness.checks import refused, wait_quiet
from harness.shapes import plain
from harness.upstream import answer
from harness.wait import until

ONE = ("StartServers 1\nServerLimit 2\nThreadsPerChild 16\n"
       "MinSpareThreads 1\nMaxSpareThreads 16\nMaxRequestWorkers 16\n")


@pytest.fixture
def fgw(make_gw, shared_path):
    gw = make_gw(flavour="crash", mpm_conf=ONE,
                 env={"LLMGW_FAULT": str(shared_path / "fault")})
    gw.fault = shared_path / "fault"
    yield gw
    gw.fault.unlink(missing_ok=True)


def overloaded(gw, key):
    r = gw.chat(key)
    refused(r, "overloaded")
    assert "Retry-After" in r.headers


@pytest.mark.parametrize("pool, tag", [
    ("gw_policy", "LG0020"), ("gw_snapshot", "LG0031")])
def test_a_pool_that_cannot_be_made(fgw, pool, tag):
    """Fault 4.13: 503, and all is well as soon as there is memory."""
    key = fgw.new_key()
    fgw.must("PUT", "/teams/anew", {})
    fgw.must("PATCH", "/models/qwen3-max", {"name": "anew"})
    child, = fgw.children()
    fgw.fault.write_text(pool)
    for _ in range(3):
        overloaded(fgw, key)
    fgw.expect_log(tag)
    fgw.fault.unlink()
    assert fgw.chat(key).status == 200
    assert fgw.children() == [child]    # nobody fell over
    fgw.settled(key)


@pytest.mark.parametrize("pool", ["gw_database", "gw_policy_read"])
def test_a_pool_for_the_first_read(fgw, pool):
    """Fault 4.13: of a child that has read nothing yet."""
    key = fgw.new_key()
    assert fgw.chat(key).status == 200
    fgw.settled(key)
    fgw.fault.write_text(pool)
    fgw.graceful()
    overloaded(fgw, key)
    r = fgw.admin("GET", "/teams/default")
    assert r.status == 503 or pool != "gw_database"
    fgw.expect_log(*["LG0020", "LG0200"][:1 + (r.status == 503
                                              and "LG0200" in fgw.log())])
    fgw.fault.unlink()
    assert fgw.chat(key).status == 200
    fgw.settled(key, 2)


def test_a_cache_that_cannot_be_made(fgw):
    """Requests go on without it."""
    key = fgw.new_key()
    fgw.fault.write_text("gw_policies")
    fgw.graceful()
    for _ in range(5):
        assert fgw.chat(key).status == 200
    child, = fgw.children()
    fgw.fault.unlink()
    assert fgw.chat(key).status == 200
    fgw.settled(key, 6)
    assert fgw.children() == [child]


def test_a_connection_s_pool(fgw, up):
    """Fault 4.13: the upstream is not reached."""
    key = fgw.new_key()
    fgw.fault.write_text("gw_worker")
    r = fgw.chat(key)
    assert r.status in (502, 503), r
    fgw.expect_log("LG0080")
    fgw.fault.unlink()
    assert fgw.chat(key).status == 200
    rows = fgw.settled(key, 2)
    assert rows[0]["amount"] == 0 and rows[1]["amount"] > 0


def test_the_helper_goes_on_trying(fgw):
    """Fault 4.13: rows wait until there is memory for the database."""
    key = fgw.new_key()
    until(lambda: fgw.query("SELECT 1 FROM clock"))
    fgw.fault.write_text("gw_helper_db")
    fgw.expect_log("LG0100", "LG0102")
    os.kill(fgw.helper_pid(), signal.SIGKILL)
    fgw.wait_log("there is no memory for the database")
    fgw.fault.unlink()
    fgw.wait_log("LG0111")
    until(lambda: fgw.chat(key).status == 200)
    fgw.settled(key)


@pytest.mark.parametrize("stream", [False, True])
def test_a_part_that_cannot_be_read(fgw, up, stream):
    """Fault 4.13: an answer with a hole is none."""
    up.default = lambda request: answer(plain(content="hello"))
    key = fgw.new_key()
    fgw.fault.write_text("bucket")
    r = fgw.chat(key, stream=stream)
    assert r.status == 502, r
    fgw.expect_log("LG0118", "LG0080")
    fgw.wait_log("LG0118")
    fgw.fault.unlink()
    wait_quiet(fgw)
    row, = fgw.settled(key)
    assert (row["state"], row["amount"]) == (4, 0)
    assert fgw.chat(key).status == 200
    fgw.settled(key, 2)
