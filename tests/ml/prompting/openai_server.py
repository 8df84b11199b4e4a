"""A local server that speaks the OpenAI protocol over real HTTP, and fails as it is told to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from ml.contracts import Endpoint

Behaviour = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


@dataclass
class Heard:
    """What the server was asked: each request's headers and body."""

    port: int = 0
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def endpoint(self, **more: Any) -> Endpoint:
        given: dict[str, Any] = {"private": True, "seconds": 5.0, "key": "secret-key"} | more
        return Endpoint(f"http://127.0.0.1:{self.port}/v1", "tiny", **given)

    @property
    def prompts(self) -> list[str]:
        return [body["messages"][1]["content"][0]["text"] for body in self.bodies]


def reply(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def completion(content: Any) -> bytes:
    message = {"role": "assistant", "content": content}
    return json.dumps({"choices": [{"index": 0, "message": message}]}).encode()


def says(*contents: Any) -> Behaviour:
    """One after the other, the last for ever."""
    left = list(contents)

    def behave(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        content = left.pop(0) if len(left) > 1 else left[0]
        reply(handler, 200, completion(content))

    return behave


def answers(value: Any) -> Behaviour:
    """In the JSON that is asked for."""
    return says(json.dumps({"answer": value}))


def status(code: int, body: bytes = b"{}", **headers: str) -> Behaviour:
    return lambda handler, _: reply(handler, code, body, **headers)


def cut(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    """Promises more than it sends."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [')
    handler.close_connection = True


def slow(stopped: Event) -> Behaviour:
    return lambda handler, _: (stopped.wait(5), None)[1]


@contextmanager
def serving(behave: Behaviour) -> Iterator[Heard]:
    heard = Heard()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = json.loads(self.rfile.read(length))
            heard.bodies.append(body)
            heard.headers.append({name.lower(): value for name, value in self.headers.items()})
            behave(self, body)

        def log_message(self, *_: Any) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    heard.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
