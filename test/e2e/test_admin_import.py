"""The catalogue as one document: out, in, tried, refused as a whole."""
import json

import pytest

from harness.checks import refused
from test_admin_body import nothing_changes

TIERS = [{"input": "1", "output": "2"}]
PAST, AHEAD = "2025-01-01T00:00:00Z", "2099-01-01T00:00:00Z"


def up_doc(uid, **more):
    return dict({"id": uid, "base_url": "http://" + uid,
                 "dialect": "openai"}, **more)


def model_doc(mid, *upstreams, **more):
    return dict({"id": mid, "routes": [{"upstream": u} for u in upstreams]},
                **more)


def price(value="1", **more):
    return dict({"currency": "CNY",
                 "tiers": [{"input": value, "output": "2"}]}, **more)


FULL = {
    "upstreams": [
        up_doc("aa", vendor="bailian", headers={"X-A": "1"}, query="v=1",
               deadlines={"idle": 60}, metadata={"note": "é"}),
        up_doc("bb", disabled=True, credentials=[{"secret": "sk-hidden"}])],
    "models": [
        model_doc("free/one", "aa", prices=[{"from": PAST, "free": True}]),
        model_doc("later", "aa", aliases=["l-1", "l/2"], prices=[
            price("1", **{"from": PAST}), price("3", **{"from": AHEAD})]),
        model_doc("only-ahead", "bb", prices=[price(**{"from": AHEAD})]),
        model_doc("unpriced", "aa", "bb", disabled=True, name="Ünpriced",
                  limit={"context": 5}, metadata={"source": {"x": [1]}})],
    "thinking": [{"pattern": "a*", "mode": "object"},
                 {"pattern": "*", "mode": "relay"}]}

NO_CREDENTIAL = "upstream 'aa' has no credential: give it 'credentials', or " \
    '"auth": "none" if it wants none'
FULL_IDLE = [("free/one", NO_CREDENTIAL), ("later", NO_CREDENTIAL),
             ("only-ahead", "has no price yet: the first one begins later")]


def put(gw, doc, query=""):
    return gw.admin("PUT", "/catalog" + query, doc)


def report(**parts):
    """A report with these parts, each a (upstreams, models) pair."""
    out = {"object": "catalog.import", "dry_run": False, "errors": [],
           "not_serving": [{"id": name, "why": why} for name, why
                           in parts.pop("idle", ())]}
    for name in ("created", "updated", "unchanged"):
        ups, models = parts.get(name, ([], []))
        out[name] = {"upstreams": ups, "models": models}
    return out



# ---- out and in ----

def test_a_fresh_catalogue(make_gw):
    gw = make_gw(set_up=False)
    doc = gw.must("GET", "/catalog")
    assert list(doc) == ["object", "upstreams", "models", "thinking"]
    assert (doc["object"], doc["upstreams"], doc["models"]) == ("catalog", [],
                                                                [])
    assert doc["thinking"][0] == {"pattern": "qwen*",
                                  "mode": "enable_thinking"}
    refused(gw.admin("GET", "/catalog?x=1"), "invalid_parameter", "x")
    for method in ("POST", "PATCH", "DELETE"):
        refused(gw.admin(method, "/catalog", {}), "method_not_allowed")


def test_what_goes_in_comes_out_and_goes_in_elsewhere(make_gw):
    one, two = make_gw(set_up=False), make_gw(set_up=False)
    r = put(one, FULL)
    assert r.status == 200
    ids = ["free/one", "later", "only-ahead", "unpriced"]
    want = report(created=(["aa", "bb"], ids), idle=FULL_IDLE)
    want["updated"]["thinking"] = True
    assert r.json() == want
    out = one.must("GET", "/catalog")
    plain = json.loads(json.dumps(FULL))
    del plain["upstreams"][1]["credentials"]
    assert out == dict(plain, object="catalog")
    # into an empty gateway, and out again
    assert put(two, out).status == 200
    assert two.must("GET", "/catalog") == out
    # once more: nothing is new
    want = report(unchanged=(["aa", "bb"], ids), idle=FULL_IDLE)
    want["unchanged"]["thinking"] = True
    before = [one.must("GET", "/models/later"),
              one.must("GET", "/upstreams/aa")]
    for gw in (one, two):
        assert put(gw, out).json() == want
        assert gw.must("GET", "/catalog") == out
        trail = gw.query("SELECT * FROM audit WHERE action = 'import'"
                         " ORDER BY id")
        assert [t["object"] for t in trail] == ["catalog", "catalog"]
        assert json.loads(trail[1]["detail"]) == {
            k: {"upstreams": [], "models": []}
            for k in ("created", "updated")}
        assert "sk-hidden" not in repr([tuple(t) for t in trail])
    assert before == [one.must("GET", "/models/later"),
                      one.must("GET", "/upstreams/aa")]
    # the secret went in, and not out
    assert one.must("GET", "/upstreams/bb")["credential_count"] == 1
    assert two.must("GET", "/upstreams/bb")["credential_count"] == 0


