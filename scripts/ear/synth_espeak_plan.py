"""What espeak-ng is to say: languages, voices and their settings, random strings of phones; and one shard of it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from synth_edges import Phone, close_gaps, loudness, resample, settle_pauses, snap_releases
from synth_espeak import Espeak, Mark
from synth_phones import UnknownPhone, espeak_phones, is_vowel
from synth_shards import Shard, Utterance, padded
from synth_texts import Texts

# language -> the voices' languages and its share of the hours
LANGUAGES: Mapping[str, tuple[tuple[str, ...], float]] = {
    "en": (("en-us", "en-us", "en", "en-gb-x-rp", "en-gb-scotland", "en-us-nyc"), 3.0),
    "es": (("es", "es-419"), 1.5), "fr": (("fr", "fr-be"), 1.5), "de": (("de",), 1.5), "it": (("it",), 1.2),
    "pt": (("pt",), 0.8), "pt-br": (("pt-br",), 1.0), "ru": (("ru",), 1.4), "zh": (("cmn",), 1.5),
    "ja": (("ja",), 1.3), "ko": (("ko",), 1.3), "hi": (("hi",), 1.3), "ar": (("ar",), 1.3), "nl": (("nl",), 1.0),
    "pl": (("pl",), 1.0), "cs": (("cs",), 0.7), "sv": (("sv",), 0.8), "da": (("da",), 0.6), "nb": (("nb",), 0.6),
    "fi": (("fi",), 0.8), "hu": (("hu",), 0.8), "tr": (("tr",), 0.9), "el": (("el",), 0.7), "ro": (("ro",), 0.7),
    "vi": (("vi", "vi-vn-x-south"), 0.7), "id": (("id",), 0.7), "sw": (("sw",), 0.7), "uk": (("uk",), 0.7),
    "fa": (("fa",), 0.7), "bn": (("bn",), 0.6), "ta": (("ta",), 0.6), "te": (("te",), 0.4), "mr": (("mr",), 0.4),
    "ca": (("ca",), 0.5), "bg": (("bg",), 0.5),
}  # fmt: skip
HELD_OUT = ("m7", "f4", "klatt5", "travis")
VARIANTS = (
    *("m1", "m2", "m3", "m4", "m5", "m6", "m8", "f1", "f2", "f3", "f5", "klatt", "klatt2", "klatt3", "klatt4"),
    *("klatt6", "", "", "Alex", "Alicia", "Andrea", "Andy", "Annie", "AnxiousAndy", "Denis", "Diogo", "Gene", "Gene2"),
    *("Henrique", "Hugo", "Jacky", "Lee", "Mario", "Michael", "Mike", "Nguyen", "Reed", "adam", "anika", "antonio"),
    *("aunty", "belinda", "benjamin", "boris", "david", "ed", "edward", "edward2", "grandma", "grandpa", "gustave"),
    *("iven", "iven3", "linda", "marcelo", "max", "michel", "miguel", "mike2", "paul", "pedro", "quincy", "rob"),
    *("robert", "sandro", "shelby", "steph", "steph2", "steph3", "victor", "zac", "croak", "whisper", "whisperf"),
)  # fmt: skip
LIP_PHONES = frozenset("pbmfvwβʋɸuoʊɔyøœʏɥɒ")
_PAUSES = ("_:", "_:_:", "_")


def draw_voice(generator: random.Random, languages: Sequence[str]) -> tuple[str, str]:
    """(voice such as "fr+m3", split): 3.5 % of the draws are of the variants held out for tests."""
    test = generator.random() < 0.035
    variant = generator.choice(HELD_OUT if test else VARIANTS)
    language = generator.choice(languages)
    return (f"{language}+{variant}" if variant else language), "test" if test else "train"


class Inventory:
    """espeak-ng's own phoneme names of a language, met in its texts, for random strings of phones."""

    def __init__(self, espeak: Espeak, texts: Texts, language: str, count: int = 60) -> None:
        self.vowels: dict[str, float] = {}
        self.consonants: dict[str, float] = {}
        for _ in range(count):
            for name, ipa in espeak.mnemonics(texts.next()):
                try:
                    phones = espeak_phones(ipa, language)
                except UnknownPhone:
                    continue
                if len(phones) == 1 and name.isprintable() and "(" not in ipa and "|" not in name:
                    store = self.vowels if is_vowel(phones[0]) else self.consonants
                    store[name] = 2.5 if LIP_PHONES & set(phones[0]) else 1.0

    def __bool__(self) -> bool:
        return len(self.vowels) >= 4 and len(self.consonants) >= 8

    def _one(self, generator: random.Random, store: dict[str, float]) -> str:
        return generator.choices(list(store), list(store.values()))[0]

    def word(self, generator: random.Random) -> str:
        """One to four random syllables, the first stressed, in espeak's brackets."""
        names: list[str] = []
        for syllable in range(generator.choices((1, 2, 3, 4), (3, 4, 3, 1))[0]):
            if generator.random() < 0.9 or syllable:
                names.append(self._one(generator, self.consonants))
            names.append(("'" if syllable == 0 else "") + self._one(generator, self.vowels))
            if generator.random() < 0.3:
                names.append(self._one(generator, self.consonants))
        return "|".join(names)

    def text(self, generator: random.Random) -> str:
        """Random words with pauses among them."""
        spoken: list[str] = []
        for _ in range(generator.randint(1, 7)):
            spoken.append(self.word(generator))
            if generator.random() < 0.2:
                spoken.append(generator.choice(_PAUSES))
        return "[[" + " ".join(spoken) + "]]"


