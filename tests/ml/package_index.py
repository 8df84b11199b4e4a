"""A package index on this machine: a PEP 503 index, an npm registry and a hub in one server."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import tarfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ml.weights import File

REVISION = "0123456789abcdef0123456789abcdef01234567"


def file_of(name: str, content: bytes) -> File:
    return File(name, hashlib.sha256(content).hexdigest(), len(content))


def wheel(folder: Path, package: str, version: str, members: dict[str, bytes]) -> Path:
    """A wheel that pip accepts."""
    name = re.sub(r"[-_.]+", "_", package)
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
    tags = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    everything = members | {
        f"{info}/METADATA": metadata.encode(),
        f"{info}/WHEEL": tags.encode(),
        f"{info}/RECORD": b"",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in everything.items():
            archive.writestr(member, content)
    return path


def tarball(package: str, version: str, members: dict[str, bytes]) -> bytes:
    """An npm package."""
    about = json.dumps({"name": package, "version": version}).encode()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for member, content in (members | {"package.json": about}).items():
            entry = tarfile.TarInfo(f"package/{member}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


@dataclass
class Index:
    """What the server holds and was asked for. speed: bytes a second, 0 as fast as it can."""

    url: str = ""
    speed: int = 0
    wheels: dict[str, bytes] = field(default_factory=dict)
    npm: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    hub: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    sent: int = 0

    def add_wheel(self, path: Path) -> int:
        """Serve a wheel; its size in bytes."""
        self.wheels[path.name] = path.read_bytes()
        return path.stat().st_size

    def environment(self) -> dict[str, str]:
        """What points the clients here, and nowhere else."""
        return {
            "PIP_CONFIG_FILE": "/dev/null",
            "PIP_INDEX_URL": f"{self.url}/simple",
            "PIP_FIND_LINKS": "",
            "PIP_EXTRA_INDEX_URL": "",
            "PIP_RETRIES": "1",
            "npm_config_registry": f"{self.url}/npm/",
            "npm_config_fetch_retries": "0",
            "HF_ENDPOINT": f"{self.url}/hub",
            "HF_HUB_DISABLE_XET": "1",
            "NO_PROXY": "*",
        }


@contextmanager
def serving() -> Iterator[Index]:
    """Serve an index on a free port of this machine."""
    index = Index()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.answer(body=False)

        def do_GET(self) -> None:
            index.asked.append(self.path)
            self.answer(body=True)

        def answer(self, body: bool) -> None:
            content, headers = find(index, self.path)
            if content is None:
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            start = int((self.headers.get("Range") or "bytes=0-")[6:].partition("-")[0])
            self.send_response(206 if start else 200)
            rest = content[start:]
            for name, value in (headers | {"Content-Length": str(len(rest))}).items():
                self.send_header(name, value)
            if start:
                span = f"bytes {start}-{len(content) - 1}/{len(content)}"
                self.send_header("Content-Range", span)
            self.end_headers()
            if body:
                self.pour(rest)

        def pour(self, content: bytes) -> None:
            step = max(index.speed // 20, 1) if index.speed else len(content) or 1
            for at in range(0, len(content), step):
                try:
                    self.wfile.write(content[at : at + step])
                except OSError:  # the client was stopped
                    return
                index.sent += len(content[at : at + step])
                time.sleep(0.05 if index.speed else 0)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    index.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield index
    finally:
        server.shutdown()
        server.server_close()


def find(index: Index, path: str) -> tuple[bytes | None, dict[str, str]]:
    """The content at an address, and its headers."""
    kind, _, rest = path.lstrip("/").partition("/")
    name = rest.rpartition("/")[2]
    if kind == "simple":
        links = "".join(f'<a href="/wheels/{wheel}">{wheel}</a>' for wheel in index.wheels)
        return links.encode(), {"Content-Type": "text/html"}
    if kind == "wheels":
        return index.wheels.get(name), {}
    if kind == "npm" and rest.endswith(".tgz"):
        return index.npm[rest.removesuffix(".tgz").replace("%2f", "/")][1], {}
    if kind == "npm" and (package := rest.replace("%2f", "/")) in index.npm:
        version, content = index.npm[package]
        digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
        dist = {"tarball": f"{index.url}/npm/{package}.tgz", "integrity": f"sha512-{digest}"}
        about = {"name": package, "version": version, "dist": dist}
        document = {"name": package, "versions": {version: about}, "dist-tags": {}}
        return json.dumps(document).encode(), {"Content-Type": "application/json"}
    if kind == "hub" and name in index.hub:
        content = index.hub[name]
        etag = hashlib.sha256(content).hexdigest()
        return content, {"ETag": f'"{etag}"', "X-Repo-Commit": REVISION, "Accept-Ranges": "bytes"}
    return None, {}
