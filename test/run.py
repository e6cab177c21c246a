#!/usr/bin/env python3
"""`make -f apxs.mk run` and `demo`: a private httpd with the module.

run   serves on 127.0.0.1:PORT until Ctrl-C; its state stays in build/run
demo  serves on a free port, sends two chats, checks their receipts, stops

From the environment (make hands PORT=... of its command line on):
  PORT          8080
  STATE         the directory of the state; a relative one counts from the
                top of the source tree
  UPSTREAM      base URL of a real upstream, as https://api.openai.com/v1;
                without it a mock upstream answers
  UPSTREAM_KEY  the API key for it
  UPSTREAM_CA   file of CA certificates, if the system's are not enough
  MODEL         the upstream's models to offer, with commas between them;
                without it those that the upstream lists, if it lists any
"""
import json
import os
import shlex
import shutil
import signal
import sys
import time

sys.dont_write_bytecode = True
os.umask(0o022)

from harness import client, httpd, local, mock, upstream  # noqa: E402
from harness.local import Trouble                          # noqa: E402

PR_SET_PDEATHSIG = 1
PICO = 10**12


def say(text=""):
    print(text, flush=True)


class Stop(Exception):
    """Ctrl-C, or whatever started us has ended."""


def on_signal(number, frame):
    raise Stop


def catch_signals():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    try:                        # if make is killed, so are we
        import ctypes
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    except (ImportError, OSError, AttributeError):
        pass


def ignore_signals():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


# ---- setting up ----

class Setup:
    """The gateway, its upstream, and what a client needs."""

    def __init__(self, demo):
        local.check_built()
        env = os.environ.get
        user = httpd.run_user()
        self.remove, self.no_list = None, None
        self.url, self.secret = env("UPSTREAM"), env("UPSTREAM_KEY")
        self.ca = env("UPSTREAM_CA") or local.CA_FILE
        self.choose_models([m.strip() for m in (env("MODEL") or "").split(",")
                            if m.strip()])
        port = env("PORT") or ("" if demo else "8080")
        port = local.port_of(port) if port else httpd.free_port()
        if env("STATE"):
            state = local.named_state(env("STATE"), user)
        elif demo:
            state = self.remove = local.fresh_state()
        else:
            state = local.own_state(user, say)
        local.check_state(state, user)
        self.gw = local.Local(state, port, self.ca)
        if self.url and self.url.startswith("https:") and not self.gw.tls:
            raise Trouble("An https upstream needs mod_ssl and the file "
                          f"{self.ca}.")
        self.mock = upstream.Upstream()
        self.mock.default = mock.chat

    def choose_models(self, names):
        """self.spec of the upstream, self.models by name."""
        if self.url:
            self.spec = local.upstream_spec(self.url)
            names = names or self.listed_models()
            self.models = {n: local.MADE_UP for n in names}
        else:
            self.spec = {"dialect": "openai"}
            self.models = {n: local.MOCK_MODELS.get(n, local.MADE_UP)
                           for n in names or local.MOCK_MODELS}

    def listed_models(self):
        """Those of the upstream's list; where there is none, none."""
        try:
            return local.upstream_models(self.url, self.secret, self.ca)
        except local.NoList as e:
            self.no_list = str(e)
            return []

    def start(self):
        self.gw.start()
        self.gw.check_admin_key()
        name = "upstream" if self.url else "mock"
        if not self.url:
            self.spec["base_url"] = self.mock.url + "/v1"
        self.gw.set_upstream(name, self.spec, self.secret if self.url
                             else None)
        for model, spec in self.models.items():
            self.gw.set_model(model, name, spec)
        self.model = next(iter(self.models), None)
        self.key = self.gw.user_key()

    def stop(self):
        if self.gw.process is not None:
            self.gw.stop()
        self.mock.stop()
        if self.remove:
            shutil.rmtree(self.remove, ignore_errors=True)

    def complaints(self):
        """What the error log holds from `warn` up."""
        return [line for line in self.gw.log().splitlines() if bad(line)]


BAD = tuple(f":{word}]" for word in ("warn", "error", "crit", "alert",
                                     "emerg"))


def bad(line):
    return any(word in line for word in BAD)


def model_names(s):
    who = s.url or "the bundled mock upstream"
    if not s.models:
        return f"none yet; {who} answers"
    more = f" and {len(s.models) - 6} more" if len(s.models) > 6 else ""
    return f"{', '.join([*s.models][:6])}{more}; {who} answers"


def show_how_to_add(s):
    """... a model of an upstream that lists none."""
    spec = {"routes": [{"upstream": "upstream"}], **local.MADE_UP}
    say(f"""{s.no_list}
Add each model by the upstream's name for it, here NAME, with its own price
(or start with MODEL=NAME):

curl -X PUT {s.gw.base}/llmgw/admin/v1/models/NAME \\
  -H 'Authorization: Bearer {s.gw.admin_key()}' \\
  -d {shlex.quote(json.dumps(spec))}
""")


def show(s):
    gw = s.gw
    body = {"model": s.model or "NAME", "stream": True,
            "messages": [{"role": "user", "content": "Hello!"}]}
    say(f"""
base URL    {gw.base}/v1
user key    {s.key}
admin key   {gw.admin_key()}
admin REST  {gw.base}/llmgw/admin/v1
models      {model_names(s)}
state       {gw.state} (logs in httpd/logs)
""")
    if s.no_list:
        show_how_to_add(s)
    elif s.url:
        say("Prices of new models are made up (1 and 2 USD for a million "
            "tokens in and out):\nput the real ones with PUT "
            f"{gw.base}/llmgw/admin/v1/models/{{id}}\n")
    say(f"curl -N {gw.base}/v1/chat/completions \\\n"
        f"  -H 'Authorization: Bearer {s.key}' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d {shlex.quote(json.dumps(body))}\n")


