"""The hosts to which a secret may go: which entries there can be, and which URLs lead there."""

from __future__ import annotations

import pytest

from foundation.hosts import find_fault, is_allowed, origin_of


@pytest.mark.parametrize(
    ("entry", "remedy"),
    [
        ("", "Write a host"),
        ("*", "Write a host"),
        ("*.org", "two parts"),
        ("*.127.0.0.1", "two parts"),
        ("*.[::1]", "two parts"),
        ("a.*.org", "Write a host"),
        ("https://example.org", "Leave out what stands before"),
        ("ftp://example.org", "Leave out what stands before"),
        ("example.org/path", "host alone"),
        ("me@example.org", "host alone"),
        ("example.org.", "dot at its end"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("example。org", "letters of ASCII"),
        ("example.org:0", "Write a host"),
        ("example.org:65536", "Write a host"),
        ("example.org:", "Write a host"),
        ("exa mple.org", "Write a host"),
        ("example.org\\evil", "Write a host"),
        ("2130706433", "Write a host"),
        ("127.1", "Write a host"),
        ("0x7f.0.0.1", "Write a host"),
        ("[::1", "Write a host"),
        ("[1::2::3]", "Write a host"),
        ("-a.example", "Write a host"),
        ("a" * 301, "Write a host"),
        ("example.org\n", "Write a host"),
    ],
)
def test_what_is_no_entry_is_refused_with_a_remedy(entry: str, remedy: str) -> None:
    assert remedy in (find_fault(entry) or "")


@pytest.mark.parametrize(
    "entry",
    [
        "example.org", "EXAMPLE.org", "*.example.org", "*.Example.org:8443", "http://example.org", "HTTP://a.b:80",
        "localhost", "xn--bcher-kva.example", "192.0.2.7", "[2001:db8::7]", "[::1]:8080", "a-b.c1",
    ],
)  # fmt: skip
def test_what_is_an_entry_is_none_of_these(entry: str) -> None:
    assert find_fault(entry) is None


@pytest.mark.parametrize(
    ("url", "entry"),
    [
        ("https://example.org", "example.org"),
        ("https://EXAMPLE.org/x?y=@evil#z", "Example.ORG"),
        ("https://example.org:8443/", "example.org"),
        ("https://example.org/", "example.org:443"),
        ("https://a.b.example.org", "*.example.org"),
        ("http://example.org", "http://example.org"),
        ("https://example.org", "http://example.org"),
        ("http://localhost:9", "localhost"),
        ("http://127.8.8.8", "127.8.8.8"),
        ("http://[::1]:80/", "[0:0::1]"),
        ("https://[2001:DB8:0:0::7]/", "[2001:db8::7]"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example"),
    ],
)
def test_such_a_url_leads_there(url: str, entry: str) -> None:
    assert is_allowed(url, ["other.example", entry])


@pytest.mark.parametrize(
    ("url", "entry"),
    [
        ("https://example.org", "*.example.org"),
        ("https://evilexample.org", "*.example.org"),
        ("https://evil.org/?example.org", "example.org"),
        ("https://example.org.evil.org", "example.org"),
        ("http://example.org", "example.org"),
        ("http://192.0.2.7", "192.0.2.7"),
        ("https://example.org:8443", "example.org:443"),
        ("https://example.org", "example.org:8443"),
        ("https://example.org@evil.org/", "example.org"),
        ("https://example.org:x@evil.org/", "example.org"),
        ("https://evil.org\\@example.org/", "example.org"),
        ("https://example.org\\.evil.org/", "example.org"),
        ("https://example.org%2eevil.org/", "example.org"),
        ("https://example.org./", "example.org"),
        ("https://example。org/", "example.org"),
        ("https://evil.org/\n@example.org", "example.org"),
        ("https://exam\tple.org", "example.org"),
        (" https://example.org", "example.org"),
        ("//example.org", "example.org"),
        ("ftp://example.org", "example.org"),
        ("https://example.org:0", "example.org"),
        ("https://example.org:99999", "example.org"),
        ("https://127.1/", "127.0.0.1"),
        ("https://2130706433/", "127.0.0.1"),
        ("https://0177.0.0.1/", "127.0.0.1"),
        ("https://[::ffff:127.0.0.1]/", "127.0.0.1"),
        ("https://[fe80::1%25eth0]/", "[fe80::1]"),
        ("https://\u212aube.example/", "kube.example"),
        ("https://", "example.org"),
        ("", "example.org"),
    ],
)
def test_such_a_url_leads_elsewhere_or_nowhere(url: str, entry: str) -> None:
    assert not is_allowed(url, [entry])


def test_without_hosts_no_url_is_allowed() -> None:
    assert not is_allowed("https://example.org", [])


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("HTTPS://Example.org:443/x", "https://example.org"),
        ("http://example.org:8080", "http://example.org:8080"),
        ("https://[::1]:8/", "https://[::1]:8"),
        ("https://me@example.org", "None"),
    ],
)
def test_an_origin_has_one_spelling(url: str, origin: str) -> None:
    assert str(origin_of(url)) == origin
