"""When something of ours is full, gone, locked or wrong: what each key gets,
what the log says, and that the books are right once it is mended.  The table
is in docs/ledger.md."""
import contextlib
import http.client
import os
import shutil
import signal
import subprocess

import pytest

from conftest import ONE_CHILD
from harness import ledger
from harness.checks import refused, status, wait_quiet
from harness.httpd import run_user
from harness.keys import add_keys, meet
from harness.shapes import EXACT, bill, chunk, usage_chunk
from harness.upstream import end, event, gate, head, silence
from harness.wait import PATIENCE, until

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
BUDGET = [{"amount": "100", "currency": "CNY", "window": "day"}]


def store_is_gone(gw, known, unknown):
    """What is in memory goes on; what is not is 503, never 401."""
    assert gw.chat(known).status == 200
    r = gw.chat(unknown)
    refused(r, "overloaded", message="the key cannot be looked up now")
    assert "Retry-After" in r.headers
    refused(gw.admin("POST", "/keys", {"name": "x"}), "overloaded",
            message="nothing was changed")


def waiting(gw, count):
    """So many rows wait in the segment."""
    assert status(gw)["Unwritten"] == count


# ---- the database ----

@pytest.fixture
def away(shared_path):
    """away(): nobody can read or write the database; away.back()."""
    class Away:
        path = shared_path / "away"
        options = dict(flavour="crash", env={"LLMGW_NO_DATABASE": str(path)})

        def __call__(self):
            self.path.write_text("")

        def back(self):
            self.path.unlink()
    return Away()


def test_the_database_is_out_of_reach_and_comes_back(make_gw, away):
    gw = make_gw(mpm_conf=ONE_CHILD, **away.options)
    known, unknown = gw.new_key(), gw.new_key()
    assert gw.chat(known).status == 200 and gw.admin(
        "GET", "/keys").status == 200
    gw.settled(known)
    away()
    gw.expect_log("LG0110", "LG0020", "LG0200")
    store_is_gone(gw, known, unknown)
    gw.wait_log("LG0110")
    # a helper that begins now waits for it, too
    helper = gw.helper_pid()
    gw.expect_log("LG0100", "LG0102")
    os.kill(helper, signal.SIGKILL)
    gw.wait_helper(helper)
    gw.wait_log("LG0102")
    store_is_gone(gw, known, unknown)
    waiting(gw, 2)
    away.back()
    gw.wait_log("LG0111")
    assert len(gw.settled(known, 3)) == 3
    assert gw.chat(unknown).status == 200
    assert gw.admin("POST", "/keys", {"name": "x"}).status == 201
    gw.check_books()


def decimal(pico):
    return f"{pico / 10**12:.12f}".rstrip("0").rstrip(".")


def test_the_database_is_corrupt(make_gw):
    gw = make_gw(mpm_conf=ONE_CHILD)
    known, unknown = gw.new_key(), gw.new_key()
    assert gw.chat(known).status == 200
    gw.settled(known)
    ledger.empty_log(gw)
    right = gw.database.read_bytes()
    with gw.database.open("r+b") as f:
        f.seek(4096)
        f.write(b"\xa5" * (len(right) - 4096))
    gw.expect_log("LG0102", "LG0100", "LG0020", "LG0103")
    # what others have in their caches may still be right
    assert gw.chat(unknown).status != 401
    helper = gw.helper_pid()
    os.kill(helper, signal.SIGKILL)
    gw.wait_helper(helper)
    gw.wait_log("LG0102")
    gw.graceful()
    for key in (known, unknown, gw.admin_key()):    # a child that knows none
        refused(gw.chat(key), "overloaded")
    with gw.database.open("r+b") as f:
        f.write(right)
    for more in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(str(gw.database) + more)
    gw.stop()
    gw.start()
    assert gw.chat(known).status == gw.chat(unknown).status == 200
    wait_quiet(gw)
    gw.check_books()


# ---- the disk ----

def limit_files(pid, most):
    """No file of this process may grow beyond it; None: any."""
    # as that user: root in a container may not do it for others
    who = {"user": run_user(), "group": run_user(), "extra_groups": []} \
        if os.geteuid() == 0 else {}
    subprocess.run(["prlimit", "--pid", str(pid), "--fsize="
                    f"{most or 'unlimited'}:unlimited"], check=True, **who)


