"""What docs/operating.md tells administrators: its commands are run, and what
it says of other modules is tried."""
import os
import re
import signal
import subprocess

import pytest

from harness.checks import refused
from harness.httpd import TOP, run_user
from harness.raw import Raw
from harness.shapes import chunk, usage_chunk
from harness.upstream import done, event, gate, head
from harness.wait import until

CHAT = "/v1/chat/completions"
PAGE = TOP / "docs" / "operating.md"


def lines_of(section):
    """The commands of each console block of a section."""
    text = re.split(rf"^## {section}$", PAGE.read_text(), flags=re.M)[1]
    text = re.split(r"^## ", text, flags=re.M)[0]
    blocks = re.findall(r"```console\n(.*?)```", text, re.S)
    return [[line[2:] for line in block.splitlines()] for block in blocks]


@pytest.mark.skipif(os.geteuid() != 0, reason="files of another user")
def test_backup_and_restore(make_gw, up, tmp_path):
    """Copied while requests run, put back as the page says."""
    gw = make_gw(models={"free-model": {"free": True}})
    backup = gw.root / "backups"
    backup_lines, restore_lines = lines_of("Backup and restore")
    assert len(backup_lines) == 4 and len(restore_lines) == 5

    def run(line):
        if line.startswith("systemctl stop"):
            return gw.stop()
        if line.startswith("systemctl start"):
            return gw.start()
        for there, here in (("/var/lib/llmgw", gw.state),
                            ("/run/apache2", gw.root / "run"),
                            ("/var/backups/llmgw", backup),
                            ("www-data", run_user())):
            line = line.replace(there, str(here))
        p = subprocess.run(line, shell=True, capture_output=True, text=True)
        assert p.returncode == 0, (line, p.stderr)

    before = gw.new_key()
    assert gw.chat(before, "free-model").status == 200
    gw.settled(before)
    up.script(head(), event(chunk("")), gate("go"), event(chunk(
        finish="stop")), event(usage_chunk()), done())
    with gw.stream(before, model="free-model") as s:
        s.data()                # one request is under way meanwhile
        for line in backup_lines:
            run(line)
        up.open("go")
        s.rest()
    copy = backup / "llmgw.db"
    assert copy.stat().st_mode & 0o777 in (0o644, 0o600)
    after = gw.new_key()
    gw.must("DELETE", "/keys/" + before[7:17])
    assert gw.chat(after, "free-model").status == 200
    gw.settled(after)
    gw.must("PUT", "/upstreams/mock", {
        "base_url": up.url + "/v1", "dialect": "openai",
        "credentials": [{"secret": "another"}]})
    for line in restore_lines:
        run(line)
    # as it was: the revocation, the row, the later key, the credential
    assert len(gw.rows(before)) == 1 and not gw.rows(after)
    assert gw.chat(before, "free-model").status == 200
    assert up.requests[-1].header("Authorization") \
        == "Bearer sk-upstream-secret"
    refused(gw.chat(after, "free-model"), "invalid_api_key")
    gw.settled(before, 2)
    for name in ("llmgw.db", "secret"):
        st = (gw.state / name).stat()
        assert st.st_mode & 0o777 == 0o600
    gw.check_books()


def test_a_report_on_the_live_file_disturbs_nobody(make_gw):
    """`.backup`, the other way that the page names."""
    gw = make_gw()
    key = gw.new_key()
    out = gw.root / "copy.db"
    assert gw.chat(key).status == 200
    gw.settled(key)
    subprocess.run(["sqlite3", gw.database, f".backup {out}"], check=True)
    said = subprocess.run(["sqlite3", out, "PRAGMA integrity_check; SELECT "
                           "count(*) FROM ledger"], check=True,
                          capture_output=True, text=True).stdout
    assert said.split() == ["ok", "1"]
    assert gw.chat(key).status == 200
    gw.settled(key, 2)


def test_rotated_logs(make_gw, up):
    """Renamed and reloaded: the running stream is whole, what comes after is
    in the new files, the helper's words too."""
    gw = make_gw()
    key = gw.new_key()
    up.script(head(), event(chunk("")), gate("go"), event(chunk(
        finish="stop")), event(usage_chunk()), done())
    with gw.stream(key) as s:
        s.data()
        for name in ("error.log", "access.log"):
            (gw.root / "logs" / name).rename(gw.root / "logs" / f"{name}.1")
        gw.signal(signal.SIGUSR1)
        gw.wait_log("resuming normal operations")
        assert gw.chat(key).status == 200
        up.open("go")
        s.rest()
        assert s.ended
    rows = gw.settled(key, 2)
    until(lambda: any("qwen3-max" in x for x in gw.access_log()))
    assert [r["amount"] > 0 for r in rows] == [True, True]
    links = {os.readlink(f"/proc/{gw.wait_helper()}/fd/{fd}") for fd in
             os.listdir(f"/proc/{gw.helper_pid()}/fd")}
    assert str(gw.log_path) in links


