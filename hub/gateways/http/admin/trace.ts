import type { TracedPacket } from '../../traces.ts';
import { beginEventStream } from '../sse.ts';
import type { Administration } from './administration.ts';
import { type Call, type Outcome, queryNumber } from './define.ts';

/** With more unsent bytes than this, packets are left out, and counted: the reader is too slow. */
const FULL_BYTES = 256 * 2 ** 10;

const SECONDS = { least: 1, most: 600, byDefault: 60 };

/** Streams the packets of a client for a while, `missed` for those left out, and `closed` at the end. */
export function streamTrace({ events: { traces }, access, scheduler }: Administration, call: Call): Outcome {
  const { response, visitor, param } = call;
  const seconds = queryNumber(call, 'seconds', SECONDS);
  let missed = 0;
  const send = (data: object, event?: string) =>
    response.write(`${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`);
  const stop = traces.watch(param('client'), (packet: TracedPacket) => {
    if (response.writableLength > FULL_BYTES) {
      missed++;
      return;
    }
    if (missed > 0) send({ count: missed }, 'missed');
    missed = 0;
    send({ at: new Date().toISOString(), ...packet });
  });
  const ending = scheduler.schedule(() => end('the time is over'), seconds * 1000);
  const { credentialIds } = visitor.principal;
  ending.add(
    access.ended$.subscribe(({ credentialId, reason }) => {
      if (credentialIds.includes(credentialId)) end(reason.message);
    }),
  );
  function end(message: string): void {
    send({ message }, 'closed');
    response.end();
  }
  response.once('close', () => {
    ending.unsubscribe();
    stop();
  });
  beginEventStream(response);
  send({ client: param('client'), seconds }, 'tracing');
  return undefined;
}
