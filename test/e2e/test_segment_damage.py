"""Whatever is in the shared segment, httpd's parent and its other sites go on:
it is written by processes of User's, and the parent reads none of it."""
import os
import random
import signal

import pytest

from harness.httpd import lives
from harness.wait import PATIENCE, until

SIZE = 4 << 20
SERVER = "LLMGatewaySegment 4M"
PAGE = {"htdocs/page.txt": "a page"}


def scribble(gw, seed, step, first=0, last=SIZE):
    """Random words all over a part of the segment, as a module that runs in
    a child could write them."""
    rng = random.Random(seed)
    with open(gw.root / "run" / "llmgw.segment", "r+b") as f:
        for at in range(first, last - 8, step):
            f.seek(at + rng.randrange(0, step, 8))
            f.write(rng.choice((rng.randbytes(8), b"\xff" * 8, b"\1" * 8,
                                os.getpid().to_bytes(8, "little"))))


def other_sites_live(gw):
    def served():
        try:
            return gw.request("GET", "/page.txt").body == b"a page"
        except OSError:
            return False        # a child died of what it read
    until(served, "other sites are not served")
    assert lives(gw.process.pid)


@pytest.mark.parametrize("part", [
    pytest.param("head", marks=pytest.mark.held), "all",
    pytest.param("all-dense", marks=pytest.mark.held), "behind"])
def test_random_words_end_no_parent(make_gw, part):
    """Fault 1.2: reload, stop and start with damaged words."""
    gw = make_gw(server=SERVER, files=PAGE)
    gw.books = False
    key = gw.new_key()
    assert gw.chat(key).status == 200
    gw.settled(key)
    first, last, step = {"head": (0, 4096, 16), "all": (0, SIZE, 512),
                         "all-dense": (0, SIZE, 32),
                         "behind": (4096, SIZE, 128)}[part]
    scribble(gw, part, step, first, last)
    parent = gw.process.pid
    for n in (1, 2):
        seen = gw.log().count("resuming normal operations")
        gw.signal(signal.SIGUSR1)
        gw.wait_log("resuming normal operations", seen + 1)
        other_sites_live(gw)
    assert gw.process.pid == parent and gw.process.poll() is None
    gw.stop(4 * PATIENCE)       # a helper that hangs is waited for
    gw.start()
    log = gw.log()
    assert "LG0007" in log, log[-3000:]
    assert gw.chat(key).status == 200
    gw.settled(key, 2)
    gw.new_log_lines()          # children and helpers died of it, and said so


def test_a_written_head_is_said(make_gw):
    """Fault 1.2: the gateway says what is wrong, and how it ends."""
    gw = make_gw(server=SERVER, files=PAGE)
    gw.books = False
    key = gw.new_key()
    with open(gw.root / "run" / "llmgw.segment", "r+b") as f:
        f.write(b"\xee" * 64)
    gw.graceful()
    gw.wait_log("LG0102")
    assert "segment was damaged" in gw.log()
    until(lambda: gw.chat(key).status == 503)
    other_sites_live(gw)
    gw.stop()
    gw.start()
    gw.expect_log("LG0007", "LG0102")
    assert gw.chat(key).status == 200
    gw.settled(key)


def test_a_segment_that_was_cut(make_gw):
    """Fault 1.13: read as zeros again, so that nobody dies of it; 503 until
    a restart makes a new one."""
    gw = make_gw(server=SERVER, files=PAGE)
    key = gw.new_key()
    os.truncate(gw.root / "run" / "llmgw.segment", 4096)
    gw.wait_log("LG0009")
    until(lambda: lives(gw.helper_pid()))
    helper = gw.helper_pid()
    assert (gw.root / "run" / "llmgw.segment").stat().st_size == SIZE

    def refused():
        try:
            return gw.chat(key).status == 503
        except OSError:
            return False
    until(refused)
    other_sites_live(gw)
    assert gw.helper_pid() == helper        # it does not die again and again
    assert gw.log().count("LG0009") == 1
    gw.graceful()
    assert gw.chat(key).status == 200
    gw.settled(key)
    gw.new_log_lines()          # children may have died before it was mended


@pytest.mark.parametrize("sig", [signal.SIGSEGV, signal.SIGKILL])
def test_a_helper_that_dies_is_replaced_as_ever(make_gw, sig):
    """A damaged segment is one thing, a helper that dies of another is one
    that is replaced."""
    gw = make_gw(server=SERVER)
    old = gw.helper_pid()
    os.kill(old, sig)
    gw.expect_log("LG0100")
    gw.wait_helper(old)
    key = gw.new_key()
    assert gw.chat(key).status == 200
    gw.settled(key)


def test_children_without_a_parent(make_gw):
    """Fault 1.12: the parent is killed alone; children that are left serve
    nobody whose row nobody would write."""
    gw = make_gw(clock="runs", files=PAGE)
    key = gw.new_key()
    assert gw.chat(key).status == 200
    gw.settled(key)
    children = gw.children()
    os.kill(gw.process.pid, signal.SIGKILL)
    gw.process.wait()
    try:
        until(lambda: not gw.helper_pid(), "the helper goes on")
        gw.clock.steady(6)

        def refused():
            gw.clock.steady(1)
            return gw.chat(key).status == 503
        until(refused)
        assert gw.log().count("LG0106") == 1

        def all_say_so():       # each child finds out by itself
            gw.clock.steady(1)
            return all("no ledger helper is running" in gw.request(
                "GET", "/server-status?auto").body.decode()
                for _ in range(20))
        until(all_say_so)
        r = gw.admin("POST", "/keys", {"name": "x"})
        assert r.status == 503, r
        other = gw.request("GET", "/page.txt")
        assert other.body == b"a page"
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)
        until(lambda: not any(lives(p) for p in children))
        gw.process = None
    gw.new_log_lines()
