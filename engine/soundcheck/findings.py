"""What a look at a recording found."""

from __future__ import annotations

from dataclasses import dataclass, field

KINDS = (
    "loudness", "clipping", "noise", "bandwidth", "dc", "silence", "echo", "music", "level jump", "channels",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that may spoil the sync: `kind` one of KINDS, from `start` to `end` in seconds of the sound.

    `says`: what was found, with its figure, and what it does to lip sync; `mend`: how to mend it; `grave`: hearing will
    suffer, not only might.
    """

    kind: str
    start: float
    end: float
    says: str
    mend: str
    grave: bool = False


@dataclass(frozen=True, slots=True)
class SoundCheck:
    """The figures of a recording, and what of them is worth a word.

    `loudness` LUFS, gated (ITU-R BS.1770-4), `peak` dBTP (true peak); `noise` dB, the level between words, `snr` dB,
    speech over it; `bandwidth` Hz, the highest that holds speech; `dc` share of full scale; `clipped` share of samples;
    `silence` share of the time; `reverberation` seconds (T60, estimated), `music` 0..1, how likely music or another
    voice lies under the speech. NaN where a figure cannot be told.
    """

    loudness: float
    peak: float
    noise: float
    snr: float
    bandwidth: float
    dc: float
    clipped: float
    silence: float
    reverberation: float
    music: float
    findings: tuple[Finding, ...] = field(default=())
