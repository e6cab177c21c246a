"""Clients that leave a model that thinks: what it thought is paid, and one
key's or team's leavers use up nobody else's drains."""
import pytest

from conftest import MODELS
from harness.shapes import bill, chunk, usage_chunk
from harness.upstream import end, event, gate, head
from harness.wait import until

THINKERS = {
    "qwen3-max": MODELS["qwen3-max"],
    "thinker": dict(MODELS["qwen3-max"], thinking={"can": True}),
    "by-default": dict(MODELS["qwen3-max"], thinking={"default": True}),
    "by-limit": dict(MODELS["qwen3-max"], limit={
        "context": 262144, "output": 65536, "thinking": 81920}),
    "never": dict(MODELS["qwen3-max"], thinking={"can": False}, limit={
        "context": 262144, "output": 65536, "thinking": 81920}),
    "canceller": dict(MODELS["qwen3-max"], thinking={"can": True},
                      abort={"stream": "cancel"}),
    "plainly": dict(MODELS["qwen3-max"], thinking={"can": True},
                    abort={"plain": "cancel"}),
}
THREADS = ("StartServers 1\nServerLimit 1\nThreadLimit 200\n"
           "ThreadsPerChild 200\nMinSpareThreads 1\nMaxSpareThreads 200\n"
           "MaxRequestWorkers 200\nExtendedStatus Off\n")
LEFT = "[client_left]"
THOUGHT = "settled/drained 202500000000: input 1000, output 20000 " + LEFT
CUT = "estimated/estimated 155000000: input 58, output 1 " + LEFT


def script(up):
    """Ten tokens are seen, 19 990 were thought before."""
    up.script(head(), event(chunk("four")), gate("gone"),
              event(chunk(finish="stop")), event(usage_chunk(usage={
                  "prompt_tokens": 1000, "completion_tokens": 20000,
                  "total_tokens": 21000})), event("[DONE]"), end())


def leave(gw, up, key, model="thinker"):
    script(up)
    with gw.stream(key, model=model) as s:
        s.event()


def add(gw, *models):
    for name in models:
        gw.must("PUT", "/models/" + name, dict(
            THINKERS[name], estimates="fixed",
            routes=[{"upstream": "mock"}]))


def shown(gw, key):
    return gw.must("GET", "/keys/" + key[7:17]).get("aborted_requests")


def drained(gw, key, count):
    return sum(bill(r) == THOUGHT for r in gw.settled(key, count))


@pytest.fixture(scope="module")
def gw_all(module_gw):
    return module_gw(mpm_conf=THREADS, clock="still")


@pytest.fixture
def gw(gw_all, up):
    gw_all.new_log_lines()
    yield gw_all
    gw_all.check_log()


@pytest.mark.parametrize("model", ["thinker", "by-default", "by-limit",
                                   "plainly"])
def test_what_it_thought_is_paid(gw, up, model):
    """Fault 2.7: closing after ten tokens of text paid 0.6 % of what the model
    had thought unseen."""
    add(gw, model)
    key = gw.new_key()
    leave(gw, up, key, model)
    gw.wait_drain()
    up.open("gone")
    row, = gw.settled(key)
    assert bill(row) == THOUGHT


@pytest.mark.parametrize("model", ["qwen3-max", "never", "canceller"])
def test_others_are_cancelled_as_before(gw, up, model):
    add(gw, model)
    key = gw.new_key()
    leave(gw, up, key, model)
    up.wait_closed(up.requests[0])
    row, = gw.settled(key)
    assert bill(row) == CUT


def test_a_key_s_leavers_are_counted(gw, up):
    """Fault 2.7: nobody saw who leaves early all the time."""
    add(gw, "thinker", "canceller")
    key, other = gw.new_key(), gw.new_key()
    assert gw.chat(other).status == 200
    for model in ("canceller", "thinker", "canceller"):
        leave(gw, up, key, model)
    gw.wait_drain()
    gw.settled(key, 2)          # that both were left was noticed
    up.open("gone")
    gw.settled(key, 3)
    gw.settled(other)
    assert shown(gw, key) == {"today": 3, "days_30": 3}
    assert shown(gw, other) is None


def test_one_key_leaves_drains_for_others(make_gw, up):
    """Fault 2.7: 110 early closers of one key used up the drains of all."""
    gw = make_gw(mpm_conf=THREADS, clock="still")
    add(gw, "thinker")
    gw.must("PUT", "/teams/other", {})
    greedy, mate = gw.new_key(), gw.new_key()
    other = gw.new_key(team="other")
    for _ in range(110):
        leave(gw, up, greedy)
    gw.wait_drain(25)
    until(lambda: gw.log().count("LG0062") == 85)
    assert "answers of its key" in gw.log()
    for _ in range(30):
        leave(gw, up, mate)
    gw.wait_drain(50)
    until(lambda: gw.log().count("LG0062") == 90)
    third = gw.new_key()
    leave(gw, up, third)
    until(lambda: "answers of its team" in gw.log())
    for _ in range(5):
        leave(gw, up, other)
    gw.wait_drain(55)
    up.open("gone")
    assert drained(gw, other, 5) == 5
    assert drained(gw, greedy, 110) == drained(gw, mate, 30) == 25
    assert drained(gw, third, 1) == 0
    up.clear()
    leave(gw, up, third)        # they are over, and there is room again
    gw.wait_drain(56)
    up.open("gone")
    assert drained(gw, third, 2) == 1


def test_the_bounds_of_a_key_and_team_can_be_said(make_gw, up):
    """Fault 2.7: there was one bound, for all together."""
    gw = make_gw(mpm_conf=THREADS, clock="still",
                 server="LLMGatewayDrain count=9 key=2 team=3")
    add(gw, "thinker")
    keys = [gw.new_key(), gw.new_key()]
    for key in keys:
        for _ in range(3):
            leave(gw, up, key)
    gw.wait_drain(3)
    until(lambda: gw.log().count("LG0062") == 3)
    up.open("gone")
    assert [drained(gw, key, 3) for key in keys] == [2, 1]
