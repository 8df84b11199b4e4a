"""Share links: making, extending and ending them, and keeping what their jobs made."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from webapp import sealing
from webapp.models import Gallery, Job, Person, Photo, Share, ShareItem, User
from webapp.selectors.consents import unconsented
from webapp.selectors.shares import (
    NO_CONSENT,
    SHARING,
    TRASHED,
    State,
    digest_of,
    failed,
    hides_faces,
    is_over,
    recipes,
    state_of,
    why_ended,
)
from webapp.services.audit import audit_write
from webapp.services.jobs import job_cancel, job_retry, job_submit

MOST = 100  # photos
MOST_VIEWS = 100_000
SHORTEST, LONGEST = 8, 128  # of a password
UNTITLED = "Photos"
REVOKED = "It was revoked."
RETRIED = (Job.Status.FAILED, Job.Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class Terms:
    """title: what visitors read. days: until the link expires. view_limit: how often it may be
    opened; None: as often as people like. password: "" for none."""

    title: str = ""
    days: int = settings.SHARE_DAYS
    view_limit: int | None = None
    password: str = ""


@transaction.atomic
def share_create(
    *,
    gallery: Gallery,
    photos: Sequence[Photo],
    by: User,
    kind: str,
    options: dict[str, Any],
    terms: Terms,
) -> Share:
    """Make a link under which what the recipe makes of the photos is shown once it is made.

    Raises:
        ValidationError: a limit or an option is wrong, the recipe may not be shared or its models
            are not here, or somebody on a photo has not agreed.
    """
    if kind not in {one.kind for one in recipes(gallery)}:
        raise ValidationError({"kind": ["Nothing of this kind can be shared from here."]})
    _check(gallery, photos, terms)
    job = job_submit(kind=kind, gallery=gallery, photos=photos, by=by, options=options)
    if not hides_faces(kind, job.options) and unconsented(gallery, photos, SHARING):
        raise ValidationError({"photos": [NO_CONSENT]})
    pk, token = uuid4(), secrets.token_urlsafe(32)
    share = Share.objects.create(
        pk=pk,
        gallery=gallery,
        made_by=by,
        kind=kind,
        options=job.options,
        title=" ".join(terms.title.split())[:80] or UNTITLED,
        digest=digest_of(token),
        sealed_token=sealing.seal(gallery, token.encode(), f"share {pk}"),
        password=make_password(terms.password) if terms.password else "",
        count=len(photos),
        view_limit=terms.view_limit,
        expires=timezone.now() + timedelta(days=terms.days),
    )
    _items_create(share, photos, job)
    _audit(share, by, "share-create", f"{kind}, {len(photos)} photos, {terms.days} days")
    return share


@transaction.atomic
def share_extend(*, share: Share, by: User, days: int) -> Share:
    """Let the link expire so many days from now instead.

    Raises:
        ValidationError: the number is wrong, or nobody can open the link any more.
    """
    _check_days(days)
    if state_of(share) in (State.REVOKED, State.EXPIRED, State.USED_UP):
        raise ValidationError({"days": ["This link is over. Make another one."]})
    share.expires = timezone.now() + timedelta(days=days)
    share.save(update_fields=["expires"])
    _audit(share, by, "share-extend", f"{days} days")
    return share


def share_revoke(*, share: Share, by: User) -> None:
    """Close the link at once, and delete what it showed."""
    shares_end(shares=[share], why=REVOKED, by=by)


@transaction.atomic
def share_retry(*, share: Share, by: User) -> Share:
    """Try again to make the pictures that are missing.

    Raises:
        ValidationError: none is, or nobody can open the link any more.
    """
    if state_of(share) is not State.FAILED:
        raise ValidationError({"share": ["There is nothing to try again."]})
    for item in failed(share):
        if item.job is not None and item.job.status in RETRIED:
            job_retry(job=item.job, by=by)
        else:
            item.job = _made_anew(share, item, by)
            item.save(update_fields=["job"])
    _audit(share, by, "share-retry")
    return share


@transaction.atomic
def share_leave_out(*, share: Share, by: User) -> Share:
    """Share the photos of which there is a picture, without those that nothing was made of.

    Raises:
        ValidationError: there would be none left, or some are still being made.
    """
    missing = failed(share)
    if state_of(share) is not State.FAILED or len(missing) == share.count:
        raise ValidationError({"share": ["There is no picture to share without them."]})
    jobs = [item.job_id for item in missing if item.job_id]
    share.items.filter(pk__in=[item.pk for item in missing]).delete()
    Job.objects.filter(pk__in=jobs).delete()  # tried again it would make a file for the gallery
    share.count -= len(missing)
    share.save(update_fields=["count"])
    _audit(share, by, "share-leave-out", f"{len(missing)} photos")
    return share


@transaction.atomic
def share_take_out(*, share: Share, item: ShareItem, by: User) -> Share:
    """Show the others without this picture, which is deleted.

    Raises:
        ValidationError: it is the last one, or nobody can open the link any more.
    """
    if state_of(share) in (State.REVOKED, State.EXPIRED, State.USED_UP):
        raise ValidationError({"share": ["This link is over. Make another one."]})
    if share.count == 1:
        raise ValidationError({"share": ["It is the last one: revoke the link instead."]})
    _files_delete([item])
    ShareItem.objects.filter(pk=item.pk).delete()
    share.count -= 1
    share.save(update_fields=["count"])
    _audit(share, by, "share-take-out", "1 photo")
    return share


@transaction.atomic
def shares_end(*, shares: Iterable[Share], why: str, by: User | None = None) -> None:
    """Close links for good and delete their files. why: a sentence for whoever made them. by None:
    not a person's wish, but what became of photos, people and roles."""
    now = timezone.now()
    for share in shares:
        running = Share.objects.filter(pk=share.pk, ended=None)
        if running.update(ended=now, why=why, sealed_token=b"", password=""):
            _audit(share, by, "share-revoke" if by else "share-end", why if by is None else "")
            _empty(share, by)