# ---- other modules ----


def test_mod_reqtimeout(make_gw, up):
    """It counts while a request is read: a slow body ends, a long answer
    does not."""
    gw = make_gw(modules=("reqtimeout",),
                 conf="RequestReadTimeout header=1 body=1")
    key = gw.new_key()
    up.script(head(), event(chunk("")), gate("go"), event(chunk(
        finish="stop")), event(usage_chunk()), done())
    with gw.stream(key) as s:
        s.data()
        with Raw(gw.port) as c:         # this takes longer than a second
            c.send(f"POST {CHAT} HTTP/1.1\r\nHost: x\r\nContent-Length: 9"
                   f"\r\nAuthorization: Bearer {key}\r\n\r\n{{")
            assert c.response().status in (400, 408)
        up.open("go")
        s.rest()
        assert s.ended
    row, = gw.settled(key)
    assert row["state"] == 1
    gw.new_log_lines()


def test_mod_cache(make_gw, up):
    """It answers before anybody asks for a key: so what a key is answered is
    not kept, and what is kept is for nobody who sends one."""
    gw = make_gw(modules=("cache", "cache_socache", "socache_shmcb"),
                 server="CacheSocache shmcb:${SRVROOT}/run/cache(512000)",
                 conf='CacheEnable socache "/"\nCacheHeader on\n'
                      "CacheIgnoreNoLastMod On\nCacheDefaultExpire 3600\n"
                      "LLMGatewayPublicCatalog On")
    keys = [gw.new_key(models=[m]) for m in ("qwen3-max", "free-model")]
    for kept in (False, True):
        seen = []
        for header in ({}, *({"x-api-key": k} for k in keys),
                       *({"api-key": k} for k in keys),
                       *({"Authorization": "Bearer " + k} for k in keys)):
            r = gw.request("GET", "/v1/models", headers=header)
            assert r.status == 200
            assert ("HIT" in r.headers.get("X-Cache", "")) == (
                kept and not header), header
            seen.append(len(r.json()["data"]))
        assert seen[0] > 2 and seen[1:] == [1] * 6
        for url in ("/v1/models/qwen3-max", "/v1/key", "/v1/nothing",
                    "/v1/model-catalog?x=1", "/llmgw/admin/v1/keys"):
            for key in (gw.admin_key(), None):
                if key is None and "qwen3" in url:
                    continue
                r = gw.request("GET", url, headers=key and {"x-api-key": key})
                assert "HIT" not in r.headers.get("X-Cache", ""), (url, r)
    gw.must("DELETE", "/keys/" + keys[0][7:17])
    refused(gw.request("GET", "/v1/models", headers={"x-api-key": keys[0]}),
            "invalid_api_key")


def test_no_gzip_leaves_the_gateway_out(make_gw):
    gw = make_gw(modules=("deflate", "filter", "setenvif"),
                 conf='SetOutputFilter DEFLATE\n'
                      'SetEnvIf Request_URI "^/v1/" no-gzip')
    r = gw.chat(gw.new_key(), headers={"Accept-Encoding": "gzip"})
    assert r.status == 200 and "Content-Encoding" not in r.headers


# ---- who can read what ----

def test_rights_of_what_lies_around(make_gw):
    """Nobody but httpd's User can go there."""
    gw = make_gw()
    gw.new_key()
    assert gw.state.stat().st_mode & 0o007 == 0
    for name in ("secret", "admin.key"):
        assert (gw.state / name).stat().st_mode & 0o077 == 0
    assert (gw.root / "run/llmgw.segment").stat().st_mode & 0o077 == 0


def test_a_way_back_on_debian():
    """The page's variable is the one that apache2ctl reads."""
    ctl = (TOP / "build/debian/apache2/usr/sbin/apache2ctl").read_text()
    assert "APACHE_ARGUMENTS" in ctl and "APACHE_ARGUMENTS" \
        in PAGE.read_text()