def test_of_the_past_only_the_price_in_force_matters(make_gw):
    gw = make_gw(set_up=False)
    put(gw, {"models": [model_doc("m", prices=[
        price(str(n), **{"from": f"202{n}-01-01T00:00:00Z"})
        for n in range(1, 5)])]})
    assert len(gw.must("GET", "/models/m")["prices"]) == 4
    out, = gw.must("GET", "/catalog")["models"]
    assert out["prices"] == [price("4", **{"from": "2024-01-01T00:00:00Z"})]
    # of two that begin at one moment, the last that was saved
    put(gw, {"models": [model_doc("m", prices=[
        price("5", **{"from": "2024-01-01T00:00:00Z"})])]})
    out, = gw.must("GET", "/catalog")["models"]
    assert out["prices"] == [price("5", **{"from": "2024-01-01T00:00:00Z"})]


def test_an_import_is_in_force_at_once(make_gw, up):
    gw = make_gw()
    key = gw.new_key()
    assert gw.chat(key).status == 200
    put(gw, {"upstreams": [up_doc("new", base_url=up.url + "/new",
                                  credentials=[{"secret": "sk-new"}])],
             "models": [model_doc("imported", "new", price=price())]})
    assert gw.chat(key, model="imported").status == 200
    assert up.requests[-1].path == "/new/chat/completions"
    assert up.requests[-1].header("Authorization") == "Bearer sk-new"
    row = gw.settled(key, 2)[-1]
    assert row["currency"] == "CNY" and row["amount"] > 0
    # what is not named stays; secrets that are not given stay
    put(gw, {"upstreams": [up_doc("new", base_url=up.url + "/newer")]})
    assert gw.chat(key, model="imported").status == 200
    assert up.requests[-1].path == "/newer/chat/completions"
    assert up.requests[-1].header("Authorization") == "Bearer sk-new"
    assert gw.chat(key).status == 200
    gw.settled(key, 4)


def test_spellings_are_replaced_as_a_whole(make_gw, up):
    gw = make_gw()
    gw.must("PUT", "/models/spelled", {"free": True, "routes": [
        {"upstream": "mock", "model": "some-model"}]})
    key = gw.new_key()

    def sent():
        assert gw.chat(key, model="spelled", llmgw_thinking=True).status \
            == 200
        body = json.loads(up.requests[-1].body)
        return {k: body[k] for k in ("thinking", "enable_thinking")
                if k in body}

    assert sent() == {}
    for rows, want in (
            ([("some*", "object"), ("*", "enable_thinking")],
             {"thinking": {"type": "enabled"}}),
            ([("*", "enable_thinking"), ("some*", "object")],
             {"enable_thinking": True}),
            ([], {})):
        put(gw, {"thinking": [{"pattern": p, "mode": m} for p, m in rows]})
        assert sent() == want
        assert gw.must("GET", "/catalog")["thinking"] == [
            {"pattern": p, "mode": m} for p, m in rows]
    gw.settled(key, 4)


def test_names_move_within_one_document(make_gw):
    """An alias goes to another model, or becomes a model: whatever the
    order."""
    gw = make_gw(set_up=False)
    assert put(gw, {"models": [model_doc("a", aliases=["x", "y"]),
                               model_doc("b", aliases=["z"])]}).status == 200
    for doc in ([model_doc("b", aliases=["x"]), model_doc("a",
                                                          aliases=["z"])],
                [model_doc("x"), model_doc("a", aliases=["y"]),
                 model_doc("b", aliases=["z"])]):
        assert put(gw, {"models": doc}).status == 200
        out = {m["id"]: m.get("aliases") for m in gw.must(
            "GET", "/catalog")["models"]}
        assert {m["id"]: m.get("aliases") for m in doc}.items() <= out.items()
    owners = gw.query("SELECT a.name, m.name AS model FROM alias a JOIN model"
                      " m ON m.id = a.model_id ORDER BY 1")
    assert [tuple(o) for o in owners] == [("y", "a"), ("z", "b")]
    with nothing_changes(gw):
        refused(put(gw, {"models": [model_doc("c", aliases=["y"])]}),
                "invalid_parameter", "models[0].aliases")
        refused(put(gw, {"models": [model_doc("y")]}), "invalid_parameter",
                "models[0].id")


# ---- tried ----

