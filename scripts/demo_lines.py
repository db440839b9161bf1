"""What the demo says when it is given no recording: language -> espeak-ng's voice and a line rich in closed lips."""

LINES = {
    "en": ("en-us", "Hello! My mouth follows every voice. Papa bought a blue balloon for me."),
    "es": ("es", "¡Hola! Mi boca sigue tu voz. Papá compró un globo muy bonito."),
    "fr": ("fr", "Bonjour ! Ma bouche suit ta voix. Papa a vu une belle lune bleue."),
    "de": ("de", "Hallo! Mein Mund folgt jeder Stimme. Fünf Bäume blühen am Abend."),
    "it": ("it", "Ciao! La mia bocca segue la tua voce. Papà ama il mare blu."),
    "pt": ("pt-br", "Olá! A minha boca segue a tua voz. O papai comprou um barco."),
    "ru": ("ru", "Привет! Мои губы следуют за голосом. Папа купил большой мяч."),
    "zh": ("cmn", "你好！我的嘴跟着声音动。爸爸妈妈都不怕风。"),
    "ja": ("ja", "こんにちは。わたしのくちはこえについていきます。"),
    "ko": ("ko", "안녕하세요! 제 입은 목소리를 따라 움직입니다."),
    "hi": ("hi", "नमस्ते! मेरा मुँह आवाज़ के साथ चलता है।"),
    "ar": ("ar", "مرحبا! فمي يتبع صوتك بكل كلمة."),
}
