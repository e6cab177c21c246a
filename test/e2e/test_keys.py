"""Who calls: the three headers, keys that do not hold, rights of a key."""
import datetime

import pytest

from harness import ledger
from harness.checks import costs_nothing, refused, request_id
from harness.keys import typo

CHAT = "/v1/chat/completions"
HELLO = {"model": "qwen3-max", "messages": [{"role": "user", "content": "x"}]}
SHAPES = [(CHAT, "openai"), ("/api/v1/chat/completions", "envelope"),
          ("/v1/messages", "anthropic")]
INCORRECT = "Incorrect API key provided"


def unknown():
    """A well-formed key that nobody made: its checksum is right."""
    from harness.keys import make
    return make()


def post(gw, headers, path=CHAT):
    return gw.request("POST", path, HELLO, headers=headers)


# ---- where the key stands ----

@pytest.mark.parametrize("spell", [
    lambda k: {"Authorization": "Bearer " + k},
    lambda k: {"authorization": "bearer  " + k + " "},
    lambda k: {"Authorization": "BEARER\t" + k},
    lambda k: {"x-api-key": k},
    lambda k: {"X-API-Key": " " + k + " "},
    lambda k: {"api-key": k},
    lambda k: {"Authorization": "Basic dXNlcjpwYXNz", "x-api-key": k},
    lambda k: {"Authorization": "Bearer ", "x-api-key": k},
    lambda k: {"Authorization": "", "x-api-key": "", "api-key": k},
    lambda k: {"Authorization": "Bearer " + k, "x-api-key": "sk-other",
               "api-key": "sk-other"},
    lambda k: {"x-api-key": k, "api-key": "sk-other"},
])
def test_where_the_key_may_stand(gw, key, spell):
    assert post(gw, spell(key)).status == 200
    gw.settled(key)


def test_the_first_header_decides(gw, up, key):
    with costs_nothing(gw, up):
        for headers in ({"Authorization": "Bearer sk-x", "x-api-key": key},
                        {"Authorization": "Bearer " + typo(key),
                         "api-key": key},
                        {"x-api-key": "sk-x", "api-key": key}):
            refused(post(gw, headers), "invalid_api_key", message=INCORRECT)


# ---- keys that do not hold ----

@pytest.mark.parametrize("path, shape", SHAPES)
def test_no_key_is_401_and_says_how(gw, up, path, shape):
    with costs_nothing(gw, up):
        for headers in ({}, {"Authorization": "Basic dXNlcjpwYXNz"},
                        {"Authorization": "Bearer"}, {"x-api-key": ""},
                        {"Cookie": "key=sk-gtw-x"}):
            r = post(gw, headers, path)
            text = refused(r, "missing_api_key", shape=shape)
            assert text.startswith("You didn't provide an API key.")
            assert "Authorization: Bearer" in text and "x-api-key" in text
            assert r.headers.get_all("WWW-Authenticate") == ["Bearer"]


@pytest.mark.parametrize("path, shape", SHAPES)
def test_all_keys_that_were_never_good_get_one_answer(gw, up, path, shape):
    used = gw.new_key()
    assert gw.chat(used).status == 200
    gw.settled(used)
    gw.must("DELETE", "/keys/" + used[7:17])
    bad = [typo(used), unknown(), used[:-1], used + "x",
           used.upper(), "sk-gtw-", "sk-" + "x" * 48, "x" * 4000,
           used.replace("sk-gtw-", "sk-ant-"), "é" * 66, '"', "*"]
    up.clear()
    with costs_nothing(gw, up):
        answers = set()
        for k in bad:
            r = gw.request("POST", path, HELLO, headers={
                "x-api-key": k.encode("latin-1")})
            answers.add(refused(r, "invalid_api_key", shape=shape))
            assert r.headers.get_all("WWW-Authenticate") == ["Bearer"]
            assert "x-ratelimit-limit-requests" not in r.headers
    assert len(answers) == 1 and answers.pop().startswith(INCORRECT)


def test_a_key_expires(make_gw, up):
    gw = make_gw(clock="runs")
    end = datetime.datetime.now(datetime.timezone.utc) \
        + datetime.timedelta(hours=2)
    key = gw.new_key(expires_at=end.isoformat(timespec="milliseconds"))
    gw.clock.wall(3600)
    assert gw.chat(key).status == 200
    gw.clock.wall(3600)
    refused(gw.chat(key), "invalid_api_key", message=INCORRECT)
    gw.settled(key)
    with costs_nothing(gw, up):
        refused(gw.chat(key), "invalid_api_key")


# ---- rights ----

