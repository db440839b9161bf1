"""Texts to speak, by language: transcripts, message catalogues, fortunes, word lists and random strings of phones."""

from __future__ import annotations

import csv
import gettext
import json
import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

SCRIPTS = {
    "ru": "CYRILLIC", "uk": "CYRILLIC", "bg": "CYRILLIC", "ky": "CYRILLIC", "el": "GREEK", "ar": "ARABIC",
    "fa": "ARABIC",
    "hi": "DEVANAGARI", "mr": "DEVANAGARI", "bn": "BENGALI", "ta": "TAMIL", "te": "TELUGU", "ko": "HANGUL",
    "zh": "CJK", "ja": ("HIRAGANA", "KATAKANA"), "ja-kanji": ("HIRAGANA", "KATAKANA", "CJK"),
}  # fmt: skip
CATALOGUES = {
    "en": ("en_GB", "en@quot"), "pt": ("pt", "pt_PT"), "pt-br": ("pt_BR",), "zh": ("zh_CN",), "nb": ("nb",),
    "sw": ("sw",), "bn": ("bn", "bn_IN"), "ja-kanji": ("ja",),
}  # fmt: skip
FORTUNES = {
    "en": ("fortunes", "literature", "wisdom", "people", "work", "food", "education", "kids", "science", "sports"),
    "de": ("de",), "es": ("es",), "it": ("it", "italia"), "pl": ("pl",), "ru": ("ru",), "cs": ("cs",),
    "pt-br": ("brasil",), "zh": ("chinese", "tang300", "song100"), "bg": ("bg",),
}  # fmt: skip
WORD_LISTS = {
    "en": ("dict/american-english",), "fr": ("dict/french",), "it": ("dict/italian",), "de": ("dict/ngerman",),
    "es": ("dict/spanish",), "pt": ("dict/portuguese",), "pt-br": ("dict/portuguese",), "pl": ("dict/polish",),
    "nl": ("dict/dutch",), "sv": ("dict/swedish", "hunspell/sv_SE.dic"), "da": ("dict/danish", "hunspell/da_DK.dic"),
    "uk": ("dict/ukrainian",), "ko": ("hunspell/ko.dic",), "hi": ("hunspell/hi_IN.dic",),
    "bn": ("hunspell/bn_BD.dic",), "ar": ("hunspell/ar.dic",), "hu": ("hunspell/hu_HU.dic",),
    "el": ("hunspell/el_GR.dic",), "ro": ("hunspell/ro_RO.dic",), "vi": ("hunspell/vi_VN.dic",),
    "tr": ("hunspell/tr_TR.dic",), "id": ("hunspell/id_ID.dic",), "sw": ("hunspell/sw_TZ.dic",),
}  # fmt: skip
# letters whose sounds use the lips; Hangul is compared after decomposition into jamo
LIP_LETTERS = frozenset(
    "pbmfvwouöüőűøœôûùúóõ" "пбмфвоуюёў" "πβμφοωυ" "بمفوپ" "पफबभमवउऊओऔुूोौ" "পফবভমউঊওঔুূোৌ" "பமவஉஊஒஓுூொோ"
    "పఫబభమవఉఊఒఓుూొో" "ふぶぷむもみまめばびべぼぱぴぺぽわうおフブプムモミマメバビベボパピペポワウオ" "ᄇᄆᄑ뽀ᅮᅭᅲᅬᅱᅯᅪᆷᆸ"
    "不我发风方分放法非飞服父夫部步把比比别帮半保北本边变表並并怕跑平皮片票普朋门们没美妈马买卖明民名目木五午物外王为文问"
)  # fmt: skip
SENTENCE_END = re.compile(r"(?<=[.!?;:。！？；।])\s*|\n+")
UNSPEAKABLE = re.compile(r"[%<>{}\[\]\\|@#$^*=+~`_/©®™0-9]|https?:|--|\.\.\.|…|[A-Z]{3,}")
LONGEST = 110


def fitting_script(text: str, language: str) -> bool:
    """Whether nearly every letter of `text` belongs to the script that `language` is written in (Latin if not told)."""
    scripts = SCRIPTS.get(language, "LATIN")
    wanted = (scripts,) if isinstance(scripts, str) else scripts
    letters = [c for c in text if c.isalpha() and c != "ー"]
    return bool(letters) and all(unicodedata.name(c, "").startswith(wanted) for c in letters)


def pieces(text: str, language: str) -> Iterable[str]:
    """Cut a text into speakable pieces of at most about 110 characters (50 where a character is a syllable)."""
    longest = 40 if language in {"zh", "ja", "ja-kanji", "ko"} else LONGEST
    for sentence in SENTENCE_END.split(unicodedata.normalize("NFC", text)):
        sentence = " ".join(re.sub(r"[_&\"“”„«»()]", "", sentence).split())
        while len(sentence) > longest:
            cut = max(sentence.rfind(mark, 10, longest) for mark in (",", " ", "，", "、"))
            cut = cut if cut > 0 else longest
            yield from _clean(sentence[: cut + 1], language)
            sentence = sentence[cut + 1 :].strip()
        yield from _clean(sentence, language)


def _clean(text: str, language: str) -> Iterable[str]:
    text = text.strip(" -–—•·")
    if len(text) >= (1 if language == "zh" else 2) and not UNSPEAKABLE.search(text) and fitting_script(text, language):
        yield text


