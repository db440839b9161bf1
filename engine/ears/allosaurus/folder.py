"""A folder with one of Allosaurus' models, as the package downloads it: found, checked and read.

In it lie `pm_config.json` (the sound), `am_config.json` (the network), `phone.txt` (the phones it tells apart, a line
each, with their numbers), `model.pt` (the weights) and `inventory/` (which of the phones a language has).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ...errors import UsageError
from ..choosing import OF_MODEL
from .checkpoint import read_tensors
from .features import Settings
from .network import Network, build
from .units import standing_for

VARIABLE = "LOCKSTEP_ALLOSAURUS"
PARTS = ("pm_config.json", "am_config.json", "phone.txt", "model.pt", "inventory/index.json")
BLANK = "<blk>"
LONGEST_NAME = 100  # letters of the name of a list
ISO, NAMED = 3, 5  # letters of an ISO 639-3 code; codes that a sentence names
WHERE = "https://github.com/xinjli/allosaurus/releases/download/v1.0/uni2005.tar.gz"
GET = f"unpack {WHERE} and give the folder 'uni2005' that is in it"
BY_COMMAND = f"with --allosaurus-model or in {VARIABLE}"
# ISO 639-3 codes under which a language may be listed, the likeliest first
CODES = {
    "ar": ("arb", "ara", "apc", "arz"), "de": ("deu",), "en": ("eng",), "es": ("spa",), "fr": ("fra",), "hi": ("hin",),
    "it": ("ita",), "ja": ("jpn",), "ko": ("kor",), "pt": ("por",), "ru": ("rus",), "zh": ("cmn", "zho"),
}  # fmt: skip


@dataclass(frozen=True)
class ModelFolder:
    """One model: where it lies, how it wants its sound, and its `units`, the blank first."""

    path: Path
    settings: Settings
    units: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name for takes, such as 'allosaurus-uni2005'."""
        return name_of(self.path)

    @cached_property
    def languages(self) -> Mapping[str, str]:
        """The list of phones of each language, by its ISO 639-3 and Glottolog code: a file's name."""
        listed = _json(self.path / "inventory" / "index.json", list)
        found = {}
        for row in listed:
            if not isinstance(row, dict) or not _is_name(row.get("phonelists")):
                raise _broken(self.path, "inventory/index.json has a row without 'phonelists'")
            for key in ("ISO6393", "GlottoCode"):
                if row.get(key):
                    found[str(row[key]).lower()] = row["phonelists"]
        return found

    def listed(self, code: str | None) -> str | None:
        """The file with the phones of a language, None where this model has no list of them.

        `code`: Lockstep's, or ISO 639-3, or Glottolog's.
        """
        known = code or ""
        return next((self.languages[one] for one in CODES.get(known, (known.lower(),)) if one in self.languages), None)

    def require_listed(self, code: str) -> None:
        """Raise UsageError where this model has no list of a language's phones."""
        if self.listed(code) is None:
            named = ", ".join(sorted(one for one in self.languages if len(one) == ISO)[:NAMED])
            raise UsageError(
                f"The model '{self.path.name}' has no list of sounds '{code}'; give the ISO 639-3 code of one that it "
                f"has ({named} ...)."
            )

    def allowed(self, code: str | None) -> frozenset[int]:
        """The numbers of the units that a language (a code as in `listed`) has, blank included.

        For a listed phone that the model does not write so, those that it means or the nearest one count. All of them
        where `code` is None, not listed in this model, or where nothing in its list fits. A list that the package's own
        `update_phone` wrote goes before the one that came with the model.
        """
        everything = frozenset(range(len(self.units)))
        listed = self.listed(code)
        if listed is None:
            return everything
        own = self.path / "inventory" / f"updated_{Path(listed).name}"
        phones = set(_units(self.path, own if own.is_file() else self.path / "inventory" / Path(listed).name).values())
        found = {number for phone in phones for number in standing_for(phone, self.units)}
        return frozenset({0, *found}) if found else everything

    def network(self) -> Network:
        """The weights, read without PyTorch. Raises UsageError where they are cut off, damaged or of another model."""
        path = self.path / "model.pt"
        try:
            network = build(read_tensors(path, _is_wanted))
        except OSError as error:
            raise _broken(self.path, f"model.pt cannot be read ({error.strerror or error})") from error
        except ValueError as error:
            raise _broken(self.path, f"of model.pt: {error}") from error
        if network.width != self.settings.width or network.units != len(self.units):
            raise _broken(
                self.path,
                f"model.pt takes {network.width} numbers and tells {network.units} units apart, its lists say "
                f"{self.settings.width} and {len(self.units)}",
            )
        return network


def name_of(path: Path, inventory: str = "") -> str:
    """What takes call the model in a folder, and the list that it listens with: 'allosaurus-uni2005 kat'."""
    return f"{OF_MODEL}{path.name} {inventory}".strip()


def _is_name(said: object) -> bool:
    """Whether that may be a file's name."""
    return isinstance(said, str) and said.isprintable() and 0 < len(said) <= LONGEST_NAME


def _is_wanted(name: str) -> bool:
    return name.removeprefix("module.").startswith(("blstm_layer.", "phone_layer."))


