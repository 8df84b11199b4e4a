"""What a job that makes portraits is told of whose they are, once the rules are looked at again."""

from __future__ import annotations

from ml.errors import Refused
from ml.generation.prompt_list import Rule
from webapp.models import Job
from webapp.selectors import prompt_rules
from webapp.selectors.portrait_rules import adult_record, face_of, refusal_of


def adult(job: Job) -> bool:
    """Whether a record says that whose portraits are asked for is an adult.

    Raises:
        Refused: by now a rule forbids portraits of them.
    """
    if forbidden := refusal_of(job):
        raise Refused(forbidden.sentence, forbidden.rule)
    face = face_of(job)
    return bool(face and face.person and adult_record(face.person))


def rules(job: Job) -> tuple[Rule, ...]:
    """What a prompt may not ask for, here and now."""
    return prompt_rules.in_force()
