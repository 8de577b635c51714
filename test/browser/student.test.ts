import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ClassHub, openClassHub } from '../hub/classroom/class-hub.ts';
import { describeWith } from '../programs.ts';
import { launchBrowser, openPage } from './browser.ts';

const PAGES = join(import.meta.dirname, '../../dist/pages');
const PHONE = { width: 390, height: 800 };

describeWith('chromium', 'a student with a phone', () => {
  let browser: Browser;
  let hub: ClassHub;

  beforeAll(async () => {
    browser = await launchBrowser();
    hub = await openClassHub(undefined, PAGES);
  });
  afterAll(async () => {
    await hub.close();
    await browser.close();
  });

  async function join(nickname: string, options: BrowserContextOptions = {}): Promise<Page> {
    const address = `${hub.url}/class?code=${hub.classroom.code}`;
    const { page } = await openPage(browser, address, { viewport: PHONE, ...options });
    await page.locator('[name="nickname"]').fill(nickname);
    await page.locator('form button').click();
    await page.locator('.ways').waitFor();
    return page;
  }

  it.each([
    ['en-US', 'Ana', /^\s*Connected\b/],
    ['pt-BR', 'Bia', /^\s*Conectado\b/],
  ])(
    'has a header of two rows with nothing cut, and is told to keep the virtual Pi open: %s',
    async (locale, nickname, connected) => {
      const page = await join(nickname, { locale });
      await page.goto(hub.url);
      await page.getByText(connected).waitFor();
      await page.getByText('0/0 online').waitFor();
      await page.locator('.person').waitFor();
      expect((await page.locator('.top').boundingBox())?.height).toBeLessThan(110);
      const shown = page.locator('.top nav a, .short, .person').filter({ visible: true });
      expect(await shown.evaluateAll(cutTexts)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
      const [board] = await Promise.all([
        page.context().waitForEvent('page'),
        page.locator('.board-away a').click(),
      ]);
      await page.locator('.board-away').waitFor({ state: 'detached' });
      await board.close();
      await page.locator('.board-away').waitFor();
      await page.context().close();
    },
  );

  it('sees the whole pins of the oscilloscope, folded too, and saves a circuit by Enter in its name', async () => {
    const page = await join('Caio', { locale: 'pt-BR' });
    await page.goto(`${hub.url}/simulator?device=caio&circuit`);
    await page.locator('.tab-device strong').waitFor();
    expect(await page.locator('.knobs select').evaluateAll(missingPx)).toEqual([0, 0, 0]);
    await page.locator('.scope-fold').click();
    expect(
      (await page.locator('.duty-slider').getByText('LED no GPIO 21').boundingBox())?.width,
    ).toBeGreaterThan(20);
    await page.locator('[data-tool="save"]').press('Enter');
    await page.getByRole('status').getByText('Antes, dê um nome ao circuito.').waitFor();
    await page.keyboard.type('Meu');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('“Meu” salvo no hub.').waitFor();
    await page.context().close();
  });

  it('is told what the program of lesson 8 may not do, and led to the line', async () => {
    const page = await join('Davi');
    await page.goto(`${hub.url}/learn#page`);
    const editor = page.getByLabel('Program');
    const first = await editor.inputValue();
    const run = () => page.getByRole('button', { name: 'Run', exact: true }).click();
    const reports = page.locator('.learn-reports');
    await editor.fill(
      first
        .replace('</script>', "alert('lost')</script>")
        .replace('slider.oninput', "alert('oi');\nslider.oninput"),
    );
    await run();
    await reports.getByText('alert does nothing here').waitFor();
    await reports.getByText(/^Line 5: Only the import map/).waitFor();
    await expect.poll(() => reports.locator('li').first().evaluate(isInSight)).toBe(true);
    await editor.fill(first.replace('slider.oninput', 'const a = ;\nslider.oninput'));
    await run();
    await reports.getByRole('button', { name: 'Line 15:' }).click();
    expect(await editor.evaluate(chosenIn)).toBe('const a = ;');
    await page.getByRole('button', { name: 'Desired and actual' }).click();
    const topic = page.locator('.learn-values code', { hasText: 'duty/actual' });
    await topic.waitFor();
    expect(await topic.locator('wbr').count()).toBe(4);
    await page.context().close();
  });
});

/** The texts that have more than one line, or leave the screen. */
function cutTexts(all: readonly Element[]): readonly (string | null)[] {
  const cut = all.filter((element) => {
    const text = document.createRange();
    text.selectNodeContents(element);
    const { height, right } = text.getBoundingClientRect();
    return height > 1.9 * Number.parseFloat(getComputedStyle(element).fontSize) || right > innerWidth;
  });
  return cut.map(({ textContent }) => textContent);
}

/** By how many pixels selects are too narrow for what is chosen in them. */
function missingPx(all: readonly Element[]): readonly number[] {
  return all.map((select) => {
    const copy = select.cloneNode(true);
    if (!(copy instanceof HTMLSelectElement && select instanceof HTMLSelectElement)) return Number.NaN;
    for (const option of [...copy.options]) if (option.value !== select.value) option.remove();
    copy.style.position = 'absolute';
    copy.style.width = 'auto';
    select.after(copy);
    const missing = copy.offsetWidth - select.offsetWidth;
    copy.remove();
    return Math.max(0, missing);
  });
}

function isInSight(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}

function chosenIn(editor: Element): string {
  if (!(editor instanceof HTMLTextAreaElement) || document.activeElement !== editor) return '';
  return editor.value.slice(editor.selectionStart, editor.selectionEnd);
}
