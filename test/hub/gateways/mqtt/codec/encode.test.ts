import { describe, expect, it } from 'vitest';
import type { Packet, ProtocolVersion } from '../../../../../hub/gateways/mqtt/codec/index.ts';
import type { Properties } from '../../../../../hub/gateways/mqtt/codec/property.ts';
import { encode } from './client-codec.ts';
import { plain, readAll } from './reading.ts';

const explained = { reasonString: 'because', userProperties: [['name', 'value']] } as const;

/** Each kind of packet that can carry an explanation, and the clauses that forbid it if it makes the packet too long. */
const explaining: [clauses: string, packet: Packet][] = [
  ['MQTT-3.2.2-19, -20', { type: 'connack', sessionPresent: false, reasonCode: 0x87, properties: explained }],
  ['MQTT-3.4.2-2, -3', { type: 'puback', packetIdentifier: 1, reasonCode: 0x87, properties: explained }],
  ['MQTT-3.5.2-2, -3', { type: 'pubrec', packetIdentifier: 1, reasonCode: 0x87, properties: explained }],
  ['MQTT-3.6.2-2, -3', { type: 'pubrel', packetIdentifier: 1, reasonCode: 0x92, properties: explained }],
  ['MQTT-3.7.2-2, -3', { type: 'pubcomp', packetIdentifier: 1, reasonCode: 0x92, properties: explained }],
  ['MQTT-3.9.2-1, -2', { type: 'suback', packetIdentifier: 1, reasonCodes: [0x87], properties: explained }],
  [
    'MQTT-3.11.2-1, -2',
    { type: 'unsuback', packetIdentifier: 1, reasonCodes: [0x87], properties: explained },
  ],
  ['MQTT-3.14.2-3, -4', { type: 'disconnect', reasonCode: 0x87, properties: explained }],
  [
    'MQTT-3.15.2-2, -3',
    { type: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'm', ...explained } },
  ],
];

describe('a packet too large for its receiver', () => {
  it.each(explaining)('leaves out user properties, then the reason string [%s]', (_, packet) => {
    const whole = encode(packet, 5);
    const { userProperties, ...reason } = propertiesOf(packet);
    const { reasonString, ...rest } = reason;
    expect([userProperties, reasonString]).toEqual([explained.userProperties, explained.reasonString]);

    expect(encode(packet, 5, { maximumPacketSize: whole.length })).toEqual(whole);
    const leaner = encode(packet, 5, { maximumPacketSize: whole.length - 1 });
    expect(leaner).toEqual(encode(withProperties(packet, reason), 5));
    const bare = encode(packet, 5, { maximumPacketSize: leaner.length - 1 });
    expect(bare).toEqual(encode(withProperties(packet, rest), 5));
    expect(() => encode(packet, 5, { maximumPacketSize: bare.length - 1 })).toThrow('[MQTT-3.1.2-24]');
  });
});

describe('a receiver that wants no problem information [MQTT-3.1.2-29]', () => {
  it.each(explaining)('gets the reason only in CONNACK and DISCONNECT [%s]', (_, packet) => {
    const read = readAll(encode(packet, 5, { problemInformation: false }), {
      version: 5,
      receiver: 'client',
    });
    const mayExplain = packet.type === 'connack' || packet.type === 'disconnect';
    const { authenticationMethod } = propertiesOf(packet);
    const bare = authenticationMethod === undefined ? undefined : { authenticationMethod };
    expect(read.map(plain)).toEqual([plain(mayExplain ? packet : withProperties(packet, bare))]);
  });
});

describe('what cannot be written', () => {
  const long = 'é'.repeat(32_768);

  it.each<[what: string, packet: Packet]>([
    ['a topic name', publish({ topic: long })],
    ['a client identifier', connect({ clientIdentifier: long })],
    ['a password', connect({ userName: 'ana', password: Buffer.alloc(65_536) })],
    ['a user property', publish({ properties: { userProperties: [['name', long]] } })],
  ])('is %s above 65,535 bytes', (_, packet) => {
    expect(() => encode(packet, 5)).toThrow('65536 bytes does not fit; at most 65535 do');
  });

  it('is an AUTH in MQTT 3.1.1', () => {
    const packet = { type: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'm' } } as const;
    expect(() => encode(packet, 4)).toThrow(expect.objectContaining({ code: 'protocol/unsupported' }));
  });

  it('is a CONNACK of MQTT 3.1.1 for a reason that has no return code [MQTT-3.2.2-6 of 3.1.1]', () => {
    const packet = { type: 'connack', sessionPresent: false, reasonCode: 0x81 } as const;
    expect(() => encode(packet, 4)).toThrow(expect.objectContaining({ code: 'protocol/unsupported' }));
  });

  it('is a packet above 268,435,460 bytes', () => {
    const payload = new Uint8Array(268_435_455);
    expect(() => encode(publish({ payload }), 4)).toThrow('the most a length can be');
  });
});

describe('what MQTT 3.1.1 has no word for', () => {
  it.each<[what: string, packet: Packet, meant: Packet]>([
    [
      'a failure in SUBACK is 0x80',
      { type: 'suback', packetIdentifier: 1, reasonCodes: [1, 0x8f, 0x97] },
      { type: 'suback', packetIdentifier: 1, reasonCodes: [1, 0x80, 0x80] },
    ],
    [
      'a reason in PUBACK is left out',
      { type: 'puback', packetIdentifier: 1, reasonCode: 0x97, properties: explained },
      { type: 'puback', packetIdentifier: 1, reasonCode: 0 },
    ],
    [
      'a reason in UNSUBACK is left out',
      { type: 'unsuback', packetIdentifier: 1, reasonCodes: [0x11] },
      { type: 'unsuback', packetIdentifier: 1, reasonCodes: [] },
    ],
    [
      'a server that is busy is unavailable',
      { type: 'connack', sessionPresent: false, reasonCode: 0x89 },
      { type: 'connack', sessionPresent: false, reasonCode: 0x88 },
    ],
    [
      'a client that is banned is not authorized',
      { type: 'connack', sessionPresent: false, reasonCode: 0x8a },
      { type: 'connack', sessionPresent: false, reasonCode: 0x87 },
    ],
  ])('%s', (_, packet, meant) => {
    const version: ProtocolVersion = 4;
    expect(readAll(encode(packet, version), { version, receiver: 'client' }).map(plain)).toEqual([
      plain(meant),
    ]);
  });
});

function publish(fields: Partial<Extract<Packet, { type: 'publish' }>>): Packet {
  const payload = Buffer.from('x');
  return {
    type: 'publish',
    topic: 't',
    payload,
    qos: 0,
    retain: false,
    dup: false,
    packetIdentifier: 0,
    ...fields,
  };
}

function connect(fields: Partial<Extract<Packet, { type: 'connect' }>>): Packet {
  return {
    type: 'connect',
    protocolVersion: 5,
    cleanStart: true,
    keepAlive: 0,
    clientIdentifier: 'c',
    ...fields,
  };
}

function propertiesOf(packet: Packet): Properties {
  return 'properties' in packet ? { ...(packet.properties as Properties) } : {};
}

function withProperties(packet: Packet, properties: object | undefined): Packet {
  const isEmpty = properties === undefined || Object.keys(properties).length === 0;
  return { ...packet, properties: isEmpty ? undefined : properties } as Packet;
}
