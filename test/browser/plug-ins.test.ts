import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWith } from '../programs.ts';
import { launchBrowser, openPage, startHub } from './browser.ts';

const RELAY = join(import.meta.dirname, '../../examples/plugin-relay/relay.mjs');

describeWith('chromium', 'a relay, as a plug-in', () => {
  it('has a card with a switch, which drives its pin', async () => {
    const hub = await startHub({ devices: ['relay/17=Fountain'], plugins: [RELAY] });
    const browser = await launchBrowser();
    try {
      const { page, faults } = await openPage(browser, hub.url);
      const card = page.locator('.card[data-topic="relay/17"]');
      await card.getByRole('heading', { name: 'Fountain' }).waitFor();
      const pin = async () => {
        const response = await fetch(`${hub.url}/api/topics/board/gpio/17`);
        return response.ok ? response.json() : undefined;
      };
      expect(await pin()).not.toMatchObject({ level: 1 });
      await card.getByRole('switch').click();
      await expect.poll(pin).toMatchObject({ mode: 'output', level: 1 });
      await card.getByRole('switch').click();
      await expect.poll(pin).toMatchObject({ level: 0 });
      expect(faults).toEqual([]);
    } finally {
      await browser.close();
      await hub.kill();
    }
  });
});
