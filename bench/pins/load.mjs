// The load: 50 changes a second on each of 8 pins. It runs on this computer and in the emulated Pi.
import { setTimeout as sleep } from 'node:timers/promises';

export const CHANGES_PER_SECOND = 50;
export const PINS = 8;

/** Fades all lights, each with different steps; resolves to the CPU time used, ms per change of all lights. */
async function load(lights, steps) {
  const start = performance.now();
  const before = process.cpuUsage();
  for (let step = 1; step <= steps; step++) {
    await Promise.all(lights.map((light, index) => light.setDuty(dutyAt(step + index * 7))));
    const due = start + (step * 1000) / CHANGES_PER_SECOND;
    await sleep(Math.max(0, due - performance.now()));
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / steps;
}

/** Claims pins as lights at 100 Hz. */
export async function claim(pins, gpios) {
  const lights = await Promise.all(gpios.map((gpio) => pins.pwm(gpio, `led/${gpio}`)));
  for (const light of lights) await light.setFrequency(100);
  return lights;
}

/** Runs the load on each set of lights in turn, for some rounds after a warm-up round; resolves to the median of each. */
export async function compare(sets, { rounds = 3, steps = 250, onRound = () => {} } = {}) {
  const costs = Object.fromEntries(Object.keys(sets).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, lights] of Object.entries(sets)) {
      const cost = await load(lights, steps);
      onRound(`round ${round}, ${name}: ${cost.toFixed(2)} ms`);
      if (round > 0) costs[name].push(cost);
    }
  }
  return Object.fromEntries(Object.entries(costs).map(([name, all]) => [name, median(all)]));
}

/** The share of a core for a cost, percent. */
export function shareOf(costMs) {
  return (costMs * CHANGES_PER_SECOND) / 10;
}

/** 10–99 %, so that all texts have the same length: a file in memory keeps the end of a longer text, but a sysfs file does not. */
function dutyAt(step) {
  return 10 + ((step * 3) % 90);
}

function median(values) {
  return [...values].sort((one, other) => one - other)[values.length >> 1];
}
