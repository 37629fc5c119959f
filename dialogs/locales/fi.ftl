# Kärjen suomenkieliset tekstit. Kokonaisia virkkeitä, lyhyesti ja lämpimästi.

karki = Kärki

## Komentosanat: ensimmäinen on se, joka ohjeessa näkyy.

report-words = raportoi, ilmoita, ilmoitus, raportoi ilmiö, tee ilmoitus, uusi ilmoitus, ilmoita ilmiö
own-words = omat, omat ilmoitukset, ilmoitukseni, omat raportit
state-words = tila, ilmoituksen tila, missä mennään
help-words = ohje, ohjeet, apua, apu, neuvo, komennot
privacy-words = tietosuoja, yksityisyys, tietosuojaseloste
language-words = kieli, vaihda kieli
greeting-words = hei, moi, terve, moikka, huomenta, hyvää huomenta, päivää, hyvää päivää, heippa, alku, aloita
bind-words = liitä kanava, liita kanava, liitä kanava tähän, siirrä kanava, siirrä kanava tähän
unbind-words = irrota kanava, poista kanava
channel-words = kanava, mikä kanava

## Tervehdys ja ohje

welcome-title = Hei, olen Kärki!
welcome = Kerro minulle ilmiöstä, jonka huomaat työssäsi, niin vien sen kehittämisryhmälle. Siihen menee alle minuutti, ja voit tehdä sen omalla nimelläsi tai nimettömänä.
welcome-team = Vien henkilöstön havainnot kehittämisryhmälle. Ilmoituksen voit tehdä kahdenkeskisessä keskustelussa kanssani, omalla nimelläsi tai nimettömänä.
button-report = Raportoi ilmiö
button-own = Omat ilmoitukset
button-help = Ohje
button-privacy = Tietosuoja
button-language = Kieli
button-send = Lähetä
button-open-form = Avaa lomake
button-state = Katso tila
button-older = Vanhemmat
button-newer = Uudemmat

help-title = Ohje
help-lead = Kirjoita jokin näistä sanoista tai paina nappia:
help-report = **raportoi** – kerro ilmiöstä ja ehdota ratkaisua
help-own = **omat** – ilmoitukset, jotka olet tehnyt omalla nimelläsi
help-state = **tila** – miten ilmoitus etenee, koodilla tai numerolla
help-language = **kieli** – suomi, ruotsi tai englanti
help-privacy = **tietosuoja** – mitä tallennetaan ja kuka sen näkee
help-free-text = Voit myös kirjoittaa havaintosi suoraan viestiksi. Tarjoan silloin lomaketta, jossa se on valmiina.
help-other-channels = Väärinkäytöksille ja sosiaalihuollon epäkohdille on omat, lakisääteiset ilmoituskanavansa. Kärki ei korvaa niitä. Kiireellisessä hädässä soita 112.
help-coordinator-title = Koordinaattorille
help-bind = **liitä kanava** – kirjoita tämä kehittämisryhmän kanavalla, niin ilmoitukset tulevat sinne. Samalla sanalla kanavan voi siirtää.
help-unbind = **irrota kanava** – ilmoitukset jäävät odottamaan
help-channel = **kanava** – mikä kanava on liitetty ja kuinka moni ilmoitus odottaa

hint-near = En aivan ymmärtänyt. Tarkoititko: { $command }?
hint-unknown = En aivan ymmärtänyt. Kerro havaintosi muutamalla sanalla, tai valitse tästä:

router-old-button = Tämä nappi ei ole enää käytössä. Kirjoita ohje, niin näet, mitä voit tehdä nyt.
something-went-wrong = Jokin meni vikaan, ja vika on meidän. Yritä hetken kuluttua uudelleen. Jos vika toistuu, kerro ylläpidolle tunnus { $reference }.
dialog-see-chat = Katso vastaus keskustelusta.
not-saved = Tallennus ei juuri nyt onnistu, joten mitään ei muuttunut. Yritä hetken kuluttua uudelleen.

## Kieli

language-lead = Millä kielellä haluat asioida?
language-unknown = Osaan suomea, ruotsia ja englantia. Valitse niistä:
language-chosen = Puhun nyt kanssasi suomea.
language-fi = Suomi
language-sv = Svenska
language-en = English
language-names-fi = suomi, suomeksi, suomea, fi
language-names-sv = ruotsi, ruotsiksi, ruotsia
language-names-en = englanti, englanniksi, englantia

