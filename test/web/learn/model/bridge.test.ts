import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLocalBus, Hub } from '../../../../hub/core/index.ts';
import { bridge, type Report } from '../../../../web/learn/model/bridge.ts';

let close: () => void;
let program: MessagePort;
let reports: Report[];

beforeEach(() => {
  const { port1, port2 } = new MessageChannel();
  reports = [];
  program = port2;
  const life = bridge(port1, {
    bus: createLocalBus(new Hub({ now: () => 0 })),
    base: 'ana/learn',
    onPublished: () => {},
    onReport: (report) => reports.push(report),
  });
  close = () => {
    life.unsubscribe();
    port2.close();
  };
});
afterEach(() => close());

/** Resolves when the page has read everything that the program has sent so far. The page answers in order. */
async function settled(): Promise<void> {
  const answered = once(program, 'message');
  program.postMessage({ publish: 'ana/learn/x', payload: '1', id: 1 });
  await answered;
}

it('reports that a program has called what would open a window, and nothing else by that way', async () => {
  for (const call of ['alert', 'confirm', 'prompt', 'open', 7]) program.postMessage({ window: call });
  await settled();
  expect(reports).toEqual(['alert', 'confirm', 'prompt'].map((call) => ({ is: 'window', call })));
});
