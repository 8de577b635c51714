import { connectBytes } from './mqtt-bytes.ts';
import type { Attack, Target } from './target.ts';
import { frame, MQTT_UPGRADE, SOCKET_IO_UPGRADE } from './web-bytes.ts';
import { finish, Wire } from './wire.ts';

const CLIENTS_PER_WAY = 50;
const BYTE_MS = 1_000;

/** A connection: bytes that are sent at once, and bytes that then follow slowly. */
interface Drawl {
  readonly port: number;
  readonly before?: string;
  readonly slowly: Uint8Array;
}

/** Clients that take minutes to authenticate or to make a request. Over when all are cut off. */
export const byteASecond: Attack = {
  title: 'a byte a second',
  async run(target, signal) {
    const drawls = drawlsOf(target).flatMap((one) => Array.from({ length: CLIENTS_PER_WAY }, () => one));
    const wires = await Promise.all(
      drawls.map(async ({ port, before }) => {
        const wire = await Wire.open(port);
        wire.ignore();
        if (before !== undefined) await wire.send(before);
        return wire;
      }),
    );
    await untilAllClosed(wires, signal, (second) => {
      for (const [index, wire] of wires.entries()) {
        const { slowly } = drawls[index] ?? { slowly: Buffer.of() };
        void wire.send(slowly.subarray(second, second + 1));
      }
    });
    return finish(wires);
  },
};

function drawlsOf({ mqtt, pages, pigpiod }: Target): Drawl[] {
  const connect = connectBytes('x'.repeat(500));
  const drawls: Drawl[] = [{ port: mqtt, slowly: connect }];
  if (pages !== undefined) {
    drawls.push(
      { port: pages, slowly: Buffer.from(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(500)}`) },
      { port: pages, before: MQTT_UPGRADE, slowly: frame(connect) },
      {
        port: pages,
        before: SOCKET_IO_UPGRADE,
        slowly: frame(`40${JSON.stringify({ token: 'x'.repeat(500) })}`),
      },
    );
  }
  if (pigpiod !== undefined) {
    const script = Buffer.alloc(16 + 500); // PROC with an extension of 500 bytes.
    script.writeUInt32LE(38);
    script.writeUInt32LE(500, 12);
    drawls.push({ port: pigpiod, slowly: script });
  }
  return drawls;
}

/** Calls `everySecond` until all connections are closed, or the signal fires. */
function untilAllClosed(
  wires: readonly Wire[],
  signal: AbortSignal,
  everySecond: (second: number) => void,
): Promise<void> {
  return new Promise((resolve) => {
    let second = 0;
    const timer = setInterval(() => everySecond(second++), BYTE_MS);
    const stop = () => {
      clearInterval(timer);
      resolve();
    };
    void Promise.all(wires.map(({ closed }) => closed)).then(stop);
    signal.addEventListener('abort', stop, { once: true });
  });
}
