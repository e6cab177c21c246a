"""No function of the admin API takes a child's locks in another order than
that of mod_llmgw/shm/lock_order.h: a test build ends the process there."""
import pathlib
import re

import pytest

ADMIN = pathlib.Path(__file__).resolve().parents[2] / "admin"
ROW = re.compile(r'^R\("([^"]*)",\s*(ALL|ONE), M_(\w+),\s*\w+,\s*(\w+),', re.M)


def table(name):
    """(resource, whether it has an id, method) of each route."""
    rows = [(r[1], r[2] == "ONE", r[3])
            for r in ROW.finditer((ADMIN / name).read_text())]
    assert len(rows) == len(re.findall(r"^R\(", (ADMIN / name).read_text(),
                                       re.M)) > 0
    return rows


ROUTES, OWN = table("routes.h"), table("own_routes.h")


@pytest.fixture
def lgw(make_gw):
    return make_gw(flavour="crash")


class Asker:
    """Knows for each route what lets its function do its work."""

    def __init__(self, gw):
        self.gw, self.key, self.changes = gw, gw.new_key(), 0
        self.up = gw.must("GET", "/upstreams/mock")
        gw.must("PUT", "/teams/ordered", {})
        assert gw.chat(self.key).status == 200
        self.row, = gw.wait_rows(1, self.key)
        page = gw.must("GET", "/requests?limit=1")
        self.request = page["data"][0]["id"]

    def change(self):
        """Who holds the catalogue next has to load it."""
        self.changes += 1
        self.gw.must("PATCH", "/models/qwen3-max", {"name": str(self.changes)})

    def id_of(self, resource):
        kind = resource.partition("/")[0]
        return {"keys": self.key[7:17], "teams": "ordered",
                "upstreams": "mock", "models": "qwen3-max",
                "model-catalog": "qwen3-max", "requests": self.request,
                "receipts": self.request}[kind]

    def body_of(self, resource, method):
        price = {"currency": "CNY", "tiers": [{"input": "1", "output": "2"}]}
        url = {"base_url": self.up["base_url"], "dialect": "openai"}
        route = {"routes": [{"upstream": "mock"}]}
        return {
            ("keys", "POST"): {"name": "ordered"},
            ("keys", "PATCH"): {"name": "x"},
            ("keys/rotate", "POST"): {"grace_seconds": 60},
            ("teams", "PUT"): {}, ("teams", "PATCH"): {"name": "x"},
            ("upstreams", "PUT"): url, ("upstreams", "PATCH"): {"query": "a"},
            ("models", "PUT"): dict(route, price=price),
            ("models", "PATCH"): {"name": "x"},
            ("catalog", "PUT"): {"models": [dict(route, id="b", free=True)]},
            ("adjustments", "POST"): {"key": self.key[7:17], "amount": "1",
                                      "currency": "CNY", "reason": "x"},
            ("clock", "POST"): {"confirm": True},
            ("explain", "POST"): {"key": self.key[7:17], "prompt_tokens": 1,
                                  "model": "qwen3-max"},
        }[resource, method]

    def ask(self, base, key, resource, has_id, method):
        kind, _, action = resource.partition("/")
        path = base + (f"/{kind}" if kind else "")
        if has_id:
            path += "/" + self.id_of(resource)
        if action:
            path += "/" + action
        body = self.body_of(resource, method) \
            if method in ("POST", "PUT", "PATCH") else None
        r = self.gw.request(method, path, body, key)
        assert r.status in (200, 201), (method, path, r)


def last_of_all(route):
    """What disables comes when all else was asked."""
    return route[2] == "DELETE"


def test_every_route_under_the_rule(lgw):
    ask = Asker(lgw)
    pids = lgw.children()
    for route in OWN:
        ask.change()
        ask.ask("/v1", ask.key, *route)
    for route in sorted(ROUTES, key=last_of_all):
        if not last_of_all(route):
            ask.change()
        ask.ask(lgw.admin_url + "/v1", lgw.admin_key(), *route)
    assert lgw.children() == pids       # none was ended
    assert len(ROUTES) > 35 and len(OWN) == 8