def test_models_and_deny_models_are_globs(gw, up):
    cases = [   # models, deny_models, model, is it allowed
        (["qwen3-max"], None, "qwen3-max", True),
        (["qwen3"], None, "qwen3-max", False),
        (["qwen*"], None, "qwen-plus", True),
        (["*max"], None, "qwen-plus", False),
        (["org*"], None, "org/with/slashes", True),
        (["org/*"], None, "org/with/slashes", True),
        (["*with*"], None, "org/with/slashes", True),
        (["QWEN*"], None, "qwen3-max", False),
        ([], None, "qwen3-max", False),
        (None, ["qwen3-*"], "qwen3-max", False),
        (None, ["qwen3-*"], "qwen-plus", True),
        (None, [], "qwen-plus", True),
        (["*"], ["*"], "qwen-plus", False),
        (["qwen*", "free-model"], ["*plus"], "free-model", True),
        (["qwen?max"], None, "qwen3-max", False),
    ]
    for models, deny, model, may in cases:
        spec = {"models": models, "deny_models": deny}
        key = gw.new_key(**{k: v for k, v in spec.items() if v is not None})
        listed = {m["id"] for m in gw.request("GET", "/v1/models",
                                              key=key).json()["data"]}
        assert (model in listed) == may, (spec, model)
        one = gw.request("GET", "/v1/models/" + model, key=key)
        if may:
            assert one.status == 200 and gw.chat(key, model).status == 200
            gw.settled(key)
            continue
        refused(one, "model_not_found", "model")
        with costs_nothing(gw, up):
            refused(gw.chat(key, model), "model_not_found", "model")


def test_endpoints_of_a_key(gw, up):
    chat = gw.new_key(endpoints=["chat/completions"])
    other = gw.new_key(endpoints=["embeddings", "messages"])
    assert gw.chat(chat).status == 200
    assert gw.request("POST", "/api/v1/chat/completions", HELLO,
                      chat).status == 200
    gw.settled(chat, 2)
    up.clear()
    with costs_nothing(gw, up):
        refused(gw.chat(other), "endpoint_not_allowed")
        for path, shape in (("/v1/embeddings", "openai"),
                            ("/v1/responses", "openai"),
                            ("/v1/messages", "anthropic")):
            refused(gw.request("POST", path, HELLO, chat),
                    "endpoint_not_allowed", shape=shape)
    # what is no endpoint of the data plane is not meant
    assert gw.request("GET", "/v1/models", key=other).status == 200


def test_addresses_of_a_key(gw, up):
    here = [["127.0.0.1"], ["127.0.0.0/8"], ["10.0.0.0/8", "127.0.0.1/32"],
            ["::1", "127.0.0.0/255.0.0.0"]]
    there = [["10.0.0.0/8"], ["127.0.0.2"], ["::1"], ["2001:db8::/32"]]
    for addresses in here:
        key = gw.new_key(addresses=addresses)
        assert gw.chat(key).status == 200, addresses
        gw.settled(key)
    up.clear()
    for addresses in there:
        key = gw.new_key(addresses=addresses)
        with costs_nothing(gw, up):
            for path, shape in SHAPES:
                refused(gw.request("POST", path, HELLO, key),
                        "address_not_allowed", shape=shape)
            refused(gw.request("GET", "/v1/models", key=key),
                    "address_not_allowed")


# ---- the database cannot be read ----

@pytest.mark.parametrize("path, shape", SHAPES)
def test_a_key_that_cannot_be_looked_up_is_503_never_401(gw, up, path, shape):
    known, fresh = gw.new_key(), gw.new_key()
    gw.expect_log("LG0020")
    with ledger.without(gw, "secret"), costs_nothing(gw, up):
        for k in (fresh, unknown()):
            r = gw.request("POST", path, HELLO, k)
            refused(r, "overloaded", shape=shape, message="The engine is "
                    "currently overloaded")
            assert r.headers["Retry-After"] == "1"
            assert "WWW-Authenticate" not in r.headers
        # these need no look-up
        refused(gw.request("POST", path, HELLO, typo(known)),
                "invalid_api_key", shape=shape)
        refused(gw.request("POST", path, HELLO), "missing_api_key",
                shape=shape)
    # and nothing of it was remembered
    assert gw.chat(fresh).status == 200
    gw.settled(fresh)
    refused(gw.chat(unknown()), "invalid_api_key")


def test_a_catalogue_that_cannot_be_read_is_503(gw, up, key):
    gw.must("PUT", "/models/free-model", {
        "routes": [{"upstream": "mock"}], "free": True})
    gw.expect_log("LG0031", "LG0200")
    with ledger.without(gw, "price"), costs_nothing(gw, up):
        refused(gw.chat(key), "overloaded", message="catalogue")
        refused(gw.request("GET", "/v1/models", key=key), "overloaded")
        refused(gw.request("GET", "/v1/models/qwen3-max", key=key),
                "overloaded")
    assert gw.chat(key).status == 200
    gw.settled(key)


def test_every_answer_has_an_id_of_its_own(gw, key):
    ids = [request_id(r) for r in (
        gw.chat(key), gw.chat(key), gw.chat("sk-x"), gw.chat(None),
        gw.request("GET", "/v1/models"), gw.request("OPTIONS", CHAT),
        gw.request("GET", "/v1/nothing"), gw.admin("GET", "/keys"),
        gw.admin("GET", "/keys/none"))]
    assert ids == sorted(set(ids))
    assert len(gw.settled(key, 2)) == 2
