"""The identity check finds what must not be there, and lets ordinary work be written about."""

from __future__ import annotations

import datetime
import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.privacy.identity import Finding, Kind, find_identities

TODAY = datetime.date(2026, 10, 13)
CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
SIGNS = "+-YXWVUABCDEF"
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d\u00ad"

IDENTITY_CODES = (
    "Asiakkaan hetu on 131052-308T.",
    "Henkilötunnus 010190-931K puuttui.",
    "hetu:131052-308T,",
    "(131052-308T) soitti",
    "131052 - 308 T odottaa",
    "131052- 308t",
    "13 10 52-308T",
    "1 3 1 0 5 2 - 3 0 8 T",
    "131052\u2013308T",
    "131052\u2212308T",
    "131052\u00ad308T",
    "131052\u200b-308T",
    "131052\u00a0-\u2009308T",
    "\uff11\uff13\uff11\uff10\uff15\uff12\uff0d\uff13\uff10\uff18\uff34",
    "13.10.52-308T",
    "13.10.1952-308T",
    "13101952-308T",
    "131052-308T:n asia",
    "131052-308X on mistyped",
    "310252-308Y on olematon päivä",
    "Asiakas 131052-308 ei vastaa",
    "120314a933x",
    "121280X900C ja 240512B9876",
    "Vanhus 010199+9012",
    "hetu 131052 308T",
    "Personbeteckningen är 210378-942H.",
    "Liite 2 131052-308T",
    "Paperissa oli l31052-308T.",
    "hetu O10190-93lK",
    "Asiakkaan tunnus 1310529308",
    "tunnus ilman viivaa 1310529308, hetu siis",
    "hetu 131052-3 jäi kesken",
    "hetu 131052-xxxx",
)
PHONES = (
    "Soita 040 123 4567 huomenna.",
    "Äidin numero on 0401234567.",
    "puh. 050-1234567",
    "gsm 0457 123 4567",
    "+358 40 123 4567",
    "+358 (0)40 123 4567",
    "00358 40 1234567",
    "040/1234567",
    "040\u2013123\u20134567",
    "040 12 34 567",
    "0 4 0 1 2 3 4 5 6 7",
    "(09) 123 4567",
    "lankapuhelin 013 123 456",
    "puh. 1234567",
    "numeroon 40 123 4567",
    "Ring 044-1234567",
    "telefon 018 12 345",
    "+46 70 123 45 67",
    "Virosta +372 5123 4567",
    "Työpuhelimeni on 0295 771 035.",
    "Edunvalvojan numeroon 029 771 0033 jonotetaan.",
    "Numero on 040,771,0712.",
    "Numeron alku on 040 ja loppu 7710 189.",
    "Lanka 771 0489 ei toimi.",
    "Hemtelefonen 018 77 108 är av.",
    "\uff10\uff14\uff10 \uff11\uff12\uff13 \uff14\uff15\uff16\uff17",
    "nolla neljä nolla yksi kaksi kolme neljä viisi kuusi seitsemän",
)
EMAILS = (
    "Äiti vastaa osoitteesta anna.testi@example.fi iltaisin.",
    "äiti@sähköposti.fi",
    "anna.testi(at)example.fi",
    "anna.testi [at] example [dot] fi",
    "anna testi at example piste fi",
    "anna ät gmail.com",
    "anna miukumauku gmail piste com",
    "anna.testi @ example.fi",
    "anna.testi\uff20example.fi",
    "karin snabel-a example.se",
    "kontakta maria.ek@example.se",
    "anna@example.fi:iin",
    "anna@example,fi",
    "ei löydy osotetta anna@kuvitteellinen",
    "meili on anna(at)keksitty",
)
STREETS = (
    "Asuu osoitteessa Koivukuja 5.",
    "Testitiellä 12 A 4 asuva perhe",
    "Rantapolku 2 as 3",
    "Kirkkokatu 7\u20139",
    "puistotie 3 b 12",
    "Iso Roopertinkatu 4",
    "Pohjoinen Ratatiekatu 11 B",
    "Testi Testisen tie 12",
    "Storgatan 5",
    "Klienten bor på Ängsvägen 5 B 12.",
    "Norra Esplanaden 3 B",
    "Skolgatan 12 lgh 4",
    "33100 Kuvitteela",
    "asuu 00530 KUVITTEELA",
    "osoite on Peltola 4 B 12",
    "12 Main Street",
    "She lives at 12 Kuikkakatu.",
    "Kotiutettiin II linja 7 B 19.",
    "Mummo löytyi harakantanhua 9 a 1 rapusta.",
    "Vasaraportti 14 ja Lepikönperä 5",
    "Pöllönkolo 6 as 2",
    "Työmiehenpolku 5 A",
    "Vaskitsanpolku 15 E",
)
BIRTHDATES = (
    "Lapsi on syntynyt 3.5.2019.",
    "Poika (s. 3.5.2019)",
    "tyttö, synt. 3/5/2019",
    "Syntymäaika: 2019-05-03",
    "syntynyt 3.5.\u201319",
    "syntynyt 3. toukokuuta 2019",
    "syntyi toukokuun 3. päivä 2019",
    "Barnet är fött 3 maj 2019.",
    "född den 3:e maj 2019",
    "f. 3.5.2019",
    "born May 3, 2019",
    "DOB 03/05/2019",
    "3.toukokuuta -87 syntynyt",
    "syntymäaika 030519",
    "3.5.2019-syntynyt",
    "Äiti 12.3.1987 hakee apua.",
    "Asiakas (4.11.54) on kotihoidossa.",
    "Lapsi, 1.9.2014, ei ole koulussa.",
    "Sijoitetun lapsen (16.6.2015) koulukyyti",
    "Esikoispoika 3.3.2017 ja vauva",
    "Vastasyntynyt (2.10.2026) kotiutettiin.",
    "Flickan, 12.3.2014, bor hos mormor.",
    "The child (4 May 2018) has no school.",
    "Pojan 16-vuotispäivä oli 21.9.2026.",
    "Hakija täyttää huomenna (14.10.2026) 65.",
    "vauva syntyi 9.9 ja äiti lähti",
    "Ikä 41, syntymäpäivä 22. marraskuuta.",
    "Personen fyller år 9 september.",
    "syntymäaika 21.XI.1940",
    "HETUN ALKUOSA 110290",
    "Mummo on syntynyt vappuna 1936.",
)
CLEAN = (
    "Työntekijää kohden on 12 345 asiakasta.",
    "Asia HEL 2026-000123 ja raportti R-2026-0001",
    "Laki 1301/2014, 11 § ja laki 812/2000",
    "Kokous 13.10.2026 klo 9\u201311, huone 308",
    "Kokous 131026 klo 9",
    "Avoinna klo 8.00\u201316.00",
    "Y-tunnus 1234567-8",
    "Diagnoosi F32.1",
    "Vuokra 845 e/kk, kulut 120 000\u2013150 000 euroa",
    "Viite 1234 5678 9012, tili FI21 1234 5600 0007 85",
    "Soita 112 tai 116 117.",
    "Palvelunumero 0295 020 700 on ruuhkautunut.",
    "Hei @Matti Meikalainen ja @Anna.Testi",
    "Lisätietoa: example.fi/palvelut",
    "Valtatie 4, kantatie 51",
    "Hoitopolku 2, palvelupolku 3, vaihe 2, kerros 2",
    "Toimintakeskus 2 on täynnä, koti 3 lasta",
    "Raportti 3, indikaattori 5, laskuja 12, oppilaita 5",
    "Testikadulla 3 asukasta ja Koulutiellä 2024 hanke",
    "1.1.2015 voimaan tullut laki, 7.4.2026 alkaen",
    "Hankekausi 1.1.2008\u201331.12.2010",
    "Vuonna 1985 syntynyt asiakas",
    "Ennen 1.1.1965 syntyneet saavat eläkettä.",
    "Idea syntyi kehittämispäivässä 12.3.2026.",
    "Riksväg 8, vårdplan 2, klientplan 3",
    "Lagen trädde i kraft 1.4.2015.",
    "Lapsen asia käsiteltiin 3.3.2026.",
    "Asiakas kävi 12.5.2026 ja äiti soitti 13.5.2026.",
    "Käynti (12.5.2026) jäi kirjaamatta, asiakkaat 31.12.2025: 340",
    "Esimies 3.3.2026 lupasi, ja virkamies (3.4.2026) perui.",
    "Yhdistyksen 50-vuotispäivä 12.6.2026 ja malli syntyi 9.9.",
    "Asiakas täyttää huomenna lomakkeen (14.10.2026).",
    "Jouluna 2018 ohje (STM 10.6.1991) oli voimassa.",
    "Selvitys on tehty 13.4.2005, lagen av den 3 augusti 1992 gäller.",
    "Projekt Stigen 2 och Ensiaskel-polku 1",
    "Palvelupolku 3 ja loppuraportti 5, linja 14 Koulukatu",
    "Edunvalvonnan numero 029 123 4000",
    "Osoite muotoa etunimi.sukunimi@alue",
)


