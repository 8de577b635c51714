import { on } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Access, EVERYONE, openToAll } from '../../../../hub/access/access.ts';
import { HubError } from '../../../../hub/core/error.ts';
import { openSocketIoHub, type SocketIoHub } from './socket-io-hub.ts';

/** Admits clients with the right token. */
const access: Access = {
  ...openToAll,
  async authenticate({ token }) {
    if (token === 'right') return EVERYONE;
    throw new HubError('auth/wrong', 'the token is not valid');
  },
};

let hub: SocketIoHub;
beforeEach(async () => {
  hub = await openSocketIoHub({ access });
});
afterEach(() => hub.stop());

/** Sends Engine.IO packets one after the other; resolves to the answer to each. */
async function exchange(...packets: string[]): Promise<string[]> {
  const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  const left = packets.values();
  const answers: string[] = [];
  for await (const [data] of on(socket, 'message')) {
    answers.push(String(data));
    const { value, done } = left.next();
    if (done) break;
    socket.send(value);
  }
  socket.close();
  return answers.slice(1); // The first answer opens Engine.IO.
}

const WRONG = '40{"token":"wrong"}';
const RIGHT = '40{"token":"right"}';

describe('a connection', () => {
  it('may try another handshake after a refused one', async () => {
    const [refused, again, accepted] = await exchange(WRONG, WRONG, RIGHT);
    expect(refused).toMatch(/^44.*auth\/wrong/);
    expect(again).toMatch(/^44.*auth\/wrong/);
    expect(accepted).toMatch(/^40\{"sid"/);
  });
});
