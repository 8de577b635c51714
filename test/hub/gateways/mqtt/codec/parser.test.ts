import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { HubError } from '../../../../../hub/core/error.ts';
import { type PacketParser, TopicNames } from '../../../../../hub/gateways/mqtt/codec/index.ts';
import { encode } from './client-codec.ts';
import { fromWire } from './golden/golden.ts';
import { createParser, plain, readAll } from './reading.ts';

const connect = fromWire('10 0f | 00 04 "MQTT" 04 | 02 | 00 3c | 00 03 "zen"');
const pingreq = fromWire('c0 00');

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

describe('a packet parser', () => {
  it('gives every packet of one chunk, in order', () => {
    const chunk = Buffer.concat([
      connect,
      ...Array.from({ length: 300 }, (_, index) => publish(`m${index}`)),
    ]);
    const packets = readAll(chunk);
    expect(packets).toHaveLength(301);
    const payloads = packets.flatMap((packet) =>
      packet.type === 'publish' ? [Buffer.from(packet.payload)] : [],
    );
    expect(payloads.map(String)).toEqual(Array.from({ length: 300 }, (_, index) => `m${index}`));
  });

  it('waits with what is left while its user is busy, and takes more meanwhile', () => {
    const parser = createParser();
    parser.push(Buffer.concat([connect, pingreq]));
    expect(parser.next()?.type).toBe('connect');
    parser.push(publish('late').subarray(0, 5));
    parser.push(publish('late').subarray(5));
    expect(drain(parser)).toEqual(['pingreq', 'publish']);
  });

  it('accepts empty chunks', () => {
    const parser = createParser();
    parser.push(Buffer.alloc(0));
    expect(parser.next()).toBeUndefined();
    parser.push(connect.subarray(0, 3));
    expect(parser.next()).toBeUndefined();
    parser.push(Buffer.alloc(0));
    parser.push(connect.subarray(3));
    expect(drain(parser)).toEqual(['connect']);
  });

  it('leaves the packets that it has given as they were when more comes', () => {
    const parser = createParser({ version: 4 });
    const bytes = Buffer.concat([publish('first'), publish('second'), publish('third')]);
    parser.push(bytes.subarray(0, 20));
    const first = parser.next();
    parser.push(bytes.subarray(20, 30));
    const second = parser.next();
    parser.push(bytes.subarray(30));
    const third = parser.next();
    expect(
      [first, second, third].map((packet) => packet?.type === 'publish' && String(packet.payload)),
    ).toEqual(['first', 'second', 'third']);
  });

  it('reads a large packet that comes byte by byte', () => {
    const payload = Buffer.alloc(50_000, 'x');
    const parser = createParser({ version: 4 });
    const bytes = publish(payload);
    for (const byte of bytes.subarray(0, -1)) {
      parser.push(Uint8Array.of(byte));
      expect(parser.next()).toBeUndefined();
    }
    parser.push(bytes.subarray(-1));
    expect(plain(parser.next())).toMatchObject({ payload: plain(payload) });
  });
});

describe('the version of a connection', () => {
  it('is not known before the CONNECT', () => {
    const parser = createParser();
    parser.push(connect.subarray(0, -1));
    expect([parser.next(), parser.version]).toEqual([undefined, undefined]);
    parser.push(connect.subarray(-1));
    expect([parser.next()?.type, parser.version]).toEqual(['connect', 4]);
  });

  it.each([
    ['of the future', '10 07 | 00 04 "MQTT" 06', 5],
    ['of the past', '10 07 | 00 04 "MQTT" 02', 4],
    ['of a bridge with MQTT 5', '10 07 | 00 04 "MQTT" 85', 5],
    ['of another protocol', '10 07 | 00 04 "AMQP" 00', 4],
  ])('is that in whose form to refuse a client %s', (_, wire, version) => {
    const parser = createParser();
    parser.push(fromWire(wire));
    expect(faultOf(parser).code).toBe('protocol/unsupported');
    expect(parser.version).toBe(version);
  });

  it('is known even if the rest of the CONNECT is bad', () => {
    const parser = createParser();
    parser.push(fromWire('10 08 | 00 04 "MQTT" 05 | 01'));
    expect(faultOf(parser)).toMatchObject({ reasonCode: 0x81 });
    expect(parser.version).toBe(5);
  });
});

