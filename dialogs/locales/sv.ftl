# Kärkis texter på svenska. Hela meningar, korta och varma.

karki = Kärki

## Kommandoord: det första är det som visas i hjälpen.

report-words = rapportera, anmäl, anmälan, rapport, rapportera fenomen, ny anmälan
own-words = mina, mina anmälningar, egna, mina rapporter
state-words = läge, läget, status, hur går det
help-words = hjälp, instruktion, instruktioner, anvisning, kommandon
privacy-words = dataskydd, integritet
language-words = språk, byt språk
greeting-words = hejsan, tjena, god morgon, god dag, goddag, börja, start
bind-words = koppla kanal, koppla kanalen, flytta kanal, flytta kanalen
unbind-words = koppla loss kanal, koppla loss kanalen, ta bort kanal, ta bort kanalen
channel-words = kanal, kanalen, vilken kanal

## Hälsning och hjälp

welcome-title = Hej, jag är Kärki!
welcome = Berätta för mig om ett fenomen som du märker i ditt arbete, så för jag det till utvecklingsgruppen. Det tar under en minut, och du kan göra det i eget namn eller anonymt.
welcome-team = Jag för personalens iakttagelser till utvecklingsgruppen. Du kan göra en anmälan i en privat chatt med mig, i eget namn eller anonymt.
button-report = Rapportera fenomen
button-own = Mina anmälningar
button-help = Hjälp
button-privacy = Dataskydd
button-language = Språk
button-send = Skicka
button-open-form = Öppna formuläret
button-state = Visa läget
button-older = Äldre
button-newer = Nyare

help-title = Hjälp
help-lead = Skriv något av de här orden eller tryck på en knapp:
help-report = **rapportera** – berätta om ett fenomen och föreslå en lösning
help-own = **mina** – de anmälningar som du har gjort i eget namn
help-state = **läge** – hur en anmälan framskrider, med kod eller nummer
help-language = **språk** – finska, svenska eller engelska
help-privacy = **dataskydd** – vad som sparas och vem som ser det
help-free-text = Du kan också skriva din iakttagelse direkt som ett meddelande. Då erbjuder jag ett formulär där den står färdigt.
help-other-channels = För missbruk och missförhållanden inom socialvården finns egna, lagstadgade anmälningskanaler. Kärki ersätter dem inte. I en nödsituation, ring 112.
help-coordinator-title = För koordinatorn
help-bind = **koppla kanal** – skriv detta i utvecklingsgruppens kanal, så kommer anmälningarna dit. Med samma ord kan kanalen flyttas.
help-unbind = **koppla loss kanal** – anmälningarna blir att vänta
help-channel = **kanal** – vilken kanal som är kopplad och hur många anmälningar som väntar

hint-near = Jag förstod inte riktigt. Menade du: { $command }?
hint-unknown = Jag förstod inte riktigt. Berätta om din iakttagelse med några ord, eller välj här:

router-old-button = Den här knappen är inte längre i bruk. Skriv hjälp, så ser du vad du kan göra nu.
something-went-wrong = Något gick fel, och felet är vårt. Försök igen om en stund. Om felet upprepas, ge administratören koden { $reference }.
dialog-see-chat = Se svaret i chatten.
not-saved = Det går inte att spara just nu, så ingenting ändrades. Försök igen om en stund.

## Språk

language-lead = Vilket språk vill du använda?
language-unknown = Jag kan finska, svenska och engelska. Välj bland dem:
language-chosen = Nu talar jag svenska med dig.
language-fi = Suomi
language-sv = Svenska
language-en = English
language-names-fi = finska, på finska
language-names-sv = svenska, på svenska, sv
language-names-en = engelska, på engelska

## Formuläret

form-mend = Rätta de markerade ställena. Det du skrev finns kvar.
form-unknown-choice = Välj något av alternativen.
form-too-long = Texten är för lång: högst { $longest } tecken, nu { $over } för många.
form-local = Lokal testning: formuläret syns i chatten. I Teams öppnas det i ett eget fönster, och det du skriver stannar inte i chatten.

report-title = Rapportera fenomen
report-lead = Berätta vad du har märkt i ditt arbete. Skriv inte klientens namn eller andra personuppgifter.
report-anonymous-hint = Anonymt sparas ditt namn inte alls. En liten enhet eller ett detaljerat fall kan ändå avslöja dig för läsaren.
report-not-saved = Anmälan kunde inte sparas just nu. Det du skrev finns kvar här: tryck på Skicka igen om en stund.
report-typed-lead = Det låter som en iakttagelse. Vill du föra den till utvecklingsgruppen? Texten står färdigt i formuläret.
report-typed-stays = Meddelandet som du skrev stannar i den här chatten, som andra Teams-meddelanden. Om du vill vara anonym, radera meddelandet.
report-typed-identity = Det verkar finnas en personbeteckning i ditt meddelande. Radera meddelandet i den här chatten och berätta om saken i formuläret utan personuppgifter.
report-only-personally = Gör anmälan i en privat chatt med mig, så ser andra inte vad du skriver.

