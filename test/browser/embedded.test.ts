import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';
import { io } from 'socket.io-client';
import { expect, it } from 'vitest';
import { describeWith } from '../programs.ts';
import { launchBrowser, openPage } from './browser.ts';

const EXAMPLE = join(import.meta.dirname, '../../examples/embed-hub.js');

describeWith('chromium', 'the example of a hub in an Express app', () => {
  it("shows a dashboard that works, beside the app's own page and Socket.IO", async () => {
    const program = spawn(process.execPath, [EXAMPLE], {
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const browser = await launchBrowser();
    try {
      const url = `http://localhost:${await readPort(program.stdout)}`;
      const { page } = await openPage(browser, `${url}/`);
      const faults = collectErrors(page);
      await page.getByRole('link').click();
      const card = page.locator('.card[data-topic="led/21"]');
      await card.getByRole('slider', { name: /^Duty cycle, LED/ }).fill('40');
      const actual = () =>
        fetch(`${url}/pinhub/api/topics/led/21/duty/actual`).then((answer) => answer.text());
      await expect.poll(actual).toBe('40');
      await page.goto(`${url}/pinhub/simulator`);
      await page.locator('.part[data-part="led/21"][data-light="0.4000"]').waitFor({ state: 'attached' });
      const own = io(url);
      expect(await own.emitWithAck('hello')).toBe('Hello yourself.');
      own.close();
      expect(faults).toEqual([]);
    } finally {
      await browser.close();
      program.kill();
      await once(program, 'exit');
    }
  });
});

/** Errors from now on, except that of the missing favicon. */
function collectErrors(page: Page): readonly string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico'))
      faults.push(`${message.text()} ${message.location().url}`);
  });
  return faults;
}

async function readPort(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(output)) {
    const [, port] = / on (\d+)$/.exec(line) ?? [];
    if (port !== undefined) return port;
  }
  return expect.unreachable('the example ended without printing its port');
}