def test_files_cannot_grow(make_gw):
    """Not even to what one row takes, wherever in its file the log of the
    database has come to."""
    gw = make_gw(mpm_conf=ONE_CHILD)
    key = gw.new_key(budgets=BUDGET)
    assert gw.chat(key).status == 200
    gw.settled(key)
    most = os.stat(gw.log_path).st_size + 8192
    gw.expect_log("LG0110")
    limit_files(gw.helper_pid(), most)
    for _ in range(5):
        assert gw.chat(key).status == 200
    gw.wait_log("LG0110")
    waiting(gw, 5)
    b, = gw.request("GET", "/v1/key", key=key).json()["budgets"]
    limit_files(gw.helper_pid(), None)
    gw.wait_log("LG0111")
    rows = gw.settled(key, 6)
    assert b["spent"] == decimal(sum(r["amount"] for r in rows))
    gw.check_books()


@contextlib.contextmanager
def small_disk(path, size):
    """A file system of its own; not everywhere may root make one."""
    if os.geteuid() != 0 or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path],
            capture_output=True).returncode != 0:
        pytest.skip("no file system can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", path], check=True)


def test_the_disk_is_full(make_gw, up):
    """The clock stands still: nothing moves the log of the database into its
    main file, which would make room in it."""
    gw = make_gw(mpm_conf=ONE_CHILD, start=False, clock="still")
    with small_disk(gw.state, "6m"):
        gw.start()
        gw.set_up(up)
        key = gw.new_key()
        assert gw.chat(key).status == 200
        gw.settled(key)
        filler = gw.state / "filler"
        with contextlib.suppress(OSError), filler.open("wb") as f:
            while True:
                f.write(b"x" * 4096)
                f.flush()
        gw.expect_log("LG0110", "LG0200")
        for _ in range(60):
            assert gw.chat(key).status == 200
        gw.wait_log("LG0110")
        assert "disk is full" in gw.log()
        assert gw.admin("POST", "/keys", {"name": "x" * 60}).status == 503
        filler.unlink()
        gw.wait_log("LG0111")
        gw.settled(key, 61)
        assert gw.admin("POST", "/keys", {"name": "x"}).status == 201
        gw.check_books()
        gw.stop()
        gw.check_log()


# ---- the segment ----

def test_the_runtime_directory_is_not_there(make_gw):
    gw = make_gw(start=False)
    segment = gw.root / "there" / "llmgw.segment"
    gw.server = f"LLMGatewaySegment 32M {segment}"
    with pytest.raises(RuntimeError) as e:
        gw.start()
    said = str(e.value)
    assert "LG0004" in said and f"{segment} cannot be used: No such" in said
    gw.new_log_lines()
    segment.parent.mkdir()
    gw.start()
    assert gw.admin("GET", "/keys").status == 200
    # what is open is used, whatever becomes of its name
    shutil.rmtree(segment.parent)
    gw.graceful()
    assert gw.admin("GET", "/keys").status == 200


def test_a_segment_of_another_layout_is_put_aside(make_gw):
    gw = make_gw()
    key = gw.new_key()
    assert gw.chat(key).status == 200
    gw.stop()
    with (gw.root / "run" / "llmgw.segment").open("r+b") as f:
        f.seek(8)
        f.write(b"\x01\x02\x03\x04")
    gw.start()
    gw.expect_log("LG0007")
    assert "it was made by another version" in gw.log()
    assert gw.chat(key).status == 200
    gw.settled(key, 2)


def test_after_a_crash_another_size_waits(make_gw):
    """What the dead httpd left has no other place."""
    gw = make_gw()
    key = gw.new_key()
    os.kill(gw.helper_pid(), signal.SIGSTOP)
    assert [gw.chat(key).status for _ in range(3)] == [200] * 3
    gw.kill_tree()
    gw.process = None
    gw.server = "LLMGatewaySegment 8M"
    gw.start()
    gw.expect_log("LG0003", "AH00098")
    gw.settled(key, 3)
    segment = gw.root / "run" / "llmgw.segment"
    assert segment.stat().st_size == 32 << 20
    gw.stop()
    gw.start()
    gw.expect_log("LG0007")
    assert segment.stat().st_size == 8 << 20
    assert gw.chat(key).status == 200
    gw.settled(key, 4)


