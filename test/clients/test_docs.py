"""What README.md and docs/*.md show is tried.

    ```apache     each block is given to `httpd -t`; no marker needed
    ```console    below <!-- test: name -->: the lines that begin with "$ "
                  run in one shell, and print what stands below them
    ```python     below a marker: run as a program
    ```js         below a marker: run as a module of Node

In what is printed "..." stands for anything.  What a reader has to put in
is put in here: the address http://127.0.0.1:8080, the key "sk-gtw-...", the
model "demo" of `make run`, certificates, and in the shell the variables KEY,
ADMIN_KEY and REQUEST_ID (of a finished chat).  The commands that set up an
httpd are tried in test/e2e/test_readme_path.py.
"""
import json
import os
import re
import subprocess
import sys

import pytest
from harness import httpd, local
from harness.docs import BLOCK, PAGES, TOP, commands, pattern
from harness.tls import Authority
from harness.wait import PATIENCE


def blocks(*kinds):
    """Blocks of these kinds that are to be tried, with names."""
    found = []
    for page in PAGES:
        for i, m in enumerate(BLOCK.finditer(page.read_text())):
            marker = m["marker"] or ""
            if m["kind"] in kinds and (m["kind"] == "apache"
                                       or marker.startswith("test: ")):
                name = marker.removeprefix("test: ") or f"{page.stem}-{i}"
                found.append(pytest.param(m["kind"], m["text"], id=name))
    assert found, f"no block of {kinds} in {PAGES}"
    return found


@pytest.fixture
def there(gw, key):
    """text with what a reader puts in."""
    if gw.admin("GET", "/models/demo").status == 404:
        gw.must("PUT", "/models/demo", dict(
            local.MOCK_MODELS["demo"], routes=[{"upstream": "mock"}]))

    def put(text):
        return text.replace("http://127.0.0.1:8080", gw.base) \
                   .replace("sk-gtw-...", key)
    return put


# ---- apache ----

@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca")).certificate()


def adapted(text, state):
    """The reader's paths become those of the test."""
    text = re.sub(r"^LoadModule llmgw_module .*\n", "", text, flags=re.M)
    text = re.sub(r"^LLMGatewayState .*", f"LLMGatewayState {state}", text,
                  flags=re.M)
    return text


@pytest.mark.parametrize("kind, text", blocks("apache"))
def test_configuration_is_accepted(kind, text, certificate):
    """httpd -t, as the reader's own httpd would say it."""
    server = httpd.Httpd(modules=("ssl", "socache_shmcb", "headers"), on="")
    try:
        server.server = adapted(text, server.state)
        for word, path in zip(("File", "KeyFile"), certificate):
            server.server = re.sub(rf"SSLCertificate{word} \S+",
                                   f"SSLCertificate{word} {path}",
                                   server.server)
        secret = re.search(r"LLMGatewaySecretFile (\S+)", text)
        if secret:
            path = server.root / "secret"
            path.write_text("ab" * 32 + "\n")
            server.server = server.server.replace(secret[1], str(path))
        code, said = server.test()
        assert code == 0 and "Syntax OK" in said, said
    finally:
        server.remove()


def test_the_readmes_configuration_serves(up):
    """More than its syntax: a chat through it, over TLS-ready mod_proxy."""
    text = next(p.values[1] for p in blocks("apache")
                if "LoadModule llmgw" in p.values[1])
    port = httpd.free_port()
    server = httpd.Httpd(modules=("ssl", "socache_shmcb"), on="")
    server.server = adapted(text, server.state).replace("8080", str(port))
    assert len(text.strip().splitlines()) <= 16
    with server:
        server.port = port
        server.must("PUT", "/upstreams/mock", {"base_url": up.url + "/v1",
                                               "dialect": "openai"})
        server.must("PUT", "/models/m", {
            "routes": [{"upstream": "mock"}],
            "price": {"currency": "USD",
                      "tiers": [{"input": "1", "output": "2"}]}})
        key = server.new_key()
        r = server.request("POST", "/v1/chat/completions", {
            "model": "m", "messages": [{"role": "user", "content": "a b"}]},
            key)
        said = r.json()["usage"]
        row, = server.wait_rows(1, key)
        assert row["amount"] == said["prompt_tokens"] * 10**6 \
            + said["completion_tokens"] * 2 * 10**6


# ---- console ----

@pytest.mark.parametrize("kind, text", blocks("console"))
def test_commands_print_what_they_should(kind, text, gw, key, there):
    chat = gw.chat(key, messages=[{"role": "user", "content": "Hello!"}])
    gw.settled(key)
    shell = subprocess.Popen(
        ["bash"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.STDOUT, cwd=TOP,
        env={**os.environ, "KEY": key, "ADMIN_KEY": gw.admin_key(),
             "REQUEST_ID": chat.headers["x-request-id"]})
    with shell:
        for command, printed in commands(text):
            shell.stdin.write(there(command)
                              + "\nrc=$?; echo; echo \"# $rc end#\"\n")
            shell.stdin.flush()
            got = []
            while not re.fullmatch(r"# \d+ end#\n", line :=
                                   shell.stdout.readline()):
                assert line, f"the shell ended in: {command}"
                got.append(line)
            said = "".join(got).strip()
            assert line == "# 0 end#\n", f"{command}\n{said}"
            assert pattern(printed).fullmatch(said), \
                f"$ {command}\n{said}\ninstead of\n" + "\n".join(printed)
        shell.stdin.close()


# ---- programs ----

@pytest.mark.parametrize("kind, text", blocks("python", "js"))
def test_programs_run(kind, text, gw, key, there, tmp_path):
    if kind == "python":
        path = tmp_path / "example.py"
        command = [sys.executable, str(path)]
    else:
        path = TOP / "build" / "node" / f"example-{os.getpid()}.mjs"
        command = ["node", str(path)]
    path.write_text(there(text))
    try:
        p = subprocess.run(command, capture_output=True, text=True,
                           timeout=PATIENCE)
    finally:
        path.unlink()
    assert p.returncode == 0 and p.stdout, p.stderr
    rows = gw.settled(key)
    assert all(r["state"] == 1 and r["amount"] > 0 for r in rows)
    receipts = [gw.request("GET", "/v1/receipts/" + name, key=key)
                for name in re.findall(r"req_\w+", p.stdout)]
    assert all(r.status == 200 for r in receipts), json.dumps(p.stdout)
