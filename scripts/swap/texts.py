"""What the voices say: six lines that mean the same in five languages, four other lines each, words to put in."""

from __future__ import annotations

VOICES = {"en": "en-us", "de": "de", "es": "es-419", "fr": "fr", "pl": "pl"}
"""espeak-ng's voice for each language."""

LINES = {
    "en": (
        "My brother brought a map of the valley and a very old lamp.",
        "Before we left, somebody moved the boat behind the bridge.",
        "Nobody knew why the window was open, but the room felt warm.",
        "Perhaps the farmer will bring fresh apples and milk tomorrow.",
        "We followed the river for an hour, and then the fog came down.",
        "Give me five more minutes, please, I want to finish my book.",
    ),
    "de": (
        "Mein Bruder brachte eine Karte vom Tal und eine sehr alte Lampe.",
        "Bevor wir gingen, hatte jemand das Boot hinter die Brücke gebracht.",
        "Niemand wusste, warum das Fenster offen war, aber das Zimmer war warm.",
        "Vielleicht bringt der Bauer morgen frische Äpfel und Milch.",
        "Wir folgten dem Fluss eine Stunde lang, und dann kam der Nebel herunter.",
        "Gib mir noch fünf Minuten, bitte, ich möchte mein Buch beenden.",
    ),
    "es": (
        "Mi hermano trajo un mapa del valle y una lámpara muy vieja.",
        "Antes de salir, alguien movió el barco detrás del puente.",
        "Nadie sabía por qué la ventana estaba abierta, pero la sala estaba caliente.",
        "Quizás el campesino traiga mañana manzanas frescas y leche.",
        "Seguimos el río durante una hora, y luego bajó la niebla.",
        "Dame cinco minutos más, por favor, quiero terminar mi libro.",
    ),
    "fr": (
        "Mon frère a apporté une carte de la vallée et une très vieille lampe.",
        "Avant de partir, quelqu'un a poussé le bateau derrière le pont.",
        "Personne ne savait pourquoi la fenêtre était ouverte, mais la chambre était chaude.",
        "Peut-être que le fermier apportera demain des pommes fraîches et du lait.",
        "Nous avons suivi la rivière pendant une heure, et puis le brouillard est tombé.",
        "Donne-moi encore cinq minutes, s'il te plaît, je veux finir mon livre.",
    ),
    "pl": (
        "Mój brat przyniósł mapę doliny i bardzo starą lampę.",
        "Zanim wyszliśmy, ktoś przesunął łódź za most.",
        "Nikt nie wiedział, dlaczego okno było otwarte, ale pokój był ciepły.",
        "Może rolnik przywiezie jutro świeże jabłka i mleko.",
        "Szliśmy wzdłuż rzeki przez godzinę, a potem opadła mgła.",
        "Daj mi jeszcze pięć minut, proszę, chcę skończyć książkę.",
    ),
}
"""The same six lines: line i of one language means what line i of another does."""

OTHER_LINES = {
    "en": (
        "Two ships waited outside the harbour until the storm was over.",
        "She counted the coins twice, then closed the drawer.",
        "Could you tell the driver that we are running late?",
        "In spring the children used to play near the old mill.",
    ),
    "de": (
        "Zwei Schiffe warteten vor dem Hafen, bis der Sturm vorüber war.",
        "Sie zählte die Münzen zweimal, dann schloss sie die Schublade.",
        "Könnten Sie dem Fahrer sagen, dass wir uns verspäten?",
        "Im Frühling spielten die Kinder oft bei der alten Mühle.",
    ),
    "es": (
        "Dos barcos esperaron fuera del puerto hasta que pasó la tormenta.",
        "Contó las monedas dos veces y después cerró el cajón.",
        "¿Puede decirle al conductor que llegamos tarde?",
        "En primavera los niños jugaban cerca del viejo molino.",
    ),
    "fr": (
        "Deux navires attendaient devant le port que la tempête passe.",
        "Elle compta les pièces deux fois, puis ferma le tiroir.",
        "Pourriez-vous dire au chauffeur que nous sommes en retard ?",
        "Au printemps, les enfants jouaient près du vieux moulin.",
    ),
    "pl": (
        "Dwa statki czekały przed portem, aż minie burza.",
        "Policzyła monety dwa razy, potem zamknęła szufladę.",
        "Czy może pan powiedzieć kierowcy, że się spóźnimy?",
        "Wiosną dzieci bawiły się koło starego młyna.",
    ),
}

EXTRA = {
    "en": ("really", "quietly", "also", "maybe", "somehow", "finally"),
    "de": ("wirklich", "leise", "auch", "endlich", "irgendwie", "heute"),
    "es": ("también", "quizás", "ahora", "siempre", "despacio", "hoy"),
    "fr": ("vraiment", "aussi", "enfin", "toujours", "ici", "doucement"),
    "pl": ("naprawdę", "także", "wreszcie", "cicho", "dzisiaj", "znowu"),
}
"""Words to put between those of a line."""
