import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseTopicFilter } from '../../../../hub/core/filter.ts';
import { openSocketIoHub, type SocketIoHub } from './socket-io-hub.ts';

let hub: SocketIoHub;

beforeEach(async () => {
  hub = await openSocketIoHub();
});
afterEach(() => hub.stop());

describe('Costly events that come together by long-polling', () => {
  it('are handled in as many turns as they need', async () => {
    const url = `${hub.url}/socket.io/?EIO=4&transport=polling`;
    const { sid } = JSON.parse((await (await fetch(url)).text()).slice(1));
    const send = (body: string) => fetch(`${url}&sid=${sid}`, { method: 'POST', body });
    await send('40');
    await fetch(`${url}&sid=${sid}`); // This reads the answer "connected".
    const turns = countTurns();
    const perTurn = new Map<number, number>();
    const deliver = () => {
      perTurn.set(turns.present, (perTurn.get(turns.present) ?? 0) + 1);
      useTime(3);
      return true;
    };
    hub.hub.subscribe({ deliver }, parseTopicFilter('costly'));
    await send(Array.from({ length: 20 }, () => '42["publish","costly",""]').join('\x1e'));
    turns.stop();
    expect([...perTurn.values()].reduce((sum, count) => sum + count, 0)).toBe(20);
    expect(Math.max(...perTurn.values())).toBeLessThanOrEqual(2);
  });
});

/** Counts the turns of the event loop. */
function countTurns() {
  const turns = { present: 0, stop: () => clearImmediate(next) };
  const count = () => {
    turns.present++;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  return turns;
}

function useTime(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}
