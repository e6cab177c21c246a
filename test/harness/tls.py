"""Certificates for tests: an authority of our own, by the openssl command."""
import pathlib
import ssl
import subprocess


def _openssl(*args):
    subprocess.run(["openssl", *args], check=True, capture_output=True)


class Authority:
    """Signs server certificates; everything lies in one directory."""

    def __init__(self, directory, name="test"):
        self.dir = pathlib.Path(directory)
        self.name = name
        self.key = str(self.dir / f"{name}-ca.key")
        self.file = str(self.dir / f"{name}-ca.pem")
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.key,
                 "-out", self.file, "-days", "30", "-subj", f"/CN={name} CA",
                 "-addext", "basicConstraints=critical,CA:TRUE")

    def certificate(self, host="localhost", days=30):
        """(certificate file, key file) for a host; days < 0: expired."""
        base = self.dir / f"{self.name}-{host}-{days}"
        key, csr, out, ext = (str(base) + s
                              for s in (".key", ".csr", ".pem", ".ext"))
        pathlib.Path(ext).write_text(f"subjectAltName=DNS:{host}\n")
        _openssl("req", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out",
                 csr, "-subj", f"/CN={host}")
        _openssl("x509", "-req", "-in", csr, "-CA", self.file, "-CAkey",
                 self.key, "-CAcreateserial", "-out", out, "-days", str(days),
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
