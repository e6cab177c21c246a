"""Starting: what is refused, and what is made."""
import os
import pwd
import shutil
import signal
import stat
import threading

import pytest

from harness import ledger
from harness.checks import refused, wait_quiet
from harness.httpd import run_user
from harness.wait import until

root_only = pytest.mark.skipif(os.geteuid() != 0,
                               reason="root is not somebody else's User")


def refuses(gw, *words):
    """httpd does not start, and says these words."""
    with pytest.raises(RuntimeError) as e:
        gw.start()
    said = str(e.value)
    for word in ("did not start", "LG0004", *words):
        assert word in said, (word, said)
    gw.new_log_lines()


@pytest.fixture
def stopped(make_gw):
    """A gateway that was never started; its directories are there."""
    return make_gw(start=False)


# ---- the state directory ----

@root_only
@pytest.mark.parametrize("mode", [0o700, 0o755, 0o750])
def test_user_needs_no_way_to_the_directory(stopped, mode):
    """Nor any right in it: its files are opened before User's processes
    begin."""
    locked = stopped.root / "locked"
    stopped.state = locked / "deep" / "state"
    stopped.state.mkdir(parents=True)
    stopped.state.chmod(mode)
    locked.chmod(0o700)
    stopped.start()
    assert stopped.admin("GET", "/keys").status == 200
    assert stat.S_IMODE(stopped.state.stat().st_mode) == 0o700


def test_a_directory_that_is_not_there_is_refused(stopped):
    stopped.state.rmdir()
    refuses(stopped, f"LLMGatewayState {stopped.state}", "install -d")
    assert not stopped.state.exists()


def test_where_it_is_nowhere_on_nothing_is_needed(make_gw):
    gw = make_gw(start=False, on="LLMGateway Off")
    gw.state.rmdir()
    gw.start()
    assert gw.request("GET", "/v1/models").status == 404
    assert not gw.state.exists()
    assert not (gw.root / "run" / "llmgw.segment").exists()


# ---- the database ----

@pytest.mark.parametrize("content", [b"", b"not a database " * 100])
def test_a_file_that_is_no_database(stopped, content):
    stopped.database.write_bytes(content)
    shutil.chown(stopped.database, run_user())
    if content:
        refuses(stopped, f"{stopped.database} cannot be opened")
        assert stopped.database.read_bytes() == content
    else:                       # SQLite takes an empty file for a new one
        stopped.start()
        assert stopped.admin("GET", "/keys").status == 200


def test_a_database_of_a_newer_version(make_gw):
    gw = make_gw()
    gw.stop()
    version = gw.query("PRAGMA user_version")[0][0]
    assert version >= 1
    ledger.run(gw, f"PRAGMA user_version = {version + 1}")
    refuses(gw, f"{gw.database} was made by a newer mod_llmgw")


@root_only
def test_a_database_of_roots_is_in_use_at_once(make_gw):
    """As it is after a backup was brought back with cp."""
    gw = make_gw()
    gw.stop()
    shutil.chown(gw.database, "root", "root")
    gw.database.chmod(0o644)
    gw.start()
    gw.new_key()
    assert stat.S_IMODE(gw.database.stat().st_mode) == 0o600


# ---- the secret ----

@pytest.mark.parametrize("content", [None, "", "ab" * 31, "x" * 64])
def test_a_secret_file_elsewhere_that_is_no_secret(make_gw, content):
    gw = make_gw(start=False)
    path = gw.root / "my.secret"
    if content is not None:
        path.write_text(content)
    gw.server = f"LLMGatewaySecretFile {path}"
    refuses(gw, f"LLMGatewaySecretFile {path}: ", "openssl rand -hex 32")
    assert os.listdir(gw.state) == []


def test_a_secret_file_that_only_root_can_read(make_gw, up):
    gw = make_gw(start=False)
    path = gw.root / "my.secret"
    path.write_text("5e" * 32 + "\n")
    path.chmod(0o600)
    gw.server = "LLMGatewaySecretFile my.secret"     # below ServerRoot
    gw.start()
    gw.set_up(up)
    key = gw.new_key()
    assert gw.chat(key).status == 200
    assert up.requests[0].header("Authorization") \
        == "Bearer sk-upstream-secret"
    assert not (gw.state / "secret").exists()
    gw.settled(key)