def label(marks: Sequence[Mark], duration: float, level: np.ndarray, language: str) -> list[Phone]:
    """Phones of one utterance from its events; raises `UnknownPhone`.

    An event that covers several phones is shared among them by weight; events without IPA are pauses where it is
    quiet and belong to the phone before them where it is not.
    """
    phones: list[Phone] = []
    ends = [mark.start for mark in marks[1:]] + [duration]
    for mark, end in zip(marks, ends, strict=True):
        names = ("",) if _is_glide_mark(mark.ipa) else espeak_phones(mark.ipa, language)
        if not names or _is_glide_mark(mark.ipa):
            _extend(phones, mark, end, level)
        elif end - mark.start > 0.003:
            phones += _share(names, mark.start, end)
    return close_gaps(phones, level)


def _is_glide_mark(ipa: str) -> bool:
    return ipa == "ʲ"


def _extend(phones: list[Phone], mark: Mark, end: float, level: np.ndarray) -> None:
    if not phones or mark.start - phones[-1].end > 0.003:
        return
    last = phones[-1]
    ipa = last.ipa + "ʲ" if _is_glide_mark(mark.ipa) and not is_vowel(last.ipa) and "ʲ" not in last.ipa else last.ipa
    stretch = level[round(mark.start * 1000) : round(end * 1000)]
    loud = len(stretch) > 0 and float(np.median(stretch)) > -38.0
    phones[-1] = Phone(last.start, end if loud else last.end, ipa)


def _share(names: Sequence[str], start: float, end: float) -> list[Phone]:
    weights = [
        1.6 if len(name.rstrip("ː")) > 1 and is_vowel(name) else 1.3 if is_vowel(name) else 1.0 for name in names
    ]
    edges = start + (end - start) * np.concatenate([[0.0], np.cumsum(weights) / sum(weights)])
    return [Phone(float(a), float(b), name) for a, b, name in zip(edges, edges[1:], names, strict=False)]


def settings(generator: random.Random) -> tuple[int, int, int]:
    """Words a minute, pitch and its range, drawn for one utterance."""
    return round(generator.triangular(115, 265, 165)), generator.randint(18, 82), generator.randint(15, 95)


def make_shard(name: str, language: str, seconds: float, folder: Path, speech: Path | None, seed: int) -> None:
    """Fill one shard with about `seconds` of a language and write it. To be run in a process of its own."""
    import espeakng_loader

    generator = random.Random(seed)
    espeak = Espeak(str(espeakng_loader.get_library_path()), str(espeakng_loader.get_data_path()))
    voices = [voice for voice in LANGUAGES[language][0] if espeak.select(voice, 170, 50, 50)]
    texts = Texts(language, speech, seed, folder / "texts")
    espeak.select(voices[0], 170, 50, 50)
    inventory = Inventory(espeak, texts, language)
    shard, failures = Shard(name), 0
    while shard.seconds < seconds and failures < 400:
        text = inventory.text(generator) if inventory and generator.random() < 0.13 else texts.next()
        utterance = _utterance(espeak, text, language, voices, generator)
        if utterance is None:
            failures += 1
        else:
            shard.add(utterance)
    shard.write(folder)


def _utterance(
    espeak: Espeak, text: str, language: str, voices: Sequence[str], generator: random.Random
) -> Utterance | None:
    voice, split = draw_voice(generator, voices)
    if not espeak.select(voice, *settings(generator)):
        return None
    sound, marks = espeak.speak(text)
    duration = len(sound) / espeak.rate
    if not 0.3 < duration < 12.0 or int(np.abs(sound).max(initial=0)) < 500:
        return None
    samples = resample(sound, espeak.rate)
    try:
        phones = snap_releases(label(marks, duration, loudness(samples), language), samples)
        phones = settle_pauses(phones, samples)
    except UnknownPhone:
        return None
    if not phones or len(phones) / duration > 30:
        return None
    return padded(Utterance(samples, phones, language, "espeak", voice, split, text), generator)
