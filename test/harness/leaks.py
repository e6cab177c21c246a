"""What the processes of an httpd hold: memory of their own, descriptors."""
import os
import re
import subprocess

from .checks import wait_quiet
from .crowd import Crowd


# children that stay, and give memory back
THREADS = 32
STEADY = ("StartServers 2\nServerLimit 2\nThreadsPerChild 16\n"
          f"ThreadLimit 16\nMinSpareThreads 1\nMaxSpareThreads {THREADS}\n"
          f"MaxRequestWorkers {THREADS}\nMaxKeepAliveRequests 5\n"
          "MaxMemFree 256\n")


def tree(gw):
    out = subprocess.run(["ps", "--ppid", str(gw.process.pid), "-o", "pid="],
                         capture_output=True, text=True).stdout
    return [gw.process.pid, *map(int, out.split())]


def hold(gw):
    """Once nothing is under way: kB of anonymous memory of httpd and of the
    helper, whose cache of the database grows up to 2 MB; files, sockets."""
    wait_quiet(gw)
    kb = {False: 0, True: 0}
    files = sockets = 0
    helper = gw.helper_pid()
    for pid in tree(gw):
        try:
            with open(f"/proc/{pid}/status") as f:
                kb[pid == helper] += int(re.search(r"RssAnon:\s+(\d+)",
                                                   f.read())[1])
            links = [os.readlink(f"/proc/{pid}/fd/{n}")
                     for n in os.listdir(f"/proc/{pid}/fd")]
        except (FileNotFoundError, ProcessLookupError):
            continue            # ps itself, or what just ended
        sockets += sum(link.startswith("socket:") for link in links)
        files += sum(not link.startswith("socket:") for link in links)
    return {"httpd_kB": kb[False], "helper_kB": kb[True], "files": files,
            "sockets": sockets}


def ask(crowd, count):
    """Figures after so many requests more."""
    crowd.admin = False         # its keys would be new all the time
    with crowd:
        crowd.more(count)
    held = hold(crowd.gw)
    crowd.up.requests.clear()
    return held


def warm_up(gw, up, count):
    """Rounds of so many requests, more at once than there are threads, until
    one adds little: each thread keeps what it once needed, and how soon all
    were busy is a matter of the machine."""
    crowd = Crowd(gw, up, seed=2, clients=THREADS + 8)
    last = 0
    for _ in range(6):
        held = ask(crowd, count)["httpd_kB"]
        if held - last < 128:
            break
        last = held
    crowd.check()


def run(gw, up, warm, count):
    """Figures after a warm-up, and after so many requests more."""
    warm_up(gw, up, warm)
    crowd = Crowd(gw, up, clients=12)
    seen = [ask(crowd, n) for n in (warm, count // 2, count - count // 2)]
    crowd.check()
    return seen


def judge(seen):
    first, last = seen[0], seen[-1]
    assert last["httpd_kB"] - first["httpd_kB"] <= 512, seen
    assert last["helper_kB"] < 8000, seen
    assert last["files"] <= first["files"] + 4, seen
    assert last["sockets"] <= first["sockets"] + 24, seen
