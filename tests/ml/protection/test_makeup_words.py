"""What words ask of make-up."""

from __future__ import annotations

import pytest

from ml.errors import MLError
from ml.protection.makeup_words import LOOKS, USUAL, look, rgb


def opacities(prompt: str) -> dict[str, float]:
    return {one.region: one.opacity for one in look(prompt).layers}


def test_a_colour_goes_with_the_region_it_stands_beside() -> None:
    lips, eyes = look("red lips, smoky eyes").layers
    assert (lips.region, lips.colour) == ("lips", rgb("red"))
    assert (eyes.region, eyes.colour) == ("smoky eyes", USUAL["smoky eyes"][0])


def test_two_words_are_one_colour_of_css() -> None:
    assert look("dark olive green eyeshadow").layers[0].colour == (85, 107, 47)


def test_what_is_hardly_visible_is_faint_all_over() -> None:
    faint, natural = look("hardly visible"), look("natural")
    assert opacities("hardly visible").keys() == opacities("natural").keys()
    assert all(a.opacity < b.opacity / 2 for a, b in zip(faint.layers, natural.layers, strict=True))
    assert faint.strength < natural.strength == 1


def test_no_takes_a_region_out_of_a_look() -> None:
    assert "blush" not in opacities("natural, no blush")
    assert opacities("natural, without lipstick").keys() == {
        region for region, _, _ in LOOKS["natural"] if region != "lips"
    }


def test_one_word_weakens_its_own_clause_only() -> None:
    found = opacities("faint lips, bold eyeliner")
    assert found["lips"] < USUAL["lips"][1] and found["eyeliner"] > USUAL["eyeliner"][1]


def test_what_was_understood_and_what_was_not_is_said() -> None:
    heard = look("rose lips and round glasses")
    assert "lips #c46268" in heard.understood and "glasses" in heard.understood
    assert heard.ignored == ("round",)


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("purple unicorn", "Understood was the colour purple."),
        ("no lipstick", "Understood was no lips."),
        ("", "Nothing of it was understood."),
        ("red lips, no lips", "asks for lips and for no lips"),
        ("lips " * 100, "at most 300 characters"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_what_was_understood(prompt: str, said: str) -> None:
    with pytest.raises(MLError, match=said):
        look(prompt)
