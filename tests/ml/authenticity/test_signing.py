"""What is signed here can be told from what was changed since, and from what others signed."""

from __future__ import annotations

import logging
import stat
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from ml.authenticity import certificates, credentials
from ml.authenticity.credentials import Credentials, State
from ml.authenticity.signing import Action, Ingredient, Made, Signer, _asked_of, sign
from ml.errors import BadPicture
from tests.ml.authenticity.signed import TYPES, pem, picture, stranger

BLURRED = Action("c2pa.edited", "what is behind the people blurred")
YEAR = timedelta(days=366)
Signed = Callable[..., Path]


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "signing"


@pytest.fixture
def signed(tmp_path: Path, keys: Path) -> Signed:
    """Sign a picture of noise and return the signed file."""

    def made(name: str = "made.jpg", made: Made | None = None) -> Path:
        source, out = picture(tmp_path / f"plain-{name}"), tmp_path / name
        made = made or Made("portrait", ai=True)
        Signer(keys).sign(source, out, TYPES[out.suffix[1:]], made)
        return out

    return made


def read(path: Path, keys: Path) -> Credentials:
    return credentials.read(path, certificates.trusted(keys))


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
def test_what_was_made_here_is_trusted_here_and_says_a_model_made_it(
    signed: Signed, keys: Path, name: str
) -> None:
    path = signed(name)
    found = read(path, keys)
    assert (found.state, found.signer, found.codes) == (State.TRUSTED, "Prosopa", ())
    (step,) = found.steps
    assert step.action == "c2pa.created" and step.trusted
    assert step.source_type.endswith("/trainedAlgorithmicMedia")
    before = picture(path.with_name(f"plain-{name}"))
    assert Image.open(path).tobytes() == Image.open(before).tobytes()


def test_what_was_changed_here_tells_what_was_done_and_to_what(
    signed: Signed, keys: Path, tmp_path: Path
) -> None:
    parent = Ingredient(signed("first.png"), "image/png")
    path = signed("second.jpg", Made("portrait", (BLURRED,), (parent,)))
    found = read(path, keys)
    assert found.state is State.TRUSTED and found.ingredients == ("photo",)
    actions = [(step.action, step.described) for step in found.steps]
    assert actions[0][0] == "c2pa.created"  # the parent's own history comes along
    assert actions[1:] == [("c2pa.opened", ""), ("c2pa.edited", BLURRED.words)]
    assert not any("AlgorithmicMedia" in step.source_type for step in found.steps[1:])
    partly = signed("third.jpg", Made("portrait", (BLURRED,), (parent,), ai=True))
    last = read(partly, keys).steps[-1]
    assert last.source_type.endswith("/compositeWithTrainedAlgorithmicMedia")


def test_names_no_file_and_carries_no_second_picture(signed: Signed, tmp_path: Path) -> None:
    parent = picture(tmp_path / "anna-and-bert.jpg")
    path = signed("out.jpg", Made("portrait", (BLURRED,), (Ingredient(parent, "image/jpeg"),)))
    assert b"anna" not in path.read_bytes()
    assert path.stat().st_size - parent.stat().st_size < 20_000


def test_one_changed_byte_of_the_picture_is_found(signed: Signed, keys: Path) -> None:
    path = signed()
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)
    found = read(path, keys)
    assert found.state is State.CHANGED and found.changed == ("the picture's own bytes",)
    assert not any(step.trusted for step in found.steps)


def test_a_changed_statement_is_found_and_named(signed: Signed, keys: Path) -> None:
    path = signed()
    content = path.read_bytes()
    assert content.count(b"trainedAlgorithmicMedia") == 1
    path.write_bytes(content.replace(b"trainedAlgorithmicMedia", b"trainedAlgorithmicMedib"))
    found = read(path, keys)
    assert found.state is State.CHANGED
    assert "the statement c2pa.actions.v2" in found.changed


def test_saving_it_again_drops_the_history_and_says_nothing(signed: Signed, keys: Path) -> None:
    path = signed()
    Image.open(path).save(path.with_name("again.jpg"), quality=90)
    assert read(path.with_name("again.jpg"), keys) == Credentials(State.ABSENT)


def test_a_strangers_certificate_is_valid_and_not_trusted_until_it_is(
    keys: Path, tmp_path: Path
) -> None:
    who, out = stranger(), tmp_path / "a.jpg"
    sign(picture(tmp_path / "plain.jpg"), out, "image/jpeg", Made("x", ai=True), who)
    certificates.ready(keys)
    found = read(out, keys)
    assert (found.state, found.signer) == (State.UNTRUSTED, "Camera 7, Elsewhere")
    assert not found.steps[0].trusted
    root = pem(who.authority, tmp_path / "root.pem")
    trusted = credentials.read(out, (*certificates.trusted(keys), root))
    assert trusted.state is State.TRUSTED and trusted.steps[0].trusted


def test_trust_may_be_commented_in_any_alphabet(signed: Signed, keys: Path, tmp_path: Path) -> None:
    root = pem(stranger().authority, tmp_path / "root.pem")
    root.write_bytes("# Autorité de l'école\n".encode("latin-1") + root.read_bytes())
    assert credentials.read(signed(), (*certificates.trusted(keys), root)).state is State.TRUSTED
    source, out = picture(tmp_path / "b.jpg"), tmp_path / "again.jpg"
    Signer(keys, (root,)).sign(source, out, "image/jpeg", Made("x"))
    assert read(out, keys).state is State.TRUSTED


