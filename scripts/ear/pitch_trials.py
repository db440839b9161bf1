"""Score engine/sound/pitch.py on real speech against two other trackers: python scripts/ear/pitch_trials.py --real REAL

Needs librosa and praat-parselmouth. Truth is where both agree on the clean sound: voiced frames of 10 ms in which
librosa's pyin (Mauch & Dixon 2014) and Praat's autocorrelation (Boersma 1993) lie within two semitones, and frames that
both call unvoiced; the rest is not scored. The same utterances are then heard on the telephone, in noise, in a room
and whispered, against the truth of the clean sound (a whisper's is silence). Columns, in per cent: voiced frames that
are found; of these gross errors (over two semitones), and those an octave up and down; unvoiced frames called voiced;
then the mean error of the others in cents. Praat's own row is its own truth where the sound is clean.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import conditions
import librosa
import parselmouth
import trials
from trials import Row, Trial

from engine.sound.pitch import pitch

RATE = 16000
LOWEST, HIGHEST = 60.0, 650.0  # Hz
AGREED, OCTAVE = 2.0, (9.0, 15.0)  # semitones
SPEAKERS: dict[str, tuple[str, Callable[[Row], bool], int]] = {
    "children of 6 to 9": ("speechocean762", lambda row: 0 < (row["age"] or 0) <= 9, 14),
    "children of 10 to 13": ("speechocean762", lambda row: 10 <= (row["age"] or 0) <= 13, 8),
    "men and women": ("speechocean762", lambda row: (row["age"] or 0) >= 18, 20),
    "acting": ("fishfillets_nl", lambda row: True, 10),
    "acting, another cast": ("fishfillets_cs", lambda row: True, 10),
    "women reading": ("kathleen", lambda row: True, 6),
    "prompts of 8 kHz": ("asterisk_en", lambda row: True, 6),
    "Mandarin": ("audio_cmn_zh", lambda row: True, 8),
}
CONDITIONS: dict[str, Callable[[Trial], Trial]] = {
    "telephone band, 300-3400 Hz": lambda trial: _telephone(trial),
    "10 dB noise + room": trials.in_a_noisy_room,
}
Floats = NDArray[np.float64]
Tracker = Callable[[NDArray[np.float32]], Floats]


@dataclass
class Tally:
    """Counts of frames, and the sum of small errors in semitones."""

    voiced: int = 0
    found: int = 0
    gross: int = 0
    up: int = 0
    down: int = 0
    unvoiced: int = 0
    invented: int = 0
    small: float = 0.0

    def add(self, heard: Floats, truth: Floats, scored: NDArray[np.bool_]) -> None:
        """Count one utterance: Hz, NaN where unvoiced."""
        real, said = ~np.isnan(truth) & scored, ~np.isnan(heard)
        both = real & said
        apart = 12.0 * np.log2(heard[both] / truth[both])
        gross = np.abs(apart) > AGREED
        self.voiced += int(real.sum())
        self.found += int(both.sum())
        self.gross += int(gross.sum())
        self.up += int(((apart > OCTAVE[0]) & (apart < OCTAVE[1])).sum())
        self.down += int(((-apart > OCTAVE[0]) & (-apart < OCTAVE[1])).sum())
        self.unvoiced += int((scored & ~real).sum())
        self.invented += int((scored & ~real & said).sum())
        self.small += float(np.abs(apart[~gross]).sum())

    def __str__(self) -> str:
        shares = (self.found / max(1, self.voiced), *(n / max(1, self.found) for n in (self.gross, self.up, self.down)))
        shares += (self.invented / max(1, self.unvoiced),)
        cents = 100.0 * self.small / max(1, self.found - self.gross)
        return "".join(f"{100.0 * share:9.2f}" for share in shares) + f"{cents:9.1f}"


def main() -> None:
    """Print a row for each kind of speaker, then one for each condition, of ours and of Praat's."""
    parser = argparse.ArgumentParser(description="Score the pitch.")
    parser.add_argument("--real", type=Path, required=True, help="shards of scripts/ear/pronounce.py")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    print(f"{'':44}{'found':>9}{'gross':>9}{'up':>9}{'down':>9}{'invented':>9}{'cents':>9}")
    known: list[tuple[Trial, Floats, NDArray[np.bool_]]] = []
    for name, (listing, wanted, most) in SPEAKERS.items():
        tally = Tally()
        for trial in _chosen(options.real / f"{listing}.jsonl", wanted, most):
            truth, scored = agreed(_samples(trial))
            known.append((trial, truth, scored))
            tally.add(ours(_samples(trial)), truth, scored)
        print(f"{name:44}{tally}", flush=True)
    for name, make in {"all of them, clean": lambda trial: trial, **CONDITIONS}.items():
        for tracker in (ours, praat):
            tally = Tally()
            for trial, truth, scored in known:
                tally.add(tracker(_samples(make(trial))), truth, scored)
            print(f"{name + ', ' + tracker.__name__:44}{tally}", flush=True)
    _whispered([trial for trial, _, _ in known])


