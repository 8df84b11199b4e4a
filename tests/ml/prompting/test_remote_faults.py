"""Whatever a service outside does, it ends as a sentence, soon, that tells no secret."""

from __future__ import annotations

from email.utils import formatdate
from pathlib import Path
from time import monotonic, time

import pytest

from ml.contracts import Asked
from ml.errors import Cancelled, MLError
from ml.prompting.remote import RemoteEndpoint
from ml.registry import Device
from ml.types import Question
from ml.weights import Weights
from tests.ml.prompting.openai_server import (
    Deed,
    Server,
    cut,
    failing,
    gone,
    huge,
    late,
    moved,
    replying,
    sending,
    serving,
)
from tests.ml.prompting.test_remote import KEY, PEOPLE, VIEW, ask, endpoint

GOOD = replying(3)
SLOW = late(1.5, GOOD)
FOUR = tuple(Question(f"What is in corner {n}?") for n in range(4))


@pytest.mark.parametrize(
    ("deed", "words", "requests"),
    [
        (SLOW, "did not answer within 0.4 seconds", 2),
        (cut, "broke off", 2),
        (gone, "broke off", 2),
        (huge, "more than was asked for", 2),
        (failing(500), "failed \\(500\\). Try again later", 2),
        (failing(503), "failed \\(503\\)", 2),
        (failing(429), "asked too often", 2),
        (failing(429, Retry_After="0"), "asked too often", 2),
        (failing(429, Retry_After="3600"), "asked too often", 1),
        (failing(429, Retry_After="soon"), "asked too often", 2),
        (failing(429, Retry_After=formatdate(time() + 3600)), "asked too often", 1),
        (failing(401), "does not take the key", 1),
        (failing(402), "wants to be paid", 1),
        (failing(403), "does not allow this", 1),
        (failing(404), "knows no such model", 1),
        (failing(413), "picture of this size", 1),
        (failing(418), "refused the question \\(418\\)", 1),
        (failing(400), "refused the question \\(400\\)", 4),
        (failing(422), "refused the question \\(422\\)", 4),
        (moved("http://169.254.169.254/"), "elsewhere \\(307\\), and nobody follows", 1),
        (sending(b"<html>", kind="text/html"), "something other than JSON", 1),
        (sending(b'{"choices": [{"mess'), "broken", 2),
        (sending(b"\xff\xfe"), "broken", 2),
        (sending(b"[" * 200_000), "broken", 2),
        (sending(b'{"choices": []}'), "broken", 2),
        (sending(b'{"choices": [{"message": {"content": [1]}}]}'), "broken", 2),
        (sending(b"3"), "broken", 2),
    ],
)
def test_each_fault_is_a_sentence(deed: Deed, words: str, requests: int) -> None:
    began = monotonic()
    with serving(deed) as server, pytest.raises(MLError, match=words) as found:
        ask(server, PEOPLE, seconds=0.4 if deed is SLOW else 60, retries=1)
    assert found.value.permanent and "127.0.0.1" in str(found.value)
    assert KEY not in str(found.value) and found.value.__cause__ is None
    assert len(server.bodies) == requests and monotonic() - began < 30


@pytest.mark.parametrize(
    "fault",
    [cut, failing(500), failing(429, Retry_After="1"), sending(b"{"), late(4, GOOD)],
)
def test_what_goes_by_is_tried_again(fault: Deed) -> None:
    with serving(fault, GOOD) as server:
        (answer,) = ask(server, PEOPLE, seconds=2)
    assert answer.value == 3.0 and len(server.bodies) == 2


def test_it_waits_as_long_as_it_is_told() -> None:
    began = monotonic()
    with serving(failing(429, Retry_After="1"), GOOD) as server:
        ask(server, PEOPLE)
    assert 1.0 <= monotonic() - began < 20


def test_without_tls_that_proves_the_name_nothing_is_sent() -> None:
    with serving(GOOD) as server, pytest.raises(MLError, match="TLS"):
        ask(server, PEOPLE, url=server.url.replace("http:", "https:"), retries=0)
    assert server.bodies == []


