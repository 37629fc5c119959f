/** Puts the form and the channel's card side by side for the README, from the pictures of `make e2e`. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { ROOT } from './playground.mjs';

const PICTURES = path.resolve(process.env.KARKI_PICTURES ?? path.join(import.meta.dirname, 'pictures'));
const SHOWN = ['2-form-phone-card.png', '4-receipt-phone-card.png', '5-channel-phone-card.png'];

const images = await Promise.all(SHOWN.map(async (name) => (await fs.readFile(path.join(PICTURES, name))).toString('base64')));
const html = `<body style="margin:0;padding:24px;display:inline-flex;gap:24px;align-items:flex-start;background:#f0f0f0">
  ${images.map((image) => `<img style="background:#fff;box-shadow:0 1px 4px #0003" src="data:image/png;base64,${image}">`).join('')}</body>`;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1200, height: 1100 } });
await page.setContent(html);
await fs.mkdir(path.join(ROOT, 'docs/pictures'), { recursive: true });
await page.locator('body').screenshot({ path: path.join(ROOT, 'docs/pictures/report.png') });
await browser.close();
