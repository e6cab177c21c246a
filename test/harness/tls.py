"""Certificates for tests: an authority of our own, by the openssl command."""
import datetime
import pathlib
import ssl
import subprocess

# What `openssl ca` asks of an authority that keeps no books.
CA_CONF = """
[ca]
default_ca = here
[here]
dir = {dir}
database = {dir}/{name}-index
new_certs_dir = {dir}
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
[any]
commonName = supplied
"""
NAME = """
subjectAltName = DNS:{host}
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""
NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def _openssl(*args):
    p = subprocess.run(["openssl", *args], capture_output=True, text=True)
    assert p.returncode == 0, p.stderr


def _date(days):
    """So many days from now, as certificates say it."""
    t = datetime.datetime.now(datetime.timezone.utc) \
        + datetime.timedelta(days=days)
    return t.strftime("%Y%m%d%H%M%SZ")


class Authority:
    """Signs server certificates; everything lies in one directory."""

    def __init__(self, directory, name="test"):
        self.dir = pathlib.Path(directory)
        self.name = name
        self.key = str(self.dir / f"{name}-ca.key")
        self.file = str(self.dir / f"{name}-ca.pem")
        self.conf = str(self.dir / f"{name}-ca.conf")
        pathlib.Path(self.conf).write_text(
            CA_CONF.format(dir=self.dir, name=name))
        (self.dir / f"{name}-index").touch()
        _openssl("req", "-x509", *NEW_KEY, "-keyout", self.key,
                 "-out", self.file, "-days", "30", "-subj", f"/CN={name} CA",
                 "-addext", "basicConstraints=critical,CA:TRUE",
                 "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def certificate(self, host="localhost", days=30):
        """(certificate file, key file) for a host, ten days old; days: how
        many it is still good for, < 0: it has expired."""
        base = self.dir / f"{self.name}-{host}-{days}"
        key, csr, out, ext = (str(base) + s
                              for s in (".key", ".csr", ".pem", ".ext"))
        pathlib.Path(ext).write_text(NAME.format(host=host))
        _openssl("req", *NEW_KEY, "-keyout", key, "-out", csr, "-subj",
                 f"/CN={host}")
        _openssl("ca", "-batch", "-notext", "-config", self.conf, "-cert",
                 self.file, "-keyfile", self.key, "-in", csr, "-out", out,
                 "-startdate", _date(-10), "-enddate", _date(days),
                 "-extfile", ext)
        return out, key

    def server(self, host="localhost", days=30):
        """A context for a server that calls itself so."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.certificate(host, days))
        return context

    def client(self):
        """A context that trusts this authority."""
        return ssl.create_default_context(cafile=self.file)