def photos_unshare(*, photos: Collection[Photo]) -> None:
    """End every link that shows one of the photos, called when it is trashed or erased."""
    shares_end(shares=_showing(photos), why=TRASHED)


def person_unshare(*, person: Person) -> None:
    """End every link that shows the person by name; called when they take back their consent."""
    named = Photo.objects.filter(faces__person=person)
    shares_end(shares=_showing(named), why=NO_CONSENT)


def shares_tidy() -> None:
    """Delete the files of links that are over, and forget links that ended long ago."""
    for share in Share.objects.filter(ended=None).select_related("gallery", "made_by"):
        if why := why_ended(share):
            shares_end(shares=[share], why=why)
        elif is_over(share) and share.items.exclude(file="").exists():
            with transaction.atomic():
                _empty(share)
    long_ago = timezone.now() - settings.SHARE_KEPT
    Share.objects.filter(ended__lt=long_ago).delete()
    Share.objects.filter(expires__lt=long_ago).delete()


def _items_create(share: Share, photos: Sequence[Photo], job: Job) -> None:
    """In the order in which they were named."""
    children = {job.photos.get().pk: job for job in job.children.all()} if not job.lane else {}
    ShareItem.objects.bulk_create(
        ShareItem(share=share, photo=photo, job=children.get(photo.pk, job), position=number)
        for number, photo in enumerate(photos, 1)
    )


def _made_anew(share: Share, item: ShareItem, by: User) -> Job:
    """Another job for a photo whose own is gone, or ended without a picture."""
    return job_submit(
        kind=share.kind, gallery=share.gallery, photos=[item.photo], by=by, options=share.options
    )


def _showing(photos: Iterable[Photo]) -> list[Share]:
    items = ShareItem.objects.filter(photo__in=photos, share__ended=None)
    return list(Share.objects.filter(pk__in=items.values("share")).select_related("gallery"))


def _empty(share: Share, by: User | None = None) -> None:
    """Delete the share's files, and stop making more."""
    _files_delete(share.items.exclude(file=""))
    share.items.update(file="", thumbnail="", media_type="", size=0)
    jobs = list(share.items.filter(job__status__in=Job.OPEN).values_list("job", flat=True))
    transaction.on_commit(partial(_jobs_cancel, jobs, by or share.made_by))


def _files_delete(items: Iterable[ShareItem]) -> None:
    """After the commit."""
    for item in items:
        for name in filter(None, (item.file.name, item.thumbnail.name)):
            transaction.on_commit(partial(default_storage.delete, name))


def _jobs_cancel(jobs: Collection[Any], by: User) -> None:
    """After the commit: jobs are locked before shares everywhere else."""
    for job in Job.objects.filter(pk__in=jobs, status__in=Job.OPEN):
        job_cancel(job=job, by=by)


def _check(gallery: Gallery, photos: Sequence[Photo], terms: Terms) -> None:
    wrong, password = {}, terms.password
    if not 0 < len(photos) <= MOST:
        wrong["photos"] = [f"Between 1 and {MOST} photos can be shared by one link."]
    if terms.view_limit is not None and not 1 <= terms.view_limit <= MOST_VIEWS:
        wrong["view_limit"] = [f"Between 1 and {MOST_VIEWS:,} times."]
    if password and not SHORTEST <= len(password) <= LONGEST:
        wrong["password"] = [f"A password has {SHORTEST} to {LONGEST} characters."]
    if wrong:
        raise ValidationError(wrong)
    _check_days(terms.days)


def _check_days(days: int) -> None:
    if not 1 <= days <= settings.SHARE_DAYS_MOST:
        raise ValidationError({"days": [f"Between 1 and {settings.SHARE_DAYS_MOST} days."]})


def _audit(share: Share, by: User | None, verb: str, detail: str = "") -> None:
    subject, gallery = f"share:{share.pk}", share.gallery_id
    audit_write(actor=by, verb=verb, subject=subject, gallery=gallery, detail=detail)
