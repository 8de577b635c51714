// Measures the dashboard in a real headless Chromium, 1280 × 720 pixels: the cost of LEDs that change 25 times a second, the time until the
// first control works, and the delay of the search. Each figure is printed with its limit. `OTHER=/path/of/another/checkout`
// measures that build too, in the same run: on a shared machine only the comparison counts. `ROWS=0,3` runs only some rows.
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { openHouse } from './pages/house.mjs';
import { firstControl, framesOf, layoutShiftOf, loadOf, open, searchDelay } from './pages/probes.mjs';

const ROWS = [
  ['1 LED, nothing moves', ['main thread %'], () => movement({ count: 1, moves: () => false })],
  ['1 LED breathes', ['main thread %, ≤ 20'], () => movement({ count: 1 })],
  ['10 LEDs move', ['main thread %'], () => movement({ count: 10 })],
  ['60 LEDs move', ['main thread %, ≤ 50', 'frames/s, ≥ 55'], () => movement({ count: 60 })],
  ['200 LEDs move', ['main thread %, ≤ 50', 'frames/s, ≥ 55'], () => movement({ count: 200 })],
  ['60 LEDs below the fold move', ['more main thread % than at rest, ≤ 3'], offScreen],
  ['200 LEDs shown', ['first control, ms more than with 1, ≤ 150', 'layout shift, ≤ 0.05'], manyShown],
  ['slow 4G, CPU ÷ 4, open hub', ['first control ms, ≤ 1500', 'layout shift, ≤ 0.05'], () => firstVisit({})],
  [
    'the same, guarded hub',
    ['first control ms, ≤ 1500', 'layout shift, ≤ 0.05'],
    () => firstVisit({ isGuarded: true }),
  ],
  ['search among 200', ['ms to the painted frame, ≤ 33'], search],
];

const wanted = process.env.ROWS?.split(',').map(Number);
const checkouts = [join(import.meta.dirname, '..'), process.env.OTHER].filter(Boolean);
/** The build being measured. */
let program = '';

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const [index, [title, demands, measure]] of ROWS.entries()) {
  if (wanted && !wanted.includes(index)) continue;
  for (const checkout of checkouts) {
    program = join(checkout, 'dist/hub/main.js');
    const values = await measure();
    const name = checkouts.length > 1 ? `${title} (${checkout})` : title;
    for (const [at, demand] of demands.entries()) report(name, demand, values[at]);
  }
}
await browser.close();

function report(title, demand, value) {
  const [, comparison, limit] = /([≤≥]) ([\d.]+)$/.exec(demand) ?? [];
  const isKept = comparison === undefined || (comparison === '≤' ? value <= limit : value >= limit);
  if (!isKept) process.exitCode = 1;
  const digits = value < 1 ? 3 : 1;
  console.log(title.padEnd(32), value.toFixed(digits).padStart(8), demand, isKept ? '' : '— MISSED');
}

/** The load of the main thread, and the frame rate, while LEDs change. */
async function movement(house) {
  const stage = await openHouse(program, house);
  const page = await open(browser, stage.url);
  const values = [await loadOf(page), await framesOf(page)];
  if (process.env.SHOT) await page.screenshot({ path: process.env.SHOT });
  await page.context().close();
  await stage.close();
  return values;
}

/** The cost of LEDs that are off screen: so many that they do not all fit into the half screen that the page draws ahead. */
async function offScreen() {
  const [atRest] = await movement({ count: 120, moves: () => false });
  const [moving] = await movement({ count: 120, moves: (index) => index >= 60 });
  return [moving - atRest];
}

async function manyShown() {
  const [one] = await shown(1);
  const [many, shift] = await shown(200);
  return [many - one, shift];
}

async function firstVisit({ isGuarded = false }) {
  return shown(1, { isGuarded, isSlow: true });
}

/** The time until the first control works on a first visit, and the layout shift meanwhile: of three visits the median time and the largest shift. */
async function shown(count, { isGuarded = false, isSlow = false } = {}) {
  const stage = await openHouse(program, { count, moves: () => false, isGuarded });
  const visits = [];
  for (let visit = 0; visit < 3; visit++) {
    const page = await open(browser, stage.link, { isSlow });
    visits.push({ ms: await firstControl(page), shift: await layoutShiftOf(page) });
    await page.context().close();
  }
  await stage.close();
  visits.sort((one, other) => one.ms - other.ms);
  return [visits[1].ms, Math.max(...visits.map(({ shift }) => shift))];
}

async function search() {
  const stage = await openHouse(program, { count: 200, moves: () => false });
  const page = await open(browser, stage.url);
  const delayMs = await searchDelay(page, 'gpio 21 led/19');
  await page.context().close();
  await stage.close();
  return [delayMs];
}
