// A class of thirty: real browser contexts join by the code, drag their sliders and leave, while the teacher's page is open. Their virtual Pis
// run in a separate process, as each student's would elsewhere. Each figure is printed with its limit. The browsers share this
// machine with the hub: use `SEATS=8` on a small one. `TRACE=1` prints each step.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { framesOf } from './pages/probes.mjs';
import { cpuSeconds } from './stage.mjs';

const SEATS = Number(process.env.SEATS ?? 30);
const PATIENCE_MS = 120_000;
const MOVES = 40;
const main = join(import.meta.dirname, '../dist/hub/main.js');

const folder = mkdtempSync(join(tmpdir(), 'pinhub-class-'));
const hub = await startClass(folder);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const students = [];
let boards;
try {
  const teacher = await openPage(hub.teacherLink);
  await teacher.locator('.big-code').waitFor();
  trace('the teacher is there');
  const joins = [];
  for (let index = 0; index < SEATS; index++) {
    const student = await enter(index);
    students.push(student);
    joins.push(
      await shownAfter(teacher, student.joinedAt, ({ seat }) => findCard(seat) !== undefined, student),
    );
  }
  report(`${SEATS} students join`, Math.max(...joins), 'ms until the teacher sees the last one, ≤ 2000');
  trace('all have joined');
  boards = await startBoards(students.map(({ token }) => token));
  await teacher.waitForFunction(
    (count) => document.querySelectorAll('.facts-of-seat').length === count,
    SEATS,
  );
  await Promise.all(students.map(openDashboard));
  trace('all dashboards are open');
  const before = { cpu: cpuSeconds(hub.pid), at: performance.now() };
  const [frames] = await Promise.all([framesOf(teacher), Promise.all(students.map(drag))]);
  const seconds = (performance.now() - before.at) / 1000;
  const share = (100 * (cpuSeconds(hub.pid) - before.cpu)) / seconds;
  report('all drag', share, 'hub, % of a core, ≤ 60');
  report('', frames, "frames/s of the teacher's page, ≥ 30");
  const changes = await Promise.all(students.map((student) => change(teacher, student)));
  report('all change at once', Math.max(...changes), 'ms until the teacher sees the last one, ≤ 2000');
  const leftAt = Date.now();
  await boards.stop();
  await Promise.all(students.map(({ page }) => page.context().close()));
  const isEmpty = () => document.querySelectorAll('.seat-card:not([data-away])').length === 0;
  const left = await shownAfter(teacher, leftAt, isEmpty);
  report(
    'all leave',
    left,
    'ms until the teacher sees the last one, ≤ 2000, the closing of the browsers included',
  );
} finally {
  await boards?.stop();
  await browser.close();
  await hub.stop();
  rmSync(folder, { recursive: true });
}

function trace(text) {
  if (process.env.TRACE) console.log(`${(performance.now() / 1000).toFixed(1)} s: ${text}`);
}

function report(title, value, demand) {
  const [, comparison, limit] = /([≤≥]) ([\d.]+)/.exec(demand) ?? [];
  const isKept = comparison === '≤' ? value <= limit : value >= limit;
  if (!isKept) process.exitCode = 1;
  console.log(title.padEnd(24), value.toFixed(1).padStart(8), demand, isKept ? '' : '— MISSED');
}

/** Starts a hub with a class; resolves once it has printed the class code and links. */
async function startClass(data) {
  const options = ['--port', '0', '--host', '127.0.0.1', '--no-devices', '--no-mqtt', '--log-level', 'warn'];
  const child = spawn(process.execPath, [main, 'class', '--data', data, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const found = {};
  for await (const line of createInterface({ input: child.stdout })) {
    found.code ??= /Class code\s+(\w+)/.exec(line)?.[1];
    found.url ??= /http:\/\/[^/]+/.exec(line)?.[0];
    found.teacherLink ??= /http\S+token=\S+/.exec(line)?.[0];
    if (found.teacherLink) break;
  }
  child.stdout.resume();
  const stop = async () => {
    child.kill();
    await once(child, 'exit');
  };
  return { ...found, pid: child.pid, stop };
}

/** Opens a page in its own browser context. */
async function openPage(url) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    serviceWorkers: 'block',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(url, { timeout: PATIENCE_MS });
  return page;
}

/** One student: joins through the page, and creates a token for a board. */
async function enter(index) {
  const page = await openPage(`${hub.url}/class?code=${hub.code}`);
  await page.locator('[name="nickname"]').fill(`Student ${index + 1}`);
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/class/join'));
  await page.locator('form button').click();
  await answered;
  const joinedAt = Date.now();
  await page.locator('.ways').waitFor();
  const seat = (await page.locator('main code').first().textContent()).replace('/', '');
  const token = await page.evaluate(
    async () => (await (await fetch('api/class/token', { method: 'POST' })).json()).token,
  );
  return { page, seat, joinedAt, token: { seat, token } };
}

/** The time from `sinceMs` until the teacher's page shows something, milliseconds, by the page's own clock when it draws the frame. */
async function shownAfter(page, sinceMs, isShown, argument) {
  const at = await page.evaluate(
    async ({ test, given, patienceMs }) => {
      window.findCard ??= (seat) =>
        [...document.querySelectorAll('.seat-card')].find(
          (card) => card.querySelector('code').textContent === seat,
        );
      const isTrue = new Function(`return (${test})`)();
      const endsAt = Date.now() + patienceMs;
      while (!isTrue(given) && Date.now() < endsAt) await new Promise(requestAnimationFrame);
      return Date.now();
    },
    {
      test: String(isShown),
      given: argument && { seat: argument.seat, duty: argument.duty },
      patienceMs: PATIENCE_MS,
    },
  );
  return Math.max(0, at - sinceMs);
}

async function openDashboard({ page }) {
  await page.goto(`${hub.url}/`, { timeout: PATIENCE_MS });
  await page.getByRole('slider').first().waitFor();
}

/** Drags the slider back and forth, as fast as the machine allows. */
async function drag({ page }) {
  const box = await page.getByRole('slider').first().boundingBox();
  const y = box.y + box.height / 2;
  const x = (share) => box.x + box.width * share;
  await page.mouse.move(x(0.1), y);
  await page.mouse.down();
  for (let step = 0; step < MOVES; step++) await page.mouse.move(x(0.5 + 0.4 * Math.sin(step / 4)), y);
  await page.mouse.up();
}

/** Sets the slider, and waits until the teacher's page shows the light. */
async function change(teacher, student) {
  await student.page.getByRole('slider').first().press('End');
  const isShown = ({ seat }) => findCard(seat)?.querySelector('.wave path').getAttribute('d') === 'M0 3H120';
  return shownAfter(teacher, Date.now(), isShown, student);
}

/** Starts the students' virtual Pis. */
async function startBoards(tokens) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'class/boards.mjs'), hub.url], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.write(`${JSON.stringify(tokens)}\n`);
  await once(child.stdout, 'data');
  const gone = once(child, 'exit');
  const stop = async () => {
    child.kill();
    await gone;
  };
  await sleep(500);
  return { stop };
}