## Lomake

form-mend = Korjaa merkityt kohdat. Kirjoittamasi on tallella.
form-unknown-choice = Valitse jokin tarjotuista vaihtoehdoista.
form-too-long = Teksti on liian pitkä: enintään { $longest } merkkiä, nyt { $over } liikaa.
form-local = Paikallinen kokeilu: lomake näkyy keskustelussa. Teamsissa se avautuu omaan ikkunaansa, eikä siihen kirjoitettu jää keskusteluun.

report-title = Raportoi ilmiö
report-lead = Kerro, mitä olet huomannut työssäsi. Älä kirjoita asiakkaan nimeä tai muita henkilötietoja.
report-anonymous-hint = Nimettömänä nimeäsi ei tallenneta lainkaan. Pieni yksikkö tai tarkka tapaus voi silti paljastaa sinut lukijalle.
report-not-saved = Ilmoitusta ei voitu juuri nyt tallentaa. Kirjoittamasi on tallella tässä: paina hetken kuluttua uudelleen Lähetä.
report-typed-lead = Kuulostaa havainnolta. Haluatko viedä sen kehittämisryhmälle? Teksti on lomakkeessa valmiina.
report-typed-stays = Kirjoittamasi viesti jää tähän keskusteluun, kuten muutkin Teams-viestit. Jos haluat pysyä nimettömänä, poista viesti.
report-typed-identity = Viestissäsi näyttää olevan henkilötunnus. Poista viesti tästä keskustelusta ja kerro asiasta lomakkeella ilman henkilötietoja.
report-only-personally = Tee ilmoitus kahdenkeskisessä keskustelussa kanssani, niin muut eivät näe, mitä kirjoitat.

field-kind = Millaisesta asiasta on kyse?
field-kind-missing = Valitse, millaisesta asiasta on kyse.
field-phenomenon = Ilmiö
field-phenomenon-hint = Mitä olet huomannut? Missä ja kuinka usein?
field-phenomenon-missing = Kerro ilmiöstä muutamalla sanalla.
field-proposal = Ratkaisuehdotus
field-proposal-hint = Mitä pitäisi tehdä? Jos kyse on muutostarpeesta, tarvitsemme ehdotuksen.
field-proposal-missing = Kerro, mitä ehdotat. Muutostarpeeseen kuuluu aina ehdotus, lyhytkin riittää.
field-need = Tarve
field-municipality = Kunta
field-unit = Yksikkö tai palvelu
field-choose-if-you-like = Valitse halutessasi
field-sender = Lähetän
field-sender-missing = Valitse, lähetätkö omalla nimelläsi vai nimettömänä.
field-news = Seuranta
field-news-title = Kerro minulle, miten asia etenee
sender-named = Omalla nimelläni
sender-anonymous = Nimettömänä

kind-change = Muutostarve
kind-good-practice = Hyvä käytäntö
kind-weak-signal = Heikko signaali

need-everyday-life = Arjesta suoriutuminen
need-housing = Asuminen
need-money = Taloudellinen tuki
need-participation = Syrjäytyminen ja osallisuus
need-violence = Lähisuhdeväkivalta, muu väkivalta tai kaltoinkohtelu
need-crisis = Äkillinen kriisitilanne
need-child = Lapsen tasapainoinen kehitys ja hyvinvointi
need-health = Päihteet, mielenterveys, sairaus, vamma tai ikääntyminen
need-functioning = Muu toimintakyvyn tuki
need-relatives = Omaiset ja läheiset

## Henkilötietojen tarkistus

identity-refused = Tekstissä on henkilötunnus «{ $passage }». Poista se: henkilötunnusta ei voi lähettää.
identity-doubt-phone = Onko tämä puhelinnumero: «{ $passage }»? Poista se, tai vahvista alla, ettei se koske asiakasta.
identity-doubt-email = Onko tämä sähköpostiosoite: «{ $passage }»? Poista se, tai vahvista alla, ettei se koske asiakasta.
identity-doubt-street = Onko tämä katuosoite: «{ $passage }»? Poista se, tai vahvista alla, ettei se koske asiakasta.
identity-doubt-birthdate = Onko tämä syntymäaika: «{ $passage }»? Poista se, tai vahvista alla, ettei se koske asiakasta.
identity-confirm = Vahvistus
identity-confirm-title = Merkityt kohdat eivät koske asiakasta

