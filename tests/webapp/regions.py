"""Photos and XMP files that name the astronaut, as another program would have made them."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from ml.types import Box, Report
from ml.xmp.frames import stored
from ml.xmp.region import Regions
from ml.xmp.writing import packet_of
from webapp.jobs.results import replace_results
from webapp.models import Gallery, Photo, User
from webapp.services.jobs import job_submit
from webapp.services.photos import photo_add

SIZE = 512, 512
FACE = Box(180, 70, 275, 180)  # the astronaut's, drawn a little generously
NOWHERE = Box(20, 400, 80, 470)  # no face there


def xmp(*named: tuple[str, Box]) -> bytes:
    """A packet that names these."""
    return packet_of(Regions(tuple(stored(box, name, 1, SIZE) for name, box in named), SIZE))


def tagged(
    gallery: Gallery, by: User, astronaut: Path, packet: bytes, report: Report | None = None
) -> Photo:
    """The astronaut with a packet in the file. report: what the real models say of it; None when
    nobody has looked."""
    path = astronaut.with_name(f"tagged-{gallery.pk}.jpg")
    with Image.open(astronaut) as image:
        image.save(path, "JPEG", quality=92, xmp=packet)
    photo = photo_add(gallery=gallery, by=by, name="tagged.jpg", file=path).photo
    if report is not None:
        job = job_submit(kind="analyse", gallery=gallery, photos=[photo], by=by, options={})
        job.move(to=job.Status.DONE, since=(job.Status.QUEUED,))
        replace_results(job, photo, report, {})
    return photo
