"""The servers of latest.py: real ones, as upstreams of the gateway."""
import contextlib
import dataclasses
import http.client
import json
import os
import secrets
import signal
import subprocess
import typing

from harness.httpd import free_port
from harness.wait import until

import latest_install
from latest_clients import CHAT, MESSAGES, PROGRAMS

PRICE = {"currency": "USD", "tiers": [{"input": "1", "output": "2"}]}
INPUT, OUTPUT = 1_000_000, 2_000_000    # 10^-12 of it a token
START = 120                             # seconds
ENDPOINTS = CHAT, MESSAGES


@dataclasses.dataclass
class Server:
    name: str
    packages: list              # of pip; the first one has the version
    model: str
    argv: typing.Callable       # of (bin, port, home)


def llama_argv(bin, port, home):
    return [str(bin / "python"), str(PROGRAMS / "llama_server.py"), str(port),
            str(home)]


def litellm_argv(bin, port, home):
    (home / "config.yaml").write_text(json.dumps({"model_list": [{
        "model_name": "mocked", "litellm_params": {
            "model": "openai/mocked", "api_key": "none",
            "mock_response": "I am a mocked model."}}]}))
    return [str(bin / "litellm"), "--config", str(home / "config.yaml"),
            "--host", "127.0.0.1", "--port", str(port)]


SERVERS = [
    Server("llama.cpp's server", ["xllamacpp", "gguf"], "tiny", llama_argv),
    Server("LiteLLM's proxy", ["litellm[proxy]"], "mocked", litellm_argv),
]


@contextlib.contextmanager
def running(server, home):
    """The port it listens at, once it answers, and its key."""
    port, key = free_port(), "sk-" + secrets.token_hex(24)
    log = home / "server.log"
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8",
           "LITELLM_LOCAL_MODEL_COST_MAP": "True",
           "LITELLM_MASTER_KEY": key}
    with log.open("w") as out:
        process = subprocess.Popen(
            server.argv(latest_install.venv(server.packages) / "bin", port,
                        home), env=env, cwd=home, stdout=out, stderr=out,
            stdin=subprocess.DEVNULL, start_new_session=True)

    def ready():
        if process.poll() is not None:
            raise AssertionError("it ended: " + log.read_text()[-200:])
        with contextlib.suppress(OSError, http.client.HTTPException):
            c = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            c.request("GET", "/v1/models", headers={
                "Authorization": "Bearer " + key})
            return c.getresponse().status == 200
        return False

    try:
        until(ready, "it does not answer", START)
        yield port, key
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def ask(gw, key, model, path, stream):
    """(input, output) as the answer counts them."""
    body = {"model": model, "max_tokens": 16, "stream": stream,
            "messages": [{"role": "user", "content": "hello"}]}
    if stream and path == CHAT:
        body["stream_options"] = {"include_usage": True}
    r = gw.request("POST", path, body, key)
    assert r.status == 200, f"{r.status} {r.body[:100]}"
    if not stream:
        found = [r.json()]
    else:
        found = [json.loads(line[6:]) for line in r.body.decode().split("\n")
                 if line.startswith("data: {")]
    usage = [o["usage"] for o in found if o.get("usage")][-1]
    if path == CHAT:
        return usage["prompt_tokens"], usage["completion_tokens"]
    return (usage["input_tokens"] + usage.get("cache_read_input_tokens", 0),
            usage["output_tokens"])


def judge(gw, server, port, secret, path):
    """A plain answer and a stream, each billed by what it counts."""
    gw.must("PUT", "/upstreams/real", {
        "base_url": f"http://127.0.0.1:{port}/v1", "dialect": "openai",
        "credentials": [{"secret": secret}]})
    gw.must("PUT", "/models/real", {"price": PRICE, "routes": [
        {"upstream": "real", "model": server.model}]})
    key = gw.new_key()
    counts = [ask(gw, key, "real", path, stream) for stream in (False, True)]
    rows = gw.wait_rows(2, key)
    wanted = [i * INPUT + o * OUTPUT for i, o in counts]
    assert [r["amount"] for r in rows] == wanted, \
        f"billed {[r['amount'] for r in rows]} for {wanted}"
    assert all(o > 0 for _, o in counts), "counted nothing"
    assert [r["state"] for r in rows] == [1, 1], "not settled by its counts"