def test_a_dry_run_says_what_would_be(make_gw):
    gw = make_gw(set_up=False)
    put(gw, FULL)
    doc = {"upstreams": [up_doc("aa"), up_doc("cc")],
           "models": [model_doc("later", "aa", aliases=["l-1", "l/2"],
                                prices=FULL["models"][1]["prices"]),
                      model_doc("unpriced", "cc", disabled=True),
                      model_doc("new", "cc", free=True)]}
    want = report(created=(["cc"], ["new"]), updated=(["aa"], ["unpriced"]),
                  unchanged=([], ["later"]))
    off = model_doc("later", "aa", aliases=["l-1", "l/2"], disabled=True)
    for doc_of, part in ((off, "updated"), (off, "unchanged"),
                         (dict(off, disabled=False), "updated")):
        assert put(gw, {"models": [doc_of]}).json()[part]["models"] \
            == ["later"]
        assert gw.must("GET", "/models/later")["disabled"] \
            == doc_of["disabled"]
    with nothing_changes(gw):
        assert put(gw, doc, "?dry_run=true").json() == dict(want,
                                                            dry_run=True)
    assert put(gw, doc, "?dry_run=false").json() == want


def test_a_dry_run_tells_all_that_is_wrong(make_gw):
    gw = make_gw(set_up=False)
    doc = {"upstreams": [up_doc("ok"), up_doc("bad", auth="basic"),
                         up_doc("ok")],
           "models": [model_doc("m1", "ok", price=price("1.1234567")),
                      model_doc("m2", "gone"), model_doc("m3", "ok"),
                      model_doc("m4", "ok", extra=1)]}
    with nothing_changes(gw):
        r = put(gw, doc, "?dry_run=true")
        assert r.status == 200
        out = r.json()
        assert [(e["code"], e["param"]) for e in out["errors"]] == [
            ("invalid_parameter", "upstreams[1].auth"),
            ("invalid_parameter", "upstreams[2].id"),
            ("invalid_parameter", "models[0].price.tiers[0].input"),
            ("invalid_parameter", "models[3].extra"),
            ("invalid_parameter", "models[1].routes[0].upstream")]
        assert all(e["param"] in e["message"] for e in out["errors"])
        assert out["created"] == {"upstreams": ["ok"], "models": ["m3"]}
        # as an import it is refused with the first of them
        refused(put(gw, doc), "invalid_parameter", "upstreams[1].auth")
        many = {"models": [model_doc(f"m{i}", "gone") for i in range(300)]}
        out = put(gw, many, "?dry_run=true").json()
        assert len(out["errors"]) == 100


# ---- refused ----

def good(**parts):
    """A document whose first objects are right."""
    doc = {"upstreams": [up_doc("first")],
           "models": [model_doc("one", "first", price=price())]}
    for name, more in parts.items():
        doc[name] = doc.get(name, []) + more
    return doc


ERRORS = [      # param, document
    ("upstreams", {"upstreams": {}}), ("models", {"models": "x"}),
    ("thinking", {"thinking": {}}), ("prices", {"prices": []}),
    ("upstreams[1]", good(upstreams=["x"])),
    ("upstreams[1].id", good(upstreams=[up_doc("")])),
    ("upstreams[1].id", good(upstreams=[up_doc("x" * 65)])),
    ("upstreams[1].id", good(upstreams=[up_doc('a"b')])),
    ("upstreams[1].id", good(upstreams=[up_doc("first")])),
    ("upstreams[1].base_url", good(upstreams=[up_doc("x", base_url="x")])),
    ("upstreams[1].headers.Cookie", good(upstreams=[up_doc("x", headers={
        "Cookie": "x"})])),
    ("upstreams[1].credentials[0].key", good(upstreams=[up_doc(
        "x", credentials=[{"key": "x"}])])),
    ("models[1].id", good(models=[model_doc("one")])),
    ("models[1].id", good(models=[model_doc("a\\b")])),
    ("models[1].routes[0].upstream", good(models=[model_doc("x", "none")])),
    ("models[1].routes[1].weight", good(models=[dict(model_doc("x"), routes=[
        {"upstream": "first"}, {"upstream": "first", "weight": 0}])])),
    ("models[1].aliases", good(models=[model_doc("x", aliases=["one"])])),
    ("models[1].aliases", good(models=[model_doc("x", aliases=["q", "q"])])),
    ("models[1].price", good(models=[model_doc("x", price=price(),
                                               free=True)])),
    ("models[1].price.tiers[0].input", good(models=[model_doc(
        "x", price=price("x"))])),
    ("models[1].price.tiers[1]", good(models=[model_doc("x", price=dict(
        price(), tiers=TIERS * 2))])),
    ("models[1].price.currency", good(models=[model_doc("x", price=price(
        currency="cny"))])),
    ("models[1].prices[1].tiers[0].output", good(models=[model_doc(
        "x", prices=[price(**{"from": PAST}), price(
            tiers=[{"input": "1", "output": "-1"}], **{"from": PAST})])])),
    ("models[1].prices[0].tiers[0]", good(models=[model_doc(
        "x", caching={"explicit": True},
        prices=[price(**{"from": PAST})])])),
    ("models[1].prices[0].tiers", good(models=[model_doc("x", prices=[
        dict(price(**{"from": PAST}), free=True)])])),
    ("models[1].prices", good(models=[model_doc("x", prices=[],
                                                price=price())])),
    ("models[1].modalities.input[0]", good(models=[model_doc(
        "x", modalities={"input": ["smell"]})])),
    ("models[1].disabled", good(models=[model_doc("x", disabled="yes")])),
    ("thinking[1].mode", good(thinking=[
        {"pattern": "x", "mode": "none"}, {"pattern": "x", "mode": "x"}])),
    ("thinking[0].pattern", good(thinking=[{"pattern": "", "mode": "none"}])),
]
MISSING = [
    ("upstreams[1].id", good(upstreams=[{"base_url": "http://x",
                                         "dialect": "openai"}])),
    ("upstreams[1].dialect", good(upstreams=[{"id": "x",
                                              "base_url": "http://x"}])),
    ("models[1].routes", good(models=[{"id": "x"}])),
    ("models[1].prices[0].from", good(models=[model_doc(
        "x", prices=[price()])])),
    ("models[1].prices[0].currency", good(models=[model_doc("x", prices=[
        {"from": PAST, "tiers": TIERS}])])),
    ("models[1].prices[0].tiers", good(models=[model_doc("x", prices=[
        {"from": PAST, "currency": "CNY"}])])),
    ("thinking[0].mode", good(thinking=[{"pattern": "x"}])),
]


