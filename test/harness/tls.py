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
{names}
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

    def certificate(self, host="localhost", days=30, subject=None):
        """(certificate file, key file) for a host, ten days old; days: how
        many it is still good for, < 0: it has expired; subject: its CN,
        where that is another name."""
        base = self.dir / f"{self.name}-{host}-{days}-{subject or ''}"
        key, csr, out, ext = (str(base) + s
                              for s in (".key", ".csr", ".pem", ".ext"))
        names = f"subjectAltName = DNS:{host}" if host else ""
        pathlib.Path(ext).write_text(NAME.format(names=names))
        _openssl("req", *NEW_KEY, "-keyout", key, "-out", csr, "-subj",
                 f"/CN={subject or host}")
        _openssl("ca", "-batch", "-notext", "-config", self.conf, "-cert",
                 self.file, "-keyfile", self.key, "-in", csr, "-out", out,
                 "-startdate", _date(-10), "-enddate", _date(days),
                 "-extfile", ext)
        return out, key

    def server(self, host="localhost", days=30, subject=None):
        """A context for a server that calls itself so; "": its certificate
        has a subject only."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.certificate(host, days, subject))
        return context

    def directory(self):
        """A directory of authorities, as OpenSSL looks for them, with this
        one in it."""
        path = self.dir / f"{self.name}-authorities"
        path.mkdir(exist_ok=True)
        p = subprocess.run(["openssl", "x509", "-hash", "-noout", "-in",
                            self.file], capture_output=True, text=True)
        (path / f"{p.stdout.strip()}.0").write_text(
            pathlib.Path(self.file).read_text())
        return path

    def client(self):
        """A context that trusts this authority."""
        return ssl.create_default_context(cafile=self.file)


def section(ca_file, **instead):
    """<Proxy "llmgw:upstreams"> as in llmgw.conf, with these authorities;
    instead: other words by directive, None to leave one out."""
    words = {"SSLProxyEngine": "On", "SSLProxyVerify": "require",
             "SSLProxyVerifyDepth": "10",
             "SSLProxyCACertificateFile": ca_file,
             "SSLProxyCARevocationCheck": "none",
             "SSLProxyCheckPeerName": "On", "SSLProxyCheckPeerCN": "On",
             "SSLProxyCheckPeerExpire": "On",
             "SSLProxyProtocol": "all -SSLv3 -TLSv1 -TLSv1.1",
             "SSLProxyCipherSuite":
             "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM"}
    words.update(instead)
    lines = [f"    {k} {v}\n" for k, v in words.items() if v is not None]
    return '<Proxy "llmgw:upstreams">\n' + "".join(lines) + "</Proxy>\n"
