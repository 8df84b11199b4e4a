"""What this installation can do, and what may be done in a gallery."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings

from ml import contracts, registry
from ml.registry import Policy, Sensitive
from ml.weights import Weights
from webapp.models import Gallery, LicenceAcceptance
from webapp.selectors.galleries import may_measure, never_read, sensitive_kinds


def weights() -> Weights:
    return Weights(settings.WEIGHTS_DIR)


def installed() -> frozenset[str]:
    """Names of the models whose weights are all here."""
    store = weights()
    return frozenset(card.name for card in registry.cards() if store.has(card.weights))


def accepted() -> frozenset[str]:
    """Names of the models whose licence an administrator accepted, for the weights of today."""
    rows = set(LicenceAcceptance.objects.values_list("model", "digest"))
    return frozenset(card.name for card in registry.cards() if (card.name, card.digest) in rows)


def policy_for(gallery: Gallery) -> Policy:
    """What may run on a gallery's photos."""
    return Policy(
        installed=installed(),
        accepted=accepted(),
        sensitive=sensitive_kinds(gallery),
        forbidden=frozenset() if may_measure(gallery) else frozenset({contracts.EMBEDDING.name}),
    )


def policy_for_portraits(gallery: Gallery) -> Policy:
    """What may run to make portraits of somebody who agreed: their likeness is measured and their
    age looked at whatever is turned on, for the job alone, which keeps neither."""
    here = policy_for(gallery)
    return replace(here, sensitive=here.sensitive | {Sensitive.AGE}, forbidden=frozenset())


def policy_for_answer(
    gallery: Gallery, sensitive: frozenset[Sensitive], *, embeddings: bool
) -> Policy:
    """What may run for an answer that is not kept: what was asked for, short of what is never
    read in such a gallery."""
    return replace(
        policy_for(gallery),
        sensitive=sensitive - never_read(gallery),
        forbidden=frozenset() if embeddings else frozenset({contracts.EMBEDDING.name}),
    )
