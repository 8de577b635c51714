import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type HistoryRow, Message } from '../../hub/core/index.ts';
import { History } from '../../hub/history/history.ts';
import { MemorySlots } from '../../hub/history/slot.ts';
import { type HubServer, openHubServer } from '../../hub/server.ts';
import { describeWith } from '../programs.ts';
import { launchBrowser, openPage } from './browser.ts';
import { layCable } from './cable.ts';

const ACTUAL = 'led/21/duty/actual';
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const patient = { timeout: 30_000 };

/** The past, the oldest first: low, except for a moment of full light in each range. */
const PAST: readonly (readonly [agoMs: number, value: number])[] = [
  [20 * DAY_MS, 10],
  [10 * DAY_MS, 100],
  [10 * DAY_MS - SECOND_MS, 12],
  [12 * HOUR_MS, 100],
  [12 * HOUR_MS - SECOND_MS, 14],
  [30 * MINUTE_MS, 100],
  [30 * MINUTE_MS - SECOND_MS, 16],
  [5 * SECOND_MS, 100],
  [4 * SECOND_MS, 18],
];

/** Creates a history that contains the past, and continues from now. */
function createPast(): History {
  const startMs = Date.now();
  let agoMs: number | undefined;
  const now = () => (agoMs === undefined ? Date.now() : startMs - agoMs);
  const history = new History({ createSlots: () => new MemorySlots(), now });
  for (const [ago, value] of PAST) {
    agoMs = ago;
    history.record(ACTUAL, value);
    history.flush();
  }
  agoMs = undefined;
  return history;
}

