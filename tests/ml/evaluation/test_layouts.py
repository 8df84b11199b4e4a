"""Boxes, points, poses, attributes and masks are read in the layouts they are published in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from ml.contracts import Pose
from ml.evaluation.readers import boxes, landmarks, masks, people, poses
from ml.evaluation.readers.samples import BadData, read
from ml.types import Box
from tests.ml.evaluation.test_readers import photo


def test_wider_lists(tmp_path: Path) -> None:
    photo(tmp_path / "WIDER_val" / "images" / "0--Parade" / "a.jpg")
    photo(tmp_path / "WIDER_val" / "images" / "1--Handshaking" / "b.jpg")
    (tmp_path / "wider_face_val_bbx_gt.txt").write_text(
        "0--Parade/a.jpg\n2\n1 2 10 20 0 0 0 0 0 0 \n5 5 4 4 0 0 0 1 0 0 \n"
        "1--Handshaking/b.jpg\n0\n0 0 0 0 0 0 0 0 0 0 \n"
    )
    first, second = read(tmp_path, boxes.READERS, boxes.EXPECTS)
    assert first.truth.boxes == (Box(1, 2, 11, 22), Box(5, 5, 9, 9))
    assert first.truth.ignored == (False, True)
    assert first.groups == {"event": "0--Parade"}
    assert second.truth.boxes == ()


def test_a_wider_list_that_is_cut_short(tmp_path: Path) -> None:
    (tmp_path / "wider_face_val_bbx_gt.txt").write_text("0--Parade/a.jpg\n2\n1 2 10 20 0 0 0\n")
    with pytest.raises(BadData, match=r"not 2 faces follow 0--Parade/a.jpg"):
        read(tmp_path, boxes.READERS, boxes.EXPECTS)


def test_boxes_in_a_table(tmp_path: Path) -> None:
    photo(tmp_path / "a.jpg")
    photo(tmp_path / "b.jpg")
    (tmp_path / "faces.csv").write_text("file,x,y,width,height\na.jpg,1,2,3,4\nb.jpg,,,,\n")
    first, second = read(tmp_path, boxes.READERS, boxes.EXPECTS)
    assert first.truth.boxes == (Box(1, 2, 4, 6),) and second.truth.boxes == ()


def test_pts_files_count_from_one(tmp_path: Path) -> None:
    photo(tmp_path / "a.png")
    lines = "\n".join(f"{x}.0 {x}.5" for x in range(1, 69))
    (tmp_path / "a.pts").write_text(f"version: 1\nn_points: 68\n{{\n{lines}\n}}\n")
    (sample,) = read(tmp_path, landmarks.READERS, landmarks.EXPECTS)
    assert sample.truth[0].tolist() == [0.0, 0.5] and sample.truth.shape == (68, 2)
    assert sample.near == (33.5, 34.0)


def test_pts_files_that_are_wrong(tmp_path: Path) -> None:
    photo(tmp_path / "a.png")
    (tmp_path / "a.pts").write_text("version: 1\nn_points: 3\n{\n1 2\n3 4\n5 6\n}\n")
    with pytest.raises(BadData, match=r"a.pts holds 3 points"):
        read(tmp_path, landmarks.READERS, landmarks.EXPECTS)


def test_points_in_a_table(tmp_path: Path) -> None:
    photo(tmp_path / "a.png")
    names = ",".join(f"x{i},y{i}" for i in range(5))
    (tmp_path / "points.csv").write_text(f"file,{names}\na.png,1,1,3,1,2,2,1,3,3,3\n")
    (sample,) = read(tmp_path, landmarks.READERS, landmarks.EXPECTS)
    assert sample.truth.tolist() == [[1, 1], [3, 1], [2, 2], [1, 3], [3, 3]]


def test_aflw2000_poses(tmp_path: Path) -> None:
    photo(tmp_path / "a.jpg")
    photo(tmp_path / "b.jpg")
    points = np.tile([[10.0], [20.0], [0.0]], 68)
    for name, yaw in (("a", 30), ("b", 120)):
        angles = np.radians([[10.0, yaw, 5.0, 0, 0, 0, 0]])
        savemat(tmp_path / f"{name}.mat", {"Pose_Para": angles, "pt3d_68": points})
    (sample,) = read(tmp_path, poses.READERS, poses.EXPECTS)  # beyond 99 degrees is left out
    assert sample.near == (10.0, 20.0)
    pose = sample.truth
    assert (pose.yaw, pose.pitch, pose.roll) == pytest.approx((-30, 10, 5))


def test_files_that_are_no_matlab(tmp_path: Path) -> None:
    photo(tmp_path / "a.jpg")
    (tmp_path / "a.mat").write_bytes(b"nothing of the kind" * 20)
    with pytest.raises(BadData, match=r"a.mat is no MATLAB file"):
        read(tmp_path, poses.READERS, poses.EXPECTS)


def test_biwi_frames(tmp_path: Path) -> None:
    folder = tmp_path / "01"
    photo(folder / "frame_00003_rgb.png")
    (folder / "frame_00003_pose.txt").write_text("1 0 0\n0 1 0\n0 0 1\n\n0 0 1000\n")
    (folder / "rgb.cal").write_text(
        "500 0 320\n0 500 240\n0 0 1\n\n0 0 0 0\n\n1 0 0\n0 1 0\n0 0 1\n\n10 0 0\n"
    )
    (sample,) = read(tmp_path, poses.READERS, poses.EXPECTS)
    assert sample.truth == Pose(0, 0, 0) and sample.identity == "01"
    assert sample.near == pytest.approx((325, 240))


def test_celeba_attributes(tmp_path: Path) -> None:
    photo(tmp_path / "img_align_celeba" / "000001.jpg")
    (tmp_path / "list_attr_celeba.txt").write_text(
        "1\nMale Wearing_Hat Young\n000001.jpg -1  1 -1\n"
    )
    (tmp_path / "identity_CelebA.txt").write_text("000001.jpg 2880\n")
    (sample,) = read(tmp_path, (people.celeba,), "CelebA")
    assert sample.truth == {"male": False, "wearing hat": True, "young": False}
    assert sample.identity == "2880" and sample.groups == {"gender": "female", "age": "not young"}
    (tmp_path / "list_attr_celeba.txt").write_text("1\nMale Young\n000001.jpg 2 1\n")
    with pytest.raises(BadData, match="line 3: not 2 values of 1 or -1"):
        read(tmp_path, (people.celeba,), "CelebA")


def test_masks_belong_to_photos(tmp_path: Path) -> None:
    photo(tmp_path / "images" / "a.jpg")
    (tmp_path / "labels").mkdir()
    (tmp_path / "classes.txt").write_text("background\nhair\n")
    with pytest.raises(BadData, match=r"No labels/a.png belongs to a.jpg"):
        read(tmp_path, masks.READERS, masks.EXPECTS)
    Image.new("L", (64, 64), 1).save(tmp_path / "labels" / "a.png")
    (sample,) = read(tmp_path, masks.READERS, masks.EXPECTS)
    assert sample.truth.classes == ("background", "hair")
