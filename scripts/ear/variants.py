"""Other ways in which people say a word than the dictionary's: English reductions and neighbours of each phone."""

from __future__ import annotations

WEAK = {
    ("ð", "ə"): [["ð", "iː"]],
    ("ð", "ɪ"): [["ð", "ə"], ["ð", "iː"]],
    ("æ", "n", "d"): [["ə", "n"], ["ə", "n", "d"], ["æ", "n"]],
    ("t", "uː"): [["t", "ə"], ["ɾ", "ə"]],
    ("t", "ə"): [["t", "uː"]],
    ("ʌ", "v"): [["ə", "v"], ["ə"]],
    ("ə", "v"): [["ʌ", "v"]],
    ("f", "ɔː", "ɹ"): [["f", "ɚ"]],
    ("f", "ɚ"): [["f", "ɔː", "ɹ"]],
    ("ə",): [["eɪ"]],
    ("j", "uː"): [["j", "ə"]],
    ("w", "ʌ", "z"): [["w", "ə", "z"]],
    ("ð", "æ", "t"): [["ð", "ə", "t"], ["ð", "æ", "ɾ"]],
    ("ɪ", "t"): [["ɪ", "ɾ"], ["ɪ"]],
    ("ə", "n", "d"): [["æ", "n", "d"], ["ə", "n"]],
    ("h", "ɪ", "z"): [["ɪ", "z"]],
    ("h", "ɪ", "m"): [["ɪ", "m"]],
    ("h", "ɜː"): [["ɚ"], ["h", "ɚ"]],
    ("h", "iː"): [["iː"]],
    ("h", "æ", "d"): [["ə", "d"], ["h", "ə", "d"]],
    ("h", "æ", "v"): [["ə", "v"], ["h", "ə", "v"]],
    ("h", "æ", "z"): [["ə", "z"]],
    ("k", "æ", "n"): [["k", "ə", "n"]],
    ("ɑː", "ɹ"): [["ɚ"]],
}
"""Function words of English, dictionary form -> forms in running speech."""

SYLLABIC = {"n̩": ["ə", "n"], "l̩": ["ə", "l"], "m̩": ["ə", "m"]}
CONSONANTS = frozenset(
    ["p", "b", "t", "d", "k", "ɡ", "f", "v", "s", "z", "ʃ", "tʃ", "dʒ", "m", "n", "ŋ", "l", "θ", "ð"]
)
MOST = 6


def english(word: list[str]) -> list[list[str]]:
    """Pronunciations of one English word, the dictionary's first; at most 6."""
    found = [word, *WEAK.get(tuple(word), [])]
    if len(word) > 2 and word[-1] in ("t", "d") and word[-2] in CONSONANTS:
        found.append(word[:-1])
    if word[-2:] == ["ɪ", "ŋ"] and len(word) > 3:
        found.append([*word[:-1], "n"])
    if "ɾ" in word:
        found.append(["t" if phone == "ɾ" else phone for phone in word])
    if any(phone in SYLLABIC for phone in word):
        found.append([part for phone in word for part in _full(phone)])
    if len(word) > 2 and word[-1] == "t":
        found.append([*word[:-1], "ʔ"])
    return _distinct(found)[:MOST]


def _full(phone: str) -> list[str]:
    return SYLLABIC.get(phone, ["t"] if phone == "ʔ" else [phone])


def _distinct(found: list[list[str]]) -> list[list[str]]:
    return [form for index, form in enumerate(found) if form and form not in found[:index]]