## Kuitti

receipt-title = Kiitos, ilmoitus on tallessa
receipt-named-now = Ilmoitus menee heti kehittämisryhmän kanavalle.
receipt-named-waits = Ilmoitus odottaa, kunnes kehittämisryhmän kanava on liitetty. Se ei katoa.
receipt-named-state = Näet ilmoituksesi sanalla omat ja sen tilan kirjoittamalla: tila { $number }
receipt-news = Kerron sinulle tässä keskustelussa, kun asia etenee.
receipt-chat = Kiitos! Ilmoituksesi numero on { $number }. Kirjoita omat, niin näet kaikki ilmoituksesi.
receipt-code-lead = Tämä on ilmoituksesi koodi. Vain sillä voi myöhemmin katsoa, miten asia etenee:
receipt-code-keep = Kirjoita koodi muistiin nyt. Sitä ei näytetä toiste, emmekä voi selvittää sitä sinulle.
receipt-anonymous-batch = Nimettömät ilmoitukset menevät kehittämisryhmälle erissä. Seuraava erä lähtee { $when }.
receipt-anonymous-waits = Ilmoitus odottaa, kunnes kehittämisryhmän kanava on liitetty. Se ei katoa.
receipt-anonymous-news = Kerron sinulle tässä keskustelussa, miten asia etenee. Osoite säilytetään salattuna ja erillään ilmoituksesta.
receipt-code-in-chat = Paikallinen kokeilu: koodi jää näkyviin tähän keskusteluun. Teamsissa se näkyy vain lomakkeen ikkunassa.

## Tila ja omat ilmoitukset

state-title = Ilmoituksen tila
state-lead = Anna koodi, jonka sait nimettömästä ilmoituksesta, tai oman ilmoituksesi numero.
field-code = Koodi tai numero
field-code-hint = kuusi nelikirjaimista osaa tai R-2026-0001
field-code-missing = Kirjoita koodi tai numero.
state-code-mistyped = Koodissa on kirjoitusvirhe. Tarkista se muistiinpanostasi.
state-code-shape = Tämä ei näytä koodilta eikä numerolta. Koodissa on kuusi nelikirjaimista osaa, ja numero on muotoa R-2026-0001.
state-code-unknown = Tällä koodilla ei löydy ilmoitusta. Tarkista koodi muistiinpanostasi.
state-number-unknown = Et ole tehnyt omalla nimelläsi ilmoitusta { $number }. Kirjoita omat, niin näet ilmoituksesi.
state-code-stays = Koodi jäi tähän keskusteluun. Ensi kerralla kirjoita pelkkä tila, niin voit antaa koodin lomakkeella.
state-filed = Ilmoitus on vastaanotettu { $day }.
state-with-group = Kehittämisryhmä on saanut sen kanavalleen.
state-on-its-way = Se on matkalla kehittämisryhmän kanavalle.
state-waits-for-batch = Se menee kehittämisryhmälle seuraavassa erässä { $when }.
state-waits-for-channel = Se odottaa, kunnes kehittämisryhmän kanava on liitetty.
state-received = Vastaanotettu

own-title = Omat ilmoituksesi
own-none = Et ole vielä tehnyt ilmoituksia omalla nimelläsi.
own-anonymous = Nimettömät ilmoitukset eivät näy täällä. Niiden tilan näet sanalla tila ja koodillasi.
own-shown = Näkyvissä { $first }–{ $last }, yhteensä { $all }.
own-only-personally = Näytän ilmoituksesi vain kahdenkeskisessä keskustelussa. Avaa keskustelu kanssani ja kirjoita omat.

## Kehittämisryhmän kanava

