"""The newest of everything against the gateway: `make -f apxs.mk
clients-latest`, with T=word for those whose name has the word.

Installs (latest_install.py), then has each client do a small task on a model
behind each kind of upstream, asks each server that is an upstream, looks at
the ledger, and prints the table of docs/compatibility.md.  The second part
runs without a network where that can be had.  What fails is a row that says
why; nothing ends the others.

    latest.py [install | run] [word]
"""
import datetime
import itertools
import json
import os
import pathlib
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "e2e"), str(HERE), str(HERE.parent)]

import conftest                         # noqa: E402  of test/e2e
from harness import messages            # noqa: E402
from harness.upstream import Upstream   # noqa: E402

import latest_install                   # noqa: E402
import latest_servers                   # noqa: E402
import sides                            # noqa: E402
from latest_clients import CLIENTS, Run         # noqa: E402
from latest_install import Failed               # noqa: E402
from latest_model import COMPLETION, PROMPT, Model      # noqa: E402

PROMPTS = {"chat": "Say {word}, please.",
           "tool": "Read the file {note} and tell me the word in it.",
           "edit": "Put the word of the day into {name}.",
           "patch": "Patch {note}: put the word of the day into it."}
TASKS = {"chat": "a chat and a stream", "tool": "a file read by a tool",
         "edit": "a file edited", "patch": "a file patched by a tool"}
SPOKEN = {"chat": "chat completions", "claude": "Messages API",
          "responses": "Responses"}
FAILED = latest_install.ROOT / "failed.json"
APART = "LLMGW_LATEST_APART"       # set in the second part


def chosen(things, word):
    return [x for x in things if word.lower() in x.name.lower()]


# ---- installing ----

def install(word):
    """What cannot be had is written down: its rows say why."""
    failed = {}
    try:
        latest_install.node_install()
    except Failed as e:
        print("no newer Node:", e, file=sys.stderr)
    wanted = {(c.kind, *c.packages) for c in chosen(CLIENTS, word)} | {
        ("pip", *s.packages) for s in chosen(latest_servers.SERVERS, word)}
    for kind, *packages in sorted(wanted):
        print("installing", *packages, file=sys.stderr, flush=True)
        try:
            latest_install.install(kind, packages)
        except Failed as e:
            print("  not installed:", e, file=sys.stderr)
            failed[f"{kind} {packages[0]}"] = str(e)
    FAILED.parent.mkdir(parents=True, exist_ok=True)
    FAILED.write_text(json.dumps(failed))


# ---- running ----

