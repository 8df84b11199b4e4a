"""The rules under which portraits of somebody may be made, and which of them forbids it.

They are asked when portraits are wanted, again when a worker takes the job, and once more when what
it made is to be kept: each time all of them, for each may have changed. Age alone is looked at by
the job itself (ml.generation.minors), unless a record says that the person is an adult.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from ml import pipelines
from webapp.models import Adulthood, Consent, Face, Gallery, Job, Person, User
from webapp.selectors import galleries
from webapp.selectors.portrait_likeness import Compared, compared

GENERATION = Consent.Purpose.GENERATION
DAY = timedelta(days=1)
COUNTED = (Job.Status.QUEUED, Job.Status.RUNNING, Job.Status.CANCELLING, Job.Status.DONE)
EDITORS = "You may look at this gallery, but not make portraits in it."
PURPOSE = (
    "This gallery only looks: no portraits are made in it. Use a gallery for a household or an "
    "organisation."
)
NAME = "Nobody knows whose face this is: say who it is, then record that they agreed."
CONSENT = "{} has not agreed to that: record that they did, or that it is you."
LIKENESS = (
    "This face is no more like {0}’s other faces here than a stranger’s: if it is not {0}, give it "
    "its own name. If it is, name more photos of {0} that look like this one."
)
ALIKE = (
    "One of the further photos shows a face that is no more like {0}’s other faces here than a "
    "stranger’s: leave it out, or give it its own name."
)
QUOTA = "You may make {} portraits a day, and {} are made or on their way: go on tomorrow."


@dataclass(frozen=True, slots=True)
class Refusal:
    """rule: its slug. sentence: names it."""

    rule: str
    sentence: str


def _refused(rule: str, sentence: str) -> Refusal:
    return Refusal(rule, f"{sentence} (Rule: {rule}.)")


def refusal(*, face: Face, gallery: Gallery, by: User | None) -> Refusal | None:
    """What forbids portraits of that face, apart from how many were made already."""
    return refusals(faces=[face], gallery=gallery, by=by)[0]


def refusals(*, gallery: Gallery, faces: Sequence[Face], by: User | None) -> list[Refusal | None]:
    """The same of each of several faces of a gallery, in as many queries."""
    if (forbidden := _forbidden(gallery, by)) is not None:
        return [forbidden] * len(faces)
    given = Consent.objects.filter(Consent.in_force(), purpose=GENERATION)
    people = {face.person_id for face in faces if face.person_id}
    agreed = set(given.filter(person__in=people).values_list("person", flat=True))
    told = compared(gallery=gallery, faces=[face for face in faces if face.person_id in agreed])
    return [_of_face(face, agreed, told.get(face.pk, Compared())) for face in faces]


def _forbidden(gallery: Gallery, by: User | None) -> Refusal | None:
    """What forbids any portraits there."""
    if by is None or not galleries.editable_by(by).filter(pk=gallery.pk).exists():
        return _refused("editors", EDITORS)
    if gallery.purpose == Gallery.Purpose.LOOK:
        return _refused("purpose", PURPOSE)
    return None


def _of_face(face: Face, agreed: Collection[UUID], told: Compared) -> Refusal | None:
    if face.person is None:
        return _refused("name", NAME)
    if face.person_id not in agreed:
        return _refused("consent", CONSENT.format(face.person.name))
    return _refused("likeness", LIKENESS.format(face.person.name)) if told.stranger else None


def stranger_among(*, gallery: Gallery, faces: Sequence[Face]) -> Refusal | None:
    """What forbids portraits made of these named faces, too: whoever is no more like the person
    than a stranger has not agreed."""
    told = compared(gallery=gallery, faces=faces)
    for face in faces:
        if face.person is not None and told[face.pk].stranger:
            return _refused("likeness", ALIKE.format(face.person.name))
    return None


def over_quota(*, by: User, count: int, job: Job | None = None) -> Refusal | None:
    """Whether so many portraits more are more than a user may make a day. job: the one they are
    of, where it was submitted: others count that came before it, or are done."""
    used = made_today(by, job)
    if used + count > settings.PORTRAITS_A_DAY:
        return _refused("quota", QUOTA.format(settings.PORTRAITS_A_DAY, used))
    return None


def made_today(user: User, besides: Job | None = None) -> int:
    """Portraits that the user asked for within a day and that are made or on their way."""
    since = timezone.now() - DAY
    kinds = [kind.kind for kind in pipelines.kinds() if kind.portrays]
    asked = Q(created__gt=since) | Q(announced_at__gt=since)  # also again
    jobs = Job.objects.filter(asked, kind__in=kinds, submitted_by=user, status__in=COUNTED)
    if besides is not None:
        before = Q(created__lt=besides.created) | Q(status=Job.Status.DONE)
        jobs = jobs.exclude(pk=besides.pk).filter(before)
    return sum(int(options.get("count", 1)) for options in jobs.values_list("options", flat=True))


def begun_before(job: Job) -> Q:
    """Other jobs that are done, or that workers took before they took this one: an old one that is
    tried again comes after it, and does not end what is under way."""
    taken = (Job.Status.RUNNING, Job.Status.CANCELLING)
    earlier = Q(status__in=taken, started__lt=job.started) & ~Q(pk=job.pk)
    return earlier | Q(status=Job.Status.DONE)


def refusal_of(job: Job) -> Refusal | None:
    """What forbids it by now."""
    face = face_of(job)
    if face is None:
        return _refused("name", "The chosen face is no longer on this photo: choose again.")
    forbidden = refusal(face=face, gallery=job.gallery, by=job.submitted_by)
    if forbidden is not None or job.submitted_by is None:
        return forbidden
    return over_quota(by=job.submitted_by, count=int(job.options.get("count", 1)), job=job)


def face_of(job: Job) -> Face | None:
    """The face that the job makes portraits of, where it is still on the photo."""
    faces = Face.objects.filter(pk__in=job.options.get("faces", ()), photo__in=job.photos.all())
    return faces.select_related("person__gallery").first()


def adult_record(person: Person) -> Adulthood | None:
    """That somebody declared the person to be an adult."""
    return Adulthood.objects.filter(person=person).select_related("declared_by").first()


def claimed_by(user: User, gallery: Gallery) -> Person | None:
    """The person of the gallery who the user said they are."""
    own = Consent.objects.filter(
        purpose=GENERATION, basis=Consent.Basis.SELF, recorded_by=user, person__gallery=gallery
    )
    found = own.select_related("person").first()
    return None if found is None else found.person