field-kind = Vad gäller det?
field-kind-missing = Välj vad det gäller.
field-phenomenon = Fenomen
field-phenomenon-hint = Vad har du märkt? Var och hur ofta?
field-phenomenon-missing = Berätta om fenomenet med några ord.
field-proposal = Lösningsförslag
field-proposal-hint = Vad borde göras? Gäller det ett behov av förändring behöver vi ett förslag.
field-proposal-missing = Berätta vad du föreslår. Till ett behov av förändring hör alltid ett förslag, ett kort räcker.
field-need = Behov
field-municipality = Kommun
field-unit = Enhet eller tjänst
field-choose-if-you-like = Välj om du vill
field-sender = Jag skickar
field-sender-missing = Välj om du skickar i eget namn eller anonymt.
field-news = Uppföljning
field-news-title = Berätta för mig hur saken framskrider
sender-named = I eget namn
sender-anonymous = Anonymt

kind-change = Behov av förändring
kind-good-practice = God praxis
kind-weak-signal = Svag signal

need-everyday-life = Att klara sig i vardagen
need-housing = Boende
need-money = Ekonomiskt stöd
need-participation = Marginalisering och delaktighet
need-violence = Närståendevåld, annat våld eller illabehandling
need-crisis = Akut krissituation
need-child = Barnets balanserade utveckling och välfärd
need-health = Missbruk, psykisk hälsa, sjukdom, funktionsnedsättning eller åldrande
need-functioning = Annat stöd för funktionsförmågan
need-relatives = Anhöriga och närstående

## Kontroll av personuppgifter

identity-refused = Texten innehåller en personbeteckning «{ $passage }». Ta bort den: en personbeteckning kan inte skickas.
identity-doubt-phone = Är det här ett telefonnummer: «{ $passage }»? Ta bort det, eller bekräfta nedan att det inte gäller en klient.
identity-doubt-email = Är det här en e-postadress: «{ $passage }»? Ta bort den, eller bekräfta nedan att den inte gäller en klient.
identity-doubt-street = Är det här en gatuadress: «{ $passage }»? Ta bort den, eller bekräfta nedan att den inte gäller en klient.
identity-doubt-birthdate = Är det här ett födelsedatum: «{ $passage }»? Ta bort det, eller bekräfta nedan att det inte gäller en klient.
identity-confirm = Bekräftelse
identity-confirm-title = De markerade ställena gäller inte en klient

## Kvitto

receipt-title = Tack, anmälan är sparad
receipt-named-now = Anmälan går genast till utvecklingsgruppens kanal.
receipt-named-waits = Anmälan väntar tills utvecklingsgruppens kanal har kopplats. Den försvinner inte.
receipt-named-state = Du ser dina anmälningar med ordet mina och läget genom att skriva: läge { $number }
receipt-news = Jag berättar för dig i den här chatten hur saken framskrider.
receipt-chat = Tack! Din anmälan har numret { $number }. Skriv mina, så ser du alla dina anmälningar.
receipt-code-lead = Det här är koden för din anmälan. Bara med den kan man senare se hur saken framskrider:
receipt-code-keep = Skriv upp koden nu. Den visas inte på nytt, och vi kan inte ta reda på den åt dig.
receipt-anonymous-batch = Anonyma anmälningar går till utvecklingsgruppen i omgångar. Nästa omgång går { $when }.
receipt-anonymous-waits = Anmälan väntar tills utvecklingsgruppens kanal har kopplats. Den försvinner inte.
receipt-anonymous-news = Jag berättar för dig i den här chatten hur saken framskrider. Adressen förvaras krypterad och skild från anmälan.
receipt-code-in-chat = Lokal testning: koden blir synlig i den här chatten. I Teams syns den bara i formulärets fönster.

## Läget och egna anmälningar

state-title = Anmälans läge
state-lead = Ge koden som du fick för en anonym anmälan, eller numret på din egen anmälan.
field-code = Kod eller nummer
field-code-hint = sex delar med fyra bokstäver eller R-2026-0001
field-code-missing = Skriv koden eller numret.
state-code-mistyped = Det finns ett skrivfel i koden. Kontrollera den i din anteckning.
state-code-shape = Det här ser inte ut som en kod eller ett nummer. Koden har sex delar med fyra bokstäver, och numret har formen R-2026-0001.
state-code-unknown = Ingen anmälan hittades med den här koden. Kontrollera koden i din anteckning.
state-number-unknown = Du har inte gjort anmälan { $number } i eget namn. Skriv mina, så ser du dina anmälningar.
state-code-stays = Koden stannade i den här chatten. Skriv nästa gång bara läge, så kan du ge koden i ett formulär.
state-filed = Anmälan togs emot { $day }.
state-with-group = Utvecklingsgruppen har fått den till sin kanal.
state-on-its-way = Den är på väg till utvecklingsgruppens kanal.
state-waits-for-batch = Den går till utvecklingsgruppen i nästa omgång { $when }.
state-waits-for-channel = Den väntar tills utvecklingsgruppens kanal har kopplats.
state-received = Mottagen

