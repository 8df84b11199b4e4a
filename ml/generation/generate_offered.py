"""Whether what is asked for can be made with what is installed, and what is lacking if not."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from ml import registry
from ml.contracts.generators import Generator
from ml.generation.diffusion import NO_HURRY, Diffusion
from ml.generation.generate_asked import Begin, GenerateOptions, engines
from ml.generation.learning import can_wear
from ml.registry import ModelCard

Has = Callable[[ModelCard], bool]
NO_ENGINE = "{} is not installed. {}"
OTHERS = "Installed are: {}."
NOTHING = "No back end for made portraits is: an administrator can add one under Models."
NO_RECOGNISER = (
    "{} goes by what the recogniser {} makes of a face, and that is not installed: choose another "
    "back end."
)
NO_PART = "{} needs “{}”, which is not installed: an administrator can add it under Models."
NO_WEARING = (
    "{} cannot use what was learnt of a person: choose one that follows words and stands on Stable "
    "Diffusion 1.5."
)
FROM_NOTHING = "{} can neither begin from a photo nor put the face where it is asked."


def maker(name: str) -> type[Generator]:
    return cast(type[Generator], registry.get(name))


def ready(has: Has) -> list[str]:
    """The back ends that can be asked, best first: with the recogniser that they go by."""
    return [name for name in engines() if has(maker(name).card) and not recogniser_lacks(name, has)]


def recogniser_lacks(name: str, has: Has) -> str:
    """The recogniser that a back end goes by and that is not here; "" where none is lacking."""
    wanted = maker(name).embedder
    known = {card.name: card for card in registry.cards()}
    return "" if not wanted or (wanted in known and has(known[wanted])) else wanted


def lacking(options: GenerateOptions, has: Has) -> str:
    """Why it cannot be made, with what can be done; "" where it can. has: whether a model is
    installed and may be used."""
    if options.engine not in engines() or not has(maker(options.engine).card):
        there = ready(has)
        offer = OTHERS.format(", ".join(there)) if there else NOTHING
        return NO_ENGINE.format(options.engine[:40], offer)
    kind = maker(options.engine)
    title = kind.card.title
    if recogniser := recogniser_lacks(options.engine, has):
        return NO_RECOGNISER.format(title, recogniser)
    if options.learnt and not can_wear(kind.card):
        return NO_WEARING.format(title)
    if not issubclass(kind, Diffusion):
        if options.fast:
            return NO_HURRY.format(title)
        from_nothing = options.begin is Begin.NOTHING and not options.posed
        return "" if from_nothing else FROM_NOTHING.format(title)
    if options.fast and kind.quick is None:
        return NO_HURRY.format(title)
    if options.fast and kind.quick is not None and not has(kind.quick.card):
        return NO_PART.format("Fast mode", kind.quick.card.title)
    if options.posed and kind.control is not None and not has(kind.control.card):
        return NO_PART.format("A pose or an expression", kind.control.card.title)
    return ""
