"""A question sent to a service that speaks the OpenAI protocol, and its reply, which is data.

What goes wrong is said in sentences that name the host: never the key, and never the service's own
words, which may repeat the key or anything else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from threading import Thread
from time import monotonic, sleep, time
from typing import Any

from ml.contracts import Endpoint
from ml.errors import MLError
from ml.outgoing import NoAnswer, Reply, Request, post, split

MOST = 1_000_000  # bytes of a reply
LONGEST = 20_000  # characters of what a reply says, thinking included
PATIENCE = 30.0  # seconds; who wants to be asked again later than that is not waited for
TICK = 0.25  # seconds between two looks whether somebody cancelled
TOP = 20  # alternatives of a token; services give no more
WORDS: Mapping[int, str] = {
    401: "{host} does not take the key (401). An administrator has to look at it.",
    402: "{host} wants to be paid first (402). An administrator has to look at it.",
    403: "{host} does not allow this (403). An administrator has to look at it.",
    404: "{host} knows no such model, or nothing is at that address (404). An administrator has to "
    "look at it.",
    413: "{host} does not take a picture of this size (413).",
    415: "{host} does not take pictures (415).",
    429: "{host} is asked too often (429). Try again later.",
}
BROKEN = "{host} failed ({status}). Try again later."
MOVED = (
    "{host} sends its callers elsewhere ({status}), and nobody follows: photos go only where an "
    "administrator said. The address has to be changed there."
)
OTHERWISE = "{host} refused the question ({status})."
NOT_JSON = "{host} answered with something other than JSON: is the address right?"
GARBLED = "{host} answered with JSON that is broken, or not of the OpenAI protocol."
UNKEYABLE = "The key for {host} holds characters that no key has. An administrator has to look."


class Refused(MLError):
    """The service will not answer whatever is asked next."""


class Unsuited(MLError):
    """The service did not understand the request (400, 422), and may understand a plainer one."""


class Busy(NoAnswer):
    """Too many requests. after: seconds, as the service said; None where it did not."""

    def __init__(self, sentence: str, after: float | None) -> None:
        super().__init__(sentence)
        self.after = after


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the reply. top: piece -> log-probability, of what else could have stood there,
    and of itself."""

    text: str
    top: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Completion:
    """text: of the reply. tokens: its pieces, () where the service does not tell. refused: it said
    that it does not answer this. cut: the reply reached its greatest length."""

    text: str
    tokens: tuple[Token, ...] = ()
    refused: bool = False
    cut: bool = False


def completion(
    endpoint: Endpoint, payload: Mapping[str, Any], look: Callable[[], None]
) -> Completion:
    """The reply to a request, tried again where it got none. look: called while waiting; raises
    Cancelled.

    Raises:
        Refused: see there; also what `permit` raises. Unsuited: see there.
        NoAnswer: nothing of use came back, however often it was tried.
    """
    for attempt in range(endpoint.retries + 1):
        try:
            return _once(endpoint, payload, look)
        except NoAnswer as error:
            after = error.after if isinstance(error, Busy) else None
            pause = endpoint.pause * 2**attempt if after is None else after
            if attempt == endpoint.retries or pause > PATIENCE:
                raise
            _rest(pause, look)
    raise AssertionError("unreachable")


def host(endpoint: Endpoint) -> str:
    """Who is asked, in words."""
    return str(split(endpoint.url).hostname)


def _once(endpoint: Endpoint, payload: Mapping[str, Any], look: Callable[[], None]) -> Completion:
    look()
    request = _request(endpoint, payload)
    endpoint.permit()
    return _read(endpoint, _posted(request, look))


def _request(endpoint: Endpoint, payload: Mapping[str, Any]) -> Request:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if endpoint.key:
        if not (endpoint.key.isascii() and endpoint.key.isprintable()):
            raise Refused(UNKEYABLE.format(host=host(endpoint)))
        headers["Authorization"] = f"Bearer {endpoint.key}"
    return Request(
        endpoint.url.rstrip("/") + "/chat/completions",
        headers,
        json.dumps({"model": endpoint.model, **payload}).encode(),
        endpoint.seconds,
        MOST,
        endpoint.private,
    )


def _posted(request: Request, look: Callable[[], None]) -> Reply:
    """Sent by a thread, which ends by itself, so that a person who cancels need not wait for it."""
    reply: Future[Reply] = Future()

    def send() -> None:
        try:
            reply.set_result(post(request))
        except BaseException as error:  # it is raised where the reply is waited for
            reply.set_exception(error)

    Thread(target=send, name="asking", daemon=True).start()
    while not wait([reply], TICK).done:
        look()
    return reply.result()


def _rest(seconds: float, look: Callable[[], None]) -> None:
    until = monotonic() + seconds
    while (left := until - monotonic()) > 0:
        look()
        sleep(min(left, TICK))


def _read(endpoint: Endpoint, reply: Reply) -> Completion:
    name, status = host(endpoint), reply.status
    if status == 200:
        return _completed(name, reply)
    if status in (400, 422):
        raise Unsuited(OTHERWISE.format(host=name, status=status))
    if status == 429:
        raise Busy(WORDS[429].format(host=name), _after(reply.headers.get("retry-after", "")))
    if status in (408, 409, 425) or status >= 500:
        raise NoAnswer(BROKEN.format(host=name, status=status))
    other = MOVED if 300 <= status < 400 else OTHERWISE
    raise Refused(WORDS.get(status, other).format(host=name, status=status))


def _after(said: str) -> float | None:
    """Seconds of a Retry-After header, which holds those or a date; None where it is neither."""
    if said.strip().isdecimal():
        return float(said[:9])
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - time())
    except (ValueError, OverflowError):
        return None


def _completed(name: str, reply: Reply) -> Completion:
    kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(NOT_JSON.format(host=name))
    try:
        choice = at(json.loads(reply.body), "choices", 0)
    except (ValueError, RecursionError):
        raise NoAnswer(GARBLED.format(host=name)) from None
    text, refusal = at(choice, "message", "content"), at(choice, "message", "refusal")
    reason = at(choice, "finish_reason")
    refused = bool(refusal) or reason == "content_filter"
    if not isinstance(text, str):
        if not refused:
            raise NoAnswer(GARBLED.format(host=name))
        text = ""
    cut = reason == "length" or len(text) > LONGEST
    return Completion(text[:LONGEST], tuple(_tokens(choice)), refused, cut)


def at(data: Any, *path: str | int) -> Any:
    """What is there in JSON that may be anything; None where nothing is."""
    for step in path:
        if isinstance(step, str):
            data = data.get(step) if isinstance(data, dict) else None
        else:
            data = data[step] if isinstance(data, list) and len(data) > step else None
    return data


def _tokens(choice: Any) -> Iterator[Token]:
    found = at(choice, "logprobs", "content")
    for one in found if isinstance(found, list) else ():
        text, tops = at(one, "token"), at(one, "top_logprobs")
        if not isinstance(text, str):
            return
        every = [one, *(tops[:TOP] if isinstance(tops, list) else ())]
        pairs = ((at(each, "token"), at(each, "logprob")) for each in every)
        yield Token(text, {piece: float(log) for piece, log in pairs if _is_odds(piece, log)})


def _is_odds(piece: Any, log: Any) -> bool:
    is_number = isinstance(log, int | float) and not isinstance(log, bool)
    return isinstance(piece, str) and is_number and -1e6 < log <= 0
