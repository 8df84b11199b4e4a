"""What a job that makes portraits is told of whose they are, once the rules are looked at again."""

from __future__ import annotations

from ml.errors import MLError, Refused
from ml.generation.generate_brief import LearntFile
from ml.generation.prompt_list import Rule
from webapp.jobs.folders import attempt_folder
from webapp.models import Job
from webapp.selectors import prompt_rules
from webapp.selectors.learning import UNLEARNT, of_face, photos_of
from webapp.selectors.portrait_rules import adult_record, face_of, refusal_of
from webapp.services.learning import learnt_file


def adult(job: Job) -> bool:
    """Whether a record says that whose portraits are asked for is an adult.

    Raises:
        Refused: by now a rule forbids portraits of them.
    """
    if forbidden := refusal_of(job):
        raise Refused(forbidden.sentence, forbidden.rule)
    face = face_of(job)
    return bool(face and face.person and adult_record(face.person))


def learnt(job: Job) -> LearntFile | None:
    """What was learnt of the person, where that is wanted, and of which photos.

    Raises:
        MLError: nothing was, or it is erased by now.
    """
    if not job.options.get("learnt"):
        return None
    face = face_of(job)
    row = of_face(face) if face else None
    if row is None:
        raise MLError(UNLEARNT)
    return LearntFile(learnt_file(learnt=row, folder=attempt_folder(job)), photos_of(row))


def rules(job: Job) -> tuple[Rule, ...]:
    """What a prompt may not ask for, here and now."""
    return prompt_rules.in_force()