describeWith('chromium', 'a chart', () => {
  let browser: Browser;
  let server: HubServer;
  let pages: Page[];

  const startHub = async (history: History | undefined, port = 0) => {
    const pagesFolder = join(import.meta.dirname, '../../dist/pages');
    server = await openHubServer({ port, pagesFolder, log: pino({ level: 'silent' }), history });
    const retained = { info: '{"kind":"led","gpio":21}', status: 'online', duty: '18', 'duty/actual': '18' };
    for (const [property, payload] of Object.entries(retained)) {
      server.hub.publish(new Message(`led/21/${property}`, payload, { retain: true }));
    }
  };
  const open = async (options: BrowserContextOptions = {}, port = server.port) => {
    const { page } = await openPage(browser, `http://127.0.0.1:${port}`, options);
    pages.push(page);
    await page.locator('.figure .actual b', { hasText: /^18 ?%$/ }).waitFor(); // The English page has a space before the percent sign.
    return page;
  };

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    pages = [];
    await startHub(createPast());
  });
  afterEach(async () => {
    for (const page of pages) await page.context().close();
    await server.close();
  });

  it('of the last minute shows what was before the page was there', async () => {
    const page = await open();
    await expect.poll(() => highestIn(chartOf(page), 0.1, 0.99), patient).toBeGreaterThan(0.85);
    expect(await chartOf(page).getAttribute('aria-label')).toBe(
      'The last minute. Duty cycle: desired and actual',
    );
  });

  it.each([
    ['1 h', 0.5, 'The last hour. Duty cycle: actual from 14 % to 100 %, last value 18 %'],
    ['1 day', 0.5, 'The last day. Duty cycle: actual from 12 % to 100 %, last value 18 %'],
    ['1 month', 2 / 3, 'The last month. Duty cycle: actual from 10 % to 100 %, last value 18 %'],
  ])('reaches back %s, and keeps a peak that was short', async (reach, peak, summary) => {
    const page = await open();
    await page.getByText(reach, { exact: true }).click();
    const canvas = chartOf(page);
    await expect.poll(() => highestIn(canvas, peak - 0.05, peak + 0.1), patient).toBeGreaterThan(0.85);
    expect(await highestIn(canvas, peak - 0.2, peak - 0.05)).toBeLessThan(0.4);
    expect(await highestIn(canvas, peak + 0.1, peak + 0.2)).toBeLessThan(0.4);
    expect(await canvas.getAttribute('aria-label')).toBe(summary);
  });

  it('takes its reach from the keyboard', async () => {
    const page = await open();
    await page.getByRole('radio', { name: '1 minute', checked: true }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('radio', { name: '1 hour', checked: true }).waitFor();
    await page.getByText('min–max').waitFor();
    for (const key of ['ArrowLeft', 'ArrowLeft']) await page.keyboard.press(key);
    await page.getByRole('radiogroup', { name: 'Time shown' }).getByRole('radio', { name: 'Live' }).waitFor();
    await page.locator('canvas[aria-label^="The last 10 seconds"]').waitFor();
  });

  it('takes its reach from touch, on a phone, in the dark, in Portuguese', async () => {
    const page = await open({
      hasTouch: true,
      isMobile: true,
      viewport: { width: 360, height: 800 },
      colorScheme: 'dark',
      locale: 'pt-BR',
    });
    await page.getByText('1 mês', { exact: true }).tap();
    await page.getByRole('radio', { name: '1 mês', checked: true }).waitFor();
    await page.locator('canvas[aria-label^="O último mês. Ciclo de trabalho: real de 10% a 100%"]').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    for (const target of await page.locator('.reaches label, .export, .moves button').all()) {
      expect(Math.round((await target.boundingBox())?.height ?? 0)).toBeGreaterThanOrEqual(40);
    }
  });

  it('gives by keyboard the value at a time, zooms in on it and back out', async () => {
    const page = await open();
    await page.getByText('1 h', { exact: true }).click();
    await page.locator('canvas[aria-label^="The last hour. Duty cycle: actual"]').waitFor();
    const cross = page.getByRole('slider', { name: /^Duty cycle over time/ });
    await cross.focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => cross.getAttribute('aria-valuetext'), patient).toMatch(/^[\d:]{8}, actual 16 %/);
    expect(await cross.getAttribute('aria-valuenow')).toBe('99');
    for (let count = 0; count < 3; count++) await page.keyboard.press('+');
    await expect.poll(() => chartOf(page).getAttribute('aria-label'), patient).toMatch(/ to .+actual from/);
    expect(await page.getByRole('radio', { name: '1 hour', checked: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'Reset' }).click();
    await page.getByRole('radio', { name: '1 hour', checked: true }).waitFor();
  });

  it('shows the same under the mouse, and moves with it', async () => {
    const page = await open();
    const box = await page.locator('.cross').boundingBox();
    if (!box) return expect.unreachable();
    const middle = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.9, middle);
    await page.locator('.readout', { hasText: 'actual 18 %' }).waitFor();
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.98, middle, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Reset' }).waitFor();
    await page.mouse.move(0, 0);
    await page.locator('.readout').waitFor({ state: 'hidden' });
  });

  it('has a gap for the time in which the device was away', async () => {
    await server.close();
    await startHub(new History({ createSlots: () => new MemorySlots() }));
    const page = await open();
    const tell = (property: string, payload: string) =>
      server.hub.publish(new Message(`led/21/${property}`, payload, { retain: true }));
    const cross = page.getByRole('slider', { name: /^Duty cycle over time/ });
    await cross.focus();
    await page.keyboard.press('End');
    await expect.poll(() => cross.getAttribute('aria-valuetext'), patient).toContain('actual 18 %');
    tell('status', 'offline');
    await expect.poll(() => cross.getAttribute('aria-valuetext'), patient).not.toContain('actual');
    tell('status', 'online');
    await expect.poll(() => cross.getAttribute('aria-valuetext'), patient).toContain('actual 18 %');
  });

  it('keeps its reach when the language changes', async () => {
    const page = await open();
    await page.getByText('1 day', { exact: true }).click();
    await page.getByRole('button', { name: 'Português' }).click();
    await page.getByRole('radio', { name: '1 dia', checked: true }).waitFor();
    await page.locator('canvas[aria-label^="O último dia"]').waitFor();
  });

  it('fills the hole that a lost connection left', async () => {
    await server.close();
    await startHub(new History({ createSlots: () => new MemorySlots() }));
    const cable = await layCable(server.port);
    const page = await open({}, cable.port);
    const canvas = chartOf(page);
    await expect.poll(() => highestIn(canvas, 0.9, 0.99), patient).toBeGreaterThan(0);
    await cable.cut();
    await page.getByText('Not connected').waitFor();
    await expect.poll(() => blink(server), patient).toBeGreaterThan(1);
    expect(await highestIn(canvas, 0.1, 0.999)).toBeLessThan(0.4);
    await cable.mend();
    await page.getByText(/^\s*Connected\b/).waitFor();
    await expect.poll(() => highestIn(canvas, 0.1, 0.99), patient).toBeGreaterThan(0.85);
    await page.context().close();
    await cable.cut();
  });

  it('says that the hub is gone while it is, and continues when it is back', async () => {
    const page = await open();
    await page.getByText('1 day', { exact: true }).click();
    await page.locator('canvas[aria-label^="The last day. Duty cycle: actual"]').waitFor();
    const { port } = server;
    await server.close();
    const note = page.locator('.chart .note');
    await note.getByText('The hub cannot be reached.').waitFor();
    expect(await chartOf(page).getAttribute('aria-label')).toContain('to 100 %');
    await startHub(createPast(), port);
    await note.getByText('The hub cannot be reached.').waitFor({ state: 'detached' });
    await page.locator('canvas[aria-label^="The last day. Duty cycle: actual"]').waitFor();
  });

  it('exports what it shows', async () => {
    const page = await open();
    await page.getByText('1 month', { exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('led-21-month.csv');
    const [head, ...rows] = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\r\n');
    expect(head).toBe('time,min,max,last');
    expect(rows.map((row) => row.replace(/^[^,]*Z,/, ''))).toEqual(
      expect.arrayContaining(['10,10,10', '12,100,12', '14,100,14']),
    );
  });

  it('says since when the hub has data, if that is later than the start of the chart', async () => {
    const page = await open();
    const note = page.locator('.chart .note');
    await page.getByText('1 month', { exact: true }).click();
    await note.getByText(/^No data before [A-Z][a-z]{2} \d+, \d\d:00\.$/).waitFor();
    await page.getByText('1 day', { exact: true }).click();
    await page.locator('canvas[aria-label^="The last day. Duty cycle: actual"]').waitFor();
    expect(await note.textContent()).toBe('');
  });

  it('says so if the hub has no history', async () => {
    const { port } = server;
    await server.close();
    await startHub(undefined, port);
    const page = await open();
    const note = page.locator('.chart .note');
    await note.getByText('The hub has no history of this value.').waitFor();
    expect(await page.getByRole('link', { name: 'Export CSV' }).count()).toBe(0);
    await page.getByText('1 h', { exact: true }).click();
    await note.getByText('The hub has no history of this value.').waitFor();
    await page.getByRole('button', { name: 'Português' }).click();
    await note.getByText('O hub não guarda o histórico deste valor.').waitFor();
    server.hub.publish(new Message(ACTUAL, '77', { retain: true }));
    await page.locator('.figure .actual b', { hasText: '77%' }).waitFor();
  });

  it('says why the hub refused a reading, and shows the next that it allows', async () => {
    const page = await open();
    await page.route('**/api/history/**', (route) =>
      route.fulfill({
        status: 403,
        json: { ok: false, error: { code: 'auth/denied', message: 'you may not' } },
      }),
    );
    await page.getByText('1 h', { exact: true }).click();
    await page.getByText('Earlier values cannot be shown. You are not allowed to do that.').waitFor();
    await page.unroute('**/api/history/**');
    await page.getByText('1 day', { exact: true }).click();
    await page.locator('canvas[aria-label^="The last day. Duty cycle: actual"]').waitFor();
    expect(await page.locator('.chart .note').textContent()).toBe('');
  });
});

