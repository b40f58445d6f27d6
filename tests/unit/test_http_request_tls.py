"""The handler `http_request` over TLS: the certificate must be trusted and name the host."""

from __future__ import annotations

import datetime
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from handlers import testing
from handlers.context import JobFailed

POLL_SECONDS = 0.01  # how soon a server notices that it is to stop


def certificate(folder: Path, host: str) -> Path:
    """A file with a key and its own certificate for this host."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    signed = (
        builder.not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / f"{host}.pem"
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return file


class QuietServer(HTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what the tests are about."""


class Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"safe")

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture(params=["localhost"])
def server(request: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Path]]:
    """A server whose certificate is for the host in `param`, and the certificate's file."""
    monkeypatch.setenv("HTTP_REQUEST_PRIVATE", "1")
    file = certificate(tmp_path, request.param)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with QuietServer(("127.0.0.1", 0), Server) as one:
        one.socket = context.wrap_socket(one.socket, server_side=True)
        thread = threading.Thread(target=one.serve_forever, args=[POLL_SECONDS])
        thread.start()
        yield f"https://localhost:{one.server_port}/", file
        one.shutdown()
        thread.join()


def test_a_trusted_certificate_will_do(server: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    url, file = server
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    assert testing.run("http_request", {"url": url}).result["body"] == "safe"


def test_one_that_nobody_trusts_fails_the_job(server: tuple[str, Path]) -> None:
    with pytest.raises(JobFailed, match="certificate verify failed"):
        testing.run("http_request", {"url": server[0]})


@pytest.mark.parametrize("server", ["example.org"], indirect=True)
def test_one_for_another_host_fails_the_job(
    server: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, file = server
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with pytest.raises(JobFailed, match="not valid for 'localhost'"):
        testing.run("http_request", {"url": url})
