// A class of thirty: real browser contexts join by the code, drag their sliders and leave, while the teacher's page is open. Their virtual Pis
// run in a separate process, as each student's would elsewhere. Each figure is printed with its limit. The browsers share this
// machine with the hub: use `SEATS=8` on a small one. `TRACE=1` prints each step.
//
// The delay of a change runs from the moment when the student's page sends it to the frame in which the teacher's page shows it. The delay of a
// farewell begins at the last moment when the hub still counted a connection of the student. The time that the thirty browsers need before that
// is printed without a limit: in a real class, each student's own computer does this work.
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { measureAlone } from './class/alone.mjs';
import { startBeside, startClass } from './class/stage.mjs';
import { framesOf } from './pages/probes.mjs';
import { cpuSeconds } from './stage.mjs';

const SEATS = Number(process.env.SEATS ?? 30);
const PATIENCE_MS = 120_000;
const MOVES = 40;
/** The pause between two measurements, in which the browsers finish drawing. */
const SETTLE_MS = 2_000;
/** A window in which all cards are in sight: the page draws no others. */
const ALL_IN_SIGHT = { width: 1280, height: 3_000 };

const alone = await measureAlone(SEATS);
report('the page alone', alone.load, "of the teacher's page's main thread, %, all cards in sight");
report('', alone.frames, 'frames/s, ≥ 30');
report('', alone.farewell, 'ms from the end of all connections to the frame, ≤ 2000');
const hub = await startClass();
const launch = () => chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
// The teacher has a separate browser: otherwise the work for the thirty other pages would delay the teacher's page.
const [browser, teacherBrowser] = await Promise.all([launch(), launch()]);
const students = [];
let boards;
try {
  const teacher = await openPage(hub.teacherLink, teacherBrowser);
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
  boards = await startBeside(
    'boards.mjs',
    hub,
    students.map(({ token }) => token),
  );
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
  await teacher.setViewportSize(ALL_IN_SIGHT);
  await sleep(SETTLE_MS);
  const lit = await watchCards(
    teacher,
    (card) => card.querySelector('.wave path').getAttribute('d') === 'M0 3H120',
  );
  const changes = await Promise.all(students.map(change));
  const litAt = await lit.all();
  const sent = changes.map(({ seat, sentAt }) => litAt[seat] - sentAt);
  report('all change at once', Math.max(...sent), 'ms from the message to the frame, the last one, ≤ 2000');
  const pressed = changes.map(({ seat, pressedAt }) => litAt[seat] - pressedAt);
  report('', Math.max(...pressed), 'ms from the key, with the thirty browsers of the students');
  await sleep(SETTLE_MS);
  const away = await watchCards(teacher, (card) => card.hasAttribute('data-away'));
  const gone = watchConnections();
  const leftAt = Date.now();
  const boardsGone = boards.stop();
  // A browser reports a page as closed before its connection has ended: only the hub knows when it has.
  const closings = students.map(({ page }) => Promise.all([boardsGone, page.context().close()]));
  const [awayAt, countedAt] = await Promise.all([away.all(), gone.all(), ...closings]);
  const farewells = students.map(({ seat }) => awayAt[seat] - countedAt[seat]);
  report(
    'all leave',
    Math.max(...farewells),
    'ms from the end of the connection to the frame, the last one, ≤ 2000',
  );
  report(
    '',
    Math.max(...Object.values(awayAt)) - leftAt,
    'ms from the beginning, with the closing of the thirty browsers',
  );
} finally {
  await boards?.stop();
  await Promise.all([browser.close(), teacherBrowser.close()]);
  await hub.stop();
}

function trace(text) {
  if (process.env.TRACE) console.log(`${(performance.now() / 1000).toFixed(1)} s: ${text}`);
}

function report(title, value, demand) {
  const [, comparison, limit] = /([≤≥]) ([\d.]+)/.exec(demand) ?? [];
  // Both comparisons are false for NaN, so a missing value misses its limit.
  const isKept = limit === undefined || (comparison === '≤' ? value <= limit : value >= limit);
  if (!isKept) process.exitCode = 1;
  console.log(title.padEnd(24), value.toFixed(1).padStart(8), demand, isKept ? '' : '— MISSED');
}

/** Opens a page in its own browser context. */
async function openPage(url, its = browser) {
  const context = await its.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    serviceWorkers: 'block',
  });
  const page = await context.newPage();
  await page.addInitScript(watchSending);
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
      given: argument && { seat: argument.seat },
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

/** Sets the slider with a key; resolves to the times of the key, and of the message that the page sends then. */
async function change({ page, seat }) {
  await page.evaluate(() => {
    window.sentAt = undefined;
  });
  const slider = page.getByRole('slider').first();
  await slider.focus();
  const pressedAt = Date.now();
  await slider.press('End');
  const sent = await page.waitForFunction(() => window.sentAt, undefined, { timeout: PATIENCE_MS });
  return { seat, pressedAt, sentAt: await sent.jsonValue() };
}

/** Runs in a student's page from its start: notes when it sends the first message to its LED. */
function watchSending() {
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    if (typeof data === 'string' && data.includes('/led/21/duty"')) window.sentAt ??= Date.now();
    return send.call(this, data);
  };
}

/**
 * Records for each seat, from now on, when the teacher's page draws the first frame in which the seat's card passes the test. One watcher serves
 * all seats, because watching costs the page time, too.
 */
async function watchCards(teacher, fits) {
  await teacher.evaluate(
    ({ test, patienceMs }) => {
      const isTrue = new Function(`return (${test})`)();
      const seenAt = {};
      const waiting = new Map(
        [...document.querySelectorAll('.seat-card')].map((card) => [
          card.querySelector('code').textContent,
          card,
        ]),
      );
      const endsAt = Date.now() + patienceMs;
      window.seen = new Promise((resolve) => {
        const look = () => {
          for (const [seat, card] of waiting)
            if (isTrue(card)) {
              seenAt[seat] = Date.now();
              waiting.delete(seat);
            }
          if (waiting.size === 0 || Date.now() > endsAt) resolve(seenAt);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      });
    },
    { test: String(fits), patienceMs: PATIENCE_MS },
  );
  return { all: () => teacher.evaluate(() => window.seen) };
}

/** Asks the hub every 50 ms for the connections of each seat, until no seat has any. Records the last time when each seat still had one. */
function watchConnections() {
  const authorization = `Bearer ${new URL(hub.teacherLink).searchParams.get('token')}`;
  const countedAt = {};
  const gone = new Set();
  const ask = async () => {
    const askedAt = Date.now();
    const answer = await fetch(`${hub.url}/api/class/state`, { headers: { authorization } });
    for (const { seat, clients } of (await answer.json()).seats)
      if (clients === 0) gone.add(seat);
      else countedAt[seat] = askedAt;
  };
  const endsAt = Date.now() + PATIENCE_MS;
  const watching = (async () => {
    while (gone.size < SEATS && Date.now() < endsAt) {
      await ask();
      await sleep(50);
    }
    return countedAt;
  })();
  return { all: () => watching };
}
