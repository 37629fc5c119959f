"""Endings of Finnish and Swedish street names, and how much each tells by itself."""

from __future__ import annotations

import enum
import re


class Ending(enum.IntEnum):
    """How sure it is that a word with this ending and a number is a street address."""

    FAINT = 1  # a place or a unit as often: needs a flat, or a word of address, beside it
    LIKELY = 2  # needs a capital letter
    STRONG = 3  # needs a capital letter, or a word of address
    SURE = 4  # also in lower case


def _finnish(nominative: str, stem: str, *others: str) -> tuple[str, ...]:
    """Return the case forms in which people write where someone lives."""
    back = any(vowel in stem for vowel in "aou")
    local = ("lla", "lta", "ssa", "sta") if back else ("llä", "ltä", "ssä", "stä")
    return (nominative, stem + "n", stem + "lle", *(stem + end for end in local), *others)


_FINNISH: tuple[tuple[Ending, tuple[tuple[str, ...], ...]], ...] = (
    (
        Ending.SURE,
        (
            _finnish("katu", "kadu", "katua", "katuun", "kadul"),
            _finnish("kuja", "kuja", "kujaa", "kujaan"),
            _finnish("kujanne", "kujantee"),
            _finnish("raitti", "raiti", "raittia", "raittiin"),
            _finnish("bulevardi", "bulevardi", "bulevardia", "bulevardiin"),
            _finnish("esplanadi", "esplanadi", "esplanadia", "esplanadiin"),
            _finnish("tie", "tie", "tietä", "tiel"),
        ),
    ),
    (
        Ending.STRONG,
        (
            _finnish("polku", "polu", "polkua", "polkuun"),
            _finnish("kaari", "kaare", "kaarta", "kaareen"),
            _finnish("kaarre", "kaartee", "kaarretta"),
            _finnish("väylä", "väylä", "väylää"),
            _finnish("aukio", "aukio", "aukiota", "aukiolle"),
            _finnish("tori", "tori", "toria"),
            _finnish("portti", "porti", "porttia"),
            _finnish("penger", "penkeree", "pengertä"),
            _finnish("penkere", "penkeree"),
            _finnish("puistikko", "puistiko", "puistikkoa"),
        ),
    ),
    (
        Ending.LIKELY,
        (
            _finnish("ranta", "ranna", "rantaa", "rantaan"),
            _finnish("rinne", "rintee", "rinnettä"),
            _finnish("mäki", "mäe", "mäkeä", "mäkeen"),
            _finnish("puisto", "puisto", "puistoa"),
            _finnish("harju", "harju", "harjua"),
            _finnish("piha", "piha", "pihaa"),
            _finnish("ahde", "ahtee", "ahdetta"),
            _finnish("törmä", "törmä", "törmää"),
            _finnish("kallio", "kallio", "kalliota"),
            _finnish("kulma", "kulma", "kulmaa"),
            _finnish("taival", "taipalee", "taivalta"),
            _finnish("laakso", "laakso", "laaksoa"),
            _finnish("niitty", "niity", "niittyä"),
            _finnish("tanhua", "tanhua", "tanhuaa"),
            _finnish("tanhut", "tanhui"),
            _finnish("notko", "notko", "notkoa"),
            _finnish("vainio", "vainio", "vainiota"),
            _finnish("kumpu", "kummu", "kumpua"),
            _finnish("laituri", "laituri", "laituria"),
            _finnish("kierto", "kierro", "kiertoa"),
            _finnish("lenkki", "lenki", "lenkkiä"),
            _finnish("mutka", "muta", "mutkaa", "mutkan", "mutkassa"),
            _finnish("syrjä", "syrjä", "syrjää"),
            _finnish("reuna", "reuna", "reunaa"),
            _finnish("kuusto", "kuusto"),
            _finnish("töyry", "töyry", "töyryä"),
            _finnish("kangas", "kankaa", "kangasta"),
            _finnish("veräjä", "veräjä", "veräjää"),
            _finnish("piennar", "pientaree", "piennarta"),
            _finnish("silmukka", "silmuka", "silmukkaa"),
            _finnish("perä", "perä", "perää"),
            _finnish("porras", "portaa", "porrasta"),
            _finnish("portaat", "portai"),
            _finnish("kolo", "kolo", "koloa"),
            _finnish("sola", "sola", "solaa"),
            _finnish("sarka", "sara", "sarkaa"),
            _finnish("palsta", "palsta", "palstaa"),
            _finnish("nurmi", "nurme", "nurmea"),
            _finnish("nurkka", "nurka", "nurkkaa"),
            _finnish("kuru", "kuru", "kurua"),
            _finnish("rinki", "ringi", "rinkiä"),
            _finnish("kaarto", "kaarro", "kaartoa"),
            _finnish("aukea", "aukea", "aukeaa"),
            _finnish("loukko", "louko", "loukkoa"),
            _finnish("tasanne", "tasantee", "tasannetta"),
            _finnish("solukko", "soluko"),
        ),
    ),
    (
        Ending.FAINT,
        (
            _finnish("linja", "linja", "linjaa"),
            _finnish("kehä", "kehä", "kehää"),
            _finnish("kenttä", "kentä", "kenttää"),
            _finnish("haka", "haa", "hakaa"),
            _finnish("pelto", "pello", "peltoa"),
            _finnish("metsä", "metsä", "metsää"),
            _finnish("lehto", "lehdo", "lehtoa"),
            _finnish("niemi", "nieme", "nientä"),
            _finnish("lahti", "lahde", "lahtea"),
            _finnish("saari", "saare", "saarta"),
            _finnish("koski", "koske", "koskea"),
            _finnish("vuori", "vuore", "vuorta"),
            _finnish("silta", "silla", "siltaa"),
            _finnish("vaara", "vaara", "vaaraa"),
            _finnish("aho", "aho", "ahoa"),
            _finnish("oja", "oja", "ojaa"),
            _finnish("suora", "suora", "suoraa"),
            _finnish("kartano", "kartano", "kartanoa"),
            _finnish("kylä", "kylä", "kylää"),
            _finnish("laita", "laida", "laitaa"),
            _finnish("viita", "viida", "viitaa"),
            _finnish("puro", "puro", "puroa"),
            _finnish("nummi", "numme", "nummea"),
            _finnish("lampi", "lamme", "lampea"),
            _finnish("korpi", "korve", "korpea"),
            _finnish("joki", "joe", "jokea"),
            _finnish("suu", "suu", "suuta"),
            _finnish("salo", "salo", "saloa"),
            _finnish("luoto", "luodo", "luotoa"),
            _finnish("kivi", "kive", "kiveä"),
            _finnish("kaivo", "kaivo", "kaivoa"),
            _finnish("latu", "ladu", "latua"),
        ),
    ),
)
_SWEDISH: tuple[tuple[Ending, str], ...] = (
    (Ending.SURE, "gatan gata gränden gränd esplanaden esplanad bulevarden bulevard boulevarden"),
    (Ending.STRONG, "vägen väg stigen stig torget allén allen allé kajen strandvägen"),
    (
        Ending.LIKELY,
        "gården stranden strand backen brinken plan planen parken svängen bågen kroken stråket "
        "leden ringen bron porten åsen dalen ängen udden slingan branten platsen hörnet terrassen "
        "rundan skvären kanten lunden tået passagen tvären gärdet gårdet sluttningen",
    ),
    (Ending.FAINT, "berget hamnen holmen skogen tomten näset viken byn"),
)
ENDINGS: dict[str, Ending] = {
    form: ending for ending, words in _FINNISH for forms in words for form in forms
} | {
    form: ending
    for ending, words in _SWEDISH
    for word in words.split()
    for form in (word, word + "s")
}
_LONGEST = max(map(len, ENDINGS))

