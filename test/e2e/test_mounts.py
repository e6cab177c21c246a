"""The gateway below a <Location> or a <Directory>."""
import pytest

from harness.checks import costs_nothing, refused

CHAT = "/v1/chat/completions"
HELLO = {"model": "qwen3-max", "messages": [{"role": "user", "content": "x"}]}


@pytest.fixture(scope="module")
def mounts(module_gw):
    return module_gw(modules=("alias", "dir"), files={
        "htdocs/dir/page.txt": "a page", "other/place/x": "",
        "htdocs/v1/models": "the site's"}, conf="""
<Directory "${SRVROOT}/htdocs">
AllowOverride All
Require all granted
</Directory>
<Location "/ai">
LLMGateway On
</Location>
<Location "/deep/er/">
LLMGateway On
</Location>
<Location "/ai/closed">
LLMGateway Off
</Location>
<Location "/only/v1">
LLMGateway On
</Location>
<Location "/wrapped/api/v1">
LLMGateway On
</Location>
<Location "/enveloped">
LLMGateway On
LLMGatewayEnvelope On
</Location>
<Directory "${SRVROOT}/htdocs/dir">
LLMGateway On
</Directory>
Alias "/aliased" "${SRVROOT}/other/place"
<Directory "${SRVROOT}/other/place">
Require all granted
LLMGateway On
</Directory>
""", on="LLMGateway Off", admin="/ai/llmgw/admin")


@pytest.mark.parametrize("prefix", ["/ai", "/deep/er", "/dir", "/aliased"])
def test_below_a_mount_with_and_without_v1(mounts, up, prefix):
    key = mounts.new_key()
    for path in (CHAT, "/chat/completions", CHAT + "/"):
        r = mounts.request("POST", prefix + path, HELLO, key)
        assert r.status == 200, (prefix + path, r)
    for path in ("/v1/models", "/models", "/v1/models/qwen3-max",
                 "/v1/models/org/with/slashes", "/models/qwen3-max"):
        r = mounts.request("GET", prefix + path, key=key)
        assert r.status == 200, (prefix + path, r)
    r = mounts.request("GET", prefix + "/v1/models/org/with/slashes", key=key)
    assert r.json()["id"] == "org/with/slashes"
    mounts.settled(key, 3)
    with costs_nothing(mounts, up):
        refused(mounts.request("POST", prefix + "/nothing", HELLO, key),
                "unknown_url")
        if prefix == "/ai":
            refused(mounts.request("GET", prefix, key=key), "unknown_url")
        refused(mounts.request("POST", prefix + CHAT, HELLO),
                "missing_api_key")
        r = mounts.request("POST", prefix + "/api/v1/chat/completions", HELLO)
        refused(r, "missing_api_key", shape="envelope")
        refused(mounts.request("POST", prefix + "/v1/messages", HELLO),
                "missing_api_key", shape="anthropic")


def test_an_encoded_slash_below_a_location(mounts):
    """Below a <Directory> core refuses it before us (AllowEncodedSlashes)."""
    key = mounts.new_key()
    path = "/v1/models/org%2Fwith%2Fslashes"
    assert mounts.request("GET", "/ai" + path, key=key).status == 200
    assert mounts.request("GET", "/dir" + path, key=key).status == 404


def test_a_location_that_ends_in_v1(mounts, up):
    key = mounts.new_key()
    assert mounts.request("POST", "/only" + CHAT, HELLO, key).status == 200
    assert mounts.request("GET", "/only/v1/models", key=key).status == 200
    mounts.settled(key)
    r = mounts.request("POST", "/only/v1/v1/v1/messages", HELLO, key)
    refused(r, "unknown_url", shape="anthropic", message="must not end in")


def test_envelopes_by_prefix_and_by_directive(mounts, up):
    key = mounts.new_key()
    for path in ("/wrapped/api/v1/chat/completions",
                 "/enveloped/v1/chat/completions"):
        with costs_nothing(mounts, up):
            refused(mounts.request("POST", path, b"{", key), "invalid_json",
                    shape="envelope")
        assert mounts.request("POST", path, HELLO, key).status == 200
        up.clear()
    mounts.settled(key, 2)


@pytest.mark.parametrize("path", ["/aix/v1/models", "/v1/models", "/other",
                                  "/ai/closed/v1/models", "/AI/v1/models"])
def test_what_is_not_below_a_mount_is_not_ours(mounts, path):
    r = mounts.request("GET", path, key=mounts.new_key())
    assert "x-request-id" not in r.headers
    if path == "/v1/models":
        assert r.body == b"the site's"
    else:
        assert r.status == 404


def test_htaccess_below_a_directory_cannot_change_it(mounts):
    key = mounts.new_key()
    for line in ("LLMGateway Off", "LLMGatewayMaxBody 1K"):
        (mounts.root / "htdocs/dir/.htaccess").write_text(line + "\n")
        r = mounts.request("GET", "/dir/v1/models", key=key)
        assert r.status == 500 and f"{line.split()[0]} not allowed here" \
            in mounts.log()
    (mounts.root / "htdocs/dir/.htaccess").write_text("Require all denied\n")
    assert mounts.request("GET", "/dir/v1/models", key=key).status == 403
    (mounts.root / "htdocs/dir/.htaccess").unlink()
    assert mounts.request("GET", "/dir/v1/models", key=key).status == 200
    mounts.expected.update(("not allowed here", "AH01630"))
