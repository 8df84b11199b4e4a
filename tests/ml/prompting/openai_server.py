"""A server on this machine that speaks the OpenAI protocol, and fails in the ways services do.

For tests of the engine and of the pages: `with serving(replying({"answer": "yes"})) as server:`
gives its address (`server.url`, up to "/v1") and what it was sent (`server.bodies`, `.headers`).
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep
from typing import Any, cast

from PIL import Image

Handler = BaseHTTPRequestHandler
Deed = Callable[[Handler, dict[str, Any]], None]


@dataclass
class Server:
    """url: up to "/v1". paths, headers, bodies: of the requests that came, in their order."""

    url: str = ""
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)

    def said(self, place: int = -1) -> str:
        """The words of a request, those of the system first."""
        system, user = self.bodies[place]["messages"]
        return f"{system['content']}\n{user['content'][0]['text']}"

    def jpeg(self, place: int = -1) -> bytes:
        """The picture of a request, as it was sent."""
        url = self.bodies[place]["messages"][1]["content"][1]["image_url"]["url"]
        head, _, rest = url.partition(",")
        assert head == "data:image/jpeg;base64"
        return base64.b64decode(rest)

    def picture(self, place: int = -1) -> Image.Image:
        return Image.open(io.BytesIO(self.jpeg(place)))


@contextmanager
def serving(*deeds: Deed) -> Iterator[Server]:
    """A server that does one deed a request, and the last for all that follow."""
    server = Server()

    class Speaking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # named by http.server
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.paths.append(self.path)
            server.headers.append({k.lower(): v for k, v in self.headers.items()})
            server.bodies.append(body)
            deeds[min(len(server.bodies), len(deeds)) - 1](self, body)

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Speaking) as listening:
        listening.daemon_threads = True
        Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        server.url = f"http://127.0.0.1:{listening.server_address[1]}/v1"
        yield server
        listening.shutdown()


def sending(body: bytes, status: int = 200, kind: str = "application/json", **headers: str) -> Deed:
    """Any bytes, with any status. headers: _ in their names for -."""

    def deed(handler: Handler, _: object) -> None:
        handler.send_response(status)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in (
            {"Content-Type": kind, "Content-Length": str(len(body))} | named
        ).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return deed


def completing(content: object, *, finish: str = "stop", **more: object) -> Deed:
    """A chat completion with that content. more: fields of the choice, such as logprobs."""
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "message": message, "finish_reason": finish} | more
    return sending(json.dumps({"object": "chat.completion", "choices": [choice]}).encode())


def replying(answer: object, tokens: Sequence[Mapping[str, float]] = ()) -> Deed:
    """The JSON that was asked for. tokens: what could have stood at each piece of the reply, the
    piece that does first, each with its log-probability."""
    every = [
        [{"token": piece, "logprob": log} for piece, log in one.items()] for one in tokens
    ]  # fmt: skip
    logs = {"content": [one[0] | {"top_logprobs": one} for one in every]} if tokens else None
    return completing(json.dumps({"answer": answer}), logprobs=logs)


def failing(status: int, **headers: str) -> Deed:
    """An error as services word it, with the key in it, as some do."""

    def deed(handler: Handler, body: dict[str, Any]) -> None:
        key = handler.headers["Authorization"]
        error = {"error": {"message": f"Wrong: {key} {body['model']}", "code": status}}
        sending(json.dumps(error).encode(), status, **headers)(handler, body)

    return deed


def strict_about(names: Sequence[str], then: Deed) -> Deed:
    """Refuses requests that hold fields of these names."""

    def deed(handler: Handler, body: dict[str, Any]) -> None:
        (failing(400) if set(names) & set(body) else then)(handler, body)

    return deed


def late(seconds: float, then: Deed) -> Deed:
    def deed(handler: Handler, body: dict[str, Any]) -> None:
        sleep(seconds)
        then(handler, body)

    return deed


def cut(handler: Handler, _: object) -> None:
    """Breaks off within its answer."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "500")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [')
    handler.close_connection = True


def gone(handler: Handler, _: object) -> None:
    """Says nothing at all."""
    handler.close_connection = True


def huge(handler: Handler, _: object) -> None:
    """Does not stop answering."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    piece = b" " * 65536
    try:
        for _i in range(200):
            handler.wfile.write(piece)
    except OSError:  # whoever asked has gone, and was right
        handler.close_connection = True


def moved(to: str) -> Deed:
    """Sends its callers elsewhere."""
    return sending(b"", 307, Location=to)


def yes(handler: Handler, body: dict[str, Any]) -> None:
    """Keeps to the schema it was given, whatever is asked: the first choice, 1, a short text."""
    asked = cast(dict[str, Any], body["response_format"]["json_schema"]["schema"])
    filled = {name: _first(one) for name, one in asked["properties"].items()}
    completing(json.dumps(filled))(handler, body)


def _first(schema: dict[str, Any]) -> object:
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "array":
        item = schema["items"]
        box = {"left": 100, "top": 200, "right": 300, "bottom": 400}
        return [box] if item.get("type") == "object" else [item["enum"][0]]
    return "a short text" if schema["type"] == "string" else 1