MANY = {"limits": {f"requests_per_{w}": 10**6 for w in
                   ("second", "minute", "hour", "day")},
        "budgets": [{"amount": "1", "currency": c, "window": w}
                    for c in ("CNY", "USD") for w in
                    ("hour", "day", "month", "total")]}


def test_more_limits_than_the_segment_holds(make_gw):
    """Nobody is served by half of the limits; who rests makes room.  All
    keys are met at one moment of a clock that stands still."""
    gw = make_gw(server="LLMGatewaySegment 4M\nMaxKeepAliveRequests 0",
                 clock="still")
    grown = gw.new_key()
    assert gw.chat(grown).status == 200
    keys = [gw.new_key(**MANY)]
    spec = gw.query("SELECT spec FROM key WHERE public_id = ?",
                    keys[0][7:17])[0][0]
    keys += add_keys(gw, 2500, spec)
    first = meet(gw, keys)
    assert set(first) == {200, 503} and first[200] > 500, first
    gw.expect_log("LG0033", "LG0034")
    assert gw.admin("PATCH", "/keys/" + grown[7:17], MANY).status == 200
    refused(gw.chat(grown), "overloaded")
    assert meet(gw, keys[-20:]) == {503: 20}
    gw.clock.steady(2)
    assert meet(gw, keys[-20:]) == {200: 20}
    assert gw.chat(grown).status == 200
    assert len(gw.request("GET", "/v1/key", key=grown).json()["budgets"]) == 8
    gw.settled(grown, 2)


# ---- what could not be read ----

def test_a_budget_that_nobody_read_yet(make_gw, away):
    gw = make_gw(mpm_conf=ONE_CHILD, **away.options)
    key, free = gw.new_key(budgets=BUDGET), gw.new_key()
    for k in (key, free):
        assert gw.request("GET", "/v1/models", key=k).status == 200
    assert gw.chat(free).status == 200
    away()
    gw.expect_log("LG0110", "LG0032")
    refused(gw.chat(key), "overloaded", message="what was spent of your "
            "budget cannot be read now")
    assert gw.chat(free).status == 200      # it has none
    gw.wait_log("LG0110")
    away.back()
    gw.wait_log("LG0111")
    assert gw.chat(key).status == 200
    gw.settled(key)
    gw.settled(free, 2)


def test_a_catalogue_that_cannot_be_read_again(make_gw, away):
    """What is in force now nobody knows: not what was before, either."""
    gw = make_gw(mpm_conf=ONE_CHILD, **away.options)
    key = gw.new_key()
    assert gw.chat(key).status == 200
    gw.must("PATCH", "/models/qwen3-max", {"name": "Q"})
    away()
    gw.expect_log("LG0031")
    refused(gw.chat(key), "overloaded",
            message="the model catalogue cannot be read")
    away.back()
    assert gw.chat(key).status == 200
    gw.settled(key, 2)
    gw.check_books()


def test_the_price_goes_while_a_request_runs(make_gw, up):
    gw = make_gw()
    key = gw.new_key(budgets=BUDGET)
    up.script(head(), event(chunk("Hi")), gate("go"),
              event(chunk(finish="stop")), event(usage_chunk()),
              event("[DONE]"), end())
    up.script(head(), event(chunk("Hi")), silence())
    with gw.stream(key) as s:
        s.event()
        left = gw.stream(key)
        left.event()
        gw.must("PATCH", "/models/qwen3-max", {"price": {
            "currency": "USD", "tiers": [{"input": "99", "output": "99"}]}})
        gw.must("DELETE", "/models/qwen3-max")
        refused(gw.chat(key), "model_not_found", "model")
        up.open("go")
        s.rest()
        left.close()
    rows = gw.settled(key, 2)
    assert sorted(bill(r) for r in rows) == [
        "estimated/estimated 155000000: input 58, output 1 [client_left]",
        EXACT]
    assert {r["currency"] for r in rows} == {"CNY"}
    b, = gw.request("GET", "/v1/key", key=key).json()["budgets"]
    assert b["spent"] == decimal(sum(r["amount"] for r in rows))


def child_of(gw, stream):
    """The pid of the child that serves a stream."""
    ends = [f"0100007F:{port:04X}" for port in
            (gw.port, stream.sock.getsockname()[1])]
    with open("/proc/net/tcp") as f:
        inode, = [line.split()[9] for line in f if line.split()[1:3] == ends]
    for pid in gw.children():
        with contextlib.suppress(OSError):
            for fd in os.listdir(f"/proc/{pid}/fd"):
                if os.readlink(f"/proc/{pid}/fd/{fd}") == f"socket:[{inode}]":
                    return pid
    raise AssertionError("nobody serves it")


