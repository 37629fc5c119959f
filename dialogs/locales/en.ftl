# Kärki's texts in English. Whole sentences, short and warm.

karki = Kärki

## Command words: the first is the one that the help shows.

report-words = report, report a phenomenon, new report, file a report
own-words = mine, my reports, own reports
state-words = state, state of my report
help-words = help, instructions, commands, ?
privacy-words = privacy, data protection
language-words = language, change language
greeting-words = hello, hi, hey, good morning, good day, good afternoon, begin
bind-words = bind channel, bind the channel, move channel, move the channel
unbind-words = unbind channel, unbind the channel, remove channel
channel-words = channel, which channel

## Welcome and help

welcome-title = Hello, I am Kärki!
welcome = Tell me about a phenomenon that you notice in your work, and I take it to the development group. It takes less than a minute, and you can do it under your name or anonymously.
welcome-team = I take what staff notice to the development group. You can file a report in a personal chat with me, under your name or anonymously.
button-report = Report a phenomenon
button-own = My reports
button-help = Help
button-privacy = Privacy
button-language = Language
button-send = Send
button-open-form = Open the form
button-state = See the state
button-older = Older
button-newer = Newer

help-title = Help
help-lead = Type one of these words or press a button:
help-report = **report** – tell about a phenomenon and propose a solution
help-own = **mine** – the reports you have filed under your name
help-state = **state** – how a report is getting on, by code or number
help-language = **language** – Finnish, Swedish or English
help-privacy = **privacy** – what is stored and who sees it
help-free-text = You can also type what you noticed as a message. I then offer a form with the text already in it.
help-other-channels = Abuses and wrongs in social care have statutory reporting channels of their own. Kärki does not replace them. In an emergency, call 112.
help-coordinator-title = For the coordinator
help-bind = **bind channel** – type this in the development group's channel, and reports come there. The same words move the channel.
help-unbind = **unbind channel** – reports are left waiting
help-channel = **channel** – which channel is bound and how many reports wait

hint-near = I did not quite understand. Did you mean: { $command }?
hint-unknown = I did not quite understand. Tell what you noticed in a few words, or choose here:

router-old-button = This button is no longer in use. Type help to see what you can do now.
something-went-wrong = Something went wrong, and the fault is ours. Please try again in a while. If it happens again, give the operator the reference { $reference }.
dialog-see-chat = See the answer in the chat.
not-saved = Saving does not work just now, so nothing was changed. Please try again in a while.

## Language

language-lead = Which language would you like to use?
language-unknown = I know Finnish, Swedish and English. Choose one of them:
language-chosen = I now speak English with you.
language-fi = Suomi
language-sv = Svenska
language-en = English
language-names-fi = finnish, in finnish
language-names-sv = swedish, in swedish
language-names-en = english, in english, en

## The form

form-mend = Please mend the marked places. What you typed is still here.
form-unknown-choice = Choose one of the options.
form-too-long = The text is too long: at most { $longest } characters, now { $over } too many.
form-local = Local trial: the form is seen in the chat. In Teams it opens in its own window, and what you type does not stay in the chat.

report-title = Report a phenomenon
report-lead = Tell what you have noticed in your work. Do not write a client's name or other personal details.
report-anonymous-hint = Filed anonymously, your name is not stored at all. A small unit or a detailed case may still give you away to a reader.
report-not-saved = The report could not be saved just now. What you typed is still here: press Send again in a while.
report-typed-lead = That sounds like an observation. Would you like to take it to the development group? The text is ready in the form.
report-typed-stays = The message you typed stays in this chat, like other Teams messages. If you want to be anonymous, delete the message.
report-typed-identity = Your message seems to have a personal identity code in it. Delete the message from this chat and tell about the matter in the form without personal details.
report-only-personally = File the report in a personal chat with me, so others do not see what you type.

field-kind = What is it about?
field-kind-missing = Choose what it is about.
field-phenomenon = Phenomenon
field-phenomenon-hint = What have you noticed? Where and how often?
field-phenomenon-missing = Tell about the phenomenon in a few words.
field-proposal = Proposed solution
field-proposal-hint = What should be done? For a change that is needed, we need a proposal.
field-proposal-missing = Tell what you propose. A needed change always comes with a proposal, even a short one.
field-need = Need
field-municipality = Municipality
field-unit = Unit or service
field-choose-if-you-like = Choose if you like
field-sender = I send this
field-sender-missing = Choose whether you send this under your name or anonymously.
field-news = Follow-up
field-news-title = Tell me how it goes
sender-named = Under my name
sender-anonymous = Anonymously

kind-change = A change is needed
kind-good-practice = A good practice
kind-weak-signal = A weak signal

need-everyday-life = Managing everyday life
need-housing = Housing
need-money = Financial support
need-participation = Exclusion and participation
need-violence = Violence in close relationships, other violence or maltreatment
need-crisis = A sudden crisis
need-child = A child's balanced development and wellbeing
need-health = Substance use, mental health, illness, disability or ageing
need-functioning = Other support for functional capacity
need-relatives = Relatives and others close to a person in need

## Identity check

identity-refused = The text has a personal identity code «{ $passage }». Take it out: a personal identity code cannot be sent.
identity-doubt-phone = Is this a phone number: «{ $passage }»? Take it out, or confirm below that it is not about a client.
identity-doubt-email = Is this an e-mail address: «{ $passage }»? Take it out, or confirm below that it is not about a client.
identity-doubt-street = Is this a street address: «{ $passage }»? Take it out, or confirm below that it is not about a client.
identity-doubt-birthdate = Is this a date of birth: «{ $passage }»? Take it out, or confirm below that it is not about a client.
identity-confirm = Confirmation
identity-confirm-title = The marked places are not about a client

