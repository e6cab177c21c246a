"""Keys as the gateway makes them, made by somebody else."""
import hashlib
import http.client
import secrets
import string
import zlib

from .ledger import writing
from .wait import PATIENCE

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


def make(public=None):
    """A well-formed key: prefix, public id, secret, CRC-32 in base 62."""
    public = public or "".join(secrets.choice(BASE62) for _ in range(10))
    text = "sk-gtw-" + public + "".join(secrets.choice(BASE62)
                                        for _ in range(43))
    crc, digits = zlib.crc32(text.encode()), ""
    for _ in range(6):
        crc, d = divmod(crc, 62)
        digits = BASE62[d] + digits
    return text + digits


def mistyped(key):
    """The key with another letter at its end."""
    return key[:-1] + ("y" if key[-1] == "x" else "x")


def add_teams(gw, names, spec="{}"):
    """Teams straight into the database.  Returns their ids there."""
    with writing(gw) as db:
        base = db.execute("SELECT max(id) FROM team").fetchone()[0] + 1
        db.executemany("INSERT INTO team (id, name, spec, created_ms)"
                       " VALUES (?, ?, ?, 1)",
                       [(base + i, n, spec) for i, n in enumerate(names)])
    return list(range(base, base + len(names)))


def add_keys(gw, count, spec="{}", teams=(1,)):
    """Keys straight into the database: the admin API commits each.  They
    belong to these teams in turn."""
    keys = [make() for _ in range(count)]
    with writing(gw) as db:
        base = db.execute("SELECT max(id) FROM key").fetchone()[0] + 1
        db.executemany(
            "INSERT INTO key (id, public_id, team_id, scope, name, spec,"
            " created_ms) VALUES (?, ?, ?, 0, 'x', ?, 1)",
            [(base + i, k[7:17], teams[i % len(teams)], spec)
             for i, k in enumerate(keys)])
        db.executemany(
            "INSERT INTO secret (hash, key_id) VALUES (?, ?)",
            [(hashlib.sha256(k.encode()).digest(), base + i)
             for i, k in enumerate(keys)])
    return keys


def meet(gw, keys):
    """One request with each, over one connection; how many got what."""
    c = http.client.HTTPConnection("127.0.0.1", gw.port, timeout=PATIENCE)
    got = {}
    for k in keys:
        c.request("GET", "/v1/models/free-model",
                  headers={"Authorization": "Bearer " + k})
        r = c.getresponse()
        r.read()
        got[r.status] = got.get(r.status, 0) + 1
    c.close()
    return got


def typo(key):
    """The key with one character changed."""
    return key[:30] + ("a" if key[30] != "a" else "b") + key[31:]
