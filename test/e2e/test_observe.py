"""What an administrator sees: access-log fields, mod_status, troubles."""
import re

import pytest

from harness import ledger
from harness.checks import refused, request_id, status, wait_quiet
from harness.upstream import answer, done, event, gate, head
from harness.wait import until

HELLO = {"model": "qwen3-max", "messages": [{"role": "user", "content": "x"}]}
CHAT = "/v1/chat/completions"
TEXT = {"choices": [{"index": 0, "delta": {"content": "hello"}}]}
STOP = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
USAGE = {"prompt_tokens": 50000, "completion_tokens": 2000,
         "total_tokens": 52000}
FIELDS = ("request", "key", "model", "upstream", "input", "output", "tokens",
          "amount", "attempts", "state", "nothing")


@pytest.fixture(scope="module")
def ogw(module_gw):
    return module_gw(server="CustomLog ${SRVROOT}/logs/fields.log \"%s %u " +
                     " ".join(f"<%{{{f}}}^LG>" for f in FIELDS) + "\"")


def logged(gw, rid):
    """The fields of a request, once it is logged."""
    wait_quiet(gw)
    while True:
        for line in (gw.root / "logs/fields.log").read_text().splitlines():
            if f"<{rid}>" in line:
                first = line.split(" <")[0].split()
                return first + re.findall(r"<(.*?)>", line)


# ---- the access log ----

def test_fields_of_a_bill(ogw, up):
    key = ogw.new_key()
    up.script(answer({"choices": [], "usage": USAGE}))
    plain = ogw.chat(key)
    up.script(head(), event(TEXT), event(STOP), event(dict(
        choices=[], usage=USAGE)), done())
    streamed = ogw.chat(key, stream=True)
    for r in (plain, streamed):
        rid = request_id(r)
        assert logged(ogw, rid) == [
            "200", key[7:17], rid, key[7:17], "qwen3-max", "mock", "50000",
            "2000", "52000", "0.232", "1", "settled", "-"]
    ogw.settled(key, 2)


def test_fields_of_what_failed(ogw, up):
    key = ogw.new_key()
    up.script(answer({"error": {"message": "x", "code": "x"}}, 400))
    rid = request_id(ogw.chat(key))
    assert logged(ogw, rid) == [
        "400", key[7:17], rid, key[7:17], "qwen3-max", "mock", "0", "0", "0",
        "0", "1", "failed", "-"]
    ogw.settled(key)
    ogw.new_log_lines()


@pytest.mark.parametrize("act, code, who", [
    (lambda gw, k: gw.chat(k, model="none"), "404", True),
    (lambda gw, k: gw.request("POST", CHAT, b"{", k), "400", True),
    (lambda gw, k: gw.chat("sk-x"), "401", False),
    (lambda gw, k: gw.chat(None), "401", False),
    (lambda gw, k: gw.request("GET", "/v1/nothing", key=k), "404", False),
    (lambda gw, k: gw.request("GET", "/v1/models", key=k), "200", True),
    (lambda gw, k: gw.request("OPTIONS", CHAT), "204", False)])
def test_fields_without_a_row(ogw, up, act, code, who):
    key = ogw.new_key()
    rid = request_id(act(ogw, key))
    name = key[7:17] if who else "-"
    assert logged(ogw, rid) == [code, name, rid, name] + ["-"] * 9
    assert not ogw.rows(key)


def test_fields_of_other_urls_are_dashes(ogw):
    ogw.request("GET", "/not/ours?x=12345")
    wait_quiet(ogw)
    line = (ogw.root / "logs/fields.log").read_text().splitlines()
    assert any(" ".join(["<->"] * len(FIELDS)) in text for text in line)


@pytest.mark.parametrize("name, logged_as", [
    ("a b\x85c", ("a b\\xc2\\x85c", "a b\x85c")),
    ('a"b\nc\\d', ('a\\"b\\nc\\\\d',))])
