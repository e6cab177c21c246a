"""The database is what httpd opened: files that are removed, replaced or
moved while it runs, and a -wal that is beside another database at a start."""
import contextlib
import os
import shutil
import signal
import subprocess

import pytest

from conftest import ONE_CHILD
from harness import ledger
from harness.checks import refused
from harness.shapes import chunk, usage_chunk
from harness.upstream import done, event, gate, head
from harness.wait import until

FILES = ("llmgw.db", "llmgw.db-wal", "llmgw.db-shm")


def rows_of(path):
    with ledger.opened(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return db.execute("SELECT count(*) FROM ledger WHERE kind = 0"
                          ).fetchone()[0]


def copy_of(gw, name="copy"):
    """A backup of this moment, taken as the docs say."""
    to = gw.root / name
    subprocess.run(["sqlite3", gw.database, f"VACUUM INTO '{to}'"], check=True)
    return to


# ---- a clean stop ----

def test_one_file_is_the_database_after_a_stop(make_gw):
    """Fault 4.1: under load, with a report open; copied with cp."""
    gw = make_gw(models={"free-model": {"free": True}})
    key = gw.new_key()
    gw.model = "free-model"
    for _ in range(40):
        assert gw.chat(key).status == 200
    gw.admin("GET", "/usage?group_by=key")
    gw.stop()
    alone = gw.root / "alone.db"
    shutil.copy(gw.database, alone)
    assert rows_of(alone) == 40
    wal = gw.state / "llmgw.db-wal"
    assert not wal.exists() or wal.stat().st_size == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGWINCH])
def test_requests_under_way_are_in_that_file(make_gw, up, how):
    """Fault 4.1: rows of requests that the stop itself ended."""
    gw = make_gw(mpm_conf=ONE_CHILD)
    key = gw.new_key()
    for _ in range(3):
        up.script(head(), event(chunk("x")), gate("go"), event(chunk(
            finish="stop")), event(usage_chunk()), done())
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            s = stack.enter_context(gw.stream(key))
            s.data()
        gw.signal(how)
        if how == signal.SIGWINCH:
            up.open("go")
        gw.process.wait()
    gw.process.stderr.close()
    gw.process = None
    alone = gw.root / "alone.db"
    shutil.copy(gw.database, alone)
    assert rows_of(alone) == 3
    gw.new_log_lines()


def test_keys_are_in_the_main_file_soon(make_gw):
    """Fault 4.1: what an administrator wrote does not wait for the stop."""
    gw = make_gw()
    key = gw.new_key(name="soon-in-the-main-file")

    def there():
        copy = gw.root / "now.db"
        shutil.copy(gw.database, copy)
        with ledger.opened(copy) as db, \
                contextlib.suppress(ledger.Unreadable):
            return db.execute("SELECT count(*) FROM key WHERE name = "
                              "'soon-in-the-main-file'").fetchone()[0] == 1
        return False
    until(there)
    assert key


# ---- while it runs ----

@pytest.mark.parametrize("name", FILES)
def test_a_removed_file_loses_nothing(make_gw, up, name):
    """Fault 4.2: seen, said, and all rows are in the files that were there."""
    gw = make_gw(mpm_conf=ONE_CHILD)
    gw.books = False
    key = gw.new_key()
    assert gw.chat(key).status == 200
    up.script(head(), event(chunk("x")), gate("go"), event(chunk(
        finish="stop")), event(usage_chunk()), done())
    with gw.stream(key) as s:
        s.data()
        held = os.open(gw.database, os.O_RDONLY)
        os.unlink(gw.state / name)
        gw.expect_log("LG0103")
        gw.wait_log("LG0103")
        refused(gw.chat(key), "overloaded")
        up.open("go")
        s.rest()                # what was admitted ends well
    gw.stop()
    rescued = gw.root / "rescued.db"
    with open(held, "rb") as f:
        rescued.write_bytes(f.read())
    assert rows_of(rescued) == 2
    if name != "llmgw.db":      # the main file has it all: just start
        gw.start()
        assert gw.chat(key).status == 200
        gw.settled(key, 3)
        gw.check_books()


def test_another_database_renamed_into_place(make_gw, up):
    """Fault 4.3: never mixed; the one that httpd has goes on to its end, and
    the other one is what a start finds."""
    gw = make_gw(mpm_conf=ONE_CHILD)
    gw.books = False
    key = gw.new_key()
    assert gw.chat(key).status == 200
    gw.settled(key)
    copy = copy_of(gw)
    assert gw.chat(key).status == 200
    gw.settled(key, 2)
    held = os.open(gw.database, os.O_RDONLY)
    os.rename(copy, gw.database)
    gw.expect_log("LG0103")
    gw.wait_log("LG0103")
    refused(gw.chat(key), "overloaded")
    assert gw.admin("GET", "/keys").status == 503
    gw.stop()
    rescued = gw.root / "rescued.db"
    with open(held, "rb") as f:
        rescued.write_bytes(f.read())
    assert rows_of(rescued) == 2 and rows_of(gw.database) == 1
    gw.start()
    assert gw.chat(key).status == 200
    gw.settled(key, 2)
    gw.check_books()


