"""Rig profiles, recognising a rig from its key names, and face curves -> keys.

profiles = load_profiles(folder)
found = recognise(names_of_all_meshes, profiles)
curves = drain(key_curves(face, found.require(), keys, Grid(fps=24.0)))
"""

from .channels import BASE, CHANNELS, DERIVED
from .curves import Contact, FaceCurves, Grid, KeyCurve, KeyInfo, sample
from .drive import Drive
from .expressing import expression_curves
from .expression import Expression
from .keys import TOLERANCE, key_curves
from .means import means_of, unshown
from .profile import Binding, Profile, Row
from .recognise import Recognition, bind, recognise
from .toml_files import load_profile, load_profiles, parse_profile, profile_to_toml, save_profile

__all__ = [
    "BASE",
    "CHANNELS",
    "DERIVED",
    "TOLERANCE",
    "Binding",
    "Contact",
    "Drive",
    "Expression",
    "FaceCurves",
    "Grid",
    "KeyCurve",
    "KeyInfo",
    "Profile",
    "Recognition",
    "Row",
    "bind",
    "expression_curves",
    "key_curves",
    "load_profile",
    "load_profiles",
    "means_of",
    "parse_profile",
    "profile_to_toml",
    "recognise",
    "sample",
    "save_profile",
    "unshown",
]
