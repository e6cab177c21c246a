"""What an admin request changed is in force at the next request, in every
child; and no secret is to be found anywhere."""
import http.client
import json
import threading

import pytest

from harness.checks import refused, wait_quiet
from harness.httpd import Response
from harness.wait import PATIENCE, until

CHAT = "/v1/chat/completions"
HELLO = {"model": "qwen3-max", "messages": [{"role": "user", "content": "x"}]}
CHILDREN = 5
PREFORK = "".join(f"{name} {CHILDREN}\n" for name in (
    "StartServers", "MinSpareServers", "MaxSpareServers",
    "MaxRequestWorkers", "ServerLimit")) + "MaxKeepAliveRequests 0\n"


class Held:
    """Connections that are kept open: under prefork, each is a child."""

    def __init__(self, gw, count):
        self.conns = [http.client.HTTPConnection("127.0.0.1", gw.port,
                                                 timeout=PATIENCE)
                      for _ in range(count)]

    def each(self, method, path, body=None, key=None):
        """The same request on every one of them."""
        out = []
        for c in self.conns:
            headers = {"Authorization": f"Bearer {key}"} if key else {}
            c.request(method, path, json.dumps(body) if body else None,
                      headers)
            r = c.getresponse()
            out.append(Response(r.status, r.headers, r.read()))
        return out

    def close(self):
        for c in self.conns:
            c.close()


@pytest.fixture(scope="module")
def pgw(module_gw):
    return module_gw(mpm="prefork", mpm_conf=PREFORK)


@pytest.fixture
def held(pgw, up):
    """One connection to each child but the one that serves admin."""
    h = Held(pgw, CHILDREN - 1)
    yield h
    h.close()


def pids_of(gw, ids):
    """The children that served these requests, once they are logged."""
    wait_quiet(gw)
    def logged():
        found = {line.split()[4]: line.split()[-1]
                 for line in gw.access_log()}
        return found if set(ids) <= set(found) else None

    found = until(logged)
    return {found[i] for i in ids}


def test_connections_reach_every_child(pgw, held):
    key = pgw.new_key()
    answers = held.each("GET", "/v1/models", key=key)
    held.close()
    pids = pids_of(pgw, [r.headers["x-request-id"] for r in answers])
    assert len(pids) == CHILDREN - 1


def test_a_new_key_holds_everywhere(pgw, held):
    held.each("GET", "/v1/models")
    for _ in range(3):
        key = pgw.new_key()
        assert {r.status for r in held.each("POST", CHAT, HELLO, key)} == {200}
        pgw.settled(key, CHILDREN - 1)


def test_a_revocation_holds_everywhere(pgw, held):
    for used in (True, False):
        key = pgw.new_key()
        if used:        # cached in every child
            held.each("POST", CHAT, HELLO, key)
            pgw.settled(key, CHILDREN - 1)
        else:           # known to nobody yet
            held.each("GET", "/v1/models")
        pgw.must("DELETE", "/keys/" + key[7:17])
        for r in held.each("POST", CHAT, HELLO, key):
            refused(r, "invalid_api_key")
        for r in held.each("GET", "/v1/models", key=key):
            refused(r, "invalid_api_key")
        assert len(pgw.rows(key)) == (CHILDREN - 1) * used


def test_a_model_and_its_price_hold_everywhere(pgw, held):
    key = pgw.new_key()
    for r in held.each("POST", CHAT, dict(HELLO, model="new-model"), key):
        refused(r, "model_not_found", "model")
    for n in range(1, 4):
        pgw.must("PUT", "/models/new-model", {
            "routes": [{"upstream": "mock", "model": f"name-{n}"}],
            "price": {"currency": "CNY", "tiers": [
                {"input": str(n), "output": "0"}]}})
        for r in held.each("POST", CHAT, dict(HELLO, model="new-model"), key):
            assert r.status == 200 and r.json()["model"] == f"name-{n}"
        rows = pgw.settled(key, n * (CHILDREN - 1))[-(CHILDREN - 1):]
        assert {r["amount"] // (r["input"] * 10**6) for r in rows} == {n}


def test_an_upstream_holds_everywhere(pgw, held, up):
    key = pgw.new_key()
    held.each("POST", CHAT, HELLO, key)
    spec = pgw.must("GET", "/upstreams/mock")
    for n in range(3):
        pgw.must("PUT", "/upstreams/mock", dict(
            spec, base_url=f"{up.url}/v{n}", headers={"X-N": str(n)},
            credentials=[{"secret": f"sk-{n}"}]))
        up.clear()
        held.each("POST", CHAT, HELLO, key)
        assert {(r.path, r.header("X-N"), r.header("Authorization"))
                for r in up.requests} \
            == {(f"/v{n}/chat/completions", str(n), f"Bearer sk-{n}")}
        assert len(up.requests) == CHILDREN - 1
    pgw.must("PUT", "/upstreams/mock", dict(spec, credentials=[
        {"secret": "sk-upstream-secret"}]))
    pgw.settled(key, 4 * (CHILDREN - 1))


def test_writes_in_every_child_are_seen_in_every_other(pgw, held):
    """Each child in turn makes a key and revokes another's."""
    admin, key = pgw.admin_key(), None
    for c in held.conns:
        one = Held.__new__(Held)
        one.conns = [c]
        if key:
            r, = one.each("DELETE", "/llmgw/admin/v1/keys/" + key[7:17],
                          key=admin)
            assert r.status == 200
            for r in held.each("GET", "/v1/models", key=key):
                refused(r, "invalid_api_key")
        r, = one.each("POST", "/llmgw/admin/v1/keys", {"name": "x"}, admin)
        key = r.json()["key"]
        assert {r.status for r in held.each("GET", "/v1/models", key=key)} \
            == {200}


def test_under_event_too_with_requests_all_the_time(make_gw, up):
    """Three children of eight threads; a revoked key is refused from the
    moment that the admin's answer is there, whoever is asked."""
    gw = make_gw(mpm_conf="StartServers 3\nServerLimit 3\nThreadsPerChild 8\n"
                          "MinSpareThreads 1\nMaxSpareThreads 24\n"
                          "MaxRequestWorkers 24\n")
    for _ in range(5):
        key, barrier = gw.new_key(), threading.Barrier(13)
        gone = threading.Event()
        late = []

        def ask():
            barrier.wait()
            while True:
                after = gone.is_set()       # before the request
                r = gw.request("GET", "/v1/models", key=key)
                if after:
                    late.append(r.status)
                    return

        threads = [threading.Thread(target=ask) for _ in range(12)]
        for t in threads:
            t.start()
        barrier.wait()
        gw.must("DELETE", "/keys/" + key[7:17])
        gone.set()
        for t in threads:
            t.join()
        assert late == [401] * 12
    assert len({line.split()[-1] for line in gw.access_log()}) == 3
