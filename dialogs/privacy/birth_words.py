"""Words of birth near a date, and what is born that is no person: an idea, a group, a model."""

from __future__ import annotations

import re

BIRTH = re.compile(
    r"(?=[bdfstv])(?:"
    r"\bsynty(?!vyy|mätod|mämaa|mäpaik|mävuo|perä|mätön|mäkot|mäkun)\w*|\bsynt\b|\bsynt\.?\s?aik|"
    r"\bsynttäri|\bs\.?\s?-?aika|\bsynnytt\w+|\bsynnytin|\bs\.?-?pv|vuotis(?:synty\w{0,3})?päiv|"
    r"\bfö[dt][dts]\w*|\bfödel[a-z]*dat|\bfödel\w*|\bborn\b|\bbirth\s?-?d|\b(?:date|day) of birth|"
    r"\bd\.?\s?o\.?\s?b\b|\bb-?day|"
    r"\btäyt(?:tää|ti|täny\w*|tävä\w*)\s(?:\d{1,3}|vuosi|tasan\s\d|jo\s\d|"
    # "Hakija täyttää huomenna (23.11.2026) 65", but not "täyttää huomenna lomakkeen"
    r"(?:huomenna|ylihuomenna|tänään|eilen|toissapäivänä|(?:ensi|viime|tällä)\sviikolla|pian)\b"
    r"(?!\s\w*(?:lomak|hakem|kysel|paper|ehdo|kalent)))|"
    r"\bfyll(?:er|de|t)\s(?:\d{1,3}|år|jämnt|(?:i\s?morgon|i\s?dag|i\s?går)\b)|"
    r"\bturn(?:s|ed|ing)\s(?:\d{1,3}|eighteen|sixteen)"
    r")"
)
# A text with none of these has no word of birth; they are much the cheaper to look for.
_STEMS = "synt synn föd fött född täyt fyll vuotisp vuotiss born birth turn day o.b dob aika pv"
STEMS = tuple(_STEMS.split())
# One letter is a word of birth only right before the date: "(s. 3.5.2019)".
LETTER_RIGHT_BEFORE = re.compile(
    r"(?:^|[\s(,;/\[:-])(?:(?:[Ss]a?|[Ff]|[Bb]|[Dd]s)\.|[sf])\s?:?\s?$"
)
# So is the beginning of a code: "HETUN ALKUOSA 110290", "hetun kuusi ensimmäistä: 110290".
CODE = re.compile(
    r"\b(?:hetu|henkilötun|sotu|personbet|personnum|id[ -]code|"
    r"tunnukse(?=n\s(?:alku|etu|kuusi)))\w*"
)
BEGINS = re.compile(
    r"\W{0,3}(?:(?:ensimmäi\w+|kuusi|six|first|sex|första|alkaa|alku\w*|alun|alussa|börjar|begins|starts|"
    r"början|etuosa\w*|numero\w*|merkit|merkkiä|siffror\w*|digits|med|with|are|ovat|on|oli|är|is)\W{1,3}){0,4}"
)
_THING = (
    r"(?:ajatu|ide[ao]|ehdotu|\w*malli|hank|\w*ryhm|\w*tarve|\w*tarpe|päätö|sopimu|käytän|\w*yhteisty|"
    r"tilan|vel[ko]|oikeu|ongelm|kustann|este|riski|jono|keskuste|\w*suunnit|\w*verkost|toimin|teema|"
    r"tiekart|linjau|näkemy|huoli|luottamu|ratkaisu|tulo[sk]|aloit|konsept|\w*palvelu(?:t|mme|mall|kokon)?\b(?!\w)|työtap|säästö|"
    r"tank|förslag|modell|projekt|grupp|behov|beslut|avtal|samarbet|lösning|kiista|riita|tiimi|"
    r"oivallu|vahinko|alijäämä|vaje|viive|katko|tauko|kohu|väärinkäs)"
)
BORN_THING = re.compile(
    rf"\b{_THING}\w*\s+(?:\w+\s+){{0,3}}(?:synty(?:i|ivät|nyt|neet|y|vät)\b|född?es?\b|fötts)"
    rf"|\b(?:synty(?:i|ivät)|föddes)\s+(?:\w+\s+){{0,1}}{_THING}"
    rf"|\b{_THING}\w*\s+(?:\w+\s+){{0,1}}(?:täyt|fyll)"
    # the day of an organisation: "Yhdistyksen 50-vuotispäivä", "yksikön synttärit"
    r"|\b\w{0,20}(?:yhdisty|järjestö|talo|kesku|yksik|hank|säätiö|seura|toimin|palvelu|lai[nt]o|kaupun|"
    r"kunna|päiväkod|koulu|verkost|ryhm|itsenäisy|laitok|sairaala|tiimi|förening|enhet|huse)\w*\s"
    r"(?:\w+\s)?(?:\d{1,3}\.?\s?-?vuotis|syntymäp|synttär|födelsed|birthd|täyt|fyll)"
)
COHORT = re.compile(
    r"\bsynty(?:neet|neille|neiden|neitä|neistä|neillä|neisiin|neiltä)\b|\bfödda\b|\bpersons born"
)
SIDE_OF_DATE = re.compile(r"\b(?:ennen|jälkeen|before|after|före|efter|aikaisintaan|viimeistään)\b")
