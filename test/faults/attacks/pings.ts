import { once } from 'node:events';
import { type Attack, forSeconds } from './target.ts';
import { MQTT_UPGRADE, smallFrame } from './web-bytes.ts';
import { finish, flood, Wire } from './wire.ts';

const PING = 9;
const PINGS = Buffer.concat(Array.from({ length: 10_000 }, () => smallFrame(PING, '')));

/** One unauthenticated WebSocket: it pings as fast as it can, and reads no pong. */
export const pings: Attack = {
  title: 'a WebSocket that only pings',
  async run({ webSocket }, signal) {
    if (webSocket === undefined) return { opened: 0, ended: 0 };
    const end = forSeconds(5, signal);
    const wires: Wire[] = [];
    while (!end.aborted) {
      const wire = await Wire.openWith(webSocket, [MQTT_UPGRADE]);
      wires.push(wire);
      wire.pause();
      await flood([wire], PINGS, end);
      if (!end.aborted) await Promise.race([wire.closed, once(end, 'abort')]);
    }
    return finish(wires);
  },
};
