"""How heads are turned: AFLW2000-3D's .mat files, BIWI's frames and plain CSV.

All in the signs of ml.geometry: yaw to the photo's right edge, chin up, clockwise tilt.
"""

from __future__ import annotations

from math import atan2, degrees, hypot
from pathlib import Path

import numpy as np

from ml.contracts import Pose
from ml.evaluation.readers.samples import BadData, Sample
from ml.evaluation.readers.tables import csv_with, rows

FURTHEST = 99.0  # degrees; what lies beyond is left out, as all who report on AFLW2000 do


def aflw2000(folder: Path) -> list[Sample[Pose]] | None:
    """AFLW2000-3D: beside each photo a .mat with Pose_Para (pitch, yaw, roll in radians, ...) and
    pt3d_68. Its yaw grows towards the photo's left edge."""
    files = sorted(folder.rglob("*.mat"))
    if not files:
        return None
    found = [_of_mat(folder, file) for file in files]
    return [
        one
        for one in found
        if max(abs(one.truth.yaw), abs(one.truth.pitch), abs(one.truth.roll)) <= FURTHEST
    ]


def _of_mat(folder: Path, file: Path) -> Sample[Pose]:
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    try:
        held = loadmat(file)
    except (MatReadError, ValueError, TypeError, NotImplementedError):
        raise BadData(f"{file.name} is no MATLAB file that can be read.") from None
    if "Pose_Para" not in held:
        raise BadData(f"{file.name} holds no Pose_Para.")
    pitch, yaw, roll = np.degrees(np.asarray(held["Pose_Para"], np.float64).ravel()[:3])
    photo = file.with_suffix(".jpg")
    near = None
    if "pt3d_68" in held:
        x, y = np.asarray(held["pt3d_68"], np.float64)[:2].mean(1)
        near = (float(x), float(y))
    name = photo.relative_to(folder).as_posix()
    return Sample(name, photo, Pose(-float(yaw), float(pitch), float(roll)), name, near=near)


def biwi(folder: Path) -> list[Sample[Pose]] | None:
    """BIWI: a folder a sitting, frame_00000_rgb.png beside frame_00000_pose.txt with a rotation
    matrix (three lines) and the head's place in millimetres; rgb.cal tells where that is."""
    files = sorted(folder.rglob("frame_*_pose.txt"))
    return [_of_frame(folder, file) for file in files] or None


def _of_frame(folder: Path, file: Path) -> Sample[Pose]:
    try:
        values = np.array([float(word) for word in file.read_text().split()])
        turn, place = values[:9].reshape(3, 3).T, values[9:12]
    except ValueError:
        raise BadData(f"{file.name} holds no rotation matrix.") from None
    roll = -degrees(atan2(turn[1, 0], turn[0, 0]))
    yaw = -degrees(atan2(-turn[2, 0], hypot(turn[2, 1], turn[2, 2])))
    pitch = degrees(atan2(turn[2, 1], turn[2, 2]))
    photo = file.with_name(file.name.replace("_pose.txt", "_rgb.png"))
    name = photo.relative_to(folder).as_posix()
    near = _seen(file.parent / "rgb.cal", place)
    return Sample(name, photo, Pose(-yaw, pitch, roll), file.parent.name, near=near)


def _seen(calibration: Path, place: np.ndarray) -> tuple[float, float] | None:
    """Where the colour camera sees a place given in the depth camera's millimetres."""
    if not calibration.is_file():
        return None
    values = np.array([float(word) for word in calibration.read_text().split()])
    # 3 x 3 camera matrix, four numbers of distortion, 3 x 3 rotation, 3 of shift.
    camera, turn, shift = values[:9].reshape(3, 3), values[13:22].reshape(3, 3), values[22:25]
    x, y, z = camera @ (turn @ place + shift)
    return float(x / z), float(y / z)


def table(folder: Path) -> list[Sample[Pose]] | None:
    """A CSV of file, yaw, pitch, roll in degrees, in the signs of ml.geometry; perhaps person."""
    file = csv_with(folder, "file", "yaw", "pitch", "roll")
    if file is None:
        return None
    found = []
    for row in rows(file):
        angles = (row.number(angle, -180, 180) for angle in ("yaw", "pitch", "roll"))
        name = row.text("file")
        found.append(Sample(name, folder / name, Pose(*angles), row.get("person") or name))
    return found


READERS = (aflw2000, biwi, table)
EXPECTS = (
    "AFLW2000-3D (.mat beside each photo), BIWI (frame_*_pose.txt), or a CSV of file, yaw, pitch, "
    "roll"
)
