"""Bodies over the limit are refused before Django keeps them, by a real server on a real socket."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import closing
from threading import Thread
from time import monotonic, sleep

import h11
import httpx
import pytest
import uvicorn

from webapp.asgi import django
from webapp.body import AROUND, BodyLimit, Message, Receive, Scope, Send

LIMIT = 300_000
STRANGERS = 100_000
CHUNK = b"x" * 10_000
FORM = {"Content-Type": "multipart/form-data; boundary=b", "Authorization": "Basic bm9ib2R5"}
PHOTOS = "/api/v1/photos"


class Tap:
    """Django, and how many bytes of a body it was given."""

    def __init__(self) -> None:
        self.seen = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted() -> Message:
            message = await receive()
            self.seen += len(message.get("body", b""))
            return message

        await django(scope, counted, send)


@pytest.fixture(scope="module")
def tap() -> Tap:
    return Tap()


@pytest.fixture(scope="module")
def port(tap: Tap) -> Iterator[int]:
    """A uvicorn of our application with a small limit."""
    app = BodyLimit(
        tap,
        upload_bytes=LIMIT,
        other_bytes=LIMIT // 10,
        strangers_bytes=STRANGERS,
        session="sessionid",
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = Thread(target=lambda: asyncio.run(server.serve([listening])), daemon=True)
        thread.start()
        while not server.started:
            sleep(0.01)
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def client(port: int, tap: Tap) -> Iterator[httpx.Client]:
    tap.seen = 0
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
        yield client


def chunks(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield CHUNK


def test_believes_content_length_before_the_body(client: httpx.Client, tap: Tap) -> None:
    body = b"x" * (LIMIT + AROUND + 1)
    answer = client.post(PHOTOS, content=body, headers=FORM)
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "too-many-bytes"
    assert tap.seen == 0


def test_answers_before_a_byte_of_the_body_came(port: int, tap: Tap) -> None:
    tap.seen = 0
    with closing(socket.create_connection(("127.0.0.1", port), timeout=5)) as raw:
        head = f"POST {PHOTOS} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n"
        raw.sendall(f"{head}Content-Type: image/jpeg\r\n\r\n".encode())
        assert b" 413 " in raw.recv(65536)
    assert tap.seen == 0


def test_a_client_that_asks_first_sends_nothing(port: int) -> None:
    """As curl does with large files: Expect, and the answer is final."""
    began = monotonic()
    connection = h11.Connection(h11.CLIENT)
    with closing(socket.create_connection(("127.0.0.1", port), timeout=5)) as raw:
        headers = [("Host", "localhost"), ("Content-Length", "99999999"), *FORM.items()]
        request = h11.Request(
            method="POST", target=PHOTOS, headers=[*headers, ("Expect", "100-continue")]
        )
        raw.sendall(connection.send(request) or b"")
        connection.receive_data(raw.recv(65536))
        answer = connection.next_event()
    assert isinstance(answer, h11.Response)
    assert answer.status_code == 413
    assert monotonic() - began < 2


def test_counts_the_bytes_of_a_body_without_a_length(client: httpx.Client, tap: Tap) -> None:
    answer = client.post(PHOTOS, content=chunks(1000), headers=FORM)
    assert answer.status_code == 413
    assert answer.json()["code"] == "too-many-bytes"
    assert tap.seen <= LIMIT + AROUND


def test_takes_an_endless_body_for_a_while_only(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.body.DRAIN_S", 0.5)
    began = monotonic()
    with closing(socket.create_connection(("127.0.0.1", port), timeout=5)) as raw:
        head = f"POST {PHOTOS} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
        raw.sendall(f"{head}Content-Type: image/jpeg\r\n\r\n".encode())
        with pytest.raises(OSError):  # the server hangs up on us
            while monotonic() - began < 20:
                raw.sendall(b"%x\r\n%s\r\n" % (len(CHUNK), CHUNK))
    assert monotonic() - began < 10


def test_the_next_request_is_served(client: httpx.Client) -> None:
    assert client.post(PHOTOS, content=chunks(1000), headers=FORM).status_code == 413
    assert client.post(PHOTOS, content=chunks(1), headers=FORM).status_code == 401


def test_what_is_no_upload_has_a_smaller_limit(client: httpx.Client, tap: Tap) -> None:
    text = json.dumps({"name": "x" * LIMIT})
    answer = client.patch("/api/v1/faces/1", content=text, headers={"Content-Type": "text/json"})
    assert answer.status_code == 413
    assert tap.seen == 0


def sent(count: int) -> bytes:
    return b"".join(chunks(count))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 413),
        ({"Cookie": "theme=dark; csrftoken=sessionid"}, 413),
        ({"Cookie": "theme=dark; sessionid=abc"}, 401),
        ({"Authorization": "Basic bm9ib2R5"}, 401),
    ],
)
def test_strangers_may_send_little(
    client: httpx.Client, tap: Tap, headers: dict[str, str], status: int
) -> None:
    form = {"Content-Type": FORM["Content-Type"]}
    answer = client.post(PHOTOS, content=sent(15), headers=form | headers)
    assert answer.status_code == status
    if status == 413:
        assert tap.seen == 0
        assert "with one a file may have" in answer.json()["title"] + answer.json()["detail"]
    assert client.post(PHOTOS, content=sent(5), headers=form | headers).status_code == 401


def test_people_get_a_page(client: httpx.Client) -> None:
    answer = client.post("/photos/", content=chunks(1000), headers=FORM)
    assert answer.status_code == 413
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "too large" in answer.text
