"""`make run`: what it prints works, whatever its upstream lists."""
import json
import os
import re
import signal
import subprocess
import sys

import pytest

from harness.docs import TREE
from harness.httpd import PATIENCE, free_port, reachable_dir
from harness.upstream import answer
from harness.wait import until


class Run:
    """A `run` with its own state; what it printed is in `said`."""

    def __init__(self, state, **variables):
        self.path = state / "said"
        self.out = open(self.path, "w", encoding="utf-8")
        env = {k: v for k, v in os.environ.items() if k not in (
            "UPSTREAM", "UPSTREAM_KEY", "MODEL", "STATE", "PORT")}
        self.process = subprocess.Popen(
            [sys.executable, str(TREE / "test/run.py"), "run"],
            env={**env, "PORT": str(free_port()), "STATE": str(state / "s"),
                 **variables}, stdout=self.out, stderr=self.out)

    @property
    def said(self):
        # by a file of its own: a place in that one is the program's, too
        return self.path.read_text(encoding="utf-8")

    def wait(self):
        until(lambda: "Ctrl-C stops it." in self.said
              or self.process.poll() is not None, "it does not start")
        assert self.process.poll() is None, self.said
        return self.said

    def printed(self, word):
        return re.search(rf"^{word} +(\S+)", self.said, re.M)[1]

    def curl(self, begins, **words):
        """Run the printed command that begins so."""
        start = self.said.index("curl " + begins)
        command = self.said[start:self.said.index("\n\n", start)]
        for k, v in words.items():
            command = command.replace(k, v)
        p = subprocess.run(["bash", "-c", command], capture_output=True,
                           text=True, timeout=PATIENCE)
        assert p.returncode == 0, p.stderr
        return p.stdout

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)
        self.out.close()


@pytest.fixture
def run():
    """run(UPSTREAM=...): started."""
    made = []

    def start(**variables):
        state = reachable_dir("llmgw-run-")
        state.joinpath("s").mkdir(mode=0o700)
        made.append((Run(state, **variables), state))
        made[-1][0].wait()
        return made[-1][0]

    yield start
    for r, state in made:
        r.stop()
        subprocess.run(["rm", "-rf", str(state)], check=True)


def test_the_starter_catalogue_takes_nothing_from_the_demo(run):
    """Fault 5.3: PUT /catalog took over the models of `run`, and the curl
    that it prints became 502."""
    r = run()
    assert "data: [DONE]" in r.curl("-N")
    p = subprocess.run(
        ["curl", "-s", "-X", "PUT", r.printed("admin REST") + "/catalog",
         "-H", f"Authorization: Bearer {r.printed('admin key')}",
         "-d", "@conf/catalog.json"], cwd=TREE, capture_output=True, text=True)
    assert json.loads(p.stdout)["errors"] == [], p.stdout
    assert "data: [DONE]" in r.curl("-N")


@pytest.mark.parametrize("listed", [
    lambda: answer({"error": "no such page"}, status=404, reason="No"),
    lambda: answer({"object": "list", "data": []}),
    lambda: answer(["what"]),
], ids=["404", "empty", "nonsense"])
def test_an_upstream_that_lists_nothing(run, up, listed):
    """Fault 5.4: it starts, and says how a model is added."""
    chat = up.default
    up.default = lambda q: listed() if q.path == "/v1/models" else chat(q)
    r = run(UPSTREAM=up.url + "/v1", UPSTREAM_KEY="sk-theirs")
    assert "none yet" in r.said
    made = json.loads(r.curl("-X PUT", NAME="theirs"))
    assert made["id"] == "theirs", made
    assert "data: [DONE]" in r.curl("-N", NAME="theirs")
    assert up.requests[-1].json()["model"] == "theirs"
    assert up.requests[-1].header("Authorization") == "Bearer sk-theirs"


def test_an_upstream_that_is_not_there_yet(run):
    """Fault 5.4: one that does not answer at all is no reason, either."""
    r = run(UPSTREAM=f"http://127.0.0.1:{free_port()}/v1")
    assert "cannot be listed" in r.said and "models/NAME" in r.said