def met_by(gw, key):
    """The pid of a child that knows the key from now on."""
    with contextlib.closing(http.client.HTTPConnection(
            "127.0.0.1", gw.port, timeout=PATIENCE)) as c:
        c.request("GET", "/v1/models",
                  headers={"Authorization": "Bearer " + key})
        assert c.getresponse().status == 200
        return child_of(gw, c)


@pytest.mark.parametrize("database", [True, False], ids=["there", "gone"])
def test_places_of_a_killed_child_come_back(make_gw, up, database, away):
    """By themselves, also while what it owes cannot be priced."""
    gw = make_gw(mpm_conf="StartServers 2\nServerLimit 2\nMinSpareThreads 1\n"
                          "ThreadsPerChild 8\nMaxSpareThreads 16\n"
                          "MaxRequestWorkers 16\n", **away.options)
    key = gw.new_key(limits={"concurrency": 1}, budgets=BUDGET)
    assert gw.chat(key).status == 200
    met = set()
    until(lambda: met.add(met_by(gw, key)) or met == set(gw.children()))
    gw.settled(key, 1)
    up.script(head(), event(chunk("Hi")), silence())
    with gw.stream(key) as s:
        s.event()
        assert gw.chat(key).status == 429
        if not database:
            away()
            gw.expect_log("LG0110")
        os.kill(child_of(gw, s), signal.SIGKILL)
        until(lambda: gw.chat(key).status == 200)
    if not database:
        gw.wait_log("LG0110")
        assert "LG0112" not in gw.log()
        away.back()
    gw.expect_log("LG0112")
    gw.wait_log("LG0112")
    rows = gw.settled(key, 3)
    assert [bill(r) for r in rows if r["state"] != 1] \
        == ["estimated/estimated 155000000: input 58, output 1 [killed]"]
    b, = gw.request("GET", "/v1/key", key=key).json()["budgets"]
    assert (b["spent"], b["reserved"]) \
        == (decimal(sum(r["amount"] for r in rows)), "0")


# ---- the secret ----

@pytest.mark.parametrize("own", [False, True], ids=["made", "own"])
def test_the_secret_goes_before_a_restart(make_gw, own):
    """503 until it is back; all else is served, and rows are written."""
    gw = make_gw(start=False)
    secret = gw.root / "my.secret" if own else gw.state / "secret"
    if own:
        secret.write_text("5e" * 32)
        gw.server = f"LLMGatewaySecretFile {secret}"
    gw.start()
    gw.must("PUT", "/upstreams/none", {"base_url": "http://127.0.0.1:1",
                                       "dialect": "openai"})
    key = gw.new_key()
    (gw.root / "htdocs" / "a.txt").write_text("still here")
    secret.rename(gw.root / "kept")
    gw.graceful()
    gw.expect_log("LG0010", "LG0004")
    refused(gw.request("GET", "/v1/models", key=key), "overloaded")
    assert gw.request("GET", "/a.txt").body == b"still here"
    assert not secret.exists()
    (gw.root / "kept").rename(secret)
    gw.graceful()
    assert gw.request("GET", "/v1/models", key=key).status == 200


# ---- the clock ----

def test_the_clock_jumps_a_day_forth_and_back(make_gw):
    """A budget's window does not come back, and gains nothing."""
    gw = make_gw(clock="runs")
    key = gw.new_key(budgets=BUDGET)

    def spent():
        b, = gw.request("GET", "/v1/key", key=key).json()["budgets"]
        return b["spent"], b["from"]

    assert gw.chat(key).status == 200
    wait_quiet(gw)
    one, day = spent()
    gw.clock.wall(86400)
    assert gw.chat(key).status == 200
    wait_quiet(gw)
    assert spent()[0] == one and spent()[1] > day
    after = spent()
    gw.clock.wall(-86400)
    gw.expect_log("LG0114")
    gw.wait_log("LG0114")
    assert gw.chat(key).status == 200
    wait_quiet(gw)
    assert spent()[1] == after[1] and spent()[0] != after[0]
    rows = gw.settled(key, 3)
    assert [r["id"] for r in rows] == sorted(r["id"] for r in rows)
