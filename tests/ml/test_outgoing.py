"""Asking other machines: private ones are not asked, and what they answer is not trusted."""

from __future__ import annotations

import ipaddress
import socket
import socketserver
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from time import monotonic, sleep

import pytest

from ml.outgoing import NoAnswer, NotAllowed, Request, is_allowed, post

Answer = Callable[[socket.socket], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    """A server on this machine that reads a request and answers so; its address."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            answer(self.request)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/chat?x=1"
        server.shutdown()


def asked(url: str, **more: object) -> Request:
    return Request(url, {"Authorization": "Bearer SECRET"}, b"{}", **more)  # type: ignore[arg-type]


def saying(content: bytes) -> Answer:
    return lambda sock: sock.sendall(content)


@pytest.mark.parametrize(
    ("address", "public", "private"),
    [
        ("93.184.215.14", True, True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True, True),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("10.1.2.3", False, True),
        ("192.168.0.7", False, True),
        ("172.16.9.9", False, True),
        ("fd00::1", False, True),
        ("::ffff:10.0.0.1", False, True),
        ("64:ff9b::a00:1", False, True),
        ("2002:a00:1::", False, True),
        ("100.64.0.1", False, False),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("fe80::1", False, False),
        ("0.0.0.0", False, False),
        ("::", False, False),
        ("224.0.0.1", False, False),
        ("255.255.255.255", False, False),
        ("240.0.0.1", False, False),
    ],
)
def test_knows_which_addresses_may_be_asked(address: str, public: bool, private: bool) -> None:
    parsed = ipaddress.ip_address(address)
    assert is_allowed(parsed, private=False) is public
    assert is_allowed(parsed, private=True) is private


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/", "file:///etc/passwd", "https://", "https://u:p@example.org/",
        "//example.org", "https://[::1", "https://example.org:x/", "http://localhost:1/",
        "http://127.0.0.1:1/", "http://[::1]:1/", "http://0x7f000001/", "http://2130706433/",
    ],
)  # fmt: skip
def test_asks_nothing_else(url: str) -> None:
    with pytest.raises(NotAllowed):
        post(asked(url))


def test_asks_where_it_may() -> None:
    with answering(saying(OK)) as url:
        assert post(asked(url, private=True)).body == b"hi"
        with pytest.raises(NotAllowed, match="private network"):
            post(asked(url))


def test_a_name_is_resolved_once_so_that_it_cannot_change_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names: list[str] = []
    real = socket.getaddrinfo

    def resolved(host: str, port: int, *args: object, **more: object) -> object:
        if host != "rebinding.example":
            return real(host, port, *args, **more)  # type: ignore[arg-type]
        names.append(host)
        inside = "127.0.0.1" if len(names) == 1 else "169.254.169.254"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (inside, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    with answering(saying(OK)) as url:
        there = url.replace("127.0.0.1", "rebinding.example")
        assert post(asked(there, private=True)).body == b"hi"
        assert names == ["rebinding.example"]
        with pytest.raises(NotAllowed, match="never asked"):
            post(asked(there, private=True))


def test_redirects_are_told_and_not_followed() -> None:
    away = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    with answering(saying(away)) as url:
        reply = post(asked(url, private=True))
    assert (reply.status, reply.headers["location"]) == (302, "http://169.254.169.254/")


def drip(sock: socket.socket) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(100):
        sock.sendall(b"x")
        sleep(0.05)


def slow(sock: socket.socket) -> None:
    sleep(2)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (drip, "within 0.3 seconds"),
        (slow, "within 0.3 seconds"),
        (saying(b""), "broke off"),
        (saying(b"nonsense\r\n\r\n"), "broke off"),
        (saying(OK[:-1]), "broke off"),
        (saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhi"), "broke off"),
        (saying(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2000), "more than was asked for"),
    ],
)
def test_what_goes_wrong_is_named_soon_and_tells_no_secret(answer: Answer, words: str) -> None:
    began = monotonic()
    with answering(answer) as url, pytest.raises(NoAnswer, match=words) as found:
        post(asked(url, private=True, seconds=0.3, most=1000))
    assert monotonic() - began < 1.5 and "SECRET" not in str(found.value)


def test_nothing_answers_and_tls_must_prove_the_name() -> None:
    with pytest.raises(NoAnswer, match="cannot be reached"):
        post(asked("http://127.0.0.1:9/", private=True))
    with pytest.raises(NoAnswer, match="not known"):
        post(asked("https://no-such-name.invalid/"))
    with answering(saying(OK)) as url, pytest.raises(NoAnswer, match="TLS"):
        post(asked(url.replace("http", "https"), private=True))


def test_a_request_shows_no_secret() -> None:
    assert "SECRET" not in repr(asked("https://example.org/"))
