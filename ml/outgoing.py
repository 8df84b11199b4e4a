"""Asking another machine over HTTP: its name is resolved once, and what is private is not asked.

A name may resolve to an address of this machine or of the network it stands in, and to another
one when it is asked again. So it is resolved once, each address is checked, and the connection
goes to an address that was checked; TLS still checks the name. No redirect is followed, no proxy
of the environment is used, and no more is read than was said. Link-local addresses, behind which
clouds keep their machines' passwords, are asked by nobody's leave.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import SplitResult, urlsplit

from ml.errors import MLError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits
PIECE = 64 * 1024
PORTS = {"http": 80, "https": 443}


class NotAllowed(MLError):
    """The address may not be asked, whoever asks."""


class NoAnswer(MLError):
    """Nothing whole came back: not connected, cut off, too slow or too long. Trying again may
    help."""

    permanent = False


@dataclass(frozen=True, slots=True)
class Reply:
    """status: of HTTP, 100 to 599. headers: names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """url: http or https, without a name or password in it. headers: may hold secrets, which no
    error and no `repr` repeats. seconds: for all of it. most: bytes of the answer. private:
    addresses of this machine's own network may be asked."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    seconds: float = 60.0
    most: int = 2_000_000
    private: bool = False


def post(request: Request) -> Reply:
    """Send the body; whatever answers, with any status.

    Raises:
        NotAllowed: the URL or the address behind it.
        NoAnswer: see there; a sentence that names the host and no secret.
    """
    until = monotonic() + request.seconds
    parts = split(request.url)
    with _failing_in_words(parts, request):
        connection = _connected(parts, request, until)
        try:
            sock = connection.sock  # http.client forgets it while the answer is read
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path or "/", request.body, dict(request.headers))
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, headers, _read(sock, response, request, until))
        finally:
            connection.close()


def split(url: str) -> SplitResult:
    """The parts of a URL that may be asked.

    Raises:
        NotAllowed: it is none, with a sentence.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise NotAllowed("This is no web address.") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise NotAllowed("An address begins with https:// or http:// and names a host.")
    if parts.username is not None or parts.password is not None:
        raise NotAllowed("An address holds no name and no password: the key has its own field.")
    return parts


def addresses(host: str, port: int, *, private: bool) -> list[Address]:
    """What the name resolves to now, all of it allowed.

    Raises:
        NotAllowed: one of them may not be asked.
        OSError: the name is not known.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    every = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    for address in every:
        if not is_allowed(address, private=private):
            raise NotAllowed(
                f"{host} is at an address of a private network, which may not be asked."
                if not private
                else f"{host} is at an address that is never asked."
            )
    return list(dict.fromkeys(every))


def is_allowed(address: Address, *, private: bool) -> bool:
    """Whether it is public; or private, where that is allowed, but never link-local, multicast or
    nobody's. IPv6 addresses that carry an IPv4 address are judged by that."""
    inner = _carried(address)
    if inner is not None:
        return is_allowed(inner, private=private)
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if private and (address.is_private or address.is_loopback):
        return not _is_reserved(address)
    return address.is_global and not address.is_reserved


def _is_reserved(address: Address) -> bool:
    """Loopback IPv6 counts as reserved to Python, and is none."""
    return address.is_reserved and not address.is_loopback


def _carried(address: Address) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def _connected(parts: SplitResult, request: Request, until: float) -> http.client.HTTPConnection:
    """A connection to one of the addresses that were checked, the first that answers."""
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(host, port)
    failed: OSError = ConnectionError("no address")
    for address in addresses(host, port, private=request.private):
        try:
            sock = socket.create_connection((str(address), port), _left(until))
        except OSError as error:
            failed = error
            continue
        if parts.scheme == "https":
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
        connection.sock = sock
        return connection
    raise failed


def _read(
    sock: socket.socket,
    response: http.client.HTTPResponse,
    request: Request,
    until: float,
) -> bytes:
    """The body, whoever sends it a byte at a time."""
    body = bytearray()
    while True:
        sock.settimeout(_left(until))
        piece = response.read1(PIECE)
        if not piece:
            break
        body += piece
        if len(body) > request.most:
            raise NoAnswer(f"{_host(request)} answered with more than was asked for.")
    if response.length:
        raise http.client.IncompleteRead(bytes(body), response.length)
    return bytes(body)


def _left(until: float) -> float:
    """Seconds.

    Raises:
        TimeoutError: none are.
    """
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


@contextmanager
def _failing_in_words(parts: SplitResult, request: Request) -> Iterator[None]:
    host = parts.hostname
    try:
        yield
    except TimeoutError:
        raise NoAnswer(f"{host} did not answer within {request.seconds:g} seconds.") from None
    except ssl.SSLError:
        raise NoAnswer(f"{host} could not prove that it is {host} (TLS).") from None
    except socket.gaierror:
        raise NoAnswer(f"The name {host} is not known here.") from None
    except (OSError, http.client.HTTPException):
        raise NoAnswer(f"{host} cannot be reached, or broke off its answer.") from None


def _host(request: Request) -> str:
    return str(urlsplit(request.url).hostname)
