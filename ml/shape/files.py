"""Writes a textured face as a GLB (glTF 2.0, Khronos Group) and as an OBJ in a ZIP (Wavefront).

Both have x to the viewer's right, y up and z to the viewer, as glTF wants it.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.shape.surface import Points, normals, rolled_out, triangles

FLOAT, UNSIGNED = 5126, 5123  # glTF's component types
ARRAY, ELEMENTS = 34962, 34963  # and what a part of the buffer is for
MTL = "newmtl skin\nKa 1 1 1\nKd 1 1 1\nKs 0 0 0\nillum 1\nmap_Kd face.png\n"


def glb(points: Points, pixels: NDArray[np.uint8], unit: str) -> bytes:
    """points: 468 x 3, x to the right, y down and z away. pixels: S x S x 3, RGB, the skin rolled
    out. unit: what a length of 1 is; said in the file (glTF takes it for a metre)."""
    parts = [
        (upright(points).astype("<f4"), ARRAY),
        (upright(normals(points)).astype("<f4"), ARRAY),
        (rolled_out().astype("<f4"), ARRAY),
        (triangles_seen().astype("<u2"), ELEMENTS),
    ]
    blobs = [array.tobytes() for array, _ in parts] + [_png(pixels)]
    starts = np.cumsum([0, *(len(_padded(blob)) for blob in blobs)]).tolist()
    about = _about(parts, [len(blob) for blob in blobs], starts, unit)
    chunks = (
        _chunk(b"JSON", _padded(json.dumps(about).encode(), b" ")),
        _chunk(b"BIN\0", b"".join(map(_padded, blobs))),
    )
    return struct.pack("<4sII", b"glTF", 2, 12 + sum(map(len, chunks))) + b"".join(chunks)


def _about(
    parts: Sequence[tuple[NDArray[Any], int]], lengths: list[int], starts: list[int], unit: str
) -> dict[str, Any]:
    """glTF's description of the buffer: where each part of it lies and what it is."""
    views: list[dict[str, Any]] = [
        {"buffer": 0, "byteOffset": start, "byteLength": length}
        for start, length in zip(starts, lengths, strict=False)
    ]
    for view, (_, target) in zip(views, parts, strict=False):
        view["target"] = target
    low, high = (end.tolist() for end in (parts[0][0].min(0), parts[0][0].max(0)))
    count, corners = len(parts[0][0]), parts[3][0].size
    return {
        "asset": {"version": "2.0", "generator": "Prosopa", "extras": {"unit": unit}},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": "face"}],
        "meshes": [{"primitives": [PRIMITIVE]}],
        "materials": [MATERIAL],
        "textures": [{"source": 0, "sampler": 0}],
        "samplers": [{"wrapS": 33071, "wrapT": 33071}],  # to the edge, no repeating
        "images": [{"bufferView": 4, "mimeType": "image/png"}],
        "accessors": [
            _accessor(0, FLOAT, count, "VEC3") | {"min": low, "max": high},
            _accessor(1, FLOAT, count, "VEC3"),
            _accessor(2, FLOAT, count, "VEC2"),
            _accessor(3, UNSIGNED, corners, "SCALAR"),
        ],
        "bufferViews": views,
        "buffers": [{"byteLength": starts[-1]}],
    }


PRIMITIVE = {
    "attributes": {"POSITION": 0, "NORMAL": 1, "TEXCOORD_0": 2},
    "indices": 3,
    "material": 0,
}
MATERIAL = {
    "name": "skin",
    "doubleSided": True,
    "pbrMetallicRoughness": {
        "baseColorTexture": {"index": 0},
        "metallicFactor": 0.0,
        "roughnessFactor": 0.9,
    },
}


def obj_zip(points: Points, pixels: NDArray[np.uint8], unit: str) -> bytes:
    """A ZIP of face.obj, face.mtl and face.png; arguments as for `glb`."""
    texts = [f"# Prosopa; unit: {unit}", "mtllib face.mtl", "usemtl skin"]
    for word, rows in (
        ("v", upright(points)),
        ("vt", rolled_out() * (1, -1) + (0, 1)),  # OBJ counts from the bottom
        ("vn", upright(normals(points))),
    ):
        texts += [f"{word} {' '.join(f'{value:.5f}' for value in row)}" for row in rows]
    texts += [
        "f " + " ".join(f"{corner}/{corner}/{corner}" for corner in row)
        for row in (triangles_seen() + 1).tolist()
    ]
    files = {"face.obj": "\n".join(texts).encode() + b"\n", "face.mtl": MTL.encode()}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (files | {"face.png": _png(pixels)}).items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def upright(points: Points) -> Points:
    """Half a turn around the x axis: y up and z to the viewer."""
    return points * (1.0, -1.0, -1.0)


def triangles_seen() -> NDArray[np.int32]:
    """Counter-clockwise as seen from outside."""
    return triangles()[:, ::-1]


def _png(pixels: NDArray[np.uint8]) -> bytes:
    made = io.BytesIO()
    Image.fromarray(pixels).save(made, "PNG")
    return made.getvalue()


def _accessor(view: int, component: int, count: int, kind: str) -> dict[str, Any]:
    return {"bufferView": view, "componentType": component, "count": count, "type": kind}


def _padded(blob: bytes, filler: bytes = b"\0") -> bytes:
    return blob + filler * (-len(blob) % 4)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack("<I4s", len(content), kind) + content
