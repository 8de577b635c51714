// The cost of the teacher's page itself: it is the only page on the machine, while thirty boards change without a browser.
import { chromium } from 'playwright-core';
import { framesOf, loadOf } from '../pages/probes.mjs';
import { joinByRest, startBeside, startClass } from './stage.mjs';

/** A window in which all thirty cards are in sight: cards out of sight would cost nothing. */
const VIEWPORT = { width: 1920, height: 1600 };

/**
 * Resolves to the share of time that the page's main thread is busy, percent, its frames per second, and the milliseconds from the end of all
 * connections until the last card shows its student as gone. The boards' process is killed, so that no browser takes time to end the connections.
 */
export async function measureAlone(seatCount) {
  const hub = await startClass();
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  let changes;
  try {
    const seats = [];
    for (let index = 0; index < seatCount; index++) seats.push(await joinByRest(hub, `Student ${index + 1}`));
    const page = await browser.newPage({ viewport: VIEWPORT, locale: 'en-US' });
    await page.goto(hub.teacherLink);
    await page
      .locator('.seat-card')
      .nth(seatCount - 1)
      .waitFor();
    changes = await startBeside('changes.mjs', hub, seats);
    const [load, frames] = [await loadOf(page), await framesOf(page)];
    const allAway = page.evaluate(untilAllAway);
    const leftAt = Date.now();
    await changes.stop();
    return { load, frames, farewell: (await allAway) - leftAt };
  } finally {
    await changes?.stop();
    await browser.close();
    await hub.stop();
  }
}

/** Runs in the page: resolves to the time of the first frame in which every card is away. */
async function untilAllAway() {
  while (document.querySelector('.seat-card:not([data-away])')) await new Promise(requestAnimationFrame);
  return Date.now();
}
