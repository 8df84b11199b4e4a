"""An ASGI middleware that refuses bodies over the limit before Django keeps a byte of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.template.loader import render_to_string

from webapp.problem import MEDIA_TYPE, problem

UPLOADS = (b"multipart/form-data", b"image/", b"application/octet-stream")
AROUND = 64 * 1024  # what a form adds around a file
DRAIN_S = 10.0

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class BodyLimit:
    """Content-Length is believed first; bodies without one are counted as they come.

    upload_bytes: for a file in a form or as the body. other_bytes: for any other body.
    strangers_bytes: for any body of somebody who shows neither a key nor a session: most of what
    they send would be thrown away with "sign in". session: the cookie's name.
    """

    def __init__(
        self, app: App, *, upload_bytes: int, other_bytes: int, strangers_bytes: int, session: str
    ) -> None:
        self.app = app
        self.upload_bytes = upload_bytes
        self.other_bytes = other_bytes
        self.strangers_bytes = strangers_bytes
        self.cookie = f"{session}=".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        limit = self._limit(headers)
        if int(headers.get(b"content-length", b"0")) > limit:
            await self._refuse(scope, receive, send)
            return
        counted = Counted(receive, limit)
        await self.app(scope, counted.receive, send)
        if counted.over:
            await self._refuse(scope, receive, send)

    def _limit(self, headers: dict[bytes, bytes]) -> int:
        upload = headers.get(b"content-type", b"").lower().startswith(UPLOADS)
        limit = self.upload_bytes + AROUND if upload else self.other_bytes
        return min(limit, self.strangers_bytes) if self._is_stranger(headers) else limit

    def _is_stranger(self, headers: dict[bytes, bytes]) -> bool:
        """Whether nobody is named; whether it is true is for Django to find out."""
        cookies = headers.get(b"cookie", b"").split(b";")
        session = any(cookie.strip().startswith(self.cookie) for cookie in cookies)
        return b"authorization" not in headers and not session

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413 in full, then throw away for a while what still comes: a client that
        writes before it reads would otherwise find a broken connection and no answer."""
        body, media_type = self._answer(scope)
        head = {
            "type": "http.response.start",
            "status": 413,
            "headers": [
                (b"content-type", media_type),
                (b"content-length", str(len(body)).encode()),
                (b"connection", b"close"),
            ],
        }
        await send(head)
        await send({"type": "http.response.body", "body": body, "more_body": True})
        if b"expect" not in dict(scope["headers"]):  # who asked first sends nothing now
            await drain(receive)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _answer(self, scope: Scope) -> tuple[bytes, bytes]:
        most = self.upload_bytes // 1024**2
        if scope["path"].startswith("/api/"):
            sentence = f"That is too large: a file may have {most} MB here."
            if self._is_stranger(dict(scope["headers"])):
                sentence = f"That is too large without a key: with one a file may have {most} MB."
            data = problem(413, sentence, code="too-many-bytes")
            return json.dumps(data).encode(), MEDIA_TYPE.encode()
        page = render_to_string("413.html", {"limit_mb": most})
        return page.encode(), b"text/html; charset=utf-8"


class Counted:
    """A body that ends, as far as the application sees, where it passes the limit.

    To Django that looks like a client that went away: it closes its temporary file, says nothing.
    """

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._left = limit
        self.over = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message["body"])
            self.over = self._left < 0
        return {"type": "http.disconnect"} if self.over else message


async def drain(receive: Receive) -> None:
    """Read to the body's end or the client's leaving, for DRAIN_S seconds at most."""
    try:
        async with asyncio.timeout(DRAIN_S):
            while (message := await receive())["type"] == "http.request" and message["more_body"]:
                pass
    except TimeoutError:
        pass
