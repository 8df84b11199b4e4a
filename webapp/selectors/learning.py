"""What was learnt of people: of which photos, by what rules, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from ml.generation.learning import KIND, wearer, wearers
from ml.generation.person_lora import FEWEST, MOST
from ml.pipelines import Urgency
from ml.registry import Device, ModelCard
from tasks import lanes
from tasks.lanes import lane_of
from webapp.models import Face, Gallery, Job, Learnt, Person, User
from webapp.selectors import people
from webapp.selectors.capabilities import policy_for_portraits
from webapp.selectors.portrait_rules import COUNTED, DAY, Refusal, begun_before, refusals

Someone = User | AnonymousUser
UNLEARNT = "Nothing was learnt of this person, or it is erased: their page says how that goes."
LEAST = 64  # pixels of a face that something can be learnt of
FEW = (
    "A person is learnt from 5 to 20 photos, and of {} there are {} with a face of at least 64 "
    "pixels: name more faces."
)
QUOTA = "You may have {} people learnt a day, and {} are or will be: go on tomorrow. (Rule: quota.)"


def visible_to(user: Someone) -> QuerySet[Learnt]:
    """What was learnt of people whose pages the user may see; without the files."""
    mine = Learnt.objects.filter(person__in=people.visible_to(user).values("pk"))
    return mine.defer("sealed_file").select_related("person__gallery", "made_by")


def of_person(person: Person) -> Learnt | None:
    return Learnt.objects.filter(person=person).defer("sealed_file").first()


def of_face(face: Face) -> Learnt | None:
    """Of whoever the face is named."""
    rows = Learnt.objects.filter(person=face.person_id) if face.person_id else Learnt.objects.none()
    return rows.select_related("person__gallery").first()


def any_learnt(gallery: Gallery, faces: Iterable[Face]) -> bool:
    """Whether something was learnt of whoever one of these faces of the gallery is named."""
    named = {face.person_id for face in faces if face.person_id}
    return Learnt.objects.filter(person__gallery=gallery, person__in=named).exists()


def learnt_by(job: Job) -> bool:
    """Whether what the job learnt is kept."""
    return Learnt.objects.filter(job=job).exists()


def photos_of(learnt: Learnt) -> tuple[str, ...]:
    """SHA-256 of the photos it was learnt of."""
    return tuple(learnt.faces.order_by("photo__sha256").values_list("photo__sha256", flat=True))


def learnable(person: Person) -> list[Face]:
    """The faces to learn of: one a photo, the largest that bears the name, and of many the largest;
    the oldest photo first."""
    rows = Face.objects.filter(person=person, photo__trashed=None).select_related("photo__gallery")
    best: dict[object, Face] = {}
    for face in sorted(rows, key=width, reverse=True):
        if width(face) >= LEAST:
            best.setdefault(face.photo_id, face)
    chosen = list(best.values())[:MOST]
    return sorted(chosen, key=lambda face: (face.photo.created, face.pk))


def width(face: Face) -> float:
    return min(face.right - face.left, face.bottom - face.top)


def refusal(person: Person, by: User | None, job: Job | None = None) -> Refusal | None:
    """What forbids it: the rules of portraits, asked of each face; too few photos; or too many
    people a day. job: the one that is asked for, where it is under way: of others those count that
    began before it, or are done."""
    faces = learnable(person)
    told = refusals(gallery=person.gallery, faces=faces, by=by)
    if forbidden := next((one for one in told if one is not None), None):
        return forbidden
    if len(faces) < FEWEST:
        return Refusal("photos", f"{FEW.format(person.name, len(faces))} (Rule: photos.)")
    used = learnt_today(by, job) if by else 0
    if used + 1 > settings.LESSONS_A_DAY:
        return Refusal("quota", QUOTA.format(settings.LESSONS_A_DAY, used))
    return None


def learnt_today(user: User, besides: Job | None = None) -> int:
    since = timezone.now() - DAY
    jobs = Job.objects.filter(kind=KIND, submitted_by=user, created__gt=since, status__in=COUNTED)
    return (jobs.filter(begun_before(besides)) if besides else jobs).count()


def lesson_of(person: Person) -> Job | None:
    """The job that learns the person, or the last that did not come to its end."""
    jobs = Job.objects.filter(kind=KIND, options__person=str(person.pk)).defer("partial")
    last = jobs.first()
    return None if last is None or last.status == Job.Status.DONE else last


def gpu_served() -> bool:
    """Whether a worker with a graphics processor is there."""
    return lane_of(Device.CUDA, Urgency.LATER) in lanes.alive()


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person's page says. learnt: what there is. lesson: under way, or stopped. network:
    the maker it would be learnt for; wearers: those there are, where none is here. forbidden: what
    hinders it. photos: how many it would be learnt of. gpu: whether it need not take hours."""

    learnt: Learnt | None
    lesson: Job | None
    network: ModelCard | None
    wearers: list[ModelCard]
    forbidden: Refusal | None
    photos: int
    gpu: bool


def standing_of(person: Person, by: User) -> Standing:
    network = wearer(policy_for_portraits(person.gallery))
    return Standing(
        of_person(person),
        lesson_of(person),
        network,
        [] if network else wearers(),
        refusal(person, by),
        len(learnable(person)),
        network is not None and gpu_served(),
    )