def find_folder(given: Path | None = None, where: str = BY_COMMAND) -> Path:
    """The model's folder: `given`, or that of the environment's LOCKSTEP_ALLOSAURUS, or the newest of the package's.

    A folder that holds one model's folder will do as well. `where`: how it can be named, for the sentence where there
    is none. Raises UsageError where none is found; looks on this machine alone.
    """
    place = given or _named()
    if place is None:
        return _of_package(where)
    found = [path for path in _candidates(place) if (path / "am_config.json").is_file()]
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        names = ", ".join(path.name for path in found[:4])
        raise UsageError(f"'{place}' holds {len(found)} Allosaurus models ({names}); give the folder of one of them.")
    raise UsageError(_absent(place))


def _named() -> Path | None:
    named = os.environ.get(VARIABLE, "")
    return Path(named) if named else None


def _candidates(place: Path) -> Iterator[Path]:
    """The folder itself if it is a model's, else the folders in it."""
    try:
        if (place / "am_config.json").is_file() or not place.is_dir():
            yield place
        else:
            yield from sorted(path for path in place.iterdir() if path.is_dir())
    except OSError:
        return


def _absent(place: Path) -> str:
    """Why there is no model at a place, and what to do."""
    if place.is_file():
        what = "is a file and no folder"
    elif place.is_dir():
        what = "holds no Allosaurus model (there is no am_config.json)"
    else:
        what = "is not there"
    return f"The folder '{place}' {what}; {GET}."


def _of_package(where: str) -> Path:
    """The model that the package downloaded last, as the package itself chooses it: the last by name."""
    home = package_home()
    found = sorted(home.glob("*/am_config.json"), reverse=True) if home else []
    if not found:
        raise UsageError(f"No Allosaurus model was found; {GET}, {where}.")
    return found[0].parent


def package_home() -> Path | None:
    """Where the package keeps its models; None where it is not installed."""
    from importlib.util import find_spec

    try:
        spec = find_spec("allosaurus")
    except (ImportError, ValueError):
        return None
    return Path(spec.origin).parent / "pretrained" if spec is not None and spec.origin else None


def read_folder(path: Path) -> ModelFolder:
    """A model's folder, its settings and phones read and checked. Raises UsageError."""
    missing = [part for part in PARTS if not (path / part).is_file()]
    if missing:
        raise _broken(path, f"it lacks {', '.join(missing)}")
    _check_kind(path)
    settings = _settings(path, _json(path / "pm_config.json", dict))
    numbered = _units(path, path / "phone.txt")
    if sorted(numbered) != list(range(1, len(numbered) + 1)):
        raise _broken(path, "phone.txt does not number its phones from 1 on")
    return ModelFolder(path, settings, (BLANK, *(numbered[at] for at in range(1, len(numbered) + 1))))


def _check_kind(path: Path) -> None:
    """Whether it is a model of the kind that is known here."""
    for name, wanted in (("am_config.json", "allosaurus"), ("pm_config.json", "mfcc_hires")):
        kind = _json(path / name, dict).get("model")
        if kind != wanted:
            raise UsageError(f"The model in '{path}' is of another kind ({name} says {kind!r}, not '{wanted}'); {GET}.")


def _settings(path: Path, told: dict[str, Any]) -> Settings:
    try:
        found = Settings(
            int(told["sample_rate"]),
            float(told["window_size"]),
            float(told["window_shift"]),
            int(told["bank_size"]),
            int(told["cep_size"]),
            float(told["low_freq"]),
            float(told["high_freq"] or 0.0),
            bool(told["use_energy"]),
            told["cmvn"] == "speaker",
            3 if int(told["feature_window"]) == 3 else 1,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _broken(path, "pm_config.json lacks a setting or holds a wrong one") from error
    sound = 4000 <= found.rate <= 96000 and 0.004 <= found.shift <= found.window <= 0.1
    bank = 1 <= found.cepstra <= found.banks <= 512 and 0.0 <= found.low < found.rate / 2.0
    high = found.high if found.high > 0.0 else found.rate / 2.0 + found.high
    if not sound or not bank or not found.low < high <= found.rate / 2.0:
        raise _broken(path, "pm_config.json asks for what cannot be")
    return found


def _units(path: Path, file: Path) -> dict[int, str]:
    """A list of phones by number: a phone a line, its number behind it or else counted."""
    found: dict[int, str] = {}
    number = 0
    for line in _text(path, file).splitlines():
        words = line.split()
        if not words:
            continue
        number = int(words[1]) if len(words) == 2 and words[1].isdecimal() else number + 1
        if len(words) > 2 or (len(words) == 2 and not words[1].isdecimal()) or number in found:
            raise _broken(path, f"{file.name} has a line that is no phone and its number")
        found[number] = words[0]
    return found


def _json(path: Path, kind: type) -> Any:
    folder = path.parent.parent if path.parent.name == "inventory" else path.parent
    try:
        read = json.loads(_text(folder, path))
    except (ValueError, RecursionError) as error:
        raise _broken(folder, f"{path.name} is cut off or no JSON") from error
    if not isinstance(read, kind):
        raise _broken(folder, f"{path.name} holds something else than was expected")
    return read


def _text(folder: Path, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _broken(folder, f"{file.name} cannot be read ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise _broken(folder, f"{file.name} is no UTF-8 text") from error


def _broken(path: Path, what: str) -> UsageError:
    return UsageError(f"The Allosaurus model in '{path}' is not whole: {what}; {GET}.")
