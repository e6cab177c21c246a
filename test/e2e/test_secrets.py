"""No key, no upstream credential is to be found where it must not be."""
import subprocess

from harness.checks import refused, wait_quiet
from harness.keys import make
from harness.upstream import answer

CHAT = "/v1/chat/completions"


def places(gw):
    """Everything the gateway wrote or shows, by name."""
    out = {str(p.relative_to(gw.root)): p.read_bytes()
           for p in gw.root.rglob("*") if p.is_file()
           and p.name not in ("admin.key", "secret", "mod_llmgw.so")}
    for url in ("/server-status", "/server-status?auto", "/server-info"):
        r = gw.request("GET", url)
        assert r.status == 200
        out[url] = r.body
    for url in ("/keys", "/upstreams/mock", "/models/qwen3-max"):
        out["admin " + url] = gw.admin("GET", url).body
    out["audit"] = repr([tuple(r) for r in gw.query(
        "SELECT * FROM audit")]).encode()
    return out


def test_no_secret_is_anywhere(make_gw, up):
    """Logs at their most talkative.  (Of httpd itself, `http` prints all
    request headers from trace4 up: its administrator's choice.)"""
    secret = "sk-upstream-very-secret-1"
    gw = make_gw(modules=("info",), log_level="trace8 http:trace3",
                 conf='<Location "/server-info">\nSetHandler server-info\n'
                      '</Location>')
    gw.must("PUT", "/upstreams/mock", {
        "base_url": up.url + "/v1", "dialect": "openai",
        "credentials": [{"secret": secret}, {"secret": secret + "-b"}]})
    key, revoked, nobodys = gw.new_key(), gw.new_key(), make()
    for header in ("Authorization", "x-api-key", "api-key"):
        value = "Bearer " + key if header == "Authorization" else key
        r = gw.request("POST", CHAT, {"model": "qwen3-max", "messages": [
            {"role": "user", "content": "a prompt-of-mine"}]},
            headers={header: value})
        assert r.status == 200
    gw.chat(key, stream=True)
    up.script(answer({"error": {"message": "bad key", "code": "x"}}, 401))
    refused(gw.chat(key), "upstream_unavailable")
    gw.expect_log("LG0080")
    gw.must("DELETE", "/keys/" + revoked[7:17])
    for k in (revoked, nobodys, key[:-1] + "-"):
        refused(gw.chat(k), "invalid_api_key")
    refused(gw.chat(key, model=nobodys), "model_not_found", "model")
    gw.request("POST", CHAT + "?key=in-the-query", b"{", key)
    wait_quiet(gw)
    gw.settled(key, 5)
    assert up.requests[0].header("Authorization") == "Bearer " + secret
    admin = gw.admin_key()
    hidden = {"key": key, "its secret": key[17:60], "revoked": revoked,
              "unknown": nobodys[17:], "admin": admin[17:],
              "upstream": secret, "prompt": "prompt-of-mine",
              "answer": "You said"}
    found = places(gw)
    assert b"trace8]" in found["logs/error.log"]
    assert key[7:17].encode() in found["admin /keys"]
    for place, text in found.items():
        for what, word in hidden.items():
            assert word.encode() not in text, f"{what} in {place}"
    mode = subprocess.run(["stat", "-c", "%a", gw.state / "secret"],
                          capture_output=True, text=True).stdout.strip()
    assert mode == "600"
