import { readFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { filter, firstValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createHubClient, type HubClient } from '../../hub/client/index.ts';
import { describeWith } from '../programs.ts';
import { overflowOf, violations } from './axe-rules.ts';
import { type HubProcess, launchBrowser, type OpenPage, openPage, startHub } from './browser.ts';

describeWith('chromium', 'the inspector of topics', () => {
  let browser: Browser;
  let hub: HubProcess;
  let client: HubClient;
  let opened: OpenPage[] = [];

  beforeAll(async () => {
    [browser, hub] = await Promise.all([launchBrowser(), startHub()]);
    client = createHubClient(hub.url);
  });
  afterEach(async () => {
    const faults = opened.flatMap((one) => one.faults);
    for (const { page } of opened) await page.context().close();
    opened = [];
    expect(faults).toEqual([]);
  });
  afterAll(async () => {
    await client.close();
    await hub.kill();
    await browser.close();
  });

  const open = async (hash = '', options: BrowserContextOptions = {}) => {
    const viewport = { width: 1280, height: 900 };
    const one = await openPage(browser, `${hub.url}/topics${hash}`, { viewport, ...options });
    opened.push(one);
    await one.page.getByRole('treeitem').first().waitFor();
    return one.page;
  };
  const row = (page: Page, topic: string) => page.locator(`.row[title="${topic}"]:not(.pinned)`);
  const countOf = (page: Page, topic: string, count: string) =>
    row(page, topic).locator('.row-counts').getByText(count, { exact: true });
  const rowsOf = (page: Page) =>
    page
      .locator('.row')
      .evaluateAll((rows) =>
        rows.map((one) => ({ topic: one.getAttribute('title'), top: one.getBoundingClientRect().top })),
      );
  /** The next message of a topic; messages published after this has resolved are sure to arrive. */
  const listen = async (topic: string) => {
    const next = firstValueFrom(client.messages(topic).pipe(filter(({ retained }) => !retained)));
    await client.ping();
    return { next };
  };

  it('holds still under the pointer while counts go up, and shows what is new once the pointer is gone', async () => {
    for (const room of ['b', 'd']) await client.publish(`still/${room}`, '1', { retain: true });
    const page = await open();
    await row(page, 'still').click();
    await row(page, 'still/d').hover();
    const before = await rowsOf(page);
    await client.publish('still/a', '1');
    await client.publish('still/d', '2');
    await countOf(page, 'still/d', '1').waitFor();
    await page.getByText('1 new, shown once').waitFor();
    expect(await rowsOf(page)).toEqual(before);
    await page.getByRole('heading', { name: 'Publish' }).hover();
    await row(page, 'still/a').waitFor();
    const names = (await rowsOf(page)).map(({ topic }) => topic);
    expect(names.filter((name) => name?.startsWith('still/'))).toEqual(['still/a', 'still/b', 'still/d']);
  });

  it('can be used by keyboard only, and describes itself to a screen reader', async () => {
    await client.publish('keys/one/two', 'deep', { retain: true });
    const page = await open();
    await row(page, 'keys').click();
    await row(page, 'keys/one').waitFor();
    const tree = page.getByRole('tree', { name: 'Topics' });
    await tree.press('ArrowRight');
    await tree.press('ArrowRight');
    await row(page, 'keys/one/two').waitFor();
    await tree.press('ArrowRight');
    await tree.press('Enter');
    await page.locator('.value').getByText('deep').waitFor();
    expect(await row(page, 'keys/one/two').getAttribute('aria-selected')).toBe('true');
    expect(await row(page, 'keys/one').getAttribute('aria-expanded')).toBe('true');
    const active = await tree.getAttribute('aria-activedescendant');
    expect(await row(page, 'keys/one/two').getAttribute('id')).toBe(active);
    await tree.press('ArrowLeft');
    await tree.press('ArrowLeft');
    await row(page, 'keys/one/two').waitFor({ state: 'detached' });
  });

  it('narrows the tree down by filter and by text, and pins a topic above it for the next visit', async () => {
    for (const topic of ['find/lamp/state', 'find/plug/state', 'find/lamp/power'])
      await client.publish(topic, '1', { retain: true });
    const page = await open();
    await page.getByLabel('MQTT filter', { exact: true }).fill('find/+/state');
    await row(page, 'find/plug/state').waitFor();
    await page.getByLabel('Text in topic or value').fill('LAMP');
    await row(page, 'find/plug/state').waitFor({ state: 'detached' });
    expect((await rowsOf(page)).map(({ topic }) => topic)).toEqual(['find', 'find/lamp', 'find/lamp/state']);
    await row(page, 'find/lamp/state').click();
    await page.getByRole('button', { name: 'Pin', exact: true }).click();
    await page.reload();
    await page.locator('.row.pinned[title="find/lamp/state"]').waitFor();
  });

  it('shows JSON with its changes, publisher and time, and bytes as numbers', async () => {
    const page = await open(`#${encodeURIComponent('show/json')}`);
    await client.publish('show/json', '{"t":20,"on":true}');
    await page.locator('.json-number').getByText('20').waitFor();
    await client.publish('show/json', '{"t":21,"on":true}', {
      qos: 1,
      properties: { contentType: 'application/json', userProperties: [['from', 'test']] },
    });
    await page.locator('.line-new').getByText('"t": 21').waitFor();
    await page.locator('.line-gone').getByText('"t": 20').waitFor();
    const facts = await page.locator('.topic-facts').innerText();
    expect(facts.replace(/\s+/g, ' ')).toMatch(
      /Received .* QoS 1 Retained no Published by socket\.io-.* Content type application\/json from test/,
    );
    await page.getByText('Last messages (2)').click();
    await page.getByRole('button', { name: 'Compare with the message of' }).first().click();
    await page.getByText('There is no difference.').waitFor();
    await page.locator('.log-entry').getByText('"t":20').click();
    await page.locator('.line-gone').getByText('"t": 21').waitFor();
    await client.publish('show/json', new Uint8Array([0, 0, 0x20, 0x41]));
    await page.getByText('Last messages (3)').waitFor();
    await page.locator('.json-number').getByText('20').waitFor();
    await page.getByRole('button', { name: 'Show the latest' }).click();
    await page.getByRole('radio', { name: 'Numbers' }).check();
    await page.getByRole('row', { name: /^float32 10 / }).waitFor();
    await page.getByRole('radio', { name: 'Hex' }).check();
    await page.getByText('00 00 20 41').waitFor();
  });

  it('shows what a topic had before it was chosen, and keeps a message that is being written', async () => {
    const page = await open();
    for (const count of ['1', '2', '3']) await client.publish('past/a', count);
    await row(page, 'past').click();
    await countOf(page, 'past/a', '3').waitFor();
    await page.getByLabel('Payload', { exact: true }).fill('mine');
    await page.getByLabel('Topic', { exact: true }).fill('to/somebody');
    await row(page, 'past/a').click();
    await page.getByText('Last messages (3)').waitFor();
    expect(await page.getByLabel('Topic', { exact: true }).inputValue()).toBe('to/somebody');
  });

  it('publishes with quality of service and properties, and says what is wrong with JSON', async () => {
    const page = await open();
    await page.getByLabel('Topic', { exact: true }).fill('made/here');
    await page.getByRole('radio', { name: 'JSON' }).check();
    await page.getByLabel('Payload', { exact: true }).fill('{"a":');
    await page.getByText('The payload is not JSON').waitFor();
    expect(await page.getByRole('button', { name: 'Publish', exact: true }).isDisabled()).toBe(true);
    await page.getByLabel('Payload', { exact: true }).fill('{"a":1}');
    await page.getByRole('radio', { name: 'QoS 1' }).check();
    await page.getByLabel('Retain').check();
    const arrived = await listen('made/here');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    expect(await arrived.next).toMatchObject({ text: '{"a":1}', retain: true });
    await page.getByText('Published to made/here.').waitFor();
    await page.getByRole('button', { name: 'Save message' }).click();
    await page.reload();
    await page.locator('.saved').getByText('made/here').click();
    expect(await page.getByLabel('Payload', { exact: true }).inputValue()).toBe('{"a":1}');
  });

  it('clears all below a topic after it has asked, with how many these are', async () => {
    for (const name of ['', '/a', '/b']) await client.publish(`gone${name}`, '1', { retain: true });
    const page = await open('#gone');
    await page.getByText('Export and clear').click();
    await page.getByRole('button', { name: 'Clear it and all below…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Clear 3 retained messages of gone/#?' });
    const cleared = await listen('gone/b');
    await dialog.getByRole('button', { name: 'Clear' }).click();
    expect((await cleared.next).text).toBe('');
    await page.getByText('3 cleared.').waitFor();
  });

  it('records what comes, and publishes it once more', async () => {
    const page = await open();
    await page.getByLabel('MQTT filter to record').fill('tape/#');
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await page.getByText('0 messages.').waitFor();
    const properties = { contentType: 'text/plain' };
    for (const count of ['1', '2']) await client.publish('tape/a', count, { qos: 1, properties });
    await page.getByText('2 messages.').waitFor();
    await page.getByRole('button', { name: 'Stop recording' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as JSON lines' }).click();
    const lines = readFileSync(await (await download).path(), 'utf8')
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { topic: 'tape/a', payload: '1', retain: false, qos: 1, contentType: 'text/plain' },
      { topic: 'tape/a', payload: '2', retain: false, qos: 1, contentType: 'text/plain' },
    ]);
    const again = await listen('tape/a');
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click();
    expect((await again.next).text).toBe('1');
  });

  it('draws a field of JSON in the chart', async () => {
    const page = await open('#chart/me');
    await client.publish('chart/me', '{"t":20}');
    await page.getByRole('button', { name: 'Chart t' }).click();
    await client.publish('chart/me', '{"t":23.5}');
    const legend = page.locator('.plot-legend');
    await legend.getByText('23.5', { exact: true }).waitFor();
    await legend.getByText('chart/me → t').waitFor();
    const canvas = page.locator('.plots canvas');
    await expect.poll(() => canvas.evaluate(isDrawnOn)).toBe(true);
    // The hub has no history of this topic: the browser logs the failed request on its console.
    const faults = opened.at(-1)?.faults as string[];
    faults.splice(0, faults.length, ...faults.filter((fault) => !fault.includes('404')));
  });

  it.each<[string, BrowserContextOptions]>([
    ['light', { colorScheme: 'light' }],
    [
      'dark, on a phone, in Portuguese',
      { colorScheme: 'dark', viewport: { width: 390, height: 844 }, locale: 'pt-BR', hasTouch: true },
    ],
  ])('has nothing that axe objects to: %s', async (_look, options) => {
    await client.publish('axe/json', '{"t":20,"on":true,"s":"x","n":null}', { retain: true });
    const page = await open('#axe%2Fjson', { bypassCSP: true, ...options });
    await page.locator('.json').waitFor();
    for (const summary of await page.locator('.properties summary, .more summary, .log summary').all())
      await summary.click();
    expect(await violations(page)).toEqual([]);
    expect(await overflowOf(page)).toBe(0);
  });
});

/** Whether anything was drawn on a canvas. */
function isDrawnOn(canvas: Element): boolean {
  if (!(canvas instanceof HTMLCanvasElement) || canvas.width === 0) return false;
  const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
  return pixels.some((value) => value !== 0);
}
