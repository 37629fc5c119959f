/**
 * Drives the bot through Microsoft 365 Agents Playground in headless Chromium, as a person would.
 *
 * What a person sees is the only thing read: labels, titles and visible text. Nothing waits a fixed time.
 * Habits of the Playground (0.2.28) that shape this file: a new message in the open conversation redraws its cards and
 * wipes what was typed but not sent, so a form is read back after it is filled; an answer quicker than the person's own
 * message comes to stand above it, or in a channel is lost, so it is held back; and reloading the page empties it, so
 * it is never reloaded.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const HERE = path.dirname(fileURLToPath(import.meta.url));
/** The repository's root. */
export const ROOT = path.resolve(HERE, '../..');

const PLAYGROUND = createRequire(import.meta.url).resolve('@microsoft/m365agentsplayground/cli.js');

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };
const TALLEST_PICTURE = 6000;
const PATIENCE = 15_000;

/** Finds a port nobody listens on. */
export async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Makes an empty folder that the caller removes. */
export function temporaryFolder(name) {
  return fs.mkdtemp(path.join(os.tmpdir(), `karki-${name}-`));
}

/** Asks again and again until `ask` gives something true, and says `what` was missing when patience ends. */
export async function until(what, ask, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`${typeof what === 'function' ? await what() : what} (waited ${patience / 1000} s)`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function answers(url, expected) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    const body = await response.text();
    return response.ok && (!expected || body === expected);
  } catch {
    return false;
  }
}

/** Runs a program, keeps what it prints, and gives a `stop` that asks politely before it insists. */
function launch(name, command, args, options) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  let failure = null;
  child.stdout.on('data', (data) => { output += data; });
  child.stderr.on('data', (data) => { output += data; });
  child.on('error', (error) => { failure = error; });
  const gone = new Promise((resolve) => { child.on('exit', resolve); child.on('error', resolve); });
  return {
    output: () => output,
    assertAlive() {
      if (failure) throw new Error(`${name} did not start: ${failure.message}`);
      if (child.exitCode !== null) throw new Error(`${name} stopped with status ${child.exitCode}`);
    },
    async stop() {
      if (failure || child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), 5000);
      await gone;
      clearTimeout(insist);
    },
  };
}

/** Starts the bot in local mode on a free port with an empty embedded store, and waits until it is ready. */
export async function startBot({ env = {} } = {}) {
  const port = await freePort();
  const store = await temporaryFolder('store');
  const python = path.resolve(ROOT, process.env.KARKI_PYTHON ?? '.venv/bin/python');
  const app = path.resolve(ROOT, process.env.KARKI_APP ?? 'app.py');
  const bot = launch('The bot', python, [app], {
    cwd: path.dirname(app),
    env: { ...process.env, KARKI_LOCAL: '1', PORT: String(port), KARKI_STORE: `tinydb:${store}`, ...env },
  });
  const stop = async () => { await bot.stop(); await fs.rm(store, { recursive: true, force: true }); };
  try {
    await until('The bot did not answer GET /readyz', () => { bot.assertAlive(); return answers(`http://127.0.0.1:${port}/readyz`); }, 30_000);
    return { port, output: bot.output, stop };
  } catch (error) {
    await stop();
    throw new Error(`${error.message}\n${bot.output().slice(-3000)}`);
  }
}

/** Starts the Playground for the bot on `botPort`, without telemetry and without opening a browser, and waits until it is ready. */
export async function startPlayground({ botPort }) {
  const folder = await temporaryFolder('playground');
  const playground = launch('The Playground', process.execPath, [
    PLAYGROUND, '-e', `http://127.0.0.1:${botPort}/api/messages`, '-c', 'msteams', '--dt', '-p', String(await freePort()),
  ], {
    cwd: folder, // it writes its log under the working folder
    env: {
      ...process.env,
      TEAMSAPPTESTER_BROWSER: 'none',
      M365_AGENTS_PLAYGROUND_CONFIG_PATH: path.join(HERE, '.m365agentsplayground.yml'),
      M365_AGENTS_PLAYGROUND_LOGFILE: path.join(folder, 'playground.log'),
    },
  });
  const stop = async () => { await playground.stop(); await fs.rm(folder, { recursive: true, force: true }); };
  try {
    // It takes another port when the one asked for is taken, so the port it prints is the one to use.
    const url = await until('The Playground did not get ready', async () => {
      playground.assertAlive();
      const port = /Listening on (\d+)/.exec(playground.output())?.[1];
      return port && (await answers(`http://127.0.0.1:${port}/_debug/ping`, 'pong')) && `http://localhost:${port}`;
    }, 30_000);
    return { url, output: playground.output, stop };
  } catch (error) {
    await stop();
    throw new Error(`${error.message}\n${playground.output().slice(-3000)}`);
  }
}