def transcripts(folder: Path, language: str) -> Iterable[str]:
    """The transcripts in `folder`/*.tsv (a column `language` and a column `text`) in this language, not yet cut."""
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE):
                if (row.get("language") or "").split("-")[0].lower() == language:
                    text = (row.get("text") or "").replace("_", "")
                    yield text.capitalize() if text.isupper() else text


def catalogues(language: str, root: Path = Path("/usr/share/locale")) -> Iterable[str]:
    """All installed gettext translations into this language, iso-codes' names among them, not yet cut."""
    for locale in CATALOGUES.get(language, (language,)):
        for path in sorted((root / locale / "LC_MESSAGES").glob("*.mo")):
            try:
                with path.open("rb") as handle:
                    messages = gettext.GNUTranslations(handle)._catalog  # type: ignore[attr-defined]
            except (OSError, UnicodeDecodeError, ValueError):
                continue
            for key, message in messages.items():
                if key and isinstance(message, str) and len(message) < 400:
                    yield message


def fortunes(language: str, root: Path = Path("/usr/share/games/fortunes")) -> Iterable[str]:
    """The installed fortune cookies in this language, not yet cut; verses' lines are joined."""
    for name in FORTUNES.get(language, ()):
        for path in (root / name, *sorted((root / name).glob("*"))):
            if path.is_file() and path.suffix == "":
                text = path.read_text(encoding="utf-8", errors="ignore")
                for cookie in re.split(r"^%\s*$", text, flags=re.MULTILINE):
                    yield re.sub(r"\s*\n\s*", " ", cookie)


def words(language: str, generator: random.Random, root: Path = Path("/usr/share"), most: int = 4_000) -> list[str]:
    """At most `most` words of the installed word lists, drawn at random."""
    found: set[str] = set()
    for name in WORD_LISTS.get(language, ()):
        path = root / name
        if path.is_file():
            lines = path.read_text(encoding="utf-8", errors="ignore").splitlines()
            for line in generator.sample(lines, min(len(lines), 2 * most)):
                word = line.split("/")[0].strip()
                if 2 <= len(word) <= 18 and word.isalpha() and fitting_script(word, language):
                    found.add(word)
    return sorted(found)[:: max(1, len(found) // most)]


def lip_share(text: str) -> float:
    """Share of the letters of `text` that stand for sounds made with the lips, 0..1."""
    decomposed = unicodedata.normalize("NFD", text.lower()) if any("가" <= c <= "힣" for c in text) else text.lower()
    letters = [c for c in decomposed if c.isalpha() or unicodedata.category(c) == "Mc"]
    return sum(c in LIP_LETTERS for c in letters) / max(1, len(letters))


class Texts:
    """Endless supply of texts in one language, rich in sounds made with the lips.

    `next()` gives, in turn at random: sentences (55 %), two short pieces with a pause between them, lists of words,
    single words. Half of the draws take the best of three candidates by `lip_share`.
    """

    def __init__(self, language: str, speech: Path | None, seed: int, cache: Path | None = None) -> None:
        """With `cache`, a folder, the texts drawn first are kept there and used again: drawing takes seconds."""
        self.generator = random.Random(seed)
        kept = cache / f"{language}.json" if cache else None
        if kept and kept.is_file():
            stock = json.loads(kept.read_text(encoding="utf-8"))
            self.sentences, self.words = stock["sentences"], stock["words"]
            return
        self._collect(language, speech)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            stock = {"sentences": self.sentences, "words": self.words}
            kept.write_text(json.dumps(stock, ensure_ascii=False), encoding="utf-8")

    def _collect(self, language: str, speech: Path | None) -> None:
        self.sentences = [
            *self._some(catalogues(language), 4000, language),
            *self._some(fortunes(language), 1000, language),
            *self._some(transcripts(speech, language) if speech else (), 4000, language),
        ]
        self.words = words(language, self.generator) or sorted({w for s in self.sentences for w in _words(s, language)})
        self.sentences = self.sentences or self.words
        if not self.sentences:
            raise SystemExit(f"There is no text in '{language}': install fortunes or a word list, or give --speech.")

    def _some(self, stock: Iterable[str], most: int, language: str) -> list[str]:
        """Pieces of at most `most` texts of a stock, each piece once: cutting all of them would take half a minute."""
        unique = sorted(set(stock))
        drawn = self.generator.sample(unique, min(most, len(unique)))
        return sorted({piece for text in drawn for piece in pieces(text, language)})

    def next(self) -> str:
        """One text, 2 to about 200 characters."""
        kinds: Sequence[tuple[float, Callable[[], str]]] = (
            (0.55, lambda: self._draw(self.sentences)),
            (0.13, self._two),
            (0.22, self._list),
            (0.10, lambda: self._draw(self.words)),
        )
        return self.generator.choices([make for _, make in kinds], [weight for weight, _ in kinds])[0]()

    def _draw(self, stock: Sequence[str]) -> str:
        candidates = [self.generator.choice(stock) for _ in range(3 if self.generator.random() < 0.5 else 1)]
        return max(candidates, key=lip_share)

    def _two(self) -> str:
        short = [text.rstrip(".!?。") for text in (self._draw(self.sentences), self._draw(self.sentences))]
        return self.generator.choice((". ", ", ", "; ", "? ", "! ")).join(text[:80] for text in short)

    def _list(self) -> str:
        mark = self.generator.choice((" ", " ", ", ", ". "))
        return mark.join(self._draw(self.words) for _ in range(self.generator.randint(2, 6)))


def _words(text: str, language: str) -> list[str]:
    return [text] if language in {"zh", "ja", "ja-kanji"} and len(text) < 8 else re.findall(r"\w{2,}", text)
