"""The ICT FaceKit head (MIT licence) from an .npz outside the checkout: a realistic face to judge the motion on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .build import add_part
from .part import Part, Points, Shapes

IRIS, PUPIL = 0.60, 0.24  # radii, cm
METRES = 0.01  # the file is in centimetres, y up, facing +z
# object: its materials in the file -> ours; transparent shells over the eyes are left out, and the lashes, which are
# cards that need a picture
OBJECTS = {
    "face": {"M_Face": "real_skin", "M_BackHead": "real_skin"},
    "teeth": {"M_Teeth": "teeth"},
    "gums_tongue": {"M_GumsTongue": "gums"},
    "eyes": {
        "M_ScleraLeft": "sclera",
        "M_ScleraRight": "sclera",
        "M_IrisLeft": "real_iris",
        "M_IrisRight": "real_iris",
    },
}


def build_ict(path: Path, name: str = "ICT", collection: Any = None) -> dict[str, Any]:
    """Build the head from `path` as objects '<name>_face', '_teeth', '_gums_tongue', '_eyes'.

    Raises ValueError where the file is not such a head.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            data = {key: file[key] for key in file.files}
        parts = [_part(name, materials, data) for name, materials in OBJECTS.items()]
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(f"'{path}' is not the ICT head ({error}); give the file ict_head.npz.") from error
    made = {part.name: add_part(part, part.shapes, name, collection) for part in parts}
    for part_name, thing in made.items():
        if part_name != "face":
            thing.parent = made["face"]
    return made


def _part(name: str, materials: Mapping[str, str], data: Mapping[str, NDArray[Any]]) -> Part:
    known = data["materials"].tolist()
    wanted = {known.index(source): target for source, target in materials.items()}
    starts = np.concatenate([[0], np.cumsum(data["face_sizes"].astype(np.int64))])
    faces = np.flatnonzero(np.isin(data["face_material"], list(wanted)))
    corners = [data["face_indices"][starts[face] : starts[face + 1]] for face in faces]
    used = np.unique(np.concatenate(corners))
    place = np.full(len(data["vertices"]), -1, np.int64)
    place[used] = np.arange(len(used))
    names = tuple(dict.fromkeys(wanted.values()))
    numbers = np.array([names.index(wanted[int(data["face_material"][face])]) for face in faces], np.int32)
    if name == "eyes":
        names, numbers = ("sclera", "real_iris", "pupil"), _painted(corners, data)
    quads = [tuple(map(int, place[corner])) for corner in corners]
    return Part(name, _turned(data["vertices"][used]), quads, names, numbers, _shapes(place, len(used), data))


def _painted(corners: list[NDArray[Any]], data: Mapping[str, NDArray[Any]]) -> NDArray[np.int32]:
    """0 white, 1 iris, 2 pupil for each face of the eyeballs, whose picture is not in the file."""
    centres = np.array([data["vertices"][corner].mean(axis=0) for corner in corners])
    numbers = np.zeros(len(corners), np.int32)
    for eye in (centres[:, 0] > 0, centres[:, 0] < 0):
        off = np.linalg.norm(centres[:, :2] - np.median(centres[eye, :2], axis=0), axis=1)
        ahead = eye & (centres[:, 2] > np.median(centres[eye, 2]))
        numbers[ahead & (off < IRIS)] = 1
        numbers[ahead & (off < PUPIL)] = 2
    return numbers


def _shapes(place: NDArray[np.int64], count: int, data: Mapping[str, NDArray[Any]]) -> Shapes:
    """The shapes that move these vertices."""
    made: Shapes = {}
    for number, name in enumerate(data["shape_names"].tolist()):
        rows = slice(data["shape_ptr"][number], data["shape_ptr"][number + 1])
        vertex = place[data["shape_vertex"][rows]]
        ours = vertex >= 0
        offsets = np.zeros((count, 3))
        offsets[vertex[ours]] = _turned(data["shape_delta"][rows][ours])
        if np.abs(offsets).max() > 1e-5:
            made[name] = offsets
    return made


def _turned(points: NDArray[Any]) -> Points:
    """Centimetres, y up, to metres, z up, facing -y."""
    x, y, z = points.astype(float).T
    return METRES * np.stack([x, -z, y], axis=-1)
