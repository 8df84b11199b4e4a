"""A signed history becomes findings; hostile ones break nothing and reach nobody."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from ml.authenticity import certificates, credentials
from ml.authenticity.credentials import Credentials, State
from ml.authenticity.pipeline import AuthenticateInputs, AuthenticateOptions, authenticate
from ml.authenticity.provenance_c2pa import STATED, ProvenanceC2PA, findings
from ml.authenticity.signing import Action, Ingredient, Made, Signer, sign
from ml.contracts import Case, Output, View
from ml.pipelines import Context
from ml.pool import Pool
from ml.registry import Device
from ml.types import Claim, Finding, Picture
from ml.weighing import in_words, weighed
from ml.weights import Weights
from tests.ml.authenticity.signed import pem, picture, stranger

BLURRED = Action("c2pa.edited", "background blurred")


class Server:
    """Counts who connects to it."""

    def __init__(self) -> None:
        self.visits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                visitor, _ = self._socket.accept()
                self.visits += 1
                visitor.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    yield found
    found.close()


def looked_at(path: Path, *trust: Path) -> Output:
    view = View(Picture(np.zeros((8, 8, 3), np.uint8)), case=Case(path, trust))
    return ProvenanceC2PA(Weights(Path("/nowhere")), Device.CPU).run(view)


def by_claim(output: Output) -> dict[tuple[Claim, str], Finding]:
    return {(one.claim, one.name): one for one in output.findings}


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def made(keys: Path, tmp_path: Path) -> Path:
    """A picture that says a model made it, signed here."""
    out = tmp_path / "made.jpg"
    Signer(keys).sign(picture(tmp_path / "p.jpg"), out, "image/jpeg", Made("x", ai=True))
    return out


def test_a_trusted_word_that_a_model_made_it_counts(made: Path, keys: Path) -> None:
    output = looked_at(made, *certificates.trusted(keys))
    found = by_claim(output)
    said = found[Claim.GENERATED, "says how it was made"]
    assert (said.value, said.weight) == ("made by a generative model", STATED)
    assert "Prosopa" in said.reliability
    assert found[Claim.EDITED, "signed history"].weight is None
    assert [one.value for one in output.readings] == [
        "made (made by a generative model) with Prosopa"
    ]


@pytest.mark.parametrize("kind", ["DIGITAL_CREATION", "ALGORITHMIC_MEDIA", "DATA_DRIVEN_MEDIA"])
def test_a_trusted_word_that_a_person_or_a_program_drew_it_does_not_count(
    kind: str, tmp_path: Path
) -> None:
    path = remote(tmp_path / "drawn.jpg", "http://127.0.0.1:9/", embed=True, kind=kind)
    found = by_claim(looked_at(path, tmp_path / "drawn.pem"))
    assert "unbroken, signed by" in str(found[Claim.EDITED, "signed history"].value)
    said = found[Claim.GENERATED, "says how it was made"]
    assert str(said.value).startswith(("made by", "drawn from")) and said.weight is None


def test_an_edit_counts_as_an_edit_and_is_told_after_what_it_was_made_of(
    made: Path, keys: Path, tmp_path: Path
) -> None:
    out = tmp_path / "edited.jpg"
    parent = Ingredient(made, "image/jpeg")
    Signer(keys).sign(made, out, "image/jpeg", Made("x", (BLURRED,), (parent,)))
    output = looked_at(out, *certificates.trusted(keys))
    assert by_claim(output)[Claim.EDITED, "says it was changed"].weight == STATED
    told = [str(one.value) for one in output.readings]
    assert [text.split()[0] for text in told] == ["made", "opened", "edited"]
    assert "background blurred" in told[-1]


def test_the_same_word_of_a_stranger_is_told_and_does_not_count(tmp_path: Path) -> None:
    out = tmp_path / "a.jpg"
    sign(picture(tmp_path / "p.jpg"), out, "image/jpeg", Made("x", ai=True), stranger())
    output = looked_at(out)
    assert {one.weight for one in output.findings} == {None}
    said = by_claim(output)
    assert said[Claim.GENERATED, "says how it was made"].value == "made by a generative model"
    assert "who calls themselves Camera 7" in str(said[Claim.EDITED, "signed history"].value)


def test_a_changed_file_is_told_and_its_statements_count_no_more(made: Path, keys: Path) -> None:
    content = bytearray(made.read_bytes())
    content[-100] ^= 1
    made.write_bytes(content)
    output = looked_at(made, *certificates.trusted(keys))
    state = by_claim(output)[Claim.EDITED, "signed history"]
    assert state.value == "not as it was when Prosopa signed it: the picture's own bytes"
    assert {one.weight for one in output.findings} == {None}


def test_a_certificate_outside_its_time_is_not_said_to_have_ended() -> None:
    found = Credentials(State.EXPIRED, "Camera 7", codes=("claimSignature.outsideValidity",))
    (said,) = findings(found)
    assert str(said.value).endswith("that has ended or not yet begun") and said.weight is None


def test_no_history_is_no_evidence(tmp_path: Path) -> None:
    (finding,) = looked_at(picture(tmp_path / "a.png")).findings
    assert (finding.value, finding.weight) == ("none in the file", None)
    assert "Says nothing" in finding.reliability


def test_the_job_that_judges_gathers_what_the_file_says(
    made: Path, keys: Path, tmp_path: Path
) -> None:
    inputs = AuthenticateInputs(made, ("c2pa-provenance", "metadata-generators"),
                                trust=certificates.trusted(keys))  # fmt: skip
    context = Context(Pool(Weights(tmp_path)))
    report = authenticate(AuthenticateOptions(), inputs, context)
    assert {one.model for one in report.findings} == set(inputs.models)
    generated, _ = sorted(
        weighed(report.findings), key=lambda one: one.claim is not Claim.GENERATED
    )
    assert generated.weight == STATED
    assert in_words(generated.weight) == "moderately strongly for"


def remote(path: Path, url: str, embed: bool, kind: str = "DIGITAL_CAPTURE") -> Path:
    """A file whose history lies on a server, or that names one besides its own."""
    import c2pa

    who = stranger(asks=f"{url}ocsp")
    builder = c2pa.Builder({"claim_generator_info": [{"name": "x"}]})
    builder.set_intent(c2pa.C2paBuilderIntent.CREATE, c2pa.C2paDigitalSourceType[kind])
    builder.set_remote_url(f"{url}history.c2pa")
    if not embed:
        builder.set_no_embed()
    signer = c2pa.Signer.from_callback(who.sign, c2pa.C2paSigningAlg.ES256, who.chain, None)
    with picture(path.with_name("plain.jpg")).open("rb") as source, path.open("w+b") as out:
        builder.sign(signer, "image/jpeg", source, out)
    pem(who.authority, path.with_suffix(".pem"))
    return path


def test_no_server_is_asked_for_a_history_or_for_a_certificate(
    server: Server, tmp_path: Path
) -> None:
    away = remote(tmp_path / "away.jpg", server.url, embed=False)
    assert credentials.read(away).state is State.ELSEWHERE
    here = remote(tmp_path / "here.jpg", server.url, embed=True)
    assert credentials.read(here, (tmp_path / "here.pem",)).state is State.TRUSTED
    assert server.visits == 0
    # The library asks it, where it is not told not to: the test would have seen that.
    import c2pa

    with suppress(c2pa.C2paError):
        c2pa.Reader("image/jpeg", io.BytesIO(away.read_bytes())).close()
    assert server.visits > 0


def mutated(content: bytes, rng: np.random.Generator) -> bytes:
    """Bytes of the manifest's part of the file changed, cut out, doubled or made very large."""
    changed = bytearray(content)
    start, end = content.find(b"jumb") - 8, content.rfind(b"c2pa.signature") + 1500
    for _ in range(int(rng.integers(1, 6))):
        at, how = int(rng.integers(start, end)), int(rng.integers(0, 5))
        length = int(rng.integers(1, 40))
        if how == 0:
            changed[at] ^= 1 << int(rng.integers(0, 8))
        elif how == 1:
            changed[at : at + 4] = b"\xff\xff\xff\xff"
        elif how == 2:
            del changed[at : at + length]
        elif how == 3:
            changed[at:at] = changed[at : at + length]
        else:
            changed[at : at + length] = rng.bytes(length)
    return bytes(changed)


@pytest.mark.parametrize("count", [40, pytest.param(1000, marks=pytest.mark.long)])
def test_mutated_histories_are_told_or_refused_and_reach_nobody(
    server: Server, tmp_path: Path, count: int
) -> None:
    whole = remote(tmp_path / "a.jpg", server.url, embed=True)
    trust = (tmp_path / "a.pem",)
    content, right = whole.read_bytes(), credentials.read(whole, trust)
    rng, states = np.random.default_rng(7), set()
    for number in range(count):
        path = tmp_path / "mutated.jpg"
        path.write_bytes(mutated(content, rng))
        found = credentials.read(path, trust)
        states.add(found.state)
        if found.state is State.TRUSTED:
            assert found.steps == right.steps, number
    assert server.visits == 0
    assert {State.CHANGED, State.BROKEN} <= states