def kinds(text: str) -> set[Kind]:
    return {finding.kind for finding in find_identities(text, today=TODAY)}


def check_character(digits: str) -> str:
    return CHECK_CHARACTERS[int(digits) % 31]


@pytest.mark.parametrize("text", IDENTITY_CODES)
def test_an_identity_code_is_found_however_it_is_typed(text: str) -> None:
    assert Kind.IDENTITY_CODE in kinds(text)


@pytest.mark.parametrize("text", PHONES)
def test_a_telephone_number_is_found_however_it_is_grouped(text: str) -> None:
    assert {Kind.PHONE} == kinds(text)


@pytest.mark.parametrize("text", EMAILS)
def test_an_email_address_is_found_also_when_its_sign_is_written_round(text: str) -> None:
    assert {Kind.EMAIL} == kinds(text)


@pytest.mark.parametrize("text", STREETS)
def test_a_street_address_is_found_in_finnish_swedish_and_english(text: str) -> None:
    assert {Kind.STREET} == kinds(text)


@pytest.mark.parametrize("text", BIRTHDATES)
def test_an_exact_date_of_birth_is_found(text: str) -> None:
    assert {Kind.BIRTHDATE} == kinds(text)


@pytest.mark.parametrize("text", CLEAN)
def test_a_sentence_about_work_is_not_stopped(text: str) -> None:
    assert find_identities(text, today=TODAY) == ()


