"""LLMGatewayTeam, LLMGatewayModels, LLMGatewayMaxTokens and
LLMGatewayPublicCatalog: what they do, and how sections come together."""
import pytest

from harness.checks import costs_nothing, refused

CHAT = "/v1/chat/completions"
HTACCESS = "htdocs/dir/.htaccess"
MODELS = {n: {"free": True} for n in ("a1", "a2", "ab1", "b1", "b2",
                                      "org/a1")}

CONF = """
LLMGatewayModels a* b* org/*
LLMGatewayMaxTokens 1000
<Location "/one">
LLMGateway On
LLMGatewayModels a*
LLMGatewayModels org/*
LLMGatewayMaxTokens 2000
</Location>
<Location "/one/two">
LLMGateway On
LLMGatewayModels *1
LLMGatewayMaxTokens 50
</Location>
<Location "/open">
LLMGateway On
LLMGatewayPublicCatalog On
LLMGatewayModels a*
</Location>
<Location "/open/shut">
LLMGateway On
LLMGatewayPublicCatalog Off
</Location>
<If "%{HTTP:X-Small} == 'yes'">
LLMGatewayMaxTokens 10
LLMGatewayModels a1 b1
</If>
<Directory "${SRVROOT}/htdocs">
AllowOverride All
Require all granted
</Directory>
<Directory "${SRVROOT}/htdocs/dir">
LLMGateway On
LLMGatewayModels a* b*
LLMGatewayMaxTokens 500
</Directory>
<Directory "${SRVROOT}/htdocs/dir/deep">
LLMGateway On
LLMGatewayModels *1
</Directory>
<Directory "${SRVROOT}/htdocs/dir/last">
LLMGateway On
LLMGatewayModels *1
</Directory>
<Location "/dir/last">
LLMGatewayModels a*
LLMGatewayMaxTokens 900
</Location>
<Directory "${SRVROOT}/htdocs/only">
LLMGateway On
AllowOverride AuthConfig
</Directory>
<Directory "${SRVROOT}/htdocs/none">
LLMGateway On
AllowOverride FileInfo Indexes Limit Options
</Directory>
"""


@pytest.fixture(scope="module")
def gate(module_gw):
    return module_gw(
        models=MODELS, conf=CONF, on="LLMGateway On",
        server="LLMGatewayMaxTokens 5000\nLLMGatewayModels *",
        files={f"htdocs/{d}/x": "" for d in ("dir/deep", "dir/last", "only",
                                             "none")})


@pytest.fixture
def htaccess(gate):
    def write(text, name=HTACCESS):
        (gate.root / name).write_text(text)
        written.append(gate.root / name)

    written = []
    yield write
    for path in written:
        path.unlink()


def names(gw, prefix, key=None, **headers):
    r = gw.request("GET", prefix + "/v1/models", key=key, headers=headers)
    assert r.status == 200, r
    found = " ".join(m["id"] for m in r.json()["data"])
    r = gw.request("GET", prefix + "/v1/model-catalog", key=key,
                   headers=headers)
    assert found == " ".join(m["id"] for m in r.json()["data"])
    return found


def post(gw, prefix, key, model="a1", headers=None, **more):
    return gw.request("POST", prefix + CHAT, {
        "model": model, "messages": [{"role": "user", "content": "x"}],
        **more}, key, headers)


def most(gw, prefix, key, **headers):
    """The figure that a refusal names; None: a million is not too much."""
    r = post(gw, prefix, key, max_tokens=1000000, headers=headers)
    if r.status == 200:
        return None
    text = refused(r, "max_tokens_exceeded", "max_tokens")
    n = int(text.split("at most ")[1].split()[0])
    assert post(gw, prefix, key, max_tokens=n, headers=headers).status == 200
    refused(post(gw, prefix, key, max_tokens=n + 1, headers=headers),
            "max_tokens_exceeded", "max_tokens", f"at most {n} here")
    return n


