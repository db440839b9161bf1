"""IPA: splitting, features, and the nearest phone."""

import pytest

from engine import phones


@pytest.mark.parametrize(
    ("ipa", "expected"),
    [
        ("tʃaɪ", ("tʃ", "a", "ɪ")),
        ("t͡ʃaɪ", ("tʃ", "a", "ɪ")),
        ("ˈm̩bʰuː", ("m̩", "bʰ", "uː")),
        ("ɡ͡bɛ", ("ɡ͡b", "ɛ")),
        ("ʈʂɻ", ("ʈʂ", "ɻ")),
        ("ɔ̃ʒ", ("ɔ̃", "ʒ")),
        ("", ()),
    ],
)
def test_a_string_of_ipa_splits_into_phones(ipa, expected):
    assert tuple(map(phones.tidy, expected)) == phones.segments(ipa)


def test_both_spellings_of_a_letter_are_one():
    assert phones.classify("c\u0327") == phones.classify("\u00e7") == "ç"
    assert phones.classify("g") == phones.classify("ɡ") == "ɡ"


def test_every_class_is_heard_as_itself():
    assert all(phones.classify(phone) == phone for phone in phones.CLASSES)


def test_every_letter_of_the_chart_has_a_class_that_is_no_vowel_for_a_consonant():
    for letter, own in phones.LETTERS.items():
        assert phones.features(phones.classify(letter)).vowel == own.vowel, letter


def test_lips_that_meet_stay_apart_from_lips_that_do_not():
    assert phones.mouth_class("b") == phones.mouth_class("m̩") == phones.mouth_class("pʰ") == "closed"
    assert phones.mouth_class("ɱ") == phones.mouth_class("ʋ") == "teeth"
    assert phones.mouth_class("β") == phones.mouth_class("ɸ") == "other"
    assert phones.mouth_class("y") == phones.mouth_class("w") == "rounded"
    assert phones.mouth_class("ɯ") == "other"


def test_the_nearest_phone_keeps_the_lips():
    known = ("p", "t", "k", "f", "s", "i", "a", "u", "y")
    assert phones.nearest("b", known) == "p"
    assert phones.nearest("ɱ", known) == "f"
    assert phones.nearest("ʏ", known) == "y"
    assert phones.nearest("ɯ", known) != "y"
    assert phones.nearest("ꞎ", known) == "s"


def test_an_unknown_letter_still_finds_a_phone():
    assert phones.nearest("☃", ("p", "a")) == "a"


def test_no_choice_is_an_error():
    with pytest.raises(ValueError, match="no phone"):
        phones.nearest("a", [""])


def test_distance_is_even_handed_and_zero_to_itself():
    for one in phones.CLASSES[1:]:
        assert phones.distance(one, one) == 0.0
        assert phones.distance(one, "m") == phones.distance("m", one)