def test_a_right_check_character_makes_a_code_certain_and_a_wrong_one_does_not() -> None:
    found = find_identities("131052-308T ja 131052-308U ja 010190-931", today=TODAY)

    assert [finding.certain for finding in found] == [True, False, False]


def test_a_finding_tells_where_in_the_given_text_the_passage_stands() -> None:
    text = "Tunnus\u200b on 131052\u200b \u2013 308T."

    (finding,) = find_identities(text, today=TODAY)

    passage = "131052\u200b \u2013 308T"
    start = text.index(passage)
    assert Finding(Kind.IDENTITY_CODE, start, start + len(passage), passage, True) == finding


def test_findings_of_several_kinds_come_in_order_and_apart() -> None:
    text = "Koivukuja 5 A 3, s. 3.5.2019, 040 123 4567, anna@example.fi, 131052-308T"

    found = find_identities(text, today=TODAY)

    expected = [Kind.STREET, Kind.BIRTHDATE, Kind.PHONE, Kind.EMAIL, Kind.IDENTITY_CODE]
    assert expected == [finding.kind for finding in found]


def test_a_bare_date_becomes_a_date_of_birth_when_it_is_old_enough() -> None:
    text = "Jonossa on myös 5.6.2015 ilman lähetettä."

    assert find_identities(text, today=TODAY) == ()
    assert find_identities(text, today=datetime.date(2035, 1, 1))[0].kind == Kind.BIRTHDATE


def test_every_date_of_a_list_beside_a_person_is_found() -> None:
    found = find_identities("Lapset 3.3.2017, 5.5.2019 ja 7.7.2021 asuvat isällä.", today=TODAY)

    assert [finding.passage for finding in found] == ["3.3.2017", "5.5.2019", "7.7.2021"]