@pytest.mark.parametrize("prefix, models, tokens", [
    # the virtual host within the server
    ("", "a1 a2 ab1 b1 b2 org/a1", 1000),
    # a Location within it; two lines of one section are one list
    ("/one", "a1 a2 ab1 org/a1", 1000),
    # a Location in a Location
    ("/one/two", "a1 ab1 org/a1", 50),
    # a Directory; in it another; and a Location after both
    ("/dir", "a1 a2 ab1 b1 b2", 500),
    ("/dir/deep", "a1 ab1 b1", 500),
    ("/dir/last", "a1 ab1", 500),
])
def test_sections_only_take_away(gate, up, prefix, models, tokens):
    key = gate.new_key()
    assert names(gate, prefix, key) == models
    assert most(gate, prefix, key) == tokens
    for name in MODELS:
        url = f"{prefix}/v1/models/{name}"
        if name in models.split():
            assert post(gate, prefix, key, name).status == 200
            assert gate.request("GET", url, key=key).status == 200
        else:
            refused(post(gate, prefix, key, name), "model_not_found",
                    "model")
            refused(gate.request("GET", url, key=key), "model_not_found",
                    "model")


@pytest.mark.parametrize("prefix, models", [
    ("", "a1 b1"), ("/one/two", "a1"), ("/dir", "a1 b1")])
def test_an_if_section_takes_away_too(gate, prefix, models):
    key = gate.new_key()
    assert names(gate, prefix, key, **{"X-Small": "yes"}) == models
    assert most(gate, prefix, key, **{"X-Small": "yes"}) == 10
    assert most(gate, prefix, key, **{"X-Small": "no"}) != 10


@pytest.mark.parametrize("text, models, tokens", [
    ("LLMGatewayModels a1 b2 nothing", "a1 b2", 500),
    ("LLMGatewayModels *", "a1 a2 ab1 b1 b2", 500),
    ("LLMGatewayModels org/* b*", "b1 b2", 500),
    ("LLMGatewayModels c*", "", 500),
    ("LLMGatewayMaxTokens 1000000000", "a1 a2 ab1 b1 b2", 500),
    ("LLMGatewayMaxTokens 7", "a1 a2 ab1 b1 b2", 7),
    ("LLMGatewayModels a*\nLLMGatewayModels b1\nLLMGatewayMaxTokens 8",
     "a1 a2 ab1 b1", 8),
    ('<If "true">\nLLMGatewayModels a2\n</If>\nLLMGatewayModels a*', "a2",
     500),
    ('<Files "*">\nLLMGatewayMaxTokens 100000\n</Files>', "a1 a2 ab1 b1 b2",
     500),
])
def test_htaccess_takes_away_where_a_directory_serves(gate, up, htaccess,
                                                      text, models, tokens):
    key = gate.new_key()
    htaccess(text + "\n")
    assert names(gate, "/dir", key) == models
    if models:
        model = models.split()[0]
        refused(post(gate, "/dir", key, model, max_tokens=tokens + 1),
                "max_tokens_exceeded", "max_tokens", f"at most {tokens} ")
        assert post(gate, "/dir", key, model,
                    max_tokens=tokens).status == 200
    # and nowhere else
    assert names(gate, "", key) == "a1 a2 ab1 b1 b2 org/a1"


def test_htaccess_plays_no_part_elsewhere(gate, htaccess):
    """Where a whole virtual host or a Location serves none is read."""
    htaccess("LLMGatewayModels nothing\nLLMGatewayMaxTokens 1\n",
             "htdocs/.htaccess")
    key = gate.new_key()
    assert names(gate, "", key) == "a1 a2 ab1 b1 b2 org/a1"
    assert names(gate, "/one", key) == "a1 a2 ab1 org/a1"
    assert most(gate, "/one/two", key) == 50
    assert names(gate, "/dir", key) == ""       # below it one serves


@pytest.mark.parametrize("where, line, works", [
    ("only", "LLMGatewayModels a1", True),
    ("only", "LLMGatewayMaxTokens 5", True),
    ("none", "LLMGatewayModels a1", False),
    ("none", "LLMGatewayMaxTokens 5", False),
    ("only", "LLMGatewayTeam default", False),
    ("only", "LLMGatewayPublicCatalog On", False),
    ("only", "LLMGateway On", False),
    ("only", "LLMGatewayEnvelope On", False),
    ("only", "LLMGatewayMaxTokens 0", False),
    ("only", 'LLMGatewayModels ""', False)])