@pytest.mark.parametrize("content", ["", "ab" * 31])
def test_the_made_secret_spoilt_or_changed(make_gw, up, content):
    gw = make_gw()
    secret = gw.state / "secret"
    right = secret.read_text()
    gw.stop()
    secret.write_text(content)
    refuses(gw, f"{secret} must hold 64 hex digits, and cannot be used")
    # another secret: all works but the credentials that it did not seal
    secret.write_text("0" * 64)
    gw.start()
    gw.expect_log("LG0011", "LG0204")
    key = gw.new_key()
    assert gw.chat(key).status == 502 and not up.requests
    gw.set_up(up)
    assert gw.chat(key).status == 200
    assert up.requests[-1].header("Authorization") \
        == "Bearer sk-upstream-secret"
    assert right != secret.read_text()
    gw.settled(key)


def test_what_the_first_start_makes(make_gw):
    gw = make_gw()
    assert sorted(p.name for p in gw.state.iterdir()) == [
        "admin.key", "helper.lock", "llmgw.db", "llmgw.db-id", "llmgw.db-shm",
        "llmgw.db-wal", "secret"]
    for path in gw.state.iterdir():
        assert path.stat().st_uid == os.geteuid(), path
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE(gw.state.stat().st_mode) == 0o700
    segment = (gw.root / "run" / "llmgw.segment").stat()
    assert stat.S_IMODE(segment.st_mode) == 0o600
    assert segment.st_uid == os.geteuid()
    assert segment.st_blocks * 512 >= segment.st_size   # no holes
    mode, = gw.query("PRAGMA journal_mode")[0]
    assert mode == "wal"


# ---- the admin key ----

def test_an_admin_key_is_written_when_none_is_live(make_gw):
    gw = make_gw()
    path = gw.state / "admin.key"
    first = gw.admin_key()
    second = gw.must("POST", "/keys", {"name": "x", "scope": "admin"})["key"]
    gw.must("DELETE", "/keys/" + first[7:17])
    gw.graceful()
    wait_quiet(gw)
    assert gw.admin_key() == first          # another one is live
    assert gw.admin("GET", "/keys", key=second).status == 200
    gw.admin("DELETE", "/keys/" + second[7:17], key=second)
    refused(gw.admin("GET", "/keys", key=second), "invalid_api_key")
    gw.wait_log("LG0113")                   # at once, without a restart
    third = gw.admin_key()
    assert third not in (first, second)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert gw.admin("GET", "/keys").status == 200
    gw.stop()
    gw.start()
    assert gw.admin_key() == third
    trail = gw.query("SELECT object_id FROM audit WHERE actor = 'httpd'")
    assert [t["object_id"] for t in trail] == [first[7:17], third[7:17]]


def test_an_admin_key_is_written_on_request_once(make_gw):
    gw = make_gw()
    first = gw.admin_key()
    gw.stop()
    gw.flags = ("-D", "LLMGW_NEW_ADMIN_KEY")
    gw.start()
    second = gw.admin_key()
    assert second != first
    for key in (first, second):
        assert gw.admin("GET", "/keys", key=key).status == 200
    gw.graceful()
    helper = gw.helper_pid()
    os.kill(helper, signal.SIGKILL)
    gw.wait_log("LG0100")
    gw.expect_log("LG0100")
    gw.wait_helper(helper)
    assert gw.admin_key() == second


# ---- one httpd, one segment, one database ----

def test_a_second_httpd_on_the_same_segment(make_gw):
    gw = make_gw()
    segment = gw.root / "run" / "llmgw.segment"
    other = make_gw(start=False, server=f"LLMGatewaySegment 32M {segment}")
    refuses(other, f"{segment} cannot be used: another httpd uses it")
    assert gw.admin("GET", "/keys").status == 200
    assert segment.exists()


def test_a_segment_of_somebody_else(make_gw):
    gw = make_gw(start=False)
    segment = gw.root / "run" / "llmgw.segment"
    segment.write_bytes(b"x" * 4096)
    segment.chmod(0o644)
    refuses(gw, "not a file that only this user can write")
    segment.unlink()
    segment.symlink_to(gw.root / "elsewhere")
    refuses(gw, "cannot be used")
    assert not (gw.root / "elsewhere").exists()
    segment.unlink()
    # a file that is ours but no segment is put aside
    segment.write_bytes(b"x" * 4096)
    segment.chmod(0o600)
    gw.start()
    gw.expect_log("LG0007")
    assert (gw.root / "run" / "llmgw.segment.old").read_bytes() \
        == b"x" * 4096
    assert gw.admin("GET", "/keys").status == 200


