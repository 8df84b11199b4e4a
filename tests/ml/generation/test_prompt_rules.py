"""Prompts are refused by a rule that is named, however they are spelt; harmless ones are not."""

from __future__ import annotations

import pytest

from ml.errors import MLError
from ml.generation.prompt_list import RULES, Rule
from ml.generation.prompt_rules import PromptRefused, check
from ml.generation.styles import STYLES
from ml.generation.styling import joined, named


@pytest.mark.parametrize(
    "prompt",
    [
        "a nude portrait",
        "NUDE",
        "n u d e portrait",
        "a person n.u.d.e on a beach",
        "n-u-d-e",
        "nu\u200bde",
        "nu\u00adde",
        "n\u00fcd\u00e9",
        "\uff4e\uff55\uff44\uff45",  # full width
        "nu\u0501\u0435",  # Cyrillic letters
        "nud3",
        "pr0n or p0rn",
        "n__u__d__e",
    ],
)
def test_spelling_tricks_do_not_hide_a_word(prompt: str) -> None:
    with pytest.raises(PromptRefused) as refused:
        check(prompt)
    assert refused.value.rule == "sexual" and refused.value.word in str(refused.value)
    assert "Rule: sexual." in str(refused.value)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_word_of_the_list_is_refused_by_its_rule(rule: Rule) -> None:
    for word in rule.words:
        with pytest.raises(PromptRefused) as refused:
            check(f"a person, {word.replace('*', 's')}, outdoors")
        assert refused.value.rule == rule.name


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "same person, laughing, from the side",
        "in Essex, at the Middlesex fair, with a sextant",
        "an executive, a skilled kidney surgeon in a white coat",
        "in a grey coat, on a balcony in the evening light",
        "I am a person in a red coat",
        "portrait at 1930, 50 mm lens, f/1.8",
        *(style.prompt for style in STYLES.values()),
    ],
)
def test_harmless_prompts_pass(prompt: str) -> None:
    check(prompt)


def test_ten_thousand_characters_are_refused_in_a_sentence() -> None:
    with pytest.raises(PromptRefused, match=r"10,000 characters, and 1,000 are the most") as long:
        check("x" * 10_000)
    assert long.value.rule == "length"


def test_an_edited_list_is_followed() -> None:
    rules = (Rule("hats", "No hats here.", ("hat*",)),)
    check("nude", rules)
    with pytest.raises(PromptRefused, match="No hats here"):
        check("two hats", rules)


def test_every_style_says_what_it_is_and_an_unknown_one_offers_them() -> None:
    assert len(STYLES) >= 5
    for name, style in STYLES.items():
        assert name == style.name and style.title and style.prompt and style.negative
        assert 0 <= style.strength <= 1
    with pytest.raises(MLError, match=", ".join(sorted(STYLES))):
        named("baroque", STYLES)
    assert joined("a coat,", "", " snow ") == "a coat, snow"