def test_moved_away_and_back(make_gw):
    """Fault 4.2: the parent sees it, since only it can look."""
    gw = make_gw(mpm_conf=ONE_CHILD)
    key = gw.new_key()
    assert gw.chat(key).status == 200
    for name in FILES:
        os.rename(gw.state / name, gw.root / name)
    gw.expect_log("LG0103")
    gw.wait_log("LG0103")
    refused(gw.chat(key), "overloaded")
    for name in FILES:
        os.rename(gw.root / name, gw.state / name)
    gw.wait_log("LG0104")
    assert gw.chat(key).status == 200
    gw.settled(key, 2)


# ---- at a start ----

def crashed(make_gw):
    """A gateway that was killed while its -wal held rows, and a backup of
    before them."""
    gw = make_gw(mpm_conf=ONE_CHILD)
    key = gw.new_key()
    assert gw.chat(key).status == 200
    gw.settled(key)
    copy = copy_of(gw)
    for _ in range(5):
        assert gw.chat(key).status == 200
    gw.settled(key, 6)
    gw.kill_tree()
    gw.process = None
    assert (gw.state / "llmgw.db-wal").stat().st_size > 0
    return gw, key, copy


def test_a_backup_beside_the_wal_of_a_crash(make_gw):
    """Fault 4.3: refused, with both remedies; moving the -wal away is one."""
    gw, key, copy = crashed(make_gw)
    os.rename(copy, gw.database)
    for _ in range(2):
        with pytest.raises(RuntimeError) as e:
            gw.start()
        said = str(e.value)
        for word in ("LG0004", "llmgw.db-wal", "-D LLMGW_TAKE_WAL",
                     "move llmgw.db-wal and llmgw.db-shm away"):
            assert word in said, said
    for more in ("-wal", "-shm"):
        os.rename(str(gw.database) + more, gw.root / ("kept" + more))
    os.unlink(gw.root / "run" / "llmgw.segment")
    gw.start()
    gw.expect_log("LG0004", "AH00020", "AH00098")
    assert rows_of(copy_of(gw, "after")) == 1
    assert gw.chat(key).status == 200
    gw.settled(key, 2)
    gw.check_books()


def test_all_three_files_of_one_time_are_taken(make_gw):
    """Fault 4.3: the other remedy."""
    gw, key, _ = crashed(make_gw)
    for name in FILES:          # copied: each another file than it was
        shutil.copy(gw.state / name, gw.root / name)
        os.unlink(gw.state / name)
        shutil.copy(gw.root / name, gw.state / name)
    with pytest.raises(RuntimeError):
        gw.start()
    gw.flags = ("-D", "LLMGW_TAKE_WAL")
    gw.start()
    gw.flags = ()
    gw.expect_log("LG0004", "AH00020", "AH00098")
    assert len(gw.settled(key, 6)) == 6
    gw.check_books()
    gw.stop()
    gw.start()                  # and it is its own from then on
    assert gw.chat(key).status == 200
    gw.settled(key, 7)


def test_an_empty_database_beside_a_wal(make_gw):
    """Fault 4.3: the main file is gone and its -wal is not."""
    gw, _, _ = crashed(make_gw)
    os.unlink(gw.database)
    with pytest.raises(RuntimeError) as e:
        gw.start()
    assert "llmgw.db-wal" in str(e.value)
    gw.new_log_lines()


def test_the_crash_itself_needs_nobody(make_gw):
    """The same files after kill -9 are taken without a word."""
    gw, key, _ = crashed(make_gw)
    gw.start()
    gw.expect_log("AH00098")
    assert len(gw.settled(key, 6)) == 6


def test_a_damaged_database_is_said_at_the_start(make_gw):
    """Fault 4.3: quick_check, before anything is served from it."""
    gw = make_gw()
    key = gw.new_key()
    for _ in range(20):
        assert gw.chat(key).status == 200
    gw.settled(key, 20)
    gw.stop()
    size = gw.database.stat().st_size
    with gw.database.open("r+b") as f:
        for at in range(8192, size, 8192):
            f.seek(at)
            f.write(b"\xa5" * 64)
    with pytest.raises(RuntimeError) as e:
        gw.start()
    said = str(e.value)
    assert "LG0004" in said and "damaged" in said, said
    assert "bring back a copy" in said
    gw.new_log_lines()
