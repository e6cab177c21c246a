"""A disk that takes its time: requests do not wait for it."""
import subprocess
from concurrent import futures

import pytest

from conftest import ONE_CHILD
from harness.checks import refused
from harness.wait import PATIENCE, until

# While the file HOLD is there, whoever syncs a file waits, and says so.
HOLDER = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static void hold(void)
{
    const char *path = getenv("HOLD"), *said = getenv("HELD");

    if (path == NULL || access(path, F_OK) != 0)
        return;
    close(open(said, O_CREAT | O_WRONLY | O_CLOEXEC, 0666));
    while (access(path, F_OK) == 0)
        usleep(2000);
}

#define HELD(name) \
    int name(int fd) \
    { \
        int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, #name); \
        hold(); \
        return real(fd); \
    }

HELD(fsync)
HELD(fdatasync)
"""


class Disk:
    def __init__(self, root):
        self.hold, self.held = root / "hold", root / "held"
        source, self.so = root / "hold.c", root / "hold.so"
        source.write_text(HOLDER)
        subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-o", self.so,
                        source, "-ldl"], check=True)
        self.env = {"LD_PRELOAD": str(self.so), "HOLD": str(self.hold),
                    "HELD": str(self.held)}

    def wait_held(self):
        until(self.held.exists, "nobody waits for the disk")


@pytest.fixture
def disk(shared_path):
    disk = Disk(shared_path)
    yield disk
    disk.hold.unlink(missing_ok=True)


def in_time(work, disk):
    """work() comes to a good end while the disk still stands."""
    with futures.ThreadPoolExecutor(1) as pool:
        done = pool.submit(work)
        futures.wait([done], PATIENCE)
        late = not done.done()
        disk.hold.unlink()
    assert not late, "it waited for the disk"
    done.result()


def test_a_refused_request_does_not_wait_for_the_disk(make_gw, disk):
    """Fault 4.6: refusals were committed inside the lock that each refused
    request takes."""
    gw = make_gw(mpm_conf=ONE_CHILD, env=disk.env)
    key = gw.new_key(models=["qwen-*"])
    refused(gw.chat(key, model="qwen3-max"), "model_not_found", "model")
    until(lambda: gw.query("SELECT sum(count) FROM refusal")[0][0] == 1,
          "the refusal is not written")
    disk.hold.touch()
    refused(gw.chat(key, model="qwen3-max"), "model_not_found", "model")
    disk.wait_held()            # the helper, in its commit
    in_time(lambda: refused(gw.chat(key, model="qwen3-max"),
                            "model_not_found", "model"), disk)
    until(lambda: gw.query("SELECT sum(count) FROM refusal")[0][0] == 3,
          "refusals are lost, or counted twice")
