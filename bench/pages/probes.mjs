// The measurements of a page in the browser.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 30_000;
const SETTLE_MS = 2_000;
const MEASURED_MS = 5_000;
/** The pause between two keys of a fast typist. */
const KEY_MS = 100;

/** Slow 4G and a cheap phone, as in Lighthouse. Throughput in bytes per second. */
const SLOW_NETWORK = {
  offline: false,
  latency: 150,
  downloadThroughput: 1_600_000 / 8,
  uploadThroughput: 750_000 / 8,
};
const SLOW_CPU = { rate: 4 };

/**
 * Opens a page in a browser that has never visited it; resolves when its first control can be used. Until then Playwright must not query the page:
 * the code that it injects takes a slow CPU a quarter of a second.
 */
export async function open(browser, url, { isSlow = false } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Runtime.enable');
  await session.send('Runtime.addBinding', { name: 'tellFirstControl' });
  await page.addInitScript(watchPage);
  if (isSlow) await slowDown(session);
  const isUsable = once(session, 'Runtime.bindingCalled', { signal: AbortSignal.timeout(PATIENCE_MS) });
  await Promise.all([page.goto(url, { waitUntil: 'commit' }), isUsable]);
  if (!isSlow) await session.detach(); // Detaching also ends the throttling.
  return page;
}

async function slowDown(session) {
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', SLOW_NETWORK);
  await session.send('Emulation.setCPUThrottlingRate', SLOW_CPU);
}

/** Runs in the page from its start: records when the first control can be used, and the layout shift. */
function watchPage() {
  window.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries())
      if (!hadRecentInput) window.layoutShift += value;
  }).observe({ type: 'layout-shift', buffered: true });
  // Checks after a changed frame is laid out: a check in between would force another layout, which would distort the measurement.
  const enabled = () => document.querySelector('.cell input[type="range"]:enabled');
  const look = (_, painted) => {
    painted.disconnect();
    if (!enabled()?.checkVisibility({ visibilityProperty: true })) return;
    watcher.disconnect();
    window.firstControlMs = performance.now();
    window.tellFirstControl('');
  };
  const watcher = new MutationObserver(() => {
    if (enabled()) new IntersectionObserver(look).observe(document.documentElement); // A check costs something: it requests a frame.
  });
  watcher.observe(document, { subtree: true, childList: true, attributes: true });
}

/** The time until the first control could be used, ms after the navigation began. */
export function firstControl(page) {
  return page.evaluate(() => window.firstControlMs);
}

/** The cumulative layout shift, after the page has settled. */
export async function layoutShiftOf(page) {
  await sleep(SETTLE_MS);
  return page.evaluate(() => window.layoutShift);
}

/** The share of time, percent, that the page's main thread runs tasks. */
export async function loadOf(page) {
  await sleep(SETTLE_MS);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const before = await read(session);
  await sleep(MEASURED_MS);
  const after = await read(session);
  await session.detach();
  return ((after.busy - before.busy) / (after.at - before.at)) * 100;
}

async function read(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (name) => metrics.find((one) => one.name === name).value;
  return { at: metric('Timestamp'), busy: metric('TaskDuration') };
}

/** The frames per second that the page can draw. Measured separately from the load, because measuring it costs time. */
export function framesOf(page) {
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

/** The longest time from a key in the search to the frame with its result, ms: includes the wait for the frame, and the frame itself. */
export async function searchDelay(page, text) {
  await sleep(SETTLE_MS);
  await page.evaluate(() => {
    window.delays = [];
    const note = ({ timeStamp }) =>
      requestAnimationFrame(() => {
        // A task runs after the frame's own work: style, layout and paint are done.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => window.delays.push(performance.now() - timeStamp);
        port2.postMessage(undefined);
      });
    addEventListener('input', note, { capture: true });
  });
  await page.locator('input[type="search"]').pressSequentially(text, { delay: KEY_MS });
  for (const _ of text) await page.keyboard.press('Backspace', { delay: KEY_MS });
  return page.evaluate(() => Math.max(...window.delays));
}
