/** A report's way from a worker's chat to the development group's channel, in the real Playground. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ROOT, openChat, startBot, startPlayground, until } from './playground.mjs';

/** Every word of the bot's that this scenario leans on. */
const SAY = { finnish: 'kieli suomi', hello: 'hei', report: 'raportoi', mine: 'omat', bind: 'liitä kanava', state: (code) => `tila ${code}` };
const LABEL = {
  kind: 'Millaisesta asiasta on kyse?',
  phenomenon: 'Ilmiö',
  proposal: 'Ratkaisuehdotus',
  need: 'Tarve',
  town: 'Kunta',
  unit: 'Yksikkö tai palvelu',
  sender: 'Lähetän',
  follow: 'Kerro minulle, miten asia etenee',
};
const CHOICE = {
  kinds: ['Muutostarve', 'Hyvä käytäntö', 'Heikko signaali'],
  senders: ['Omalla nimelläni', 'Nimettömänä'],
  need: 'Arjesta suoriutuminen',
  town: 'Kuusilampi',
};
const BUTTON = { send: 'Lähetä', privacy: 'Tietosuoja' };
const SHOWN = {
  finnish: /suom/i,
  welcome: 'Hei, olen Kärki!',
  privacy: 'Mitä tallennetaan ja kuka sen näkee',
  first: /R-\d{4}-0001/,
  second: /R-\d{4}-0002/,
  code: /(?<![\w-])[a-z]{4}(?:-[a-z]{4}){5}(?![\w-])/,
  state: /vastaanotettu/i,
};
const OTHER_LANGUAGES = [
  {
    language: 'svenska',
    say: { language: 'kieli svenska', help: 'hjälp', report: 'rapportera' },
    shows: {
      help: 'Hjälp', kind: 'Vad gäller det?', choice: 'God praxis', phenomenon: 'Fenomen',
      sender: 'Jag skickar', named: 'I eget namn', send: 'Skicka', thanks: 'Tack, anmälan är sparad',
    },
  },
  {
    language: 'english',
    say: { language: 'språk english', help: 'help', report: 'report' },
    shows: {
      help: 'Help', kind: 'What is it about?', choice: 'A good practice', phenomenon: 'Phenomenon',
      sender: 'I send this', named: 'Under my name', send: 'Send', thanks: 'Thank you, the report is saved',
    },
  },
];
const COUNTY = path.join(ROOT, 'deploy/county.example.toml'); // so that there are municipalities to choose from
const CHANNEL = 'Kehittämisryhmä - Ilmiöt'; // as .m365agentsplayground.yml names them
const PHONE_NUMBER = '040 123 4567';

const PICTURES = path.resolve(process.env.KARKI_PICTURES ?? path.join(path.dirname(fileURLToPath(import.meta.url)), 'pictures'));

const first = {
  [LABEL.kind]: CHOICE.kinds[0],
  [LABEL.phenomenon]: 'Kotihoidon käynneistä kuluu tunti päivässä kirjaamiseen kahteen järjestelmään.',
  [LABEL.proposal]: 'Kirjataan kerran ja siirretään tieto.',
  [LABEL.need]: CHOICE.need,
  [LABEL.town]: CHOICE.town,
  [LABEL.unit]: 'Kotihoito',
  [LABEL.sender]: CHOICE.senders[0],
  [LABEL.follow]: true,
};
const second = { ...first, [LABEL.kind]: CHOICE.kinds[1], [LABEL.phenomenon]: 'Aamupalaveri kävellen on vähentänyt poissaoloja.' };
const anonymous = {
  ...first,
  [LABEL.kind]: CHOICE.kinds[2],
  [LABEL.phenomenon]: 'Nuoret kyselevät iltavastaanoton perään aiempaa useammin.',
  [LABEL.sender]: CHOICE.senders[1],
  [LABEL.follow]: false,
};

let bot;
let playground;
let chat;
let stuck = false;

/** One step of the way; after a step has failed the later ones fail too, for they lean on it. */
function step(name, walk) {
  test(name, { timeout: 120_000 }, async (t) => {
    assert.ok(!stuck, 'an earlier step failed');
    stuck = true;
    await walk(t);
    stuck = false;
  });
}

async function openForm() {
  await chat.goTo('Personal Chat');
  await chat.say(SAY.report);
  return chat.card(LABEL.kind);
}

before(async () => {
  bot = await startBot({ env: { KARKI_COUNTY: COUNTY, KARKI_BATCHES: 'FREQ=MINUTELY' } });
  playground = await startPlayground({ botPort: bot.port });
  chat = await openChat(playground.url);
});

after(async () => {
  await chat?.close();
  await playground?.stop();
  await bot?.stop();
});

afterEach(async (t) => {
  if (!stuck || !chat) return;
  await chat.page.screenshot({ path: path.join(PICTURES, `failed-${t.name.replace(/\W+/g, '-')}.png`) }).catch(() => {});
  t.diagnostic(`the bot printed:\n${bot.output().slice(-3000)}`);
});