/** Opens the Playground's page in headless Chromium, where nothing but this machine can be reached, and gives its Chat. */
export async function openChat(url) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
  try {
    const page = await browser.newPage({ viewport: DESKTOP });
    page.setDefaultTimeout(PATIENCE);
    await page.route((address) => !['localhost', '127.0.0.1'].includes(address.hostname), (route) => route.abort());
    await page.addInitScript(holdAnswersWhileSending);
    await page.goto(url);
    await page.getByRole('treeitem', { name: 'Personal Chat', exact: true }).waitFor();
    await page.evaluate(layOut);
    return new Chat(page, browser);
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/**
 * Runs in the page before its own scripts: keeps what the bot says from the page until the person's message is on it.
 * The page learns of the two on different ways, and throws when an answer to a post it does not know yet comes first:
 * that answer and others after it are then never shown.
 */
function holdAnswersWhileSending() {
  let sending = 0;
  const held = [];
  const release = () => { while (sending === 0 && held.length > 0) held.shift()(); };
  const { open, send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    this.carriesMessage = /\/_conversation\/v1\/conversations\/.*\/messages$/.test(url);
    return open.call(this, method, url, ...rest);
  };
  XMLHttpRequest.prototype.send = function (body) {
    if (this.carriesMessage) {
      sending += 1;
      this.addEventListener('loadend', () => { sending -= 1; setTimeout(release); }); // after the page has taken it in
    }
    return send.call(this, body);
  };
  window.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      let releasing = false;
      this.addEventListener('message', (event) => {
        if (releasing || (sending === 0 && held.length === 0)) return;
        event.stopImmediatePropagation();
        held.push(() => {
          releasing = true;
          this.dispatchEvent(new MessageEvent('message', { data: event.data, origin: event.origin }));
          releasing = false;
        });
      });
    }
  };
}

/**
 * Runs in the page: marks the Playground's header, its list of conversations and the chat, and adds a style that hides
 * the log panel beyond the chat always (it comes back by itself when the window changes) and all but the chat while
 * <html data-phone> is set. The chat asks for 600 px at least, and messages and posts keep 100 and 80 px free beside
 * them; that is lifted for whatever holds a card, so that a card gets 346 of 390 px, as in Teams on a phone.
 */
