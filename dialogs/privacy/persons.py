"""Words for a person beside which a date is a date of birth: "lapsi", "hakija", "klienten"."""

from __future__ import annotations

import enum


class Case(enum.Enum):
    """In which case a word for a person stands, as far as it tells what a date beside it is."""

    SUBJECT = enum.auto()  # "lapsi", "lapset"
    OWNER = enum.auto()  # "lapsen"
    OTHER = enum.auto()  # "lapselle", "lapsesta": only brackets join it to a date


def _forms(nominative: str, stem: str) -> dict[str, Case]:
    """Return the forms of a Finnish word from its stem: "lapsi", "lapse" → "lapsella" …"""
    back = any(vowel in nominative + stem for vowel in "aou")
    ends = ("lla", "lta", "lle", "sta", "ssa", "a") if back else ("llä", "ltä", "lle", "stä", "ä")
    return {
        nominative: Case.SUBJECT,
        stem + "t": Case.SUBJECT,
        # "asiakkaani", "poikamme": the same for subject and owner
        **{form + own: Case.SUBJECT for form in (nominative, stem) for own in ("ni", "mme")},
        stem + "n": Case.OWNER,
        **dict.fromkeys((stem + end for end in ends), Case.OTHER),
    }


# Also as the end of a compound: "esikoispoika", "kotihoidon asiakas", "turvapaikanhakija".
_FINNISH = (
    "lapsi lapse|poika poja|tyttö tytö|tytär tyttäre|vauva vauva|taapero taapero|nuori nuore|"
    "vastasyntynyt vastasyntynee|esikoinen esikoise|kuopus kuopukse|sisarus sisarukse|sisar sisare|"
    "sisko sisko|pikkuveli pikkuvelje|isoveli isovelje|kaksonen kaksose|kolmonen kolmose|"
    "potilas potilaa|hakija hakija|mummo mummo|mummi mummi|pappa papa|ukki uki|vaari vaari|"
    "äiti äidi|nainen naise|rouva rouva|herra herra|leski leske|puoliso puoliso|vaimo vaimo|"
    "asukas asukkaa|oppilas oppilaa|koululainen koululaise|luokkalainen luokkalaise|"
    "eskarilainen eskarilaise|opiskelija opiskelija|eläkeläinen eläkeläise|vanhus vanhukse|"
    "ikäihminen ikäihmise|teini teini|ikäinen ikäise|vuotias vuotiaa|huollettava huollettava|"
    "hoidettava hoidettava|päämies päämiehe|aviomies aviomiehe|avomies avomiehe|isoisä isoisä|"
    "isäpuoli isäpuole|kuntoutuja kuntoutuja|asunnoton asunnottoma|nuorukainen nuorukaise|"
    "pienokainen pienokaise|nuorimmainen nuorimmaise|vanhempi vanhemma|vanki vangi"
)
# Only as a whole word: not "lisä", "virkamies" or "asiakkaat 31.12.2025: 340".
_FINNISH_WHOLE = (
    "isä isä|mies miehe|veli velje|vanhin vanhimma|keskimmäinen keskimmäise|nuorin nuorimma|"
    "vaari vaari|jätkä jätkä|muksu muksu|lapsonen lapsose|kakara kakara|beibi beibi"
)
_OTHER_WHOLE = (
    "barn barnet barnen pojke pojken pojkar pojkarna flicka flickan flickor flickorna klient "
    "klienten mamma mamman modern mor fader fadern pappan man mannen kvinna kvinnan patient "
    "patienten sökande sökanden son sonen dotter dottern bebis bebisen baby babyn syskon syskonen "
    "storebror lillebror storasyster lillasyster tvillingar tvillingarna äldsta mellersta yngsta "
    "elev ungdom ungdomen mormor morfar farmor farfar änka änkan åring åringen nyfödd nyfödda "
    "child children boy boys girl girls client infant toddler mother father daughter applicant "
    "brother sister twin twins teenager newborn kid kids woman pupil widow grandmother grandfather"
)


def _all_forms(words: str) -> dict[str, Case]:
    forms: dict[str, Case] = {}
    for pair in words.split("|"):
        nominative, _, stem = pair.partition(" ")
        forms |= _forms(nominative, stem)
    return forms


_ENDINGS = _all_forms(_FINNISH) | {
    form: case for form, case in _forms("asiakas", "asiakkaa").items() if form != "asiakkaat"
}
_ENDINGS |= {"asiakasta": Case.OTHER, "lasta": Case.OTHER, "lasten": Case.OWNER}
_WHOLE = _all_forms(_FINNISH_WHOLE) | dict.fromkeys(_OTHER_WHOLE.split(), Case.SUBJECT)
_LENGTHS = sorted({len(form) for form in _ENDINGS}, reverse=True)
_NEWBORN = ("vauva", "vastasyn", "taapero", "pienokai", "beibi", "bebis", "baby", "nyföd", "newb")


def case_of_person(word: str) -> Case | None:
    """Return the case of a lower-case word for a person, or None if it is not one."""
    whole = _WHOLE.get(word)
    if whole:
        return whole
    for length in _LENGTHS:
        ending = _ENDINGS.get(word[-length:])
        if ending:
            return ending
    return None


def is_newborn(word: str) -> bool:
    """Tell whether even a date of this year beside the word is a date of birth."""
    return word.startswith(_NEWBORN)