def _whispered(known: list[Trial]) -> None:
    for tracker in (ours, praat):
        voiced = [~np.isnan(tracker(_samples(conditions.whisper(trial)))) for trial in known]
        print(f"{'whispered, ' + tracker.__name__:44}{'':36}{100.0 * np.concatenate(voiced).mean():9.2f}", flush=True)


def _chosen(listing: Path, wanted: Callable[[Row], bool], most: int) -> Iterator[Trial]:
    rows = [json.loads(line) for line in listing.read_text(encoding="utf-8").splitlines()]
    fitting = [
        row | {"set": listing.stem} for row in rows if wanted(row) and 0.6 < (row["end"] - row["start"]) / RATE < 6
    ]
    for index in range(min(most, len(fitting))):
        yield trials.read(listing.with_suffix(".npy"), fitting[int((index + 0.5) * len(fitting) / most)])


def _samples(trial: Trial) -> NDArray[np.float32]:
    return trial.samples.astype(np.float32) / np.float32(32768)


def _telephone(trial: Trial) -> Trial:
    spectrum, hertz = np.fft.rfft(_samples(trial)), np.fft.rfftfreq(len(trial.samples), 1.0 / RATE)
    spectrum *= 1.0 / (1.0 + np.exp((300.0 - hertz) / 20.0)) / (1.0 + np.exp((hertz - 3400.0) / 60.0))
    sound = np.fft.irfft(spectrum, len(trial.samples))
    return replace(trial, samples=np.round(np.clip(sound, -1.0, 1.0) * 32767).astype(np.int16))


def agreed(samples: NDArray[np.float32]) -> tuple[Floats, NDArray[np.bool_]]:
    """Hz where pyin and Praat agree (NaN: both unvoiced), and which frames are scored."""
    one, other = pyin(samples), praat(samples)
    near = np.abs(12.0 * np.log2(one / other)) < AGREED
    return np.where(near, other, np.nan), near | (np.isnan(one) & np.isnan(other))


def ours(samples: NDArray[np.float32]) -> Floats:
    """The engine's."""
    return pitch(samples).astype(np.float64)


def pyin(samples: NDArray[np.float32]) -> Floats:
    """librosa's, in frames that are centred where ours are."""
    hertz, voiced, _ = librosa.pyin(
        np.pad(samples, (80, 0)), fmin=LOWEST, fmax=HIGHEST, sr=RATE, frame_length=1024, hop_length=160
    )
    found: Floats = np.where(voiced, hertz, np.nan)[1 : len(samples) // 160 + 1]
    return found


def praat(samples: NDArray[np.float32]) -> Floats:
    """Praat's, read at the centres of our frames."""
    track = parselmouth.Sound(samples.astype(np.float64), RATE).to_pitch_ac(
        time_step=0.01, pitch_floor=LOWEST, pitch_ceiling=HIGHEST
    )
    return np.array([track.get_value_at_time((frame + 0.5) * 0.01) for frame in range(len(samples) // 160)])


if __name__ == "__main__":
    main()
