"""What cannot serve says so, is not listed, and is not called."""
import pytest

from harness.checks import costs_nothing, refused

PRICE = {"currency": "CNY", "tiers": [{"input": "1", "output": "2"}]}
WANTS = "has no credential: give it 'credentials', or \"auth\": \"none\" if " \
    "it wants none"


def base(up, **more):
    return dict({"base_url": up.url + "/v1", "dialect": "openai"}, **more)


def listed(gw, key, name):
    """Is it in both lists, and there by itself?  All say the same."""
    seen = {name in [m["id"] for m in gw.request(
        "GET", f"/v1/{kind}?limit=1000" if "c" in kind else f"/v1/{kind}",
        key=key).json()["data"]] for kind in ("models", "model-catalog")}
    seen |= {gw.request("GET", f"/v1/{kind}/{name}", key=key).status == 200
             for kind in ("models", "model-catalog")}
    assert len(seen) == 1
    return seen.pop()


def says(gw, path, why):
    """The answers of GET of it and of the list."""
    one = gw.must("GET", path)
    kind, _, name = path[1:].partition("/")
    row, = (o for o in gw.must("GET", f"/{kind}?limit=1000")["data"]
            if o["id"] == name)
    for o in (one, row):
        assert o["serves"] == (why is None)
        assert o.get("why") == why
    return one


KEYLESS = [("explicit auth", {"auth": "bearer"}),
           ("a vendor", {"vendor": "openai"}),
           ("a public host", {"base_url": "https://api.example.com/v1"})]


@pytest.mark.parametrize("more", [m for _, m in KEYLESS],
                         ids=[n for n, _ in KEYLESS])
def test_an_upstream_without_the_credential_it_wants(gw, up, key, more):
    """Fault 5.5: it and its model say why they do not serve; the model is
    not listed, and a call does not reach the upstream."""
    made = gw.must("PUT", "/upstreams/bare", base(up, **more))
    assert made["serves"] is False and made["why"] == WANTS
    says(gw, "/upstreams/bare", WANTS)
    made = gw.must("PUT", "/models/bare", {"routes": [{"upstream": "bare"}],
                                           "price": PRICE})
    assert made["serves"] is False
    assert made["why"] == f"upstream 'bare' {WANTS}"
    says(gw, "/models/bare", made["why"])
    assert not listed(gw, key, "bare")
    with costs_nothing(gw, up):
        refused(gw.chat(key, model="bare"), "upstream_unavailable",
                message="Model 'bare' has no upstream now")
    gw.expect_log("LG0204")
    # with one, all is well at once
    up.clear()
    gw.must("PATCH", "/upstreams/bare", {
        "base_url": up.url + "/v1", "credentials": [{"secret": "sk-mine"}]})
    says(gw, "/models/bare", None)
    assert listed(gw, key, "bare")
    assert gw.chat(key, model="bare").status == 200
    assert up.requests[-1].header("Authorization") == "Bearer sk-mine"
    # ... and without it again, it is as before
    made = gw.must("PATCH", "/upstreams/bare", {"credentials": None})
    assert made.get("why") == (WANTS if "base_url" not in more else None)
    gw.settled(key)


def test_an_upstream_that_wants_none(gw, up, key):
    """Fault 5.5: auth none says so, whatever its host and vendor."""
    made = gw.must("PUT", "/upstreams/open", base(up, auth="none",
                                                  vendor="openai"))
    assert made["serves"] is True and "why" not in made
    gw.must("PUT", "/models/open", {"routes": [{"upstream": "open"}],
                                    "free": True})
    assert listed(gw, key, "open")
    assert gw.chat(key, model="open").status == 200
    for name in ("Authorization", "x-api-key", "api-key"):
        assert up.requests[-1].header(name) is None
    gw.settled(key)


def test_a_server_of_ones_own_needs_no_word(gw, up, key):
    gw.must("PUT", "/upstreams/own", base(up))
    gw.must("PUT", "/models/own", {"routes": [{"upstream": "own"}],
                                   "free": True})
    assert listed(gw, key, "own")
    assert gw.chat(key, model="own").status == 200
    gw.settled(key)


@pytest.mark.parametrize("name, spec, why", [
    ("idle-1", {}, "has no price: give it 'price', or \"free\": true"),
    ("idle-2", {"price": dict(PRICE, **{"from": "2099-01-01T00:00:00Z"})},
     "has no price yet: the first one begins later"),
    ("idle-3", {"free": True, "routes": []}, "has no routes"),
    ("idle-4", {"free": True, "disabled": True}, "is disabled"),
    ("idle-5", {"free": True, "routes": [{"upstream": "off"},
                                         {"upstream": "bare"}]},
     "upstream 'off' is disabled; upstream 'bare' has no credential: give "
     "it 'credentials', or \"auth\": \"none\" if it wants none")])
def test_why_a_model_does_not_serve(gw, up, key, name, spec, why):
    """Fault 5.5: a price, a route and an upstream in use are needed."""
    gw.must("PUT", "/upstreams/off", base(up, disabled=True))
    gw.must("PUT", "/upstreams/bare", base(up, dialect="anthropic",
                                             vendor="anthropic"))
    made = gw.must("PUT", "/models/" + name, dict(
        {"routes": [{"upstream": "mock"}]}, **spec))
    assert made["serves"] is False and made["why"] == why
    says(gw, "/models/" + name, why)
    assert not listed(gw, key, name)
    assert gw.chat(key, model=name).status in (404, 502)
    # what is disabled on purpose needs no line
    assert (f"the model {name} is saved, but serves nothing: it {why}"
            in gw.log()) == (why != "is disabled")
    if "bare" in why:
        gw.expect_log("LG0204")
    # one route that can is enough
    gw.must("PUT", "/models/" + name, {"free": True, "routes": [
        {"upstream": "off"}, {"upstream": "mock"}]})
    says(gw, "/models/" + name, None)
    assert listed(gw, key, name)
    assert gw.chat(key, model=name).status == 200
    gw.settled(key)


def test_an_import_says_what_does_not_serve(gw, up, key):
    """Fault 5.5: so does the answer to a catalogue, tried or written."""
    doc = {"upstreams": [dict(base(up), id="imp", vendor="deepseek"),
                         dict(base(up), id="imp-own")],
           "models": [
               {"id": "imp-1", "routes": [{"upstream": "imp"}],
                "price": PRICE},
               {"id": "imp-2", "routes": [{"upstream": "imp-own"}]},
               {"id": "imp-3", "routes": [{"upstream": "imp-own"}],
                "price": PRICE},
               {"id": "imp-4", "routes": [], "disabled": True}]}
    want = [{"id": "imp-1", "why": f"upstream 'imp' {WANTS}"},
            {"id": "imp-2",
             "why": "has no price: give it 'price', or \"free\": true"}]
    for query in ("?dry_run=true", ""):
        r = gw.admin("PUT", "/catalog" + query, doc)
        assert r.status == 200 and r.json()["not_serving"] == want
    assert "2 models of the catalogue that was imported serve nothing, " \
        "imp-1 among them" in gw.log()
    assert not listed(gw, key, "imp-1") and not listed(gw, key, "imp-2")
    assert listed(gw, key, "imp-3")
    # what GET gives, PUT takes
    for path in ("/models/imp-1", "/upstreams/imp"):
        assert gw.must("PUT", path, gw.must("GET", path))["serves"] is False
