// Measures the topic inspector in a real headless Chromium, 1280 × 720 pixels. Each figure is printed with its limit.
// `SOAK=10 npm run bench -- topics` runs the first row for ten minutes, and prints the memory of page and hub at its start and end.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { createHubClient } from '../dist/hub/client/index.js';
import { framesOf } from './pages/probes.mjs';
import { cpuSeconds, startHub } from './stage.mjs';

const SOAK_MS = Number(process.env.SOAK ?? 0) * 60_000;
const MIB = 2 ** 20;
/** The most unacknowledged messages while topics are filled. */
const BATCH = 2_000;
/** The interval of the load, milliseconds. */
const TICK_MS = 20;
const VIEWPORT = { width: 1280, height: 720 };

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
await lively({ topics: 10_000, perSecond: 1_000 });
await wide({ topics: 100_000 });
await browser.close();

/** Measures frames, memory and counts while many topics get messages. */
async function lively({ topics, perSecond }) {
  const hub = await startHub('--no-mqtt', '--no-devices');
  const client = createHubClient(hub.url);
  await fill(client, topics);
  const page = await open(hub.url);
  await page.locator('.row[title="load"]').click();
  await page.locator('.row[title="load/0"]').waitFor();
  await page.locator('.row[title="load/0"]').click();
  const title = `${topics} topics, ${perSecond} messages/s`;
  const load = startLoad(client, { topics, perSecond });
  const [cpuBefore, before] = [cpuSeconds(hub.pid), performance.now()];
  const atStart = await memoryOf(page, hub.pid);
  report(title, 'frames/s, ≥ 40', await framesOf(page));
  await sleep(SOAK_MS);
  const atEnd = await memoryOf(page, hub.pid);
  report(title, 'JS heap of the page MiB, ≤ 150', atEnd.page);
  if (SOAK_MS > 0)
    console.log(
      `  page ${atStart.page.toFixed(1)} → ${atEnd.page.toFixed(1)} MiB, hub ${atStart.hub.toFixed(1)} → ${atEnd.hub.toFixed(1)} MiB`,
    );
  report(title, 'CPU of the hub %', ((cpuSeconds(hub.pid) - cpuBefore) / (performance.now() - before)) * 1e5);
  report(title, 'messages/s published', load.rate);
  const published = await load.stop();
  report(title, 'messages lost from the counts, ≤ 0', published - (await countOf(page, published)));
  await end(page, client, hub);
}

/** Measures the time from opening the page until a tree of very many topics is shown. */
async function wide({ topics }) {
  // One client may retain at most eight times the room that is left: a quarter more than needed is plenty.
  const hub = await startHub('--no-mqtt', '--no-devices', '--limit', `retainedMessages=${topics * 1.25}`);
  const client = createHubClient(hub.url);
  await fill(client, topics);
  const started = performance.now();
  const page = await open(hub.url);
  const all = new RegExp(`\\b${topics.toLocaleString('en')} topics`);
  await page.locator('.row[title="load"]').filter({ hasText: all }).waitFor();
  await page.locator('.row[title="load"]').click();
  await page.locator('.row[title="load/0"]').waitFor();
  report(`${topics} topics`, 'ms until all are in the tree, ≤ 3000', performance.now() - started);
  await end(page, client, hub);
}

async function fill(client, topics) {
  for (let from = 0; from < topics; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, topics - from) }, (_, index) => from + index);
    await Promise.all(batch.map((index) => client.publish(topicOf(index), '0', { retain: true })));
  }
}

/** The topics are spread evenly over a hundred levels below `load`. */
function topicOf(index) {
  return `load/${index % 100}/${Math.floor(index / 100)}`;
}

/** Publishes at a rate. If the machine stalls, the backlog beyond one batch is dropped, which shows in the rate. */
function startLoad(client, { topics, perSecond }) {
  let [published, open, due] = [0, 0, 0];
  const started = performance.now();
  let before = started;
  const timer = setInterval(() => {
    const now = performance.now();
    due = Math.min(due + ((now - before) / 1000) * perSecond, BATCH);
    before = now;
    for (; due >= 1 && open < BATCH; due--) {
      open++;
      void client.publish(topicOf(published % topics), `${published++}`).finally(() => open--);
    }
  }, TICK_MS);
  return {
    get rate() {
      return published / ((performance.now() - started) / 1000);
    },
    async stop() {
      clearInterval(timer);
      while (open > 0) await sleep(TICK_MS);
      return published;
    },
  };
}

async function open(url) {
  const context = await browser.newContext({ viewport: VIEWPORT, locale: 'en-US', serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.goto(`${url}/topics`);
  await page.locator('.row').first().waitFor();
  return page;
}

/** The page's message count, once it equals the published number, or after a timeout. */
async function countOf(page, published) {
  const counts = page.locator('.row[title="load"] .row-counts');
  let count = 0;
  for (let attempt = 0; attempt < 50 && count !== published; attempt++) {
    await sleep(100);
    count = Number(/([\d,]+) messages/.exec(await counts.innerText())?.[1].replaceAll(',', ''));
  }
  return count;
}

async function memoryOf(page, pid) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  const heap = metrics.find(({ name }) => name === 'JSHeapTotalSize')?.value ?? 0;
  const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return { page: heap / MIB, hub: resident / 1024 };
}

async function end(page, client, hub) {
  await page.context().close();
  await client.close();
  await hub.stop();
}

function report(title, demand, value) {
  const [, comparison, limit] = /([≤≥]) ([\d.]+)$/.exec(demand) ?? [];
  const isKept = comparison === undefined || (comparison === '≤' ? value <= limit : value >= limit);
  if (!isKept) process.exitCode = 1;
  console.log(title.padEnd(36), value.toFixed(1).padStart(8), demand, isKept ? '' : '— MISSED');
}
