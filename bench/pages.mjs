// The dashboard at work: how many frames it draws a second, and what that costs its main thread, with 1 to 200 LEDs that change 25 times
// a second. A real Chromium without a window shows the built pages at 1280 × 720. `OTHER=/path/of/another/checkout` measures its build too,
// in the same run: on a machine that others use, only the comparison counts.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { createHubClient } from '../dist/hub/client/index.js';
import { startHubOf } from './stage.mjs';

const CHANGES_PER_SECOND = 25;
const SETTLE_MS = 2_000;
const MEASURED_MS = 5_000;

const SCENES = [
  { title: '1 LED, nothing moves', count: 1, moves: () => false },
  { title: '1 LED', count: 1 },
  { title: '10 LEDs', count: 10 },
  { title: '60 LEDs', count: 60 },
  { title: '60 LEDs, only those off screen move', count: 60, moves: (index) => index >= 30 },
  { title: '200 LEDs', count: 200 },
];

const wanted = process.env.SCENES?.split(',').map(Number);
const scenes = SCENES.filter((_, index) => !wanted || wanted.includes(index));
const checkouts = [join(import.meta.dirname, '..'), process.env.OTHER].filter(Boolean);

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
console.log('scene'.padEnd(40), 'frames/s', 'main thread: CPU', 'busy', 'first card');
for (const scene of scenes) {
  for (const checkout of checkouts) {
    const { frames, cpu, busy, firstMs } = await show(scene, join(checkout, 'dist/hub/main.js'));
    const title = checkouts.length > 1 ? `${scene.title} (${checkout})` : scene.title;
    console.log(
      title.padEnd(40),
      frames.toFixed(0).padStart(8),
      percent(cpu),
      percent(busy),
      `${firstMs} ms`.padStart(10),
    );
  }
}
await browser.close();

/** Shows the dashboard of a build with some LEDs, and measures it. */
async function show({ count, moves = () => true }, program) {
  const hub = await startHubOf(program, '--no-mqtt', '--no-devices');
  const client = createHubClient(hub.url);
  const topics = Array.from({ length: count }, (_, index) => `led/${index + 1}`);
  await Promise.all(topics.map((topic) => describe(client, topic)));
  const moving = move(
    client,
    topics.filter((_, index) => moves(index)),
  );
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  const startMs = performance.now();
  await page.goto(hub.url);
  await page.locator('[data-topic="led/1"]').waitFor();
  const firstMs = Math.round(performance.now() - startMs);
  await sleep(SETTLE_MS);
  const result = { ...(await load(page)), frames: await framesOf(page), firstMs };
  clearInterval(moving);
  if (process.env.SHOT) await page.screenshot({ path: process.env.SHOT });
  await page.close();
  await client.close();
  await hub.stop();
  return result;
}

function describe(client, topic) {
  const info = {
    kind: 'led',
    gpio: 21,
    driver: 'virtual',
    steps: 1000,
    effects: ['none', 'blink', 'breathe'],
    limits: { duty: { min: 0, max: 100 }, frequency: { min: 1, max: 8000 }, transition: { min: 0, max: 60 } },
  };
  const state = {
    info: JSON.stringify(info),
    status: 'online',
    frequency: '800',
    'frequency/actual': '800',
    duty: '50',
    'duty/actual': '50',
  };
  return Promise.all(
    Object.entries(state).map(([property, text]) =>
      client.publish(`${topic}/${property}`, text, { retain: true }),
    ),
  );
}

/** Breathes: each LED a little later than the one before, as in a wave. */
function move(client, topics) {
  let step = 0;
  return setInterval(() => {
    step++;
    for (const [index, topic] of topics.entries()) {
      const duty = (50 - 50 * Math.cos((step + index) / 12)).toFixed(1);
      void client.publish(`${topic}/duty/actual`, duty, { retain: true });
    }
  }, 1000 / CHANGES_PER_SECOND);
}

/** The share of time that the page's main thread is at work: CPU time, and time within tasks, in which others may have had the processor. */
async function load(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const before = await read(session);
  await sleep(MEASURED_MS);
  const after = await read(session);
  await session.detach();
  const seconds = after.at - before.at;
  return { cpu: (after.cpu - before.cpu) / seconds, busy: (after.busy - before.busy) / seconds };
}

async function read(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (name) => metrics.find((one) => one.name === name).value;
  return { at: metric('Timestamp'), busy: metric('TaskDuration'), cpu: metric('ThreadTime') };
}

/** How often a second the page can draw. Asked for apart, since asking has its price. */
function framesOf(page) {
  return page.evaluate(
    (durationMs) =>
      new Promise((resolve) => {
        let count = 0;
        const startMs = performance.now();
        requestAnimationFrame(function next() {
          const elapsedMs = performance.now() - startMs;
          if (elapsedMs >= durationMs) return resolve((count * 1000) / elapsedMs);
          count++;
          requestAnimationFrame(next);
        });
      }),
    MEASURED_MS,
  );
}

function percent(share) {
  return `${(share * 100).toFixed(1)} %`.padStart(10);
}
