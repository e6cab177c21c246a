"""Fixtures of the client tests: the gateway of test/e2e, with official SDKs
on top.

Each test ends on the ledger: `bill(key, ...)` waits for the key's rows and
compares their amounts, in 10^-12 units of the model's currency, to the digit.
"""
import asyncio
import importlib.util
import json
import os
import pathlib
import runpy
import shutil
import subprocess
import sys

import anthropic as anthropic_module
import openai as openai_module
import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
TOP = HERE.parents[1]

spec = importlib.util.spec_from_file_location(
    "e2e_conftest", HERE.parent / "e2e" / "conftest.py")
e2e = importlib.util.module_from_spec(spec)
spec.loader.exec_module(e2e)

from harness import messages            # noqa: E402
from harness.wait import PATIENCE       # noqa: E402

import codex_sides                      # noqa: E402
import sides                            # noqa: E402

# fixtures are found by their names in this module
session_upstream = e2e.session_upstream
session_gw = e2e.session_gw
up = e2e.up
gw = e2e.gw
key = e2e.key
make_gw = e2e.make_gw
shared_path = e2e.shared_path

# langchain's client asks the network for nothing, and tells it nothing
os.environ["LANGSMITH_TRACING"] = "false"
os.environ["LANGCHAIN_TRACING_V2"] = "false"
# litellm's list of models is the one that it brings
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
os.environ["LITELLM_TELEMETRY"] = "False"
# ... whose own sessions nobody closes
os.environ["DISABLE_AIOHTTP_TRANSPORT"] = "True"
# a proxy of the machine is not for 127.0.0.1
for name in ("http_proxy", "https_proxy", "all_proxy"):
    os.environ.pop(name, None)
    os.environ.pop(name.upper(), None)
# no test may find a key or an address elsewhere
for name in [n for n in os.environ
             if n.startswith(("OPENAI_", "ANTHROPIC_"))]:
    del os.environ[name]


@pytest.fixture
def base_url(gw):
    return gw.base + "/v1"


@pytest.fixture
def openai(base_url, key):
    """openai.OpenAI as a user makes it; openai(max_retries=0) otherwise."""
    made = []

    def make(**more):
        made.append(openai_module.OpenAI(
            **{"base_url": base_url, "api_key": key, **more}))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture(scope="session")
def session_claude(session_gw, session_upstream):
    messages.set_up(session_gw, session_upstream)


@pytest.fixture
def claude(session_claude):
    """The gateway has a model `sonnet`, on Anthropic's own API."""
    return sides.CLAUDE


@pytest.fixture(params=["chat", "claude"])
def side(request, session_claude):
    """A model on chat completions, and one on the Messages API."""
    return {"chat": sides.CHAT, "claude": sides.CLAUDE}[request.param]


@pytest.fixture(scope="session")
def session_replies(session_claude, session_gw, session_upstream):
    """Models for /v1/responses, see sides.py."""
    sides.set_up_responses(session_gw, session_upstream)


@pytest.fixture(scope="session")
def codex_models(session_gw, session_upstream):
    """The models of codex_sides.py."""
    codex_sides.set_up(session_gw, session_upstream)


@pytest.fixture(params=codex_sides.SIDES)
def codex_side(request, codex_models):
    return codex_sides.SIDES[request.param]


@pytest.fixture(scope="session")
def embedder(session_gw):
    sides.set_up_embedder(session_gw)


@pytest.fixture
def anthropic(gw, key):
    """anthropic.Anthropic as a user makes it: without /v1."""
    made = []

    def make(**more):
        made.append(anthropic_module.Anthropic(
            **{"base_url": gw.base, "api_key": key, **more}))
        return made[-1]

    yield make
    for client in made:
        client.close()


class Worker:
    """worker.py, with the SDKs of a year."""

    def __init__(self, year):
        venv = TOP / "build" / "venv"
        env = dict(os.environ)
        if year == "2024":
            env["PYTHONPATH"] = str(venv / year)
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py")], text=True, env=env,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, program, do, **arguments):
        print(json.dumps({"program": program, "do": do,
                          "arguments": arguments}),
              file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline())
        assert "raised" not in answer, answer["raised"]
        return answer["result"]

    def stop(self):
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        self.process.stdout.close()


@pytest.fixture(scope="session")
def workers():
    """workers("2024"): one for the session, as an import takes its time."""
    made = {}

    def of(year):
        if year not in made:
            made[year] = Worker(year)
        return made[year]

    yield of
    for worker in made.values():
        worker.stop()


@pytest.fixture(params=["2024", "2026"])
def anthropic_of(request, workers, gw, key):
    """anthropic_of("plain", ...): a function of programs/anthropic_core.py
    with the SDK of that year, whose `year` it has."""
    def run(do, **arguments):
        return workers(request.param).run("anthropic_core", do, **{
            "url": gw.base, "key": key, **arguments})

    run.year = request.param
    return run


@pytest.fixture
def openai_2024(workers, base_url, key):
    """The same of programs/openai_core.py, in 2024."""
    def run(do, **arguments):
        return workers("2024").run("openai_core", do, **{
            "url": base_url, "key": key, **arguments})
    return run


@pytest.fixture(scope="session")
def loop():
    """The one event loop of libraries that keep their clients for the next
    call."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture
def bill(gw):
    """bill(key, 2_300, ...): the key's rows have these amounts, oldest
    first; returns the rows."""
    def check(key, *amounts, state=1):
        rows = gw.settled(key, len(amounts))
        assert [r["amount"] for r in rows] == list(amounts)
        if state is not None:
            assert [r["state"] for r in rows] == [state] * len(rows)
        return rows
    return check


@pytest.fixture
def aborts(gw, session_replies):
    """aborts("cancel"), aborts("drain"): what is done with the upstreams of
    clients that leave a stream."""
    def abort(how):
        for side in (sides.CHAT, sides.CLAUDE, sides.RESPONSES,
                     sides.CHATS_ONLY):
            gw.must("PATCH", "/models/" + side.model, {"abort": how})
    yield lambda how: abort({"stream": how})
    abort(None)


@pytest.fixture
def cancels(aborts):
    """They are not read on."""
    aborts("cancel")


@pytest.fixture
def sample(monkeypatch, base_url, key, capsys):
    """Run a program of samples/ as its user would; returns what it prints."""
    def run(name, typed=()):
        monkeypatch.setenv("GATEWAY_API_KEY", key)
        monkeypatch.setenv("GATEWAY_BASE_URL", base_url)
        answers = iter(typed)
        monkeypatch.setattr("builtins.input", lambda *a: next(answers))
        capsys.readouterr()
        runpy.run_path(str(HERE / "samples" / name), run_name="__main__")
        return capsys.readouterr().out
    return run


@pytest.fixture
def node(base_url, key):
    """Run node/NAME.mjs with the JSON of `arguments`; returns the JSON that
    it prints.  Node looks for packages beside a script, so the scripts run
    as copies beside build/node/node_modules."""
    modules = TOP / "build" / "node"

    def run(name, **arguments):
        script = modules / f"{name}-{os.getpid()}.mjs"
        shutil.copy(HERE / "node" / f"{name}.mjs", script)
        try:
            p = subprocess.run(
                ["node", str(script), json.dumps(arguments)], text=True,
                capture_output=True, timeout=PATIENCE,
                env={**os.environ, "GATEWAY_API_KEY": key,
                     "GATEWAY_BASE_URL": base_url})
        finally:
            script.unlink()
        assert p.returncode == 0, p.stderr + p.stdout
        return json.loads(p.stdout)
    return run