function layOut() {
  const list = document.querySelector('[role="region"][aria-label="Chat and Teams Channel"]');
  const holdsTextBox = (element) => element.querySelector('[role="textbox"]');
  let column = list;
  while (!holdsTextBox(column.parentElement)) column = column.parentElement;
  const chat = [...column.parentElement.children].find(holdsTextBox);
  let header = document.querySelector('h1');
  while (!header.parentElement.contains(list)) header = header.parentElement;
  column.setAttribute('data-beside', '');
  header.setAttribute('data-beside', '');
  chat.setAttribute('data-chat', '');
  const style = document.createElement('style');
  style.textContent = `
    [data-chat] ~ * { display: none !important; }
    .ac-adaptiveCard { scroll-margin-top: 64px; }
    [data-phone] [data-beside] { display: none !important; }
    [data-phone] :has([data-chat]), [data-phone] [data-chat], [data-phone] [data-chat] > * { height: 100vh !important; }
    [data-phone] [data-chat], [data-phone] [data-chat] :has(.ac-adaptiveCard, [role="textbox"]) {
      box-sizing: border-box !important; min-width: 0 !important; max-width: 100% !important;
      margin-right: 0 !important; margin-left: 0 !important; padding-right: 0 !important; padding-left: 0 !important;
    }
    [data-phone] [data-chat] > * > * { padding-right: 8px !important; padding-left: 8px !important; }
    [data-phone] [data-chat] :has(> .fai-OutputCard) > :not(.fai-OutputCard) { display: none !important; }
    [data-phone] [data-chat] .fai-OutputCard, [data-phone] [data-chat] .fui-Card { padding-right: 20px !important; padding-left: 20px !important; }`;
  document.head.append(style);
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const whole = (text) => new RegExp(`^\\s*${escaped(text)}\\s*\\*?\\s*$`); // a required input's label ends in an asterisk

/** The Playground's page: one person who walks between conversations, writes, fills forms and reads. */
export class Chat {
  constructor(page, browser) {
    this.page = page;
    this.browser = browser;
    this.place = 'Personal Chat';
    this.heard = new Map(); // how many messages of the bot's each chat held when the person last wrote there
  }

  /** Closes the browser. */
  close() {
    return this.browser.close();
  }

  /** Goes to a conversation by its name in the list: `Personal Chat`, the group chat's name, or `TEAM - CHANNEL`. */
  async goTo(place) {
    await this.page.getByRole('treeitem', { name: place, exact: true }).click();
    this.place = place;
    await (this.inChannel ? this.page.getByText('Start a new post') : this.page.getByText('Type a message...')).first().waitFor();
  }

  /** Tells whether the open conversation is a channel, where the newest post stands first instead of last. */
  get inChannel() {
    return this.place.includes(' - ');
  }

  /** Writes a message in the open chat, or starts a new post in the open channel, and sends it. */
  say(text) {
    return this.#write(text, false);
  }

  /** Does the same with the bot picked from the menu that `@` opens, which a group chat or a channel needs. */
  mention(text) {
    return this.#write(text, true);
  }

  async #write(text, mentioning) {
    const box = this.page.getByRole('textbox').and(this.page.locator('[contenteditable="true"]')).first();
    this.heard.set(this.place, (await this.#botMessages()).length);
    await box.click();
    if (mentioning) {
      await this.page.keyboard.type('@');
      await this.page.getByRole('menuitem', { name: 'Kärki' }).click();
      await this.page.keyboard.type(' ');
    }
    await this.page.keyboard.type(text);
    await this.page.getByRole('button', this.inChannel ? { name: 'Post', exact: true } : { name: 'Send Message' }).first().click();
    await until('The message stayed in the text box', async () => (await box.innerText()).trim() === '');
  }

  /** Reads what the bot has said in the open chat since the person last wrote there, oldest first. */
  async answers() {
    return (await this.#botMessages()).slice(this.heard.get(this.place) ?? 0).map((message) => message.text);
  }

  /** Waits for the bot to answer the person's last message in the open chat with something that holds `text`, and gives that message. */
  async answer(text = '') {
    return until(
      async () => `No answer with ${JSON.stringify(String(text))}; the bot said ${JSON.stringify(await this.answers())}`,
      async () => (await this.answers()).find((message) => holds(message, text)),
    );
  }

  /** Reads what the bot last said in the open chat. */
  async lastBotMessage() {
    return (await this.#botMessages()).at(-1)?.text;
  }

  /** Lists the bot's messages in the open chat: visible text, and the places of their cards among all cards. */
  #botMessages() {
    return this.page.evaluate(() => {
      const cards = [...document.querySelectorAll('.ac-adaptiveCard')];
      return [...document.querySelectorAll('[aria-label="Message header"]')]
        .filter((header) => header.querySelector('[aria-label="Message author"]'))
        .map(({ nextElementSibling: body }) => ({
          text: body.innerText.trim(),
          cards: cards.flatMap((card, index) => (body.contains(card) ? [index] : [])),
        }));
    });
  }

  /** Waits until `text` is visible somewhere in the open conversation. */
  async sees(text) {
    await this.page.locator('[data-chat]').getByText(text).first().waitFor();
  }

  /**
   * Waits for the newest card whose visible text holds `text`: in a channel among all posts, in a chat among the bot's
   * answers to the person's last message. What stands typed in a card's inputs does not count as its text.
   */
  async card(text = '') {
    const cards = this.page.locator('.ac-adaptiveCard');
    const newestFirst = async () => {
      const shown = await cards.allInnerTexts();
      const answered = (await this.#botMessages()).slice(this.heard.get(this.place) ?? 0).flatMap((message) => message.cards);
      const places = this.inChannel ? [...shown.keys()] : answered.reverse();
      return places.map((place) => ({ place, text: shown[place] ?? '' }));
    };
    const { place } = await until(
      async () => `No card with ${JSON.stringify(String(text))}; the cards are ${JSON.stringify((await newestFirst()).map((card) => card.text))}`,
      async () => (await newestFirst()).find((card) => holds(card.text, text)),
    );
    return cards.nth(place);
  }

  /** Fills a form by its labels: text as a string, a choice by its title, several choices as a list, a toggle by true or false. */
  async fill(card, values) {
    await until('The form did not keep what was filled', async () => {
      for (const [label, value] of Object.entries(values)) {
        if (!same(await this.valueOf(card, label), value)) await this.#set(card, label, value);
      }
      for (const [label, value] of Object.entries(values)) {
        if (!same(await this.valueOf(card, label), value)) return false;
      }
      return true;
    });
  }

  /** Reads what an input of a card holds now, in the same shape as `fill` takes it. */
  async valueOf(card, label) {
    const input = await this.#input(card, label);
    return input.evaluate((element) => {
      const titles = (chosen) => chosen.map((box) => element.querySelector(`label[for="${box.id}"]`).innerText.trim());
      if (element.type === 'checkbox') return element.checked;
      if (element.getAttribute('role') === 'radiogroup') return titles([...element.querySelectorAll('input:checked')])[0] ?? '';
      if (element.querySelector('input[type="checkbox"]')) return titles([...element.querySelectorAll('input:checked')]);
      return element.value;
    });
  }

  async #set(card, label, value) {
    const input = await this.#input(card, label);
    if (typeof value === 'boolean') {
      await input.setChecked(value);
    } else if (Array.isArray(value)) {
      for (const box of await input.getByRole('checkbox').all()) {
        await box.setChecked(value.includes(await box.evaluate((element) => element.labels[0].innerText.trim())));
      }
    } else if (await input.getAttribute('role') === 'radiogroup') {
      await input.getByRole('radio', { name: value, exact: true }).check();
    } else if (await input.getAttribute('role') === 'combobox') {
      await input.click();
      await this.page.getByRole('option', { name: value, exact: true }).click();
    } else {
      await input.fill(value);
    }
  }

  /** Finds an input by the exact text of its label, or a toggle by its title. */
  async #input(card, label) {
    const named = card.locator('label.ac-richTextBlock, .fui-Checkbox__label').filter({ hasText: whole(label) });
    return card.locator(`[id="${await named.first().getAttribute('for')}"]`);
  }

  /** Presses a button by its title, on `card` or on the newest card that has it; one behind "…" is fetched from that menu. */
  async press(title, card) {
    const button = (card ?? this.page.locator('.ac-adaptiveCard')).getByRole('button', { name: title, exact: true });
    const newest = this.inChannel ? button.first() : button.last();
    if (card && !(await button.count())) {
      await card.getByRole('button', { name: 'More options' }).last().click();
      await this.page.getByRole('menuitem', { name: title, exact: true }).click();
    } else {
      await newest.click();
    }
  }

  /** Narrows the page to a phone's 390×844 with the chat alone on it, or widens it back to the desktop's 1280×900. */
  async width(size) {
    await this.page.evaluate((phone) => document.documentElement.toggleAttribute('data-phone', phone), size.width < 600);
    await this.page.setViewportSize(size);
  }

  /**
   * Takes pictures of a card: the window at desktop and phone width with the card's top in view (NAME-desktop.png,
   * NAME-phone.png), and the whole card at both widths (NAME-desktop-card.png, NAME-phone-card.png).
   */
  async picture(folder, name, card) {
    await fs.mkdir(folder, { recursive: true });
    for (const [kind, size] of [['desktop', DESKTOP], ['phone', PHONE]]) {
      const file = (what) => path.join(folder, `${name}-${what}.png`);
      await this.width(size);
      await card.evaluate((element) => element.scrollIntoView({ block: 'start' }));
      await this.page.screenshot({ path: file(kind), animations: 'disabled' });
      const { height } = await card.boundingBox();
      await this.page.setViewportSize({ width: size.width, height: Math.min(Math.ceil(height) + 400, TALLEST_PICTURE) });
      await card.screenshot({ path: file(`${kind}-card`), animations: 'disabled' });
    }
    await this.width(DESKTOP);
  }
}

function holds(shown, text) {
  return text instanceof RegExp ? text.test(shown) : shown.includes(text);
}

function same(one, other) {
  return JSON.stringify(Array.isArray(one) ? [...one].sort() : one) === JSON.stringify(Array.isArray(other) ? [...other].sort() : other);
}
