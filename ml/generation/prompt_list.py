"""What a prompt may not ask for: the list that administrators edit.

Each rule has a slug, a sentence for whoever is refused, and words. A word matches whole words of
the prompt as ml.generation.prompt_rules reads it (small letters, no accents, look-alikes undone);
two words match in this order with nothing between; a star at the end matches any ending.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """name: a slug. why: a sentence. words: in the form that the module describes."""

    name: str
    why: str
    words: tuple[str, ...]


RULES: tuple[Rule, ...] = (
    Rule(
        "sexual",
        "No sexual pictures of a person are made.",
        (
            *("nude*", "nudity", "naked*", "nsfw", "porn*", "topless", "undress*", "unclothed"),
            *("sex", "sexual*", "erotic*", "genital*", "nipple*", "lingerie", "hentai"),
        ),
    ),
    Rule(
        "minors",
        "No pictures of children are made.",
        (
            *("child*", "kid", "kids", "toddler*", "baby", "babies", "infant*", "underage"),
            *("teen*", "schoolgirl*", "schoolboy*", "preteen*", "minor", "minors", "loli*"),
            *("little girl*", "little boy*", "young girl*", "young boy*"),
        ),
    ),
    Rule(
        "violence",
        "No pictures of a person hurt or dead are made.",
        (
            *("gore", "gory", "behead*", "decapitat*", "mutilat*", "dismember*", "corpse*"),
            *("torture*", "bleeding", "hanged", "lynch*", "execution*"),
        ),
    ),
    Rule(
        "false-papers",
        "No papers or evidence in a person's name are made.",
        (
            *("id card*", "identity card*", "passport page*", "driving licence*"),
            *("driver license*", "driver s license*", "mugshot*", "mug shot*", "crime scene*"),
        ),
    ),
    Rule(
        "contempt",
        "No pictures that degrade a person are made.",
        ("nazi*", "swastika*", "kkk", "blackface", "humiliat*", "degrad*"),
    ),
)
