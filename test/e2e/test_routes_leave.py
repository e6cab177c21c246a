"""On every route, translated or not: clients that leave at each event, and
what is counted late, never, or twice."""
import pytest

from harness import messages as m
from harness import routes
from harness.shapes import bill, chunk, sse, usage_chunk, used
from harness.upstream import answer, body, end, gate, head

EACH = pytest.mark.parametrize("route", routes.ROUTES, ids=repr)
LEFT = " [client_left]"
DRAINED = routes.EXACT.replace("reported", "drained") + LEFT


@pytest.fixture(scope="module")
def prepared(session_agw, session_upstream):
    routes.set_up(session_agw, session_upstream)
    for how in ("cancel", "drain"):
        for dialect in ("openai", "anthropic"):
            session_agw.must("PUT", f"/models/{how}-{dialect}", {
                "routes": [{"upstream": dialect}], "estimates": "fixed",
                "price": routes.PRICE, "abort": {"stream": how,
                                                 "plain": how}})
    return session_agw


@pytest.fixture
def gw(prepared, agw):
    return agw


# ---- leaving ----

def visible(route):
    """(n, kind, text) for the events that a client sees, and 0."""
    text, found = "", [(0, None, "")]
    for n, (kind, data) in enumerate(route.stream(), 1):
        if kind in ("finish", "stop", "usage", "end"):
            break
        if kind == "delta":
            text = ("four", "four more")[text != ""]
        if text or not route.translates:
            found.append((n, kind, text))
    return found


def leave(gw, up, key, route, model, n, text):
    """Once the client has the n-th event.  Returns the upstream's request."""
    events = [body(e) for _, e in route.stream()]
    seen = len(up.requests)
    before = [head(), *events[:n]] if n else []
    up.script(*before, gate("gone"), *([] if n else [head()]), *events[n:],
              end())
    s = gw.stream(key, route.body(stream=True, model=model), route.path)
    request = up.wait_requests(seen + 1)[seen]
    got = b""
    if text:
        while route.client.text(got) != text:
            got += s.event()
    elif n > 0:
        while got.count(b"\n\n") < n:
            got += s.event()
    s.close()
    return request


@EACH
def test_cancel(gw, up, route):
    """What was delivered is paid, as far as it was counted or by estimate."""
    counted = route.upstream.dialect == "anthropic"
    for n, kind, text in visible(route):
        key = gw.new_key()
        up.clear()
        request = leave(gw, up, key, route, "cancel-" + route.upstream.dialect,
                        n, text)
        up.wait_closed(request)
        row, = gw.settled(key)
        prompt = 1000 if counted and n else 58
        output = max(-(-len(text) // 4), 1 if prompt == 1000
                     and kind != "opening" else 0)
        want = f"estimated/estimated {prompt * 2500000 + output * 10000000}" \
            f": input {prompt}" + f", output {output}" * (output > 0) + LEFT
        assert bill(row) == want, (n, kind)


@EACH
def test_drain(gw, up, route):
    """All of it is counted, and none of it is translated any more."""
    for n, kind, text in visible(route):
        key = gw.new_key()
        up.clear()
        gw.new_log_lines()
        request = leave(gw, up, key, route, "drain-" + route.upstream.dialect,
                        n, text)
        gw.wait_drain()
        up.open("gone")
        row, = gw.settled(key)
        assert bill(row) == DRAINED and not request.closed, (n, kind)


@EACH
def test_a_plain_request(gw, up, route):
    for how, want in (("cancel", "estimated/estimated 145000000: input 58"
                       + LEFT), ("drain", DRAINED)):
        key = gw.new_key()
        up.clear()
        gw.new_log_lines()
        up.script(gate("gone"), answer(route.upstream.document("four")))
        s = gw.stream(key, route.body(model=how + "-"
                                      + route.upstream.dialect), route.path)
        request, = up.wait_requests(1)
        s.close()
        if how == "drain":
            gw.wait_drain()
            up.open("gone")
        else:
            up.wait_closed(request)
        row, = gw.settled(key)
        assert bill(row) == want


# ---- counts ----

LONG = "y" * 400                # by estimate 100 tokens
CHAT_ENDS = {
    "late": [sse(chunk(finish="stop")), routes.CHAT.counts()],
    "in-the-finish": [sse(chunk(finish="stop", usage=used(1000, 50)))],
    "twice": [sse(chunk(finish="stop"), done=False),
              routes.CHAT.counts(49, 999), routes.CHAT.counts(), sse()],
    "never": [sse(chunk(finish="stop"))],
    "zero": [sse(chunk(finish="stop"), usage_chunk(used(0, 0)))],
}
MESSAGES_ENDS = {
    "late": [m.last({"input_tokens": 1000}), routes.MESSAGES.counts(),
             m.end()],
    "twice": [routes.MESSAGES.counts(49), routes.MESSAGES.counts(), m.end()],
    "never": [m.event({"type": "message_delta", "delta": {
        "stop_reason": "end_turn"}}), m.end()],
    "zero": [m.last({"input_tokens": 0, "output_tokens": 0}), m.end()],
}
COUNTS = [(r, name) for r in routes.ROUTES for name in (
    CHAT_ENDS if r.upstream is routes.CHAT else MESSAGES_ENDS)]


@pytest.mark.parametrize("route, name", COUNTS, ids=[
    f"{r}-{n}" for r, n in COUNTS])
def test_counts(gw, up, key, route, name):
    """The largest of each counts, and an estimate is never told as usage."""
    client = route.client
    if route.upstream is routes.CHAT:
        events = [*routes.CHAT.begins, routes.CHAT.delta(LONG),
                  *CHAT_ENDS[name]]
    else:
        first = m.start({"input_tokens": 0, "output_tokens": 0}) \
            if name == "zero" else routes.MESSAGES.begins[0]
        events = [first, m.block(), routes.MESSAGES.delta(LONG), m.stop(),
                  *MESSAGES_ENDS[name]]
    up.script(head(), *(body(e) for e in events), end())
    more = {"stream_options": {"include_usage": True}} \
        if client.name == "chat" else {}
    with gw.stream(key, route.body(stream=True, **more), route.path) as s:
        data = s.rest()
    row, = gw.settled(key)
    assert client.whole(data) and client.text(data) == LONG
    if name in ("never", "zero"):
        assert bill(row).startswith("estimated/estimated "), bill(row)
        assert row["output"] == 100
        assert client.usage(data) in (None, 0, 1)
    else:
        assert bill(row) == routes.EXACT
        assert client.usage(data) == 50
