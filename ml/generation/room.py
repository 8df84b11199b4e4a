"""What to try next when a device has no room for the pictures asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ml.registry import Device

LEAST = 256  # pixels of a side; below that the models draw no face
TOGETHER = 4  # pictures at once on a graphics processor


@dataclass(frozen=True, slots=True)
class Room:
    """How much is made at once, and where. batch: pictures in one call. width, height: pixels."""

    batch: int
    width: int
    height: int
    device: Device


def first(count: int, width: int, height: int, device: Device) -> Room:
    """What is tried first. A processor gains nothing by several at once."""
    return Room(1 if device is Device.CPU else min(count, TOGETHER), width, height, device)


def less(room: Room, asked: Room) -> tuple[Room, str] | None:
    """The next to try, and a sentence on it; None: nothing is left to try.

    Fewer at once, then smaller, then off the graphics processor: there in the size first asked for.
    """
    if room.batch > 1:
        fewer = replace(room, batch=room.batch // 2)
        return fewer, f"Memory ran short: {said(fewer.batch)} made at a time."
    small = replace(room, width=smaller(room.width), height=smaller(room.height))
    if min(small.width, small.height) >= LEAST:
        return small, (
            f"Memory ran short: made at {small.width} x {small.height} pixels instead of "
            f"{asked.width} x {asked.height}."
        )
    if room.device is Device.CPU:
        return None
    return replace(asked, batch=1, device=Device.CPU), (
        "The graphics processor has no room for this model: made on the processor, which is slower."
    )


def smaller(side: int) -> int:
    """Three quarters of a side, a multiple of 64."""
    return side * 3 // 4 // 64 * 64


def said(count: int) -> str:
    return "1 picture was" if count == 1 else f"{count} pictures were"
