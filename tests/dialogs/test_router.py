"""Whatever a person types is understood, or answered with a hint."""

from __future__ import annotations

import pytest

from dialogs.cards import Card
from tests.kit import AINO, COORDINATOR, ELLEN, KAISA, Answer, Bot, Who

ENGLISH = Who("aad-emily", "Emily Example", "en-GB")


def _card(answer: Answer) -> Card:
    (message,) = answer.posted
    card: Card = message["attachments"][0]["content"]
    return card


@pytest.mark.parametrize(
    "typed",
    ["raportoi", "  RAPORTOI! ", "Raportoi ilmiö", "rapportera", "report", "/report", "ilmoita"],
)
async def test_the_report_command_is_understood_in_every_language(bot: Bot, typed: str) -> None:
    card = _card(await bot.say(typed))
    assert card["actions"][0]["data"]["verb"] == "report.open"
    assert card["actions"][0]["data"]["msteams"] == {"type": "task/fetch"}


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("ohje", "Kirjoita jokin näistä sanoista"),
        ("hjälp", "Kirjoita jokin näistä sanoista"),
        ("help", "Kirjoita jokin näistä sanoista"),
        ("tietosuoja", "Mitä tallennetaan"),
        ("dataskydd", "Mitä tallennetaan"),
        ("hei", "Hei, olen Kärki!"),
        ("Hyvää huomenta!", "Hei, olen Kärki!"),
        ("", "Hei, olen Kärki!"),
        ("omat", "Et ole vielä tehnyt"),
        ("kieli", "Millä kielellä"),
    ],
)
async def test_commands_are_answered_in_the_persons_own_language(
    bot: Bot, typed: str, shown: str
) -> None:
    assert shown in (await bot.say(typed)).text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("raprtoi", "raportoi"), ("omatt", "omat"), ("tietosuja", "tietosuoja"), ("ohjee", "ohje")],
)
async def test_a_mistyped_command_brings_a_hint_of_the_nearest(
    bot: Bot, typed: str, meant: str
) -> None:
    assert f"Tarkoititko: {meant}" in (await bot.say(typed)).text


async def test_other_short_words_bring_the_buttons(bot: Bot) -> None:
    answer = await bot.say("kissa")
    assert "En aivan ymmärtänyt" in answer.text
    assert "Raportoi ilmiö" in answer.text


async def test_a_phenomenon_typed_as_text_is_offered_in_the_form(bot: Bot) -> None:
    typed = "Nuoret jäävät ilman asuntoa, kun tukijakso loppuu kesken."
    card = _card(await bot.say(typed))
    data = card["actions"][0]["data"]
    opened = await bot.open(data["verb"], {"text": data["text"]})
    (field,) = [part for part in opened.page["body"] if part.get("id") == "phenomenon"]
    assert field["value"] == typed
    assert "jää tähän keskusteluun" in str(card)


async def test_a_sentence_that_begins_with_a_command_is_still_a_sentence(bot: Bot) -> None:
    answer = await bot.say("Ohje puuttuu yksiköstämme kokonaan, ja se näkyy arjessa.")
    assert "Kuulostaa havainnolta" in answer.text


async def test_words_after_the_command_go_into_the_form(bot: Bot) -> None:
    card = _card(await bot.say("raportoi: Jonot kasvavat"))
    assert card["actions"][0]["data"]["text"] == "Jonot kasvavat"


async def test_an_identity_code_typed_in_the_chat_is_not_copied_onto_a_card(bot: Bot) -> None:
    answer = await bot.say("Asiakas 131052-308T jäi ilman apua koko viikon.")
    assert "henkilötunnus" in answer.text
    assert "131052" not in str(answer.posted)


async def test_the_language_is_chosen_by_word_or_button_and_remembered(bot: Bot) -> None:
    assert "svenska" in (await bot.say("kieli svenska")).text
    assert "Hej, jag är Kärki!" in (await bot.say("hei")).text
    assert "suomea" in (await bot.press("language.choose", {"language": "fi"})).text
    assert "Hei, olen Kärki!" in (await bot.say("hei")).text
    assert "English" in (await bot.say("språk engelska")).text
    assert "Choose one of them" in (await bot.say("language klingon")).text


async def test_a_person_is_answered_in_the_language_of_their_teams(bot: Bot) -> None:
    assert "Hej, jag är Kärki!" in (await bot.say("hejsan", who=ELLEN)).text
    assert "Hello, I am Kärki!" in (await bot.say("hello", who=ENGLISH)).text
    spoken = Who("aad-x", "X", locale="de-DE")
    assert "Hei, olen Kärki!" in (await bot.say("hello", who=spoken)).text


async def test_the_app_greets_once_where_it_is_installed(bot: Bot) -> None:
    installed = bot.activity(type="installationUpdate", action="add")
    assert "Hei, olen Kärki!" in (await bot.post(installed)).text
    joined = bot.activity(type="conversationUpdate", membersAdded=[{"id": "28:karki"}])
    assert (await bot.post(joined)).posted == []


async def test_the_welcome_shows_its_three_buttons(bot: Bot) -> None:
    card = _card(await bot.say("hei"))
    titles = [action["title"] for action in card["actions"]]
    assert titles == ["Raportoi ilmiö", "Omat ilmoitukset", "Ohje"]


async def test_in_a_team_the_greeting_leads_to_the_personal_chat(bot: Bot) -> None:
    installed = bot.activity(
        KAISA, type="installationUpdate", action="add", **bot.in_channel(KAISA)
    )
    answer = await bot.post(installed)
    assert "kahdenkeskisessä keskustelussa" in answer.text
    assert "Omat ilmoitukset" not in answer.text


async def test_removing_the_app_forgets_the_address_of_the_chat(bot: Bot) -> None:
    await bot.report(news="yes")
    await bot.post(bot.activity(type="installationUpdate", action="remove"))
    (report,) = await bot.store.all_reports()
    assert report.sender is not None
    assert report.sender.address is None
    assert report.sender.person == AINO.id


async def test_the_help_shows_the_coordinators_part_to_coordinators_only(bot: Bot) -> None:
    assert "liitä kanava" not in (await bot.say("ohje")).text
    assert "liitä kanava" in (await bot.say("ohje", who=Who(COORDINATOR))).text


async def test_the_help_names_the_statutory_channels(bot: Bot) -> None:
    assert "lakisääteiset" in (await bot.say("ohje")).text


async def test_an_old_or_forged_button_gets_a_polite_answer(bot: Bot) -> None:
    assert "ei ole enää käytössä" in (await bot.press("award.open")).text
    assert "ei ole enää käytössä" in (await bot.open("award.open")).text
    assert "ei ole enää käytössä" in (await bot.press("language.choose", {"language": "xx"})).text


async def test_a_client_without_execute_buttons_is_served_by_its_submit(bot: Bot) -> None:
    value = {"verb": "help.show"}
    answer = await bot.post(bot.activity(type="message", value=value, replyToId="a1"))
    assert "Kirjoita jokin näistä sanoista" in answer.text


async def test_the_bots_name_inside_another_word_stays(bot: Bot) -> None:
    answer = await bot.say_in_channel("Kärkihanke jumittaa ja Kärkikin sen tietää täällä")
    data = answer.posted[0]["attachments"][0]["content"]["actions"][0]["data"]
    assert data["text"] == "Kärkihanke jumittaa ja Kärkikin sen tietää täällä"
