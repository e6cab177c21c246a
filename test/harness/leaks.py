"""What the processes of an httpd hold: memory of their own, descriptors."""
import os
import re
import subprocess

from .checks import wait_quiet


# children that stay, and give memory back
STEADY = ("StartServers 2\nServerLimit 2\nThreadsPerChild 16\n"
          "ThreadLimit 16\nMinSpareThreads 1\nMaxSpareThreads 32\n"
          "MaxRequestWorkers 32\nMaxKeepAliveRequests 5\nMaxMemFree 256\n")


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


def run(gw, crowd, warm, count, rounds=6):
    """Figures after a warm-up and after each round of so many requests more,
    until a round leaves nothing behind.  Each thread that was ever busy keeps
    a pool, and how soon all were is a matter of the machine; that comes to an
    end, and a leak does not."""
    crowd.admin = False         # its keys would be new all the time
    seen = []
    for n in (warm, *[count] * rounds):
        with crowd:
            crowd.more(n)
        seen.append(hold(gw))
        crowd.up.requests.clear()
        if len(seen) > 1 and stays(*seen[-2:]):
            break
    crowd.check()
    return seen


def stays(before, after):
    """A round has left nothing behind."""
    return after["httpd_kB"] - before["httpd_kB"] \
        <= max(512, before["httpd_kB"] // 20) \
        and after["files"] <= before["files"] + 4 \
        and after["sockets"] <= before["sockets"] + 24


def judge(seen):
    assert stays(*seen[-2:]), seen
    assert seen[-1]["helper_kB"] < 8000, seen