## Receipt

receipt-title = Thank you, the report is saved
receipt-named-now = The report goes to the development group's channel at once.
receipt-named-waits = The report waits until the development group's channel is bound. It will not be lost.
receipt-named-state = See your reports with the word mine, and this one's state by typing: state { $number }
receipt-news = I will tell you in this chat how it goes.
receipt-chat = Thank you! Your report's number is { $number }. Type mine to see all your reports.
receipt-code-lead = This is your report's code. Only with it can anyone later see how the matter goes:
receipt-code-keep = Write the code down now. It is not shown again, and we cannot find it out for you.
receipt-anonymous-batch = Anonymous reports go to the development group in batches. The next one leaves { $when }.
receipt-anonymous-waits = The report waits until the development group's channel is bound. It will not be lost.
receipt-anonymous-news = I will tell you in this chat how it goes. The address is kept encrypted and apart from the report.
receipt-code-in-chat = Local trial: the code stays visible in this chat. In Teams it is seen only in the form's window.

## State and own reports

state-title = State of a report
state-lead = Give the code that you got for an anonymous report, or the number of your own report.
field-code = Code or number
field-code-hint = six parts of four letters, or R-2026-0001
field-code-missing = Type the code or the number.
state-code-mistyped = There is a typing mistake in the code. Check it in your note.
state-code-shape = This does not look like a code or a number. A code has six parts of four letters, and a number looks like R-2026-0001.
state-code-unknown = No report is found with this code. Check the code in your note.
state-number-unknown = You have not filed report { $number } under your name. Type mine to see your reports.
state-code-stays = The code stayed in this chat. Next time type only state, and you can give the code in a form.
state-filed = The report was received on { $day }.
state-with-group = The development group has it in its channel.
state-on-its-way = It is on its way to the development group's channel.
state-waits-for-batch = It goes to the development group in the next batch, { $when }.
state-waits-for-channel = It waits until the development group's channel is bound.
state-received = Received

own-title = Your reports
own-none = You have not filed reports under your name yet.
own-anonymous = Anonymous reports are not seen here. See their state with the word state and your code.
own-shown = Showing { $first }–{ $last } of { $all }.
own-only-personally = I show your reports in a personal chat only. Open a chat with me and type mine.

## The development group's channel

only-coordinators = Only a coordinator can do this. Please ask your unit's development coordinator for help.
bind-only-in-channel = Type this in the channel where the reports should come.
bind-done = This is now the development group's channel. Reports under one's name come here at once, anonymous ones in batches.
bind-already = This channel is already the development group's channel.
bind-moved = This is now the development group's channel. New reports no longer come to { $old }.
bind-waiting = { $waiting ->
    [one] { $waiting } report was waiting. It comes soon.
   *[other] { $waiting } reports were waiting. They come soon.
}
unbind-done = The channel { $old } is unbound. Reports wait until a channel is bound again.
channel-none = No channel is bound. Type in the development group's channel: bind channel
channel-is = Reports come to the channel { $name }.
channel-waiting = { $waiting ->
    [one] { $waiting } report is waiting.
   *[other] { $waiting } reports are waiting.
}
channel-given-up = Teams has not taken all reports. Check that Kärki is still installed in the team, and type in the channel: bind channel
channel-nameless = unknown channel
channel-new-report = New report { $number }
channel-summary = New report { $number }: { $kind }
channel-sender = Sender
channel-anonymous = Anonymous
channel-day = Day

notice-group-has-named = Your report { $number } is now in the development group's channel.
notice-group-has-anonymous = Your anonymous report is now in the development group's channel. With your code you can see its state.

## Privacy

privacy-title = What is stored and who sees it
privacy-stored = **Under your name:** we store your name, your Teams id, the report and the time it was sent. If you want to hear how it goes, we also store the address of this chat.
privacy-anonymous = **Anonymously:** we do not store your name, your id, the chat or the time of day, only the day. Of your code only a hash is stored. If you want to hear how it goes, the chat's address is kept encrypted and apart from the report.
privacy-readers = **Who sees it:** the development group in its channel, and those who run the service. Anonymous reports go to the group in shuffled batches, not at the moment of sending.
privacy-teams = **What Teams keeps:** the chat's messages and cards, like other Teams messages. According to Microsoft, the fields of a form are not in the audit log. Teams knows that you used the form, and may keep other things that we do not know of.
privacy-check = **Check:** the form looks for personal identity codes, phone numbers, addresses and dates of birth. It is done on this server, and the text is sent nowhere else. It does not find names.
privacy-limits = **What remains possible:** if you asked for news anonymously, someone with the database and the service's secret could open the encrypted address. My message about it stays in your Teams chat and tells that you filed anonymously. The server's disk may show when a file was last written. The content of your text may give you away.

## Export to a file

export-sheet = Reports
export-number = Number
export-kind = Kind
export-phenomenon = Phenomenon
export-proposal = Proposed solution
export-need = Need
export-municipality = Municipality
export-unit = Unit or service
export-state = State
export-day = Day
export-filed-at = Sent
export-sender = Sender
export-anonymous = Anonymous
export-yes = yes
export-no = no