def test_a_name_cannot_break_a_line(ogw, up, name, logged_as):
    """Of a day when it was taken."""
    ogw.must("PUT", "/models/a%20b", {
        "free": True, "routes": [{"upstream": "mock"}]})
    for table in ("model", "route"):
        ledger.change(ogw, f"UPDATE {table} SET name = ? WHERE name = 'a b'",
                      name)
    ogw.must("PUT", "/models/another", {"free": True, "routes": []})
    key = ogw.new_key()
    rid = request_id(ogw.chat(key, model=name))
    wait_quiet(ogw)
    fields = logged(ogw, rid)
    assert fields[4] in logged_as
    assert len(fields) == 13
    ogw.settled(key)


# ---- mod_status ----

def test_status_counts_what_is_under_way(gw, up, key):
    until(lambda: status(gw)["HelperSilent"] <= 2)
    before = wait_quiet(gw)
    assert set(before) == {"Version", "Open", "Held", "Unwritten",
                           "Overloaded",
                           "HelperSilent", "Owners", "OwnersInUse", "Meters",
                           "MetersInUse", "Cells", "CellsInUse",
                           "ClockBelieved"}
    assert before["ClockBelieved"] == 1
    assert before["Cells"] > 1000
    up.script(head(), event(TEXT), gate("go"), event(STOP), done())
    with gw.stream(key) as s:
        s.data()
        assert status(gw)["Open"] == 1
        page = gw.request("GET", "/server-status").body.decode()
        up.open("go")
        s.rest()
    section = page[page.index("<h2>LLM gateway</h2>"):]
    cells = dict(re.findall(r"<th>(.*?)</th><td>(.*?)</td>", section))
    assert cells["requests under way"] == "1"
    assert cells["not yet admitted"] == "0"
    assert cells["settled, not yet in the ledger"] == "0"
    assert cells["places in the segment"] == str(before["Cells"])
    assert re.match(rf"pid {gw.helper_pid()}, seen \d s ago",
                    cells["ledger helper"])
    assert section.count("<table") == section.count("</table>")
    gw.settled(key)
    wait_quiet(gw)


def test_where_it_is_nowhere_on_status_says_nothing(make_gw):
    gw = make_gw(on="LLMGateway Off", set_up=False)
    r = gw.request("GET", "/server-status?auto")
    assert r.status == 200 and b"LLMGateway" not in r.body


# ---- a trouble at a restart ----

def test_a_trouble_at_a_restart_is_503_until_mended(make_gw, up):
    """Everything else is served; what ran before ends and is written."""
    gw = make_gw(start=False, files={"my.secret": "5e" * 32 + "\n",
                                     "htdocs/site.txt": "the site"},
                 server="LLMGatewaySecretFile my.secret")
    gw.start()
    gw.set_up(up)
    key = gw.new_key()
    up.script(head(), event(TEXT), gate("go"), event(STOP), event(dict(
        choices=[], usage=USAGE)), done())
    with gw.stream(key) as s:
        s.data()
        (gw.root / "my.secret").write_text("spoilt")
        gw.graceful()
        for path, shape in ((CHAT, "openai"), ("/v1/messages", "anthropic"),
                            ("/api/v1/chat/completions", "envelope")):
            r = gw.request("POST", path, HELLO, key)
            refused(r, "overloaded", shape=shape, message="not ready")
            assert r.headers["Retry-After"] == "1"
        refused(gw.admin("GET", "/keys"), "overloaded")
        refused(gw.request("GET", "/v1/nothing"), "unknown_url")
        assert gw.request("GET", "/site.txt").body == b"the site"
        trouble = status(gw)["Trouble"]
        assert trouble.startswith("LLMGatewaySecretFile ")
        page = gw.request("GET", "/server-status").body
        assert b"503: LLMGatewaySecretFile" in page
        up.open("go")
        s.rest()
        assert s.ended
    row, = gw.settled(key)
    assert row["amount"] == 232_000_000_000
    assert not (gw.state / "secret").exists()
    gw.expect_log("LG0004", "LG0010")
    (gw.root / "my.secret").write_text("5e" * 32)
    gw.graceful()
    assert gw.chat(key).status == 200
    assert "Trouble" not in wait_quiet(gw)
    gw.settled(key, 2)