# ---- run ----

def run(s):
    s.start()
    show(s)
    say("Ctrl-C stops it.")
    with open(s.gw.log_path, errors="replace") as log:
        log.seek(0, os.SEEK_END)
        while s.gw.process.poll() is None:
            for line in log:
                if bad(line):
                    say(line.rstrip())
            time.sleep(0.3)
    raise Trouble(f"httpd has ended by itself: see {s.gw.log_path}")


# ---- demo ----

def expect(ok, what):
    if not ok:
        raise Trouble(f"The demo failed: {what}")


def pico(text):
    """A decimal with up to 12 places as a whole number of 10^-12."""
    whole, _, rest = text.partition(".")
    return int(whole) * PICO + int(rest.ljust(12, "0"))


# Where a rate that a tier does not name is taken from.
FALLBACK = {"cache_read_explicit": "cache_read", "cache_read": "input",
            "cache_write_1h": "cache_write_5m", "cache_write_5m": "input",
            "input_audio": "input", "input_image": "input",
            "input_video": "input", "output_audio": "output"}


def rate(tier, bucket, thinking):
    if bucket == "output" and thinking and "output_thinking" in tier:
        bucket = "output_thinking"
    while bucket not in tier:
        bucket = FALLBACK[bucket]
    return pico(tier[bucket]) // 10**6      # a price is for a million tokens


def worth(gw, receipt):
    """What the receipt's counts cost by the price it names, in 10^-12."""
    path = "/models/" + receipt["model"].replace("/", "%2F")
    price, = [p for p in gw.must("GET", path)["prices"]
              if p["id"] == receipt["price"]]
    tier = price["tiers"][receipt["tier"] - 1]
    counts = {k: n for k, n in receipt["usage"].items()
              if not k.endswith("_tokens")}
    lines = [(n, k, rate(tier, k, "thinking" in receipt["flags"]))
             for k, n in counts.items()]
    total = sum(n * r for n, _, r in lines) \
        + pico(tier.get("per_request", "0"))
    words = " + ".join(f"{n} {k} x {r}" for n, k, r in lines)
    return total, words


def receipt_of(s, request_id, usage):
    """Wait for the receipt, show it, and reckon it up."""
    expect(request_id, "the answer has no x-request-id")
    end = time.monotonic() + 10
    while True:
        r = s.gw.request("GET", "/v1/receipts/" + request_id, key=s.key)
        expect(r.status == 200, r)
        receipt = r.json()
        if receipt["state"] != "open":
            break
        expect(time.monotonic() < end, "the receipt stays open")
        time.sleep(0.02)
    say("\nreceipt")
    for name, value in receipt.items():
        say(f"  {name:14} {json.dumps(value)}")
    expect(receipt["state"] == "settled", f"state {receipt['state']}")
    for name in ("prompt_tokens", "completion_tokens"):
        expect(s.url or receipt["usage"][name] == usage[name],
               f"{name}: the upstream said {usage[name]}")
    total, words = worth(s.gw, receipt)
    say(f"  = {words} = {total} x 10^-12 {receipt['currency']}")
    expect(total == pico(receipt["amount"]),
           f"the amount is {receipt['amount']}")


def streamed(s, body):
    say("A streamed chat: POST /v1/chat/completions")
    say(f"  {json.dumps(body)}\n")
    start, text, usage, last, times = time.monotonic(), "", None, None, []
    with client.Stream(s.gw.port, "/v1/chat/completions", body, s.key) as c:
        c.head()
        if c.status != 200:
            raise Trouble(f"The demo failed: {c.status} {c.rest()[:500]!r}")
        while True:
            event = c.event()
            if not event:
                break
            times.append(time.monotonic() - start)
            say(f"  {times[-1] * 1000:6.0f} ms  {event.decode().strip()}")
            last = event
            if event.startswith(b"data: {"):
                data = json.loads(event[6:])
                usage = data.get("usage") or usage
                for choice in data.get("choices", []):
                    text += choice["delta"].get("content") or ""
        expect(c.ended and last == b"data: [DONE]\n\n", "the stream was cut")
    expect(s.url or times[-1] - times[0] > 0.1, "the events came all at once")
    expect(usage, "the stream told no usage")
    say(f"\nanswer\n  {text}")
    receipt_of(s, c.headers.get("x-request-id"), usage)


def plain(s, body):
    say("\nA plain chat: POST /v1/chat/completions")
    say(f"  {json.dumps(body)}")
    r = s.gw.request("POST", "/v1/chat/completions", body, s.key,
                     timeout=600)
    expect(r.status == 200, r)
    answer = r.json()
    say(f"\nanswer\n  {answer['choices'][0]['message']['content']}")
    receipt_of(s, r.headers["x-request-id"], answer["usage"])


def demo(s):
    if s.no_list:
        raise Trouble(f"{s.no_list} Name the one to use with MODEL=.")
    s.start()
    show(s)
    body = {"model": s.model, "messages": [
        {"role": "user", "content": "Explain Apache in one sentence."}]}
    streamed(s, dict(body, stream=True,
                     stream_options={"include_usage": True}))
    plain(s, body)
    say("\nBoth amounts are what usage x price gives.")


# ---- main ----

def main(what):
    catch_signals()
    s, code = None, 0
    try:
        s = Setup(what == "demo")
        (demo if what == "demo" else run)(s)
    except Stop:
        code = 130 if what == "demo" else 0
    except Trouble as e:
        say(str(e))
        if s is not None and what == "demo":
            say("\n".join(s.complaints()))
        code = 1
    finally:
        ignore_signals()
        if s is not None:
            s.stop()
            if what == "run" and code == 0:
                say("Stopped.")
    return code


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("run", "demo"):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