def test_what_htaccess_may_say(gate, htaccess, where, line, works):
    """AuthConfig, and two directives; all else is a broken .htaccess."""
    key = gate.new_key()
    htaccess(line + "\n", f"htdocs/{where}/.htaccess")
    r = gate.request("GET", f"/{where}/v1/models", key=key)
    assert r.status == (200 if works else 500)
    if not works:
        said = [text for text in gate.new_log_lines() if ".htaccess" in text]
        assert said and line.split()[0] in said[-1]


# ---- what they do ----

@pytest.mark.parametrize("member", ["max_tokens", "max_completion_tokens"])
def test_both_members_count(gate, up, member):
    key = gate.new_key()
    with costs_nothing(gate, up):
        for value in (51, 1000000, 5e1, 10**30):
            r = post(gate, "/one/two", key, **{member: value})
            refused(r, "max_tokens_exceeded", member, "at most 50 here")
        r = post(gate, "/one/two", key, max_tokens=10,
                 max_completion_tokens=60)
        refused(r, "max_tokens_exceeded", "max_completion_tokens")
    for value in (50, 1, None):
        assert post(gate, "/one/two", key,
                    **{member: value}).status == 200
    assert post(gate, "/one/two", key).status == 200
    gate.settled(key, 4)


def test_a_catalogue_for_everybody(gate, up):
    key = gate.new_key(models=["a1", "b*"])
    assert names(gate, "/open") == "a1 a2 ab1"
    assert names(gate, "/open", key) == "a1"
    r = gate.request("GET", "/open/v1/models/a2")
    assert r.status == 200 and r.json()["id"] == "a2"
    refused(gate.request("GET", "/open/v1/models/b1"), "model_not_found",
            "model")
    with costs_nothing(gate, up):
        # a key that is sent has to be right
        for header in ({"Authorization": "Bearer sk-x"}, {"x-api-key": "x"},
                       {"api-key": "sk-gtw-"}):
            refused(gate.request("GET", "/open/v1/models", headers=header),
                    "invalid_api_key")
        for url in ("/open/v1/key", "/open/v1/usage", "/open/v1/receipts/x",
                    "/open/llmgw/admin/v1/keys", "/open/shut/v1/models",
                    "/one/v1/models"):
            refused(gate.request("GET", url), "missing_api_key")
        refused(post(gate, "/open", None), "missing_api_key")
    r = gate.request("HEAD", "/open/v1/models")
    assert r.status == 200 and r.body == b""


def test_one_teams_place(make_gw, up):
    """Other teams' keys are not known there, whatever their scope."""
    gw = make_gw(conf="""LLMGatewayTeam default
<Location "/theirs">
LLMGateway On
LLMGatewayTeam "no such team"
</Location>
<Location "/theirs/mine">
LLMGateway On
LLMGatewayTeam default
</Location>
""", admin="/llmgw/admin")
    key, admin = gw.new_key(), gw.admin_key()
    assert gw.chat(key).status == 200
    assert post(gw, "/theirs/mine", key, "qwen3-max").status == 200
    gw.settled(key, 2)
    with costs_nothing(gw, up):
        unknown = refused(gw.chat("sk-gtw-" + "0" * 59), "invalid_api_key")
        for k in (key, admin):
            for method, url in (("POST", CHAT), ("GET", "/v1/models"),
                                ("GET", "/v1/models/qwen3-max"),
                                ("GET", "/v1/receipts/req_0"),
                                ("GET", "/llmgw/admin/v1/keys"),
                                ("POST", "/llmgw/admin/v1/keys")):
                r = gw.request(method, "/theirs" + url, b"{}", k)
                # who has the whole secret is told so
                assert "not taken at this address" in refused(
                    r, "invalid_api_key") != unknown