def test_a_segment_of_another_size_is_put_aside(make_gw):
    gw = make_gw()
    key = gw.new_key()
    gw.stop()
    gw.server = "LLMGatewaySegment 8M"
    gw.start()
    gw.expect_log("LG0007")
    assert (gw.root / "run" / "llmgw.segment").stat().st_size == 8 << 20
    assert gw.chat(key).status == 200
    gw.settled(key)
    gw.server = "LLMGatewaySegment 16M"
    gw.graceful()
    gw.expect_log("LG0003")
    assert gw.chat(key).status == 200
    gw.settled(key, 2)


def test_the_segment_goes_with_its_database(make_gw, up):
    """Keys of one database do not hold in another."""
    gw = make_gw()
    key, first, state = gw.new_key(), gw.admin_key(), gw.state
    assert gw.chat(key).status == 200
    gw.settled(key)
    # the directory changes under a running httpd: not before it is stopped
    gw.state = gw.root / "other"
    gw.state.mkdir()
    shutil.chown(gw.state, run_user())
    gw.graceful()
    gw.expect_log("LG0006", "LG0007")
    assert os.listdir(gw.state) == []
    assert gw.chat(key).status == 200
    gw.stop()
    gw.start()
    assert gw.admin_key() != first
    for k in (key, first):
        refused(gw.chat(k), "invalid_api_key")
    gw.set_up(up)
    assert gw.chat(gw.new_key()).status == 200
    # and a database that was replaced by an older copy of itself
    gw.stop()
    gw.state = state
    gw.start()
    assert gw.chat(key).status == 200
    later = gw.new_key()
    assert gw.chat(later).status == 200
    gw.settled(later)
    gw.stop()
    ledger.change(gw, "DELETE FROM secret WHERE key_id = (SELECT max(id) FROM"
                  " key)")
    ledger.change(gw, "UPDATE key SET revoked_ms = 1 WHERE public_id = ?",
                  key[7:17])
    gw.start()
    for k in (key, later):
        refused(gw.chat(k), "invalid_api_key")


def test_what_was_counted_outlives_a_stop(make_gw):
    gw = make_gw(clock="still")
    key = gw.new_key(limits={"requests_per_minute": 2})
    assert gw.chat(key).status == 200
    gw.stop()
    gw.start()
    assert [gw.chat(key).status for _ in range(2)] == [200, 429]
    gw.settled(key, 2)


def test_two_at_once_take_turns(make_gw):
    """The second's helper waits for the first's; its httpd for both."""
    gw, other = make_gw(), make_gw(start=False)
    other.state = gw.state
    said = []

    def start():
        try:
            other.start()
        except RuntimeError as e:
            said.append(str(e))

    t = threading.Thread(target=start)
    t.start()
    # then it is past everything but the lock
    until((other.root / "run" / "llmgw.segment").exists)
    gw.stop()
    t.join()
    assert not said
    assert other.admin("GET", "/keys").status == 200


def test_the_helper_is_user_and_listens_nowhere(make_gw):
    gw = make_gw()
    helper = gw.helper_pid()
    assert helper not in (0, gw.process.pid)
    status = open(f"/proc/{helper}/status").read()
    assert f"Uid:\t{pwd.getpwnam(run_user()).pw_uid}\t" in status
    links = {os.readlink(f"/proc/{helper}/fd/{fd}")
             for fd in os.listdir(f"/proc/{helper}/fd")}
    inodes = {link[8:-1] for link in links if link.startswith("socket:")}
    listening = {line.split()[9] for line in open("/proc/net/tcp")
                 if line.split()[3] == "0A"}
    assert listening and not inodes & listening


def test_another_version_after_a_graceful_restart_touches_nothing(make_gw, up,
                                                                  shared_path):
    """It cannot read what the first one left in memory: everything else is
    served on, and the gateway says what to do."""
    other = shared_path / "other"
    gw = make_gw(flavour="crash", env={"LLMGW_LAYOUT": str(other)})
    key = gw.new_key()
    assert gw.chat(key).status == 200
    gw.settled(key)
    other.write_text("")
    gw.expect_log("LG0004", "LG0010")
    gw.graceful()
    r = gw.chat(key)
    assert r.status == 503, r
    assert gw.request("GET", "/server-status?auto").status == 200
    assert "another version" in gw.log()
    gw.stop()
    gw.expect_log("LG0004", "LG0010", "LG0007")     # put aside
    gw.start()
    assert gw.chat(key).status == 200
    gw.settled(key, 2)