/** Turns the light fully on for a moment; resolves to the number of history rows that show it. */
async function blink({ hub, port }: HubServer): Promise<number> {
  for (const duty of ['100', '18']) hub.publish(new Message(ACTUAL, duty, { retain: true }));
  const answer = await fetch(`http://localhost:${port}/api/history/${ACTUAL}?from=-60000`);
  const rows: HistoryRow[] = await answer.json();
  return rows.filter(([, , max]) => max === 100).length;
}

function chartOf(page: Page): Locator {
  return page.locator('.card[data-topic="led/21"] canvas');
}

/** How high a chart's amber reaches between two parts of its width: 0 is the canvas's lower edge, 1 its upper one. */
function highestIn(canvas: Locator, from: number, to: number): Promise<number> {
  return canvas.evaluate(
    (element: HTMLCanvasElement, [left, right]) => {
      const { width, height } = element;
      const image = element.getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
      const isAmber = (x: number, y: number) => {
        const [red = 0, green = 0, blue = 0, alpha = 0] = image.slice(
          4 * (y * width + x),
          4 * (y * width + x) + 4,
        );
        return alpha > 80 && red > 180 && green > 90 && green < 190 && blue < 90;
      };
      for (let y = 0; y < height; y++) {
        for (let x = Math.ceil(width * left); x < width * right; x++) {
          if (isAmber(x, y)) return 1 - y / height;
        }
      }
      return 0;
    },
    [from, to] as const,
  );
}
