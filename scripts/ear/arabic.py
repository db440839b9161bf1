"""Pronunciations of the forty command words, which Arabic writes without their short vowels."""

COMMANDS = {
    "أربعة": "ʔ a r b a ʕ a", "أسفل": "ʔ a s f a l", "أعلى": "ʔ a ʕ l aː", "أمام": "ʔ a m aː m",
    "إدخال": "ʔ i d x aː l", "إرسال": "ʔ i r s aː l", "إغلاق": "ʔ i ɣ l aː q", "إلغاء": "ʔ i l ɣ aː ʔ",
    "ابدأ": "ʔ i b d a ʔ", "اتجاه": "ʔ i t t i dʒ aː h", "اثنان": "ʔ i θ n aː n",
    "استقبال": "ʔ i s t i q b aː l", "التالي": "ʔ a t t aː l iː", "السابق": "ʔ a s s aː b i q",
    "تحريك": "t a ħ r iː k", "تدوير": "t a d w iː r", "تراجع": "t a r aː dʒ u ʕ", "تسجيل": "t a s dʒ iː l",
    "تسعة": "t i s ʕ a", "تصغير": "t a sˤ ɣ iː r", "تعطيل": "t a ʕ tˤ iː l", "تفعيل": "t a f ʕ iː l",
    "تكبير": "t a k b iː r", "توقف": "t a w a q q u f", "ثلاثة": "θ a l aː θ a", "ثمانية": "θ a m aː n i j a",
    "خلف": "x a l f", "خمسة": "x a m s a", "خيارات": "x i j aː r aː t", "رقم": "r a q m", "سبعة": "s a b ʕ a",
    "ستة": "s i t t a", "صفر": "sˤ i f r", "فتح": "f a t ħ", "لا": "l aː", "موافق": "m u w aː f i q",
    "نعم": "n a ʕ a m", "واحد": "w aː ħ i d", "يسار": "j a s aː r", "يمين": "j a m iː n",
}  # fmt: skip

OTHERS = {
    "توقف": ["q i f", "t a w a q q a f"],
    "خلف": ["x a l f a"],
    "رقم": ["r a q a m"],
    "فتح": ["f a t a ħ a", "f a t ħ u"],
    "تراجع": ["t a r aː dʒ a ʕ"],
    "ثمانية": ["θ a m aː n j a"],
    "أربعة": ["ʔ a r b a ʕ"],
    "صفر": ["sˤ i f i r"],
}


def pronunciations(word: str) -> list[list[str]]:
    """The ways a command word is said, the standard one first; empty for any other word."""
    return [form.split() for form in [COMMANDS[word], *OTHERS.get(word, [])]] if word in COMMANDS else []