def test_a_strangers_word_does_not_gain_trust_by_being_an_ingredient(
    keys: Path, signed: Signed, tmp_path: Path
) -> None:
    parent = tmp_path / "theirs.jpg"
    sign(picture(tmp_path / "p.jpg"), parent, "image/jpeg", Made("x", ai=True), stranger())
    made = Made("portrait", (BLURRED,), (Ingredient(parent, "image/jpeg"),))
    found = read(signed("ours.jpg", made), keys)
    assert found.state is State.TRUSTED
    assert [step.trusted for step in found.steps] == [False, True, True]


def test_a_certificate_that_has_ended_is_told(tmp_path: Path) -> None:
    ends = datetime.now(UTC) + timedelta(seconds=2)
    who, out = stranger(until=ends), tmp_path / "a.jpg"
    sign(picture(tmp_path / "plain.jpg"), out, "image/jpeg", Made("x"), who)
    root = pem(who.authority, tmp_path / "root.pem")
    time.sleep(max(0.0, (ends - datetime.now(UTC)).total_seconds() + 1))
    found = credentials.read(out, (root,))
    assert found.state is State.EXPIRED and not found.steps[0].trusted


def test_an_ingredient_with_a_broken_history_is_named_without_it(
    signed: Signed, keys: Path
) -> None:
    broken = signed("broken.jpg")
    content = bytearray(broken.read_bytes())
    content[content.find(b"claim_generator_info") + 20] ^= 1
    broken.write_bytes(content)
    assert read(broken, keys).state is State.BROKEN
    parent = Ingredient(broken, "image/jpeg")
    found = read(signed("out.jpg", Made("portrait", (BLURRED,), (parent,))), keys)
    assert found.state is State.TRUSTED and found.ingredients == ("photo",)


def test_nothing_is_left_of_a_signing_that_failed(keys: Path, tmp_path: Path) -> None:
    (tmp_path / "no.jpg").touch()
    with pytest.raises(BadPicture):
        Signer(keys).sign(tmp_path / "no.jpg", tmp_path / "out.jpg", "image/jpeg", Made("x"))
    assert not (tmp_path / "out.jpg").exists()


@pytest.mark.parametrize(
    "asked", [{}, {"of": None}, {"of": 3}, {"of": ["eA=="]}, {"of": "x"}, {"of": "\xe9"}]
)
def test_nonsense_asked_of_the_key_is_a_bad_picture(asked: dict[str, object]) -> None:
    with pytest.raises(BadPicture):
        _asked_of({"asks": "signature"} | asked)


def test_keys_are_the_owners_only_and_told_to_nobody(
    signed: Signed, keys: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        path = signed()
    for file in (keys, *keys.rglob("*")):
        assert not stat.S_IMODE(file.stat().st_mode) & 0o077, file
    own = certificates.ready(keys)
    secret = own.key.private_numbers().private_value
    private = [f"{secret:x}", str(secret), "PRIVATE KEY"]
    told = [repr(own), caplog.text, certificates.authority(keys).read_text(), own.chain]
    assert not any(word in text for word in private for text in told)
    assert secret.to_bytes(32, "big") not in path.read_bytes()
    private_files = {file.name for file in keys.rglob("*.pem") if b"PRIVATE" in file.read_bytes()}
    assert private_files == {certificates.AUTHORITY, certificates.SIGNER}


def first(folder: Path) -> tuple[int, int]:
    ready = certificates.ready(folder)
    return ready.certificate.serial_number, ready.authority.serial_number


def test_parallel_first_starts_agree_on_one_authority(keys: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        assert len(set(pool.map(first, [keys] * 8))) == 1
    assert len(certificates.trusted(keys)) == 1


def test_a_key_signs_for_a_year_and_what_it_signed_can_still_be_checked(
    keys: Path, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    old = certificates.ready(keys, now - YEAR)
    assert certificates.ready(keys, now - YEAR + timedelta(days=300)).chain == old.chain
    out = tmp_path / "a.jpg"
    sign(picture(tmp_path / "plain.jpg"), out, "image/jpeg", Made("x"), old)
    new = certificates.ready(keys)
    assert new.certificate != old.certificate and new.authority == old.authority
    assert read(out, keys).state is State.TRUSTED
    assert len(list((keys / certificates.SIGNERS).iterdir())) == 2
    secret = f"{old.key.private_numbers().private_value:x}"
    assert secret not in "".join(path.read_text() for path in keys.rglob("*.pem"))


def test_an_old_authority_is_replaced_and_stays_trusted(keys: Path, tmp_path: Path) -> None:
    old = certificates.ready(keys, datetime.now(UTC) - 6 * YEAR)
    out = tmp_path / "a.jpg"
    sign(picture(tmp_path / "plain.jpg"), out, "image/jpeg", Made("x"), old)
    assert certificates.ready(keys).authority != old.authority
    assert len(certificates.trusted(keys)) == 2
    assert read(out, keys).state is State.TRUSTED
    left = old.certificate.not_valid_after_utc - datetime.now(UTC)
    assert left > 3 * YEAR
