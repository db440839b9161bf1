"""What espeak-ng says for the check: everyday lines in the languages of ours and in some that have no table here."""

from __future__ import annotations

from swap.texts import LINES, OTHER_LINES

VOICES = {
    "en": "en-us", "de": "de", "es": "es-419", "fr": "fr", "it": "it", "pt": "pt-br", "ru": "ru", "hi": "hi",
    "ja": "ja", "ko": "ko", "ar": "ar", "zh": "cmn", "pl": "pl", "nl": "nl", "cs": "cs", "sv": "sv", "tr": "tr",
    "fi": "fi", "hu": "hu", "ro": "ro",
}  # fmt: skip
"""espeak-ng's voice for each language."""

_MORE = {
    "it": (
        "Mio fratello ha portato una mappa della valle e una vecchia lampada.",
        "Prima di partire, qualcuno ha spostato la barca dietro il ponte.",
        "Nessuno sapeva perché la finestra fosse aperta, ma la stanza era calda.",
        "Forse il contadino porterà domani mele fresche e latte.",
        "Dammi ancora cinque minuti, per favore, voglio finire il mio libro.",
    ),
    "pt": (
        "Meu irmão trouxe um mapa do vale e uma lâmpada muito velha.",
        "Antes de sairmos, alguém moveu o barco para trás da ponte.",
        "Ninguém sabia por que a janela estava aberta, mas a sala estava quente.",
        "Talvez o fazendeiro traga amanhã maçãs frescas e leite.",
        "Me dá mais cinco minutos, por favor, quero terminar meu livro.",
    ),
    "ru": (
        "Мой брат принёс карту долины и очень старую лампу.",
        "Перед отъездом кто-то передвинул лодку за мост.",
        "Никто не знал, почему окно было открыто, но в комнате было тепло.",
        "Может быть, фермер завтра привезёт свежие яблоки и молоко.",
        "Дай мне ещё пять минут, пожалуйста, я хочу закончить книгу.",
    ),
    "hi": (
        "मेरा भाई घाटी का नक्शा और एक बहुत पुराना दीपक लाया।",
        "हमारे जाने से पहले किसी ने नाव को पुल के पीछे हटा दिया।",
        "किसी को नहीं पता था कि खिड़की क्यों खुली थी, लेकिन कमरा गरम था।",
        "शायद किसान कल ताज़े सेब और दूध लाएगा।",
        "मुझे पाँच मिनट और दो, मैं अपनी किताब पूरी करना चाहता हूँ।",
    ),
    "ja": (
        "あには たにの ちずと とても ふるい ランプを もって きました。",
        "しゅっぱつ する まえに、だれかが ふねを はしの うしろに うごかしました。",
        "まどが なぜ あいて いたのか だれも しらなかったが、へやは あたたかかった。",
        "あした のうかの ひとが あたらしい りんごと みるくを もって くるかも しれません。",
        "あと ごふん ください、ほんを よみ おわりたいのです。",
    ),
    "ko": (
        "우리 형은 골짜기 지도와 아주 오래된 등불을 가져왔습니다.",
        "우리가 떠나기 전에 누군가 배를 다리 뒤로 옮겼습니다.",
        "왜 창문이 열려 있는지 아무도 몰랐지만 방은 따뜻했습니다.",
        "아마 농부가 내일 신선한 사과와 우유를 가져올 것입니다.",
        "오 분만 더 주세요, 이 책을 마저 읽고 싶어요.",
    ),
    "ar": (
        "أحضر أخي خريطة الوادي ومصباحا قديما جدا.",
        "قبل أن نغادر نقل أحدهم القارب إلى ما وراء الجسر.",
        "لم يعرف أحد لماذا كانت النافذة مفتوحة ولكن الغرفة كانت دافئة.",
        "ربما يحضر المزارع غدا تفاحا طازجا وحليبا.",
        "أعطني خمس دقائق أخرى من فضلك أريد أن أنهي كتابي.",
    ),
    "zh": (
        "我哥哥带来了一张山谷的地图和一盏很旧的灯。",
        "我们离开以前，有人把船搬到了桥的后面。",
        "没有人知道窗户为什么开着，但是房间很暖和。",
        "也许农民明天会带来新鲜的苹果和牛奶。",
        "请再给我五分钟，我想把这本书看完。",
    ),
    "nl": (
        "Mijn broer bracht een kaart van het dal en een heel oude lamp.",
        "Voordat we vertrokken, had iemand de boot achter de brug gelegd.",
        "Niemand wist waarom het raam open was, maar de kamer voelde warm.",
        "Misschien brengt de boer morgen verse appels en melk.",
    ),
    "cs": (
        "Můj bratr přinesl mapu údolí a velmi starou lampu.",
        "Než jsme odešli, někdo přesunul loďku za most.",
        "Nikdo nevěděl, proč je okno otevřené, ale v pokoji bylo teplo.",
        "Možná farmář zítra přiveze čerstvá jablka a mléko.",
    ),
    "sv": (
        "Min bror hade med sig en karta över dalen och en mycket gammal lampa.",
        "Innan vi gick hade någon flyttat båten bakom bron.",
        "Ingen visste varför fönstret var öppet, men rummet kändes varmt.",
        "Kanske kommer bonden med färska äpplen och mjölk i morgon.",
    ),
    "tr": (
        "Kardeşim vadinin haritasını ve çok eski bir lamba getirdi.",
        "Biz çıkmadan önce birisi kayığı köprünün arkasına taşıdı.",
        "Pencerenin neden açık olduğunu kimse bilmiyordu ama oda sıcaktı.",
        "Belki çiftçi yarın taze elma ve süt getirir.",
    ),
    "fi": (
        "Veljeni toi laakson kartan ja hyvin vanhan lampun.",
        "Ennen kuin lähdimme, joku siirsi veneen sillan taakse.",
        "Kukaan ei tiennyt, miksi ikkuna oli auki, mutta huone tuntui lämpimältä.",
        "Ehkä maanviljelijä tuo huomenna tuoreita omenoita ja maitoa.",
    ),
    "hu": (
        "A bátyám hozott egy térképet a völgyről és egy nagyon régi lámpát.",
        "Mielőtt elmentünk, valaki a híd mögé vitte a csónakot.",
        "Senki sem tudta, miért van nyitva az ablak, de a szoba meleg volt.",
        "Talán a gazda holnap friss almát és tejet hoz.",
    ),
    "ro": (
        "Fratele meu a adus o hartă a văii și o lampă foarte veche.",
        "Înainte să plecăm, cineva a mutat barca în spatele podului.",
        "Nimeni nu știa de ce era fereastra deschisă, dar camera era caldă.",
        "Poate că fermierul va aduce mâine mere proaspete și lapte.",
    ),
}

SENTENCES: dict[str, tuple[str, ...]] = {code: (*LINES[code], *OTHER_LINES[code]) for code in LINES} | _MORE
"""The sentences of each language, four or more."""