@pytest.fixture(scope="module")
def igw(module_gw):
    return module_gw()


def test_half_wrong_is_wholly_refused(igw):
    with nothing_changes(igw):
        for param, doc in ERRORS:
            refused(put(igw, doc), "invalid_parameter", param, f"'{param}'")
        for param, doc in MISSING:
            refused(put(igw, doc), "missing_parameter", param)
        for query, param in (("?dry_run=maybe", "dry_run"),
                             ("?dry_run", "dry_run"), ("?dry=1", "dry"),
                             ("?dry_run=true&dry_run=true", "dry_run")):
            refused(put(igw, good(), query), "invalid_parameter", param)
        for body in (b"", b"[]", b'{"models":[]'):
            refused(igw.request("PUT", "/llmgw/admin/v1/catalog", body,
                                igw.admin_key()), "invalid_json")
    assert put(igw, good()).status == 200


# ---- large ----

def many(count):
    tiers = [{"up_to": n * 1000 if n < 8 else None, "input": f"{n}.25",
              "output": f"{n}.5", "cache_read": "0.125"}
             for n in range(1, 9)]
    return [model_doc(f"many-{i:04}", "big", name=f"Model number {i}",
                      aliases=[f"alias-{i}-a", f"alias-{i}-b"],
                      modalities={"input": ["text", "image"],
                                  "output": ["text"]},
                      limit={"context": 1000000, "output": 65536},
                      metadata={"source": "x" * 200},
                      prices=[{"currency": "CNY", "from": PAST,
                               "tiers": tiers}])
            for i in range(count)]


def test_a_thousand_models_in_one_call(make_gw):
    gw = make_gw(set_up=False)
    doc = {"upstreams": [up_doc("big")], "models": many(1000)}
    assert len(json.dumps(doc)) > 1 << 20
    r = put(gw, doc)
    assert r.status == 200 and len(r.json()["created"]["models"]) == 1000
    out = gw.must("GET", "/catalog")
    assert out["models"] == doc["models"]
    key = gw.new_key()
    listed = gw.request("GET", "/v1/models", key=key).json()["data"]
    assert len(listed) == 1000
    # once more, with one price changed
    doc = json.loads(json.dumps(doc))
    doc["models"][500]["prices"][0]["tiers"][0]["input"] = "9"
    out = put(gw, doc).json()
    assert out["updated"]["models"] == ["many-0500"]
    assert len(out["unchanged"]["models"]) == 999
    big = json.dumps({"models": [], "upstreams": []}).encode()
    big = big[:-1] + b" " * ((8 << 20) + 1 - len(big)) + b"}"
    with nothing_changes(gw):
        refused(gw.request("PUT", "/llmgw/admin/v1/catalog", big,
                           gw.admin_key()), "request_too_large",
                message="8388608 bytes")
    assert gw.request("PUT", "/llmgw/admin/v1/catalog", big[:-2] + b"}",
                      gw.admin_key()).status == 200