# Paths and stations of the service, which are numbered too: "palvelupolku 3", "neuvontatori 2".
_SERVICE = re.compile(
    r"(?:hoito|hoido|palvelu|asiaka|kuntoutu|\bura|opinto|koulutu|oppim|kehity|kehittäm|päihde|"
    r"potila|toipum|tuki|tuen|asumis|suojelu|terapia|työlli|kotoutu|perehdy|prosess|mielenterv|sote|"
    r"sosiaali|neuvonta|ohjau|digi|rahoitu|leikki|vanhemmuu|vaikuttam|osallisu|hyvinvoin|hyvis|"
    r"\btyö|ammatti|valmennu|varhai|toiminta|omais|viesti|puhelin|chat|tieto|osaam|askel|taito|\bperhe|\blapsi)\w{0,12}"
    r"(?:polku|polu|väyl|tor[ie]|port|porras|puisto|linja|kenttä|kierto|kierro|kulma|kehä|silta|silla|"
    r"rinki|nurkka|nurka|perä|kivi|kive|latu)\w{0,5}$"
    # "Ensiaskel-polku 1": a street is hyphened within its name, "Ala-Niemen tie"
    r"|\w-(?:polku|polu|väyl|tori|portti|portaa|porras|silta|kaari|kulma|piha|puisto|linja|kierto|rinki)\w{0,4}$"
)
# Words that only look like streets: numbered roads and service paths, things of the office, and
# plural forms ("laskuja", "oppilaita", "vuosilta").
_NO_STREET = re.compile(
    r"(?:\bvalta|\bkanta|seutu|yhdys|moottori|\bmaan|\brauta|\bkehä|ohitus|pika|umpi|pyörä|kevyen|"
    r"\bjatko|elämän|\bkulku|hoito|palvelu|asiakas|kuntoutus|oppimis|toipumis)tie(?:n|l\w{1,2}|tä)?$"
    r"|(?:perintö|\bmaa|\bkauppa|aviolii|käymis|rikos|ulosotto|elämän|vaihe|työ|prosessi|draaman?)kaar"
    # "loppuraportti", but not "Vasaraportti"
    r"|(?<!vasa)(?<!haa)(?<!vaa)(?<!kama)(?<!tata)(?<!maa)(?<!saa)raport|transport|"
    r"\b(?:alku|synty|taka|jälki|alapää)?perä|\b(?:huono|pää|vara|ylä|ala|työ|raha)?(?:kivi|suu)$|vastuu|näkökulma|(?:vuosi|kuukausi|ikäsi|puolisi|päiväsi)lta"
    r"|(?:at|[aeiou]k|[aeo]h|ot|uu|\bmoni|\bmen|edi|udi)tor[ie]\w{0,4}$"
    r"|\b(?:\w*(?:tunnus|vertailu|asiakas|jäsen|henkilö|kävijä|suhde|vuosi))?lukuja"
    r"|\b(?:\w*las|umpi|ha|ja|kul|al|pal)kuja"
    r"|(?:oppi|poti|\btyttö|vanhu)lai[td]"
    r"|(?:vård|klient|handling|service|boende|genomförande|verksamhet|utveckling|budget|ekonomi|rehab|"
    r"åtgärd|läro|stöd|tids|aktivitet|projekt|familje|barnskydd|kommun|arbets|bild|hjälp)\w{0,8}"
    r"(?:plan|stig|väg|park|ring|bro|plats|gård|led|port)\w{0,3}$"
    r"|\b(?:riks|stam|lands|motor|järn|regional|huvud|gen|om|av|ut|in|över|till)väg\w{0,3}$"
    r"|återvändsgränd"
    r"|(?:\bom|\bbe|\bvär|\bför|\bspa|\bmät|\bord|\bgö|ande|ning|behand|\bän|\bhän)\w{0,4}"
    r"(?:ringens?|leden|porten|kanten)$"
)


def street_ending(word: str, *, has_flat: bool = False) -> Ending | None:
    """Return how surely a lower-case word is the name of a street, or None if it is not one.

    What looks like a path of the service is a street when a stair or a flat follows.
    """
    for length in range(min(_LONGEST, len(word) - 2), 2, -1):
        ending = ENDINGS.get(word[-length:])
        if ending:
            no_street = _NO_STREET.search(word) or (not has_flat and _SERVICE.search(word))
            return None if no_street else ending
    return None