def test_private_addresses_are_asked_where_that_was_said() -> None:
    with serving(GOOD) as server, pytest.raises(MLError, match="private network"):
        ask(server, PEOPLE, private=False)
    assert server.bodies == []


def test_nobody_answers() -> None:
    with serving(GOOD) as server:
        pass
    with pytest.raises(MLError, match="cannot be reached"):
        ask(server, PEOPLE)


@pytest.mark.parametrize("key", ["a\r\nHost: evil.example", "schlüssel"])
def test_a_key_is_no_header(key: str) -> None:
    with serving(GOOD) as server, pytest.raises(MLError, match="holds characters") as found:
        ask(server, PEOPLE, key=key)
    assert server.bodies == [] and key not in str(found.value)


def test_without_a_key_none_is_sent() -> None:
    with serving(GOOD) as server:
        ask(server, PEOPLE, key="")
    assert "authorization" not in server.headers[0]


def test_a_secret_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    with serving(failing(401)) as server:
        assert KEY not in repr(endpoint(server))
        with pytest.raises(MLError):
            ask(server, PEOPLE)
    assert KEY not in caplog.text


def test_one_question_that_gets_no_answer_does_not_take_the_others_along() -> None:
    good = replying("a chair")
    with serving(good, cut, good) as server:
        found = ask(server, *FOUR, retries=0)
    assert [answer.value for answer in found] == ["a chair", None, "a chair", "a chair"]
    assert "broke off" in found[1].invalid


def test_a_service_that_stays_away_is_not_asked_on() -> None:
    with serving(replying("a chair"), failing(500)) as server:
        found = ask(server, *FOUR, retries=0)
    assert [answer.value for answer in found] == ["a chair", None, None, None]
    assert [bool(answer.invalid) for answer in found] == [False, True, True, False]
    assert "not asked" in found[3].declined and len(server.bodies) == 3
    with serving(failing(500)) as server, pytest.raises(MLError, match="500"):
        ask(server, *FOUR, retries=0)
    assert len(server.bodies) == 2


class Purse:
    """So many requests may be sent."""

    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self) -> None:
        if not self.left:
            raise MLError("Used up for today.")
        self.left -= 1


def test_a_budget_counts_every_request_and_what_is_left_is_declined() -> None:
    good = replying("a chair")
    with serving(good, failing(500), good) as server:
        found = ask(server, *FOUR, permit=Purse(3))
    assert [answer.value for answer in found] == ["a chair", "a chair", None, None]
    assert [answer.invalid for answer in found] == [""] * 4
    assert all("Used up for today." in answer.declined for answer in found[2:])
    assert len(server.bodies) == 3
    with serving(good) as server, pytest.raises(MLError, match="Used up"):
        ask(server, *FOUR, permit=Purse(0))
    assert server.bodies == []


def cancel(server: Server, after: int, *questions: Question) -> float:
    """Somebody cancels once the service has got so many requests; the seconds until that ended."""
    began = monotonic()

    def progress(done: int, total: int, message: str = "") -> None:
        assert "127.0.0.1" in message and KEY not in message and done < total
        if len(server.bodies) == after:
            raise Cancelled

    engine = RemoteEndpoint(Weights(Path()), Device.CPU)
    with pytest.raises(Cancelled):
        engine.answers(VIEW, Asked(questions, endpoint=endpoint(server)), progress)
    assert len(server.bodies) == after
    return monotonic() - began


def test_cancelling_ends_the_wait_for_a_reply() -> None:
    with serving(late(30, GOOD)) as server:
        assert cancel(server, 1, PEOPLE) < 20


def test_cancelling_ends_the_wait_for_the_next_try() -> None:
    with serving(failing(429, Retry_After="30")) as server:
        assert cancel(server, 1, PEOPLE) < 20


def test_cancelling_ends_between_questions() -> None:
    with serving(replying("a chair")) as server:
        cancel(server, 2, *FOUR)