describe('a fault', () => {
  it('is raised again at every further call, whatever is pushed', () => {
    const parser = createParser({ version: 4 });
    parser.push(Buffer.concat([pingreq, fromWire('00 00'), pingreq]));
    expect(parser.next()?.type).toBe('pingreq');
    const first = faultOf(parser);
    parser.push(pingreq);
    expect(faultOf(parser)).toBe(first);
  });

  it.each([
    ['HTTP', 'G', 'protocol/violation'],
    ['SSH', 'S', 'protocol/violation'],
    // Its first byte could be a CONNECT's of MQTT 3.1, which does not use the flags.
    ['TLS', '\x16\x03\x01\x02\x00', 'packet/malformed'],
  ])('is seen at the first bytes of %s', (_, greeting, code) => {
    const parser = createParser();
    parser.push(Buffer.from(greeting, 'latin1'));
    expect(faultOf(parser).code).toBe(code);
  });
});

describe('the maximum packet size', () => {
  it('refuses a packet by its length, before its body is there [MQTT-3.2.2-15]', () => {
    const parser = createParser({ version: 4, maximumPacketSize: 100 });
    parser.push(fromWire('30 63'));
    expect(faultOf(parser)).toMatchObject({ code: 'packet/too-large', reasonCode: 0x95 });
  });

  it('counts the whole packet, the fixed header too', () => {
    const bytes = publish(Buffer.alloc(93));
    expect(bytes).toHaveLength(100);
    expect(readAll(bytes, { version: 4, maximumPacketSize: 100 })).toHaveLength(1);
    expect(() => readAll(bytes, { version: 4, maximumPacketSize: 99 })).toThrow('100 bytes is above the 99');
  });

  it('has a separate value for the CONNECT', () => {
    const limits = { maximumOtherSize: 16, maximumPacketSize: 1000 };
    expect(() => readAll(connect, limits)).toThrow('17 bytes is above the 16');
    const bytes = Buffer.concat([connect, publish(Buffer.alloc(500))]);
    expect(readAll(bytes, { ...limits, maximumOtherSize: 17 })).toHaveLength(2);
  });

  it('is a different one for packets other than PUBLISH: thousands of filters are read without a pause', () => {
    const filters = Array.from({ length: 100 }, () => 'a/b/c');
    const bytes = encode({ type: 'unsubscribe', packetIdentifier: 1, topicFilters: filters }, 4);
    const limits = { version: 4, maximumPacketSize: 10_000 } as const;
    expect(readAll(bytes, { ...limits, maximumOtherSize: bytes.length })).toHaveLength(1);
    expect(() => readAll(bytes, { ...limits, maximumOtherSize: bytes.length - 1 })).toThrow('is above the');
    expect(() => readAll(bytes, { version: 4, maximumPacketSize: 99 })).toThrow('is above the 99');
  });

  it('allocates no memory for bytes that have not arrived', () => {
    const parser = createParser({ version: 4, maximumPacketSize: 300_000_000 });
    parser.push(fromWire('30 ff ff ff 7f'));
    const before = process.memoryUsage().arrayBuffers;
    parser.next();
    parser.push(Buffer.alloc(10));
    parser.next();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });
});

describe('the payload of a PUBLISH', () => {
  const chunk = (flags: string, identifier: string) =>
    Buffer.concat([
      fromWire(`${flags} | 00 01 "t" | ${identifier} | "payload"`),
      Buffer.concat(Array(5000).fill(pingreq)),
    ]);

  it('is a view of its chunk with QoS 0, which costs nothing', () => {
    const bytes = chunk('30 0a', '');
    expect(payloadOf(bytes).buffer).toBe(bytes.buffer);
  });

  it.each([
    ['QoS 1', '32 0c', '00 01'],
    ['QoS 2', '34 0c', '00 01'],
    ['retain', '31 0a', ''],
  ])('holds on to no more than itself with %s, because it will be kept', (_, flags, identifier) => {
    const payload = payloadOf(chunk(flags, identifier));
    expect(payload.buffer.byteLength).toBe(7);
    expect(Buffer.from(payload).toString()).toBe('payload');
  });

  it('stays a view if it is most of its chunk', () => {
    const bytes = Buffer.from(new Uint8Array(publish(Buffer.alloc(1000), 1)).buffer);
    expect(payloadOf(bytes).buffer).toBe(bytes.buffer);
  });

  function payloadOf(bytes: Buffer): Uint8Array {
    const [packet] = readAll(bytes, { version: 4 });
    return packet?.type === 'publish' ? packet.payload : Buffer.alloc(0);
  }
});

