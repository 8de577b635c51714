import { gzipSync } from 'node:zlib';
import { connectBytes, headerBytes, publishBytes } from './mqtt-bytes.ts';
import type { Attack, Target } from './target.ts';
import { frame, frameHead, MQTT_UPGRADE, requestHead, SOCKET_IO_UPGRADE } from './web-bytes.ts';
import { finish, Wire } from './wire.ts';

const MIB = 2 ** 20;
const CHUNK = Buffer.alloc(64 * 1024);
/** The largest remaining length. (MQTT 5, 1.5.5) */
const LARGEST = 268_435_455;
const TEXT = 1;
const BINARY = 2;
const CONTINUATION = 0;
/** Clients that send nearly all of something acceptable, and withhold the last byte. */
const MISERS = 300;

/** Packets and requests on every entrance that are too large, or claim to be; and some that are not too large, but never end. */
export const hugePackets: Attack = {
  title: 'huge packets',
  async run(target, signal) {
    const misers = Array.from({ length: MISERS }, (_, index) => () => withhold(target, index));
    const wires: Wire[] = [];
    for (const send of [...misers, ...MONSTERS.map((monster) => () => monster(target))]) {
      if (signal.aborted) break;
      const wire = await send();
      if (wire) wires.push(wire);
    }
    return finish(wires);
  },
};

const LARGE = Buffer.alloc(2 * MIB, 'x');

/** Attacks each entrance in turn. */
function withhold({ mqtt, pages }: Target, index: number): Promise<Wire> {
  if (pages === undefined || index % 3 === 0) {
    return say(mqtt, [connectBytes(`miser-${index}`), publishBytes('hoard', LARGE).subarray(0, -1)]);
  }
  if (index % 3 === 1)
    return say(pages, [requestHead('PUT', '/api/topics/hoard', LARGE.length), LARGE.subarray(1)]);
  return sayAfter(
    pages,
    [SOCKET_IO_UPGRADE, frame('40')],
    [frameHead(TEXT, LARGE.length), LARGE.subarray(1)],
  );
}

type Monster = (target: Target) => Promise<Wire | undefined>;

const MONSTERS: readonly Monster[] = [
  ({ mqtt }) => say(mqtt, [headerBytes(0x10, LARGEST), ...chunks(MIB)]),
  ({ mqtt }) => say(mqtt, [connectBytes('huge'), headerBytes(0x30, LARGEST), ...chunks(8 * MIB)]),
  ({ mqtt }) => say(mqtt, [connectBytes('large'), publishBytes('large', Buffer.alloc(4 * MIB))]),
  onPages((port) => sayAfter(port, [MQTT_UPGRADE], [frameHead(BINARY, 2 ** 62), ...chunks(8 * MIB)])),
  onPages((port) => sayAfter(port, [MQTT_UPGRADE], endlessMessage(frame(connectBytes('endless'))))),
  onPages((port) => sayAfter(port, [SOCKET_IO_UPGRADE, frame('40')], [frame(`4${'x'.repeat(8 * MIB)}`)])),
  onPages((port) =>
    sayAfter(port, [SOCKET_IO_UPGRADE, frame('40')], [frameHead(TEXT, 2 ** 62), ...chunks(MIB)]),
  ),
  onPages((port) => sayAfter(port, [SOCKET_IO_UPGRADE], endlessMessage(frame('40')))),
  onPages((port) => say(port, [`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(MIB)}\r\n\r\n`])),
  onPages((port) => say(port, [requestHead('PUT', '/api/topics/huge', 2 ** 40), ...chunks(8 * MIB)])),
  onPages((port) => say(port, [requestHead('POST', '/api/login', 2 ** 40), ...chunks(8 * MIB)])),
  onPages((port) => say(port, [bomb()])),
  async ({ pigpiod }) =>
    pigpiod === undefined ? undefined : say(pigpiod, [longRequest(), ...chunks(4 * MIB)]),
];

function onPages(send: (port: number) => Promise<Wire>): Monster {
  return async ({ pages }) => (pages === undefined ? undefined : send(pages));
}

async function say(port: number, pieces: readonly (string | Uint8Array)[]): Promise<Wire> {
  const wire = await Wire.open(port);
  wire.ignore();
  for (const piece of pieces) await wire.send(piece);
  return wire;
}

async function sayAfter(
  port: number,
  before: readonly (string | Uint8Array)[],
  pieces: readonly Uint8Array[],
): Promise<Wire> {
  const wire = await Wire.openWith(port, before);
  wire.ignore();
  for (const piece of pieces) await wire.send(piece);
  return wire;
}

function chunks(bytes: number): Buffer[] {
  return Array.from({ length: bytes / CHUNK.length }, () => CHUNK);
}

/** A message in fragments that never ends: each is small, and none is the last. (RFC 6455, 5.4) */
function endlessMessage(before: Buffer): Buffer[] {
  const fragment = (opcode: number) => Buffer.concat([frameHead(opcode, CHUNK.length, 0), CHUNK]);
  return [before, fragment(BINARY), ...Array.from({ length: 127 }, () => fragment(CONTINUATION))];
}

/** 64 KiB that would inflate to 64 MiB. */
function bomb(): Buffer {
  const body = gzipSync(Buffer.alloc(64 * MIB), { level: 9 });
  const head = `PUT /api/topics/bomb HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** pigpiod's WVAG with an extension of 2 GiB. */
function longRequest(): Buffer {
  const request = Buffer.alloc(16);
  request.writeUInt32LE(28);
  request.writeUInt32LE(0x7fff_ffff, 12);
  return request;
}
