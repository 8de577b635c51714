// Slider to pin: the time from a publish until `actual` comes back, at 50 messages a second, through a real hub with the virtual
// driver. The adapter's throttle allows one write every 20 ms, so a message may have to wait for it. In the first row the
// messages are 25 ms apart, so none waits.
import { createHubClient } from '../dist/hub/client/index.js';
import { percentile, startHub } from './stage.mjs';

const COUNT = 500;

const hub = await startHub();
const client = createHubClient(hub.url);
await new Promise((resolve) => {
  client.messages('led/21/duty/actual').subscribe(resolve);
});

for (const periodMs of [25, 20]) {
  const delays = await measure(periodMs);
  const row = [50, 90, 99].map((p) => `p${p} ${percentile(delays, p).toFixed(2)} ms`).join('   ');
  console.log(`publish → actual, one message every ${periodMs} ms: ${row}`);
}

await client.close();
await hub.stop();

/** Sends distinct duty cycles at a steady rate, and measures the time until the `actual` of each arrives. */
async function measure(periodMs) {
  const sentAt = new Map();
  const delays = [];
  const listening = client.messages('led/21/duty/actual').subscribe(({ text }) => {
    const sent = sentAt.get(text);
    if (sent !== undefined) delays.push(performance.now() - sent);
    sentAt.delete(text);
  });
  const start = performance.now();
  for (let index = 0; index < COUNT; index++) {
    await until(start + index * periodMs);
    const duty = String(((index * 7) % 100) + 0.5);
    sentAt.set(duty, performance.now());
    client.publish('led/21/duty', duty, { retain: true });
  }
  await until(performance.now() + 200);
  listening.unsubscribe();
  if (sentAt.size > 1)
    console.log(
      `  ${sentAt.size} of ${COUNT} were replaced by the next one while they waited for the throttle`,
    );
  return delays.sort((a, b) => a - b);
}

function until(time) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, time - performance.now())));
}
