"""How likely each of a question's options was, from the log-probabilities of a reply's pieces."""

from __future__ import annotations

import re
from math import exp

from ml.prompting.remote_forms import ANSWER, options
from ml.prompting.remote_wire import Completion, Token
from ml.types import Question

BEFORE = re.compile(rf'"{ANSWER}"\s*:\s*"')


def odds(question: Question, reply: Completion, said: str) -> dict[str, float]:
    """How likely each option was where the answer begins, of those the service tells; {} where it
    does not tell, or where two options begin alike."""
    words = options(question)
    place = _where(reply) if said else None
    if place is None:
        return {}
    token, skipped = place
    sums = dict.fromkeys(words, 0.0)
    for piece, log in token.top.items():
        if not piece.startswith(token.text[:skipped]):
            continue
        begun, ended = _begun(piece[skipped:])
        if not begun:
            continue
        fit = [one for one in words if _fits(one, begun, ended)]
        if len(fit) > 1:
            return {}
        for one in fit:
            sums[one] += exp(log)
    total = sum(sums.values())
    return {one: share / total for one, share in sums.items()} if sums[said] > 0 else {}


def _where(reply: Completion) -> tuple[Token, int] | None:
    """The piece with which the answer begins, and how many of its characters stand before that."""
    text = "".join(token.text for token in reply.tokens)
    ends = [found.end() for found in BEFORE.finditer(text)]
    if not ends and "{" in text:
        return None
    place = ends[-1] if ends else len(text) - len(text.lstrip())
    start = 0
    for token in reply.tokens:
        if place < start + len(token.text):
            return token, place - start
        start += len(token.text)
    return None


def _begun(piece: str) -> tuple[str, bool]:
    """The answer's first characters, and whether it ends with them."""
    begun, quote, _ = piece.partition('"')
    return begun.casefold(), bool(quote)


def _fits(option: str, begun: str, ended: bool) -> bool:
    return option.casefold() == begun if ended else option.casefold().startswith(begun)