describe('known topic names', () => {
  it('are read as the same names as unknown ones', () => {
    const topicNames = new TopicNames();
    const topics = ['a/b', 'a/c', 'a/b', 'é/b', 'a/b', 'x'.repeat(65), 'é/b', 'x'.repeat(65), 'x'.repeat(64)];
    const bytes = Buffer.concat([...topics, ...topics].map((topic) => publish('p', 0, topic)));
    const read = readAll(bytes, { version: 4, topicNames });
    expect(read.map((packet) => packet.type === 'publish' && packet.topic)).toEqual([...topics, ...topics]);
  });

  it('are distinguished if their bytes are the same and their kind is not', () => {
    const topicNames = new TopicNames();
    const options = { version: 4, topicNames } as const;
    readAll(publish('p', 0, 'a/b'), options);
    expect(() => readAll(fromWire('30 05 | 00 03 "a/#"'), options)).toThrow('wildcard');
    expect(() => readAll(fromWire('30 05 | 00 03 "a/#"'), options)).toThrow('wildcard');
    expect(() => readAll(fromWire('30 05 | 00 03 "a/" ff'), options)).toThrow('UTF-8');
    expect(() => readAll(fromWire('30 04 | 00 03 "a/"'), options)).toThrow('ends inside');
    expect(() => readAll(fromWire('30 04 | 00 03 "a/" | "b"'), options)).toThrow('ends inside');
  });

  it('are never seen in the same characters in another encoding', () => {
    const options = { version: 4, topicNames: new TopicNames() } as const;
    // Enough that some have the same slot among the known names in both encodings.
    for (let index = 0; index < 20_000; index++) {
      const name = `${index}é`;
      readAll(publish('p', 0, name), options);
      const latin1 = Buffer.from(name, 'latin1');
      const bytes = Buffer.concat([Buffer.of(0x30, latin1.length + 2, 0, latin1.length), latin1]);
      expect(() => readAll(bytes, options)).toThrow('UTF-8');
    }
  });
});

describe('a topic of too many levels', () => {
  const levels = (count: number) => Array.from({ length: count }, () => '').join('/');
  const options = { version: 4, topicNames: new TopicNames(32) } as const;

  it('is refused, and one of as many as allowed is not', () => {
    expect(readAll(publish('p', 0, levels(32)), options)).toMatchObject([{ topic: levels(32) }]);
    for (const topic of [
      levels(33),
      levels(65_536),
      `é/${levels(32)}`,
      `${'x'.repeat(1_000)}/${levels(32)}`,
    ]) {
      expect(() => readAll(publish('p', 0, topic), options)).toThrow('more than 32 levels');
    }
    const slashes = publish('/'.repeat(100), 0, 'x'.repeat(40));
    expect(readAll(slashes, options)).toHaveLength(1);
  });

  it('is refused before it is decoded', () => {
    const illFormed = Buffer.concat([Buffer.from(levels(33)), Buffer.of(0xff)]);
    const bytes = Buffer.concat([Buffer.of(0x30, illFormed.length + 2, 0, illFormed.length), illFormed]);
    expect(() => readAll(bytes, options)).toThrow('more than 32 levels');
  });
});