only-coordinators = Vain koordinaattori voi tehdä tämän. Pyydä yksikkösi kehittämisen koordinaattoria avuksi.
bind-only-in-channel = Kirjoita tämä sillä kanavalla, jolle ilmoitusten halutaan tulevan.
bind-done = Tämä on nyt kehittämisryhmän kanava. Omalla nimellä tehdyt ilmoitukset tulevat tänne heti, nimettömät erissä.
bind-already = Tämä kanava on jo kehittämisryhmän kanava.
bind-moved = Tämä on nyt kehittämisryhmän kanava. Uudet ilmoitukset eivät enää tule kanavalle { $old }.
bind-waiting = { $waiting ->
    [one] Odottamassa oli { $waiting } ilmoitus. Se tulee kohta.
   *[other] Odottamassa oli { $waiting } ilmoitusta. Ne tulevat kohta.
}
unbind-done = Kanava { $old } on irrotettu. Ilmoitukset odottavat, kunnes kanava liitetään uudelleen.
channel-none = Mitään kanavaa ei ole liitetty. Kirjoita kehittämisryhmän kanavalla: liitä kanava
channel-is = Ilmoitukset tulevat kanavalle { $name }.
channel-waiting = { $waiting ->
    [one] Odottamassa on { $waiting } ilmoitus.
   *[other] Odottamassa on { $waiting } ilmoitusta.
}
channel-given-up = Teams ei ole ottanut kaikkia ilmoituksia vastaan. Tarkista, että Kärki on yhä asennettu tiimiin, ja kirjoita kanavalla: liitä kanava
channel-nameless = tuntematon kanava
channel-new-report = Uusi ilmoitus { $number }
channel-summary = Uusi ilmoitus { $number }: { $kind }
channel-sender = Lähettäjä
channel-anonymous = Nimetön
channel-day = Päivä

notice-group-has-named = Ilmoituksesi { $number } on nyt kehittämisryhmän kanavalla.
notice-group-has-anonymous = Nimetön ilmoituksesi on nyt kehittämisryhmän kanavalla. Koodillasi näet sen tilan.

## Tietosuoja

privacy-title = Mitä tallennetaan ja kuka sen näkee
privacy-stored = **Omalla nimellä:** tallennamme nimesi, Teams-tunnuksesi, ilmoituksen ja lähetysajan. Jos haluat kuulla, miten asia etenee, tallennamme myös tämän keskustelun osoitteen.
privacy-anonymous = **Nimettömänä:** emme tallenna nimeäsi, tunnustasi, keskustelua emmekä kellonaikaa, vain päivän. Koodistasi tallennetaan vain tiiviste. Jos haluat kuulla, miten asia etenee, keskustelun osoite säilytetään salattuna ja erillään ilmoituksesta.
privacy-readers = **Kuka näkee:** kehittämisryhmä kanavallaan ja ne, jotka ylläpitävät palvelua. Nimettömät ilmoitukset menevät ryhmälle sekoitettuina erinä, eivät lähetyshetkellä.
privacy-teams = **Mitä Teams säilyttää:** keskustelun viestit ja kortit, kuten muutkin Teams-viestit. Lomakkeen kentät eivät Microsoftin mukaan jää valvontalokiin. Teams tietää, että käytit lomaketta, ja se voi säilyttää muutakin, mitä emme tiedä.
privacy-check = **Tarkistus:** lomake etsii henkilötunnuksia, puhelinnumeroita, osoitteita ja syntymäaikoja. Se tehdään tällä palvelimella, eikä tekstiä lähetetä muualle. Nimiä se ei löydä.
privacy-limits = **Mikä jää mahdolliseksi:** jos pyysit tietoa nimettömästi, sellainen, jolla on sekä tietokanta että palvelun salaisuus, voisi avata salatun osoitteen. Viestini etenemisestä jää keskusteluusi Teamsiin ja kertoo, että olet ilmoittanut nimettömästi. Palvelimen levy voi näyttää, milloin tiedostoon on viimeksi kirjoitettu. Tekstisi sisältö voi paljastaa sinut.

## Vienti tiedostoon

export-sheet = Ilmoitukset
export-number = Numero
export-kind = Laji
export-phenomenon = Ilmiö
export-proposal = Ratkaisuehdotus
export-need = Tarve
export-municipality = Kunta
export-unit = Yksikkö tai palvelu
export-state = Tila
export-day = Päivä
export-filed-at = Lähetetty
export-sender = Lähettäjä
export-anonymous = Nimetön
export-yes = kyllä
export-no = ei
