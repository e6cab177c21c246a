"""From one upstream to the next, whatever either of them speaks: the first
says nothing that a client could see, the second answers."""
import itertools

import pytest

from harness import messages as m
from harness import routes
from harness.shapes import bill
from harness.upstream import answer, body, end, head

DIALECTS = {"openai": routes.CHAT, "anthropic": routes.MESSAGES}


@pytest.fixture(scope="module")
def prepared(session_agw, session_upstream):
    routes.set_up(session_agw, session_upstream)
    for dialect, u in DIALECTS.items():
        session_agw.must("PUT", "/upstreams/second-" + dialect, {
            "base_url": session_upstream.url + "/v1", "dialect": dialect,
            "credentials": [{"secret": "sk-of-another"}]})
    for first, second in itertools.product(DIALECTS, DIALECTS):
        session_agw.must("PUT", f"/models/{first}-{second}", {
            "estimates": "fixed", "price": routes.PRICE, "routes": [
                {"upstream": first, "priority": 0},
                {"upstream": "second-" + second, "priority": 1}]})
    return session_agw


@pytest.fixture
def gw(prepared, agw):
    return agw


# a route that is translated is never before one that is not
COMBINATIONS = [
    (client, first, second) for client in ("chat", "messages")
    for first, second in itertools.product(DIALECTS, DIALECTS)
    if DIALECTS[first].path.endswith(client + "/completions")
    or DIALECTS[first].path.endswith("/" + client)
    or first == second]
ROUTE = {(r.client.name, r.upstream.dialect): r for r in routes.ROUTES}

# what the first one says, and what becomes of it
SAYS = {
    "nothing": lambda u: [head(), end()],
    "a-status": lambda u: answer(u.error(), 503),
    "overload": lambda u: answer(u.error(), 529, reason="X"),
    "an-error": lambda u: [head(), body(u.error_event()), end()],
    "pings": lambda u: [head(), body(m.PING * 2), end()],
    "comments": lambda u: [head(), body(b": wait\n\n"), end()],
    "pings-then-error": lambda u: [head(), body(m.PING + u.error_event()),
                                   end()],
    "html": lambda u: [head(content_type="text/html"),
                       body(b"<html>Sorry</html>"), end()],
    "another-kind": lambda u: [head(), body(b'data: {"a": 1}\n\n'), end()],
    "done": lambda u: [head(), body(b"data: [DONE]\n\n"), end()],
    "half": lambda u: [head(), body(u.begins[0][:-5]), end()],
}
# the opening of an answer, which is passed on where nothing is translated
OPENS = {
    "then-the-end": lambda u: [head(), body(u.begins[0]), end()],
    "then-an-error": lambda u: [head(), body(u.begins[0] + u.error_event()),
                                end()],
    "then-a-ping": lambda u: [head(), body(u.begins[0] + m.PING), end()],
}


def ask(gw, up, key, case, steps, stream=True):
    client, first, second = case
    route = ROUTE[client, second]
    up.script(*steps(DIALECTS[first]))
    if stream:
        up.script(head(), *(body(e) for _, e in route.stream()), end())
    else:
        up.script(answer(DIALECTS[second].document("four more")))
    more = {"stream": True} if stream else {}
    text = route.body(model=f"{first}-{second}", **more)
    with gw.stream(key, text, route.path) as s:
        data = s.rest()
        assert s.ended
    return route, s.status, data


@pytest.mark.parametrize("case", COMBINATIONS, ids="-".join)
def test_the_next_one_answers(gw, up, case):
    gw.expect_log("LG0080")
    for name, steps in SAYS.items():
        key = gw.new_key()
        up.clear()
        route, status, data = ask(gw, up, key, case, steps)
        what = (name, status, data)
        assert status == 200, what
        assert data.startswith(b": wait\n\n") == (name == "comments"), what
        assert route.client.text(data) == "four more", what
        assert route.client.whole(data), what
        assert len(route.client.finishes(data)) == 1, what
        assert [r.path for r in up.requests] == [
            DIALECTS[case[1]].path, DIALECTS[case[2]].path], what
        row, = gw.settled(key)
        assert bill(row) == routes.EXACT and row["attempts"] == 2, what
        assert row["upstream"] == "second-" + case[2]


@pytest.mark.parametrize("case", COMBINATIONS, ids="-".join)
def test_documents_too(gw, up, case):
    gw.expect_log("LG0080")
    for name, steps in SAYS.items():
        key = gw.new_key()
        up.clear()
        route, status, data = ask(gw, up, key, case, steps, stream=False)
        assert status == 200, (name, data)
        assert b"four more" in data and b"wait" not in data, (name, data)
        row, = gw.settled(key)
        assert bill(row) == routes.EXACT and row["attempts"] == 2, name


@pytest.mark.parametrize("case", COMBINATIONS, ids="-".join)
def test_what_only_opens(gw, up, case):
    """A translation writes nothing for it."""
    client, first, second = case
    translates = ROUTE[client, first].translates
    gw.expect_log("LG0080" if translates else "LG0071")
    for name, steps in OPENS.items():
        key = gw.new_key()
        up.clear()
        route, status, data = ask(gw, up, key, case, steps)
        row, = gw.settled(key)
        what = (name, status, data, bill(row))
        assert status == 200, what
        if translates:
            assert route.client.text(data) == "four more", what
            assert bill(row) == routes.EXACT and row["attempts"] == 2, what
            continue
        assert route.client.error(data), what
        assert bill(row).startswith("failed/none 0"), what
        assert len(up.requests) == 1, what


@pytest.mark.parametrize("case", COMBINATIONS, ids="-".join)
def test_none_answers(gw, up, case):
    """The last error is told in the client's shape, and nothing is paid."""
    client, first, second = case
    gw.expect_log("LG0080")
    for name in ("a-status", "an-error", "nothing", "pings", "html"):
        key = gw.new_key()
        up.clear()
        up.script(*SAYS[name](DIALECTS[first]))
        up.script(*SAYS[name](DIALECTS[second]))
        route = ROUTE[client, second]
        with gw.stream(key, route.body(model=f"{first}-{second}",
                                       stream=True), route.path) as s:
            data = s.rest()
        row, = gw.settled(key)
        what = (name, s.status, data)
        assert b'"error"' in data and b"finish" not in data, what
        if route.translates:        # else it may be the upstream's, as it is
            assert s.status >= 500, what
            assert (b'"request_id"' in data) == (client == "messages"), what
        assert row["amount"] == 0 and row["attempts"] == 2, what
