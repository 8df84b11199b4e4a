"""Whether a prompt may be carried out, and if not, by which rule and for which word.

Words are compared after tricks of spelling are undone: accents, look-alike letters of other
scripts, digits for letters, letters spaced out, signs between letters. What a list of words cannot
see (other languages, paraphrases) it does not refuse; whoever runs an installation edits the list.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ml.errors import Refused
from ml.generation.prompt_list import RULES, Rule

LONGEST = 1_000  # characters; the models read some 70 words
TOO_LONG = "The prompt has {:,} characters, and {:,} are the most: say it shorter."
# Letters of other scripts that look like Latin ones, and what they look like.
LOOKS = str.maketrans(
    "авекмнорстухіјѕԁһӏքαβεζηικμνορτυχω" + "ıłøđɡɩƅ",
    "abekmhopctyxijsdhlpabezhikmvoptyxw" + "ilodgib",
)
DIGITS = str.maketrans("013457@$!|", "oieastasil")
SPACED = re.compile(r"(?<![^\W_])(?:[^\W_](?:[\W_]+|$)){3,}")
GLUE = re.compile(r"(?<=[^\W_])[.\-_*'’·•~+/\\]+(?=[^\W_])")
WORD = re.compile(r"[^\W_]+")


class PromptRefused(Refused):
    """A prompt that is not carried out. word: what it was refused for."""

    def __init__(self, sentence: str, rule: str, word: str = "") -> None:
        super().__init__(sentence, rule)
        self.word = word


@dataclass(frozen=True, slots=True)
class Refusal:
    """rule: what refused. word: that of the list."""

    rule: Rule
    word: str


def check(prompt: str, rules: Sequence[Rule] = RULES) -> None:
    """
    Raises:
        PromptRefused: a rule refuses it, or it is too long; the sentence says which and why.
    """
    if len(prompt) > LONGEST:
        raise PromptRefused(TOO_LONG.format(len(prompt), LONGEST), "length")
    found = refusal(prompt, rules)
    if found is not None:
        word = found.word.rstrip("*")
        said = f"Not made because of “{word}” in the prompt. {found.rule.why}"
        raise PromptRefused(f"{said} (Rule: {found.rule.name}.)", found.rule.name, word)


def refusal(prompt: str, rules: Sequence[Rule] = RULES) -> Refusal | None:
    """The first rule that a reading of the prompt meets."""
    texts = list(readings(prompt))
    for rule in rules:
        for word in rule.words:
            pattern = matching(word)
            if any(pattern.search(text) for text in texts):
                return Refusal(rule, word)
    return None


def readings(prompt: str) -> Iterator[str]:
    """The ways in which a prompt can be read: words of small Latin letters, a space between."""
    for text in (plain(prompt), plain(prompt).translate(DIGITS)):
        yield words(text)
        yield words(GLUE.sub("", text))
        yield words(SPACED.sub(lambda run: "".join(WORD.findall(run.group())) + " ", text))


def plain(text: str) -> str:
    """Without accents, invisible signs and look-alikes, in small letters."""
    parted = unicodedata.normalize("NFKD", text)
    seen = "".join(
        letter for letter in parted if unicodedata.category(letter) not in ("Mn", "Me", "Cf")
    )
    return seen.casefold().translate(LOOKS)


def words(text: str) -> str:
    return " ".join(WORD.findall(text))


def matching(word: str) -> re.Pattern[str]:
    """What finds a word of the list in a reading."""
    ending = r"\w*" if word.endswith("*") else ""
    return re.compile(rf"\b{re.escape(word.rstrip('*'))}{ending}\b")
