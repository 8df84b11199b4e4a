"""Finds out whether a question in free words asks for what is nobody's business unless turned on.

Word lists, which anybody can read: a question that goes around them is answered by a language model
in its own words, and no list can promise more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ml.registry import Sensitive
from ml.types import Question

WORDS: Mapping[Sensitive, str] = {
    Sensitive.AGE: r"how old|\bages?\b|\baged\b|\byoung\w*|"
    r"\bold(er|est)?\b (man|woman|person|people)|"
    r"\bolder\b|\boldest\b|\belderly\b|\bteen\w*|\bminors?\b|\bunderage\b|years old|born (in|when)",
    Sensitive.GENDER: r"\bgenders?\b|\bsex\b|\b(fe)?males?\b|how many (wo)?men|"
    r"how many (boys|girls)|"
    r"\b(is|are) (this|that|it|he|she|they|the person)( person)? an? ?(real )?(wo)?m[ae]n\b|"
    r"\b(a )?man or (a )?woman|\b(a )?woman or (a )?man|\b(a )?(boy|girl) or (a )?(girl|boy)|"
    r"\btransgender\b",
    Sensitive.RACE: r"\brac(e|es|ial\w*)\b|\bethnic\w*|\bnationalit\w*|skin (colou?r|tone)|"
    r"\bdescent\b|\b(caucasian|asian|african|latin[oa]|hispanic|arab|jewish|roma)\b|"
    r"\b(black|white) (person|people|man|woman|men|women)\b|country .{0,20}(come|comes|from)",
    Sensitive.EMOTION: r"\bemotion\w*|\bfeel(s|ing|ings)?\b|\bmoods?\b|\b(un)?happy\b|\bsad\b|"
    r"\bangry\b|\bafraid\b|\banxious\b|\bdepress\w*|\bupset\b|facial expression|"
    r"which expression|\bin love\b",
    Sensitive.ATTENTION: r"\battentive\w*|pay\w* attention|\bdistracted\b|\bbored\b|"
    r"\bconcentrat\w*",
}
KIND = {
    Sensitive.AGE: "age",
    Sensitive.GENDER: "gender",
    Sensitive.RACE: "race or origin",
    Sensitive.EMOTION: "feelings",
    Sensitive.ATTENTION: "attention",
}
_patterns = {kind: re.compile(words, re.IGNORECASE) for kind, words in WORDS.items()}


def touches(question: Question) -> set[Sensitive]:
    """The kinds of sensitive fact that the question, or one of its choices, asks for."""
    said = "\n".join((question.text, *question.paraphrases, *question.choices))
    found = {kind for kind, pattern in _patterns.items() if pattern.search(said)}
    return (found | {question.sensitive}) - {Sensitive.NOT}


def turned_off(question: Question, allowed: frozenset[Sensitive]) -> str:
    """Why the question is not asked, in words; "" where it may be."""
    barred = sorted(KIND[kind] for kind in touches(question) - allowed)
    return f"This asks for {' and '.join(barred)}, which is turned off." if barred else ""