def test_an_invisible_character_before_a_soft_hyphen_hides_no_identity_code() -> None:
    (found,) = find_identities("Asiakas 240610\u200b\u00ad 9407:n asia", today=TODAY)

    assert (found.kind, found.certain) == (Kind.IDENTITY_CODE, True)


@given(
    date=st.dates(datetime.date(1900, 1, 1), datetime.date(2026, 1, 1)),
    number=st.integers(900, 999),
    sign=st.sampled_from(SIGNS),
    dash=st.sampled_from(DASHES),
    spaces=st.tuples(*[st.sampled_from(("", " ", "\u00a0", "\u200b"))] * 2),
    lower=st.booleans(),
    around=st.sampled_from((("", ""), ("hetu:", ","), ("(", ")"), ("Asiakas ", ":n asia"))),
)
def test_any_identity_code_is_found_with_any_sign_space_and_dash(
    date: datetime.date,
    number: int,
    sign: str,
    dash: str,
    spaces: tuple[str, str],
    lower: bool,
    around: tuple[str, str],
) -> None:
    day = date.strftime("%d%m%y")
    if date.month == 2 and date.day == 29:
        sign = "A" if date.year >= 2000 else "-"
    shown = dash if sign == "-" else sign
    code = f"{day}{spaces[0]}{shown}{spaces[1]}{number}{check_character(f'{day}{number}')}"
    code = code.lower() if lower else code

    found = find_identities(f"{around[0]}{code}{around[1]}", today=TODAY)

    assert [(Kind.IDENTITY_CODE, code, True)] == [(f.kind, f.passage, f.certain) for f in found]


@given(
    number=st.integers(0, 9_999_999),
    prefix=st.sampled_from(("040", "041", "044", "045", "046", "050", "+358 40", "+358 (0)50")),
    gap=st.sampled_from(("", " ", "-", "\u2013", ".", "\u00a0")),
)
def test_any_finnish_mobile_number_is_found(number: int, prefix: str, gap: str) -> None:
    figures = f"{number:07}"

    found = find_identities(f"Soita {prefix}{gap}{figures[:3]}{gap}{figures[3:]}.", today=TODAY)

    assert found
    assert found[0].kind in (Kind.PHONE, Kind.IDENTITY_CODE)


@given(
    st.text(max_size=200)
    | st.text("0123456789 .-+/()@aAtkuj\u00ad\u200b\u0308sS:,\n", max_size=120)
)
def test_any_text_is_checked_and_its_passages_stand_where_they_are_said_to(text: str) -> None:
    found = find_identities(text, today=TODAY)

    assert all(text[finding.start : finding.end] == finding.passage for finding in found)
    assert all(finding.start < finding.end for finding in found)
    assert all(one.end <= next_.start for one, next_ in itertools.pairwise(found))


@pytest.mark.parametrize(
    "unit",
    [
        "1", "1 ", "a", " ", "1.", "a@", "a.", "1-", "+358", "0 ", "0401234567 ", "1.1.1987 ",
        "+46 7",
        "Katu 1 ", "Koivutie 5 A 3 ", "131052-308T ", "13 10 52 - 3 0 8 ", "a at b ", "synt. ",
        "a\u0308", "1\u200b", "\uff11", "toukokuun 3. ", "puh. 12", "12 Main ", "lapsi, 3.3.2017, ",
        "vappuna 1936 ", "syntyi 9.9. ", "l3l052-", "II linja 7 ", "osote a@b", "lanka 771 ",
    ],
)  # fmt: skip
def test_hostile_text_does_not_hold_up_a_submit(unit: str) -> None:
    text = (unit * 4000)[:4000]
    fastest = min(_seconds(text) for _ in range(3))

    # Measured 15 ms at most; the limit leaves room for slow machines, none for backtracking.
    assert fastest < 0.1


def _seconds(text: str) -> float:
    started = time.perf_counter()
    find_identities(text, today=TODAY)
    return time.perf_counter() - started