def do(run):
    """What the client prints.  It and what it starts end here."""
    for name, text in run.client.files(run).items():
        path = run.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    env = {"HOME": str(run.home), "LANG": "C.UTF-8", "TERM": "dumb",
           "NO_COLOR": "1", "DO_NOT_TRACK": "1",
           "PATH": latest_install.path(run.client.kind),
           "GATEWAY_URL": run.url, "GATEWAY_KEY": run.key,
           "GATEWAY_MODEL": run.model, "GATEWAY_PROMPT": run.prompt,
           **run.client.env(run)}
    p = subprocess.Popen(run.client.argv(run), cwd=run.home, env=env,
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True,
                         errors="replace", start_new_session=True)
    try:
        said, _ = p.communicate(timeout=run.client.limit)
    except subprocess.TimeoutExpired:
        raise Failed(f"not done in {run.client.limit} s") from None
    finally:
        try:
            os.killpg(p.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        p.wait()
    if p.returncode:
        lines = [x for x in said.splitlines() if x.strip()] or ["nothing"]
        raise Failed(f"ends with {p.returncode}: {lines[-1][:100]}")
    return said


def judge(client, gw, up, side):
    """The task is done, and each request is billed by what it counted."""
    word = "word-" + secrets.token_hex(4)
    home = pathlib.Path(tempfile.mkdtemp(prefix="latest-"))
    note = home / "note.txt"
    note.write_text(word + "\n" if client.task == "tool" else "empty\n")
    up.clear()
    up.default = Model(side, client.task, word, note)
    key = gw.new_key()
    gw.must("PATCH", "/models/" + side.model, {
        "aliases": [client.alias] if client.alias else []})
    run = Run(client, home, gw.base, key, side.model, PROMPTS[
        client.task].format(word=word, note=note, name=note.name), note)
    try:
        said = do(run)
        if client.task in ("edit", "patch"):
            said = note.read_text()
        asked = sum("count_tokens" not in r.path for r in up.requests)
    finally:
        up.clear()
        gw.must("PATCH", "/models/" + side.model, {"aliases": []})
        shutil.rmtree(home, ignore_errors=True)
    if said.count(word) < (2 if client.task == "chat" else 1):
        raise Failed("the task is not done")
    amount = side.amount(PROMPT, COMPLETION)
    wrong = [r["amount"] for r in gw.wait_rows(asked, key)
             if (r["amount"], r["state"]) != (amount, 1)]
    if wrong or not asked:
        raise Failed(f"{len(wrong)} of {asked} rows are wrong: {wrong}")


def verdict(check, *args):
    """Whatever goes wrong is a row, and not the end."""
    try:
        check(*args)
        return "works"
    except Exception as e:
        said = " ".join(str(e).split())[:140] or type(e).__name__
        return "fails: " + said.replace("|", "/")


def installed(kind, packages):
    """(version, why not)"""
    failed = json.loads(FAILED.read_text()) if FAILED.exists() else {}
    name = f"{kind} {packages[0]}"
    try:
        if name in failed:
            raise Failed(failed[name])
        return latest_install.version(kind, packages), None
    except Failed as e:
        return "", f"fails: not installed: {e}".replace("|", "/")


def client_rows(gw, up, word):
    for client in chosen(CLIENTS, word):
        number, missing = installed(client.kind, client.packages)
        for side in client.sides:
            result = missing or verdict(judge, client, gw, up, side)
            yield (client.name, number, client.endpoint, SPOKEN[side.name],
                   TASKS[client.task], result)


def server_rows(gw, word):
    for server in chosen(latest_servers.SERVERS, word):
        number, missing = installed("pip", server.packages)
        home = pathlib.Path(tempfile.mkdtemp(prefix="latest-"))

        def check(path):
            with latest_servers.running(server, home) as (port, secret):
                latest_servers.judge(gw, server, port, secret, path)

        for path in latest_servers.ENDPOINTS:
            result = missing or verdict(check, path)
            yield ("plain HTTP", "", path, f"{server.name} {number}".strip(),
                   "a plain answer and a stream", result)
        shutil.rmtree(home, ignore_errors=True)


def run(word):
    up = Upstream()
    table = []
    with conftest.Gateway() as gw:
        gw.set_up(up)
        messages.set_up(gw, up)
        sides.set_up_responses(gw, up)
        for row in itertools.chain(client_rows(gw, up, word),
                                   server_rows(gw, word)):
            print(*row, sep=" | ", file=sys.stderr, flush=True)
            table.append(row)
    up.stop()
    print(f"\nAs of {datetime.date.today()}:\n")
    print("| client | version | asked for | upstream | task | result |")
    print("|---|---|---|---|---|---|")
    for row in table:
        print("| " + " | ".join(row) + " |")
    failed = [row for row in table if row[-1] != "works"]
    print(f"\n{len(table) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def run_apart(word):
    """Run the second part in a network namespace of its own, if we may."""
    again = [sys.executable, __file__, "run", word]
    if os.geteuid() == 0 and shutil.which("unshare") and shutil.which("ip"):
        again = ["unshare", "--net", "sh", "-c",
                 'ip link set lo up && exec "$@"', "sh", *again]
    else:
        print("clients may reach the network: that can be kept from them by "
              "root alone, with ip and unshare", file=sys.stderr)
    return subprocess.run(again, env={**os.environ, APART: "1"},
                          check=False).returncode


def main(what="all", word=""):
    if what in ("all", "install"):
        install(word)
    if what == "install":
        return 0
    return run(word) if APART in os.environ else run_apart(word)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