describe('the memory of a parser', () => {
  it('does not hold a chunk that has been read', async () => {
    const parser = createParser({ version: 4 });
    const isHeld = pushed(parser, Buffer.concat([pingreq, publish('x')]));
    expect(drain(parser)).toEqual(['pingreq', 'publish']);
    expect(await isHeld()).toBe(false);
    expect(parser.next()).toBeUndefined();
  });

  it('does not hold a chunk for the start of a packet at its end', async () => {
    const parser = createParser({ version: 4 });
    const isHeld = pushed(
      parser,
      Buffer.concat([Buffer.concat(Array(500).fill(pingreq)), fromWire('30 05 00')]),
    );
    expect(drain(parser)).toHaveLength(500);
    expect(await isHeld()).toBe(false);
    parser.push(fromWire('03 "abc"'));
    expect(drain(parser)).toEqual(['publish']);
  });

  it('takes nothing more after a fault', async () => {
    const parser = createParser({ version: 4 });
    parser.push(fromWire('00 00'));
    faultOf(parser);
    const isHeld = pushed(parser, Buffer.concat([pingreq]));
    expect(await isHeld()).toBe(false);
    faultOf(parser);
  });

  it('makes room a few times for a packet that comes byte by byte, not each time', () => {
    const allocations = vi.spyOn(Buffer, 'allocUnsafeSlow');
    const parser = createParser({ version: 4 });
    for (const byte of publish(Buffer.alloc(10_000))) {
      parser.push(Uint8Array.of(byte));
      parser.next();
    }
    expect(allocations.mock.calls.length).toBeLessThan(20);
    expect(Math.max(...allocations.mock.calls.map(([size]) => size))).toBeLessThan(10_100);
  });

  /** Pushes a copy of the bytes that only the parser knows; the returned function tells whether it still does. */
  function pushed(parser: PacketParser, bytes: Buffer): () => Promise<boolean> {
    const copy = new Uint8Array(bytes);
    const memory = new WeakRef(copy.buffer);
    parser.push(copy);
    return async () => {
      // A WeakRef keeps its target until the end of the turn in which it was created.
      await new Promise((resolve) => setImmediate(resolve));
      collectGarbage();
      return memory.deref() !== undefined;
    };
  }
});

describe('thousands of user properties', () => {
  const userProperties = Array.from(
    { length: 5000 },
    (_, index) => [`name${index % 7}`, `välue${index}`] as const,
  );
  const packet = {
    type: 'publish',
    topic: 't',
    payload: Buffer.from('payload'),
    qos: 0,
    retain: false,
    dup: false,
    packetIdentifier: 0,
    properties: { userProperties, contentType: 'text/plain' },
  } as const;

  it('are all there, in order, with what stands between and after them', () => {
    expect(readAll(encode(packet, 5), { version: 5 }).map(plain)).toEqual([plain(packet)]);
  });

  it('are checked, even if nobody reads them', () => {
    const bytes = encode(packet, 5);
    bytes[bytes.lastIndexOf('v')] = 0xff;
    expect(() => readAll(bytes, { version: 5 })).toThrow('[MQTT-1.5.4-1]');
    bytes[bytes.lastIndexOf('name')] = 0;
    expect(() => readAll(bytes, { version: 5 })).toThrow('[MQTT-1.5.4-2]');
  });

  it('outlive the chunk that they came in', () => {
    const bytes = Buffer.from(encode(packet, 5));
    const [read] = readAll(bytes, { version: 5 });
    const { properties } = read as typeof packet;
    bytes.fill(0);
    expect(properties.userProperties).toEqual(userProperties);
  });
});

function publish(payload: string | Uint8Array, qos: 0 | 1 = 0, topic = 'abc'): Buffer {
  const bytes = Buffer.from(payload);
  const common = { type: 'publish', topic, payload: bytes, retain: false, dup: false } as const;
  return encode({ ...common, qos, packetIdentifier: qos }, 4);
}

function drain(parser: PacketParser): string[] {
  const types: string[] = [];
  for (let packet = parser.next(); packet !== undefined; packet = parser.next()) types.push(packet.type);
  return types;
}

function faultOf(parser: PacketParser): HubError {
  try {
    parser.next();
  } catch (error) {
    if (error instanceof HubError) return error;
    throw error;
  }
  throw new Error('the parser found no fault');
}