step('the bot welcomes whoever opens it, and speaks Finnish once asked to', async () => {
  await chat.card(); // in English, for the Playground's person has en-US
  await chat.say(SAY.finnish);
  await chat.answer(SHOWN.finnish);
  await chat.say(SAY.hello);
  await chat.picture(PICTURES, '1-welcome', await chat.card(SHOWN.welcome));
});

step('“raportoi” opens the form with all its fields', async () => {
  const form = await openForm();
  const shown = await form.innerText();
  for (const text of [...Object.values(LABEL), ...CHOICE.kinds, ...CHOICE.senders]) assert.ok(shown.includes(text), `no ${text}`);
  for (const title of Object.values(BUTTON)) assert.ok(await form.getByRole('button', { name: title, exact: true }).isVisible(), `no ${title}`);
  await chat.picture(PICTURES, '2-form', form);
});

step('the privacy text opens and closes on the form itself, and what is typed stays', async () => {
  const form = await chat.card(LABEL.kind);
  await chat.fill(form, { [LABEL.phenomenon]: first[LABEL.phenomenon] });
  await chat.press(BUTTON.privacy, form);
  await form.getByText(SHOWN.privacy).waitFor();
  // A change of width would make the Playground draw the card anew, closed.
  await form.screenshot({ path: path.join(PICTURES, '2-privacy.png') });
  await chat.press(BUTTON.privacy, form);
  await form.getByText(SHOWN.privacy).waitFor({ state: 'hidden' });
  assert.equal(await chat.valueOf(form, LABEL.phenomenon), first[LABEL.phenomenon]);
});

step('a phone number is pointed out at its field and nothing typed is lost', async () => {
  const careless = { ...first, [LABEL.phenomenon]: `${first[LABEL.phenomenon]} Soita ${PHONE_NUMBER}.` };
  const form = await chat.card(LABEL.kind);
  await chat.fill(form, careless);
  await chat.press(BUTTON.send, form);

  const refused = await chat.card(PHONE_NUMBER);
  const shown = await refused.innerText();
  const [field, passage, next] = [LABEL.phenomenon, PHONE_NUMBER, LABEL.proposal].map((text) => shown.lastIndexOf(text));
  assert.ok(field < passage && passage < next, `the passage does not stand at its field:\n${shown}`);
  for (const [label, value] of Object.entries(careless)) assert.deepEqual(await chat.valueOf(refused, label), value, label);
  await chat.picture(PICTURES, '3-form-with-error', refused);
});

step('the mended report gets a numbered receipt', async () => {
  const form = await chat.card(LABEL.kind);
  await chat.fill(form, first);
  await chat.press(BUTTON.send, form);
  await chat.picture(PICTURES, '4-receipt', await chat.card(SHOWN.first));
});

step('“omat” lists the report', async () => {
  await chat.say(SAY.mine);
  await chat.answer(SHOWN.first);
});

step('a bound channel gets the report’s card', async () => {
  await chat.goTo(CHANNEL);
  await chat.mention(SAY.bind);
  await chat.picture(PICTURES, '5-channel', await chat.card(first[LABEL.phenomenon]));
});

step('a second named report appears in the channel at once', async () => {
  const form = await openForm();
  await chat.fill(form, second);
  await chat.press(BUTTON.send, form);
  await chat.card(SHOWN.second);
  await chat.goTo(CHANNEL);
  await chat.card(second[LABEL.phenomenon]);
});

step('an anonymous report gets a code, and the code tells its state', async () => {
  const form = await openForm();
  await chat.fill(form, anonymous);
  await chat.press(BUTTON.send, form);
  const receipt = await chat.card(SHOWN.code);
  await chat.picture(PICTURES, '6-anonymous-receipt', receipt);
  const [code] = SHOWN.code.exec(await receipt.innerText());
  await chat.say(SAY.state(code));
  await chat.answer(SHOWN.state);
});

step('the anonymous report comes to the channel with the next batch, without a name', async () => {
  await chat.goTo(CHANNEL);
  const card = await until(
    'The batch did not come',
    async () => {
      const shown = chat.page.locator('.ac-adaptiveCard').filter({ hasText: anonymous[LABEL.phenomenon] });
      return (await shown.count()) > 0 && shown.first();
    },
    100_000, // a batch a minute, and a tick every half a minute
  );
  const text = await card.innerText();
  assert.match(text, /Nimetön/);
  assert.doesNotMatch(text, /Virtanen/);
  await chat.picture(PICTURES, '7-anonymous-in-channel', card);
});

for (const { language, say, shows } of OTHER_LANGUAGES) {
  step(`the same form and help in ${language}`, async () => {
    await chat.goTo('Personal Chat');
    await chat.say(say.language);
    await chat.answer('');
    await chat.say(say.help);
    await chat.picture(PICTURES, `8-help-${language}`, await chat.card(shows.help));
    await chat.say(say.report);
    const form = await chat.card(shows.kind);
    await chat.fill(form, { [shows.kind]: shows.choice, [shows.phenomenon]: 'R', [shows.sender]: shows.named });
    await chat.press(shows.send, form);
    await chat.picture(PICTURES, `9-receipt-${language}`, await chat.card(shows.thanks));
  });
}