own-title = Dina anmälningar
own-none = Du har ännu inte gjort anmälningar i eget namn.
own-anonymous = Anonyma anmälningar syns inte här. Du ser läget för dem med ordet läge och din kod.
own-shown = Visas { $first }–{ $last }, sammanlagt { $all }.
own-only-personally = Jag visar dina anmälningar bara i en privat chatt. Öppna en chatt med mig och skriv mina.

## Utvecklingsgruppens kanal

only-coordinators = Bara koordinatorn kan göra detta. Be koordinatorn för utvecklingen i din enhet om hjälp.
bind-only-in-channel = Skriv detta i den kanal dit anmälningarna ska komma.
bind-done = Det här är nu utvecklingsgruppens kanal. Anmälningar i eget namn kommer hit genast, anonyma i omgångar.
bind-already = Den här kanalen är redan utvecklingsgruppens kanal.
bind-moved = Det här är nu utvecklingsgruppens kanal. Nya anmälningar kommer inte längre till kanalen { $old }.
bind-waiting = { $waiting ->
    [one] { $waiting } anmälan väntade. Den kommer strax.
   *[other] { $waiting } anmälningar väntade. De kommer strax.
}
unbind-done = Kanalen { $old } är bortkopplad. Anmälningarna väntar tills en kanal kopplas på nytt.
channel-none = Ingen kanal är kopplad. Skriv i utvecklingsgruppens kanal: koppla kanal
channel-is = Anmälningarna kommer till kanalen { $name }.
channel-waiting = { $waiting ->
    [one] { $waiting } anmälan väntar.
   *[other] { $waiting } anmälningar väntar.
}
channel-given-up = Teams har inte tagit emot alla anmälningar. Kontrollera att Kärki fortfarande är installerad i teamet, och skriv i kanalen: koppla kanal
channel-nameless = okänd kanal
channel-new-report = Ny anmälan { $number }
channel-summary = Ny anmälan { $number }: { $kind }
channel-sender = Avsändare
channel-anonymous = Anonym
channel-day = Dag

notice-group-has-named = Din anmälan { $number } finns nu i utvecklingsgruppens kanal.
notice-group-has-anonymous = Din anonyma anmälan finns nu i utvecklingsgruppens kanal. Med din kod ser du läget.

## Dataskydd

privacy-title = Vad som sparas och vem som ser det
privacy-stored = **I eget namn:** vi sparar ditt namn, ditt Teams-id, anmälan och tiden när den skickades. Om du vill höra hur saken framskrider sparar vi också adressen till den här chatten.
privacy-anonymous = **Anonymt:** vi sparar inte ditt namn, ditt id, chatten eller klockslaget, bara dagen. Av din kod sparas bara ett kondensat. Om du vill höra hur saken framskrider förvaras chattens adress krypterad och skild från anmälan.
privacy-readers = **Vem som ser:** utvecklingsgruppen i sin kanal och de som upprätthåller tjänsten. Anonyma anmälningar går till gruppen i blandade omgångar, inte i det ögonblick de skickas.
privacy-teams = **Vad Teams sparar:** chattens meddelanden och kort, som andra Teams-meddelanden. Formulärets fält sparas enligt Microsoft inte i granskningsloggen. Teams vet att du använde formuläret, och kan spara också annat som vi inte känner till.
privacy-check = **Kontroll:** formuläret söker personbeteckningar, telefonnummer, adresser och födelsedatum. Det görs på den här servern, och texten skickas ingen annanstans. Namn hittar den inte.
privacy-limits = **Vad som förblir möjligt:** om du bad om besked anonymt kunde den som har både databasen och tjänstens hemlighet öppna den krypterade adressen. Mitt besked stannar i din chatt i Teams och berättar att du har gjort en anonym anmälan. Serverns disk kan visa när en fil senast skrevs. Innehållet i din text kan avslöja dig.

## Export till fil

export-sheet = Anmälningar
export-number = Nummer
export-kind = Slag
export-phenomenon = Fenomen
export-proposal = Lösningsförslag
export-need = Behov
export-municipality = Kommun
export-unit = Enhet eller tjänst
export-state = Läge
export-day = Dag
export-filed-at = Skickad
export-sender = Avsändare
export-anonymous = Anonym
export-yes = ja
export-no = nej
