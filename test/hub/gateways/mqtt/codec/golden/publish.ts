import { bytes, type GoldenFault, type GoldenPacket, malformed, violation } from './golden.ts';

const plain = {
  type: 'publish',
  topic: 'a/b',
  payload: bytes('hello'),
  qos: 0,
  retain: false,
  dup: false,
  packetIdentifier: 0,
} as const;

export const packets: GoldenPacket[] = [
  { title: 'QoS 0 in 3.1.1', version: 4, wire: '30 0a | 00 03 "a/b" | "hello"', packet: plain },
  { title: 'QoS 0 in MQTT 5', wire: '30 0b | 00 03 "a/b" | 00 | "hello"', packet: plain },
  {
    title: 'no payload, in 3.1.1',
    version: 4,
    wire: '31 05 | 00 03 "a/b"',
    packet: { ...plain, retain: true, payload: bytes('') },
  },
  {
    title: 'no payload, in MQTT 5',
    wire: '31 06 | 00 03 "a/b" | 00',
    packet: { ...plain, retain: true, payload: bytes('') },
  },
  {
    title: 'QoS 1 in 3.1.1',
    version: 4,
    wire: '32 0c | 00 03 "a/b" | 00 07 | "hello"',
    packet: { ...plain, qos: 1, packetIdentifier: 7 },
  },
  {
    title: 'QoS 1 again, retained, in MQTT 5 [MQTT-3.3.1-1]',
    wire: '3b 0d | 00 03 "a/b" | 00 07 | 00 | "hello"',
    packet: { ...plain, qos: 1, dup: true, retain: true, packetIdentifier: 7 },
  },
  {
    title: 'QoS 2 with the highest packet identifier',
    wire: '34 0d | 00 03 "a/b" | ff ff | 00 | "hello"',
    packet: { ...plain, qos: 2, packetIdentifier: 65_535 },
  },
  {
    title: 'a topic name with a byte of zero width and one of four bytes',
    version: 4,
    wire: '30 10 | 00 09 "a/" f0 9f 92 a1 ef bb bf | "hello"',
    packet: { ...plain, topic: 'a/💡\ufeff' },
  },
  {
    title: 'every property that a client may send',
    wire: `32 3d | 00 03 "a/b" | 00 07
      | 30
      | 23 00 10 | 02 00 00 00 0a
      | 01 01 | 03 00 0a "text/plain" | 08 00 03 "c/d" | 09 00 02 00 ff
      | 26 00 01 "b" 00 01 "2" | 26 00 01 "a" 00 01 "1"
      | "hello"`,
    packet: {
      ...plain,
      qos: 1,
      packetIdentifier: 7,
      messageExpiryInterval: 10,
      topicAlias: 16,
      properties: {
        payloadFormatIndicator: 1,
        contentType: 'text/plain',
        responseTopic: 'c/d',
        correlationData: Uint8Array.of(0, 255),
        userProperties: [
          ['b', '2'],
          ['a', '1'],
        ],
      },
    },
  },
  {
    title: 'a topic alias for a topic name',
    wire: '30 0b | 00 00 | 03 23 00 01 | "hello"',
    packet: { ...plain, topic: '', topicAlias: 1 },
  },
  {
    title: 'the identifiers of three subscriptions, to a client',
    receiver: 'client',
    wire: '30 15 | 00 03 "a/b" | 0a 0b 01 0b 80 01 0b ff ff ff 7f | "hello"',
    packet: { ...plain, subscriptionIdentifiers: [1, 128, 268_435_455] },
  },
  {
    title: 'properties in an order of the sender’s own, one of them of no length',
    wire: '30 13 | 00 03 "a/b" | 08 | 03 00 00 02 00 00 00 00 | "hello"',
    packet: { ...plain, messageExpiryInterval: 0, properties: { contentType: '' } },
    readOnly: 'the encoder has its own order',
  },
];

export const faults: GoldenFault[] = [
  { title: 'QoS 3', wire: '36 06 | 00 03 "a/b" | 00', fault: malformed('MQTT-3.3.1-4') },
  { title: 'QoS 3, in 3.1.1', version: 4, wire: '36 05 | 00 03 "a/b"', fault: malformed('MQTT-3.3.1-4') },
  { title: 'DUP with QoS 0', wire: '38 06 | 00 03 "a/b" | 00', fault: malformed('MQTT-3.3.1-2') },
  {
    title: 'a packet identifier of 0',
    wire: '32 08 | 00 03 "a/b" | 00 00 | 00',
    fault: violation('MQTT-2.2.1-3'),
  },
  {
    title: 'no packet identifier',
    version: 4,
    wire: '32 05 | 00 03 "a/b"',
    fault: malformed('MQTT 5, 2.1.4'),
  },
  { title: 'an end within the topic name', wire: '30 04 | 00 03 "a/"', fault: malformed('MQTT 5, 2.1.4') },
  {
    title: 'an end within the length of the topic name',
    wire: '30 01 | 00',
    fault: malformed('MQTT 5, 2.1.4'),
  },
  { title: 'no topic name', version: 4, wire: '30 00', fault: malformed('MQTT 5, 2.1.4') },
  {
    title: 'an empty topic name, in 3.1.1',
    version: 4,
    wire: '30 02 | 00 00',
    fault: violation('MQTT 5, 3.3.2.1'),
  },
  {
    title: 'an empty topic name without an alias',
    wire: '30 03 | 00 00 | 00',
    fault: violation('MQTT 5, 3.3.2.1'),
  },
  { title: 'a # in the topic name', wire: '30 06 | 00 03 "a/#" | 00', fault: violation('MQTT-3.3.2-2') },
  {
    title: 'a + in the topic name',
    version: 4,
    wire: '30 05 | 00 03 "+/b"',
    fault: violation('MQTT-3.3.2-2'),
  },
  {
    title: 'a NUL in the topic name',
    version: 4,
    wire: '30 05 | 00 03 "a" 00 "b"',
    fault: malformed('MQTT-1.5.4-2'),
  },
  {
    title: 'ill-formed UTF-8 in the topic name',
    wire: '30 06 | 00 03 "a" ff "b" | 00',
    fault: malformed('MQTT-1.5.4-1'),
  },
  { title: 'no property length', wire: '30 05 | 00 03 "a/b"', fault: malformed('MQTT 5, 2.1.4') },
  {
    title: 'a property length past the end',
    wire: '30 06 | 00 03 "a/b" | 01',
    fault: malformed('MQTT 5, 2.2.2.1'),
  },
  {
    title: 'a topic alias of 0',
    wire: '30 09 | 00 03 "a/b" | 03 23 00 00',
    fault: violation('MQTT-3.3.2-8', 0x94),
  },
  {
    title: 'a subscription identifier from a client',
    wire: '30 08 | 00 03 "a/b" | 02 0b 01',
    fault: violation('MQTT-3.3.4-6'),
  },
  {
    title: 'a subscription identifier of 0',
    receiver: 'client',
    wire: '30 08 | 00 03 "a/b" | 02 0b 00',
    fault: violation('MQTT 5, 3.8.2.1.2'),
  },
  {
    title: 'a payload format indicator of 2',
    wire: '30 08 | 00 03 "a/b" | 02 01 02',
    fault: violation('MQTT 5, 2.2.2.2'),
  },
  {
    title: 'an empty response topic',
    wire: '30 09 | 00 03 "a/b" | 03 08 00 00',
    fault: violation('MQTT-4.7.3-1'),
  },
  {
    title: 'a response topic with a wildcard',
    wire: '30 0c | 00 03 "a/b" | 06 08 00 03 "c/+"',
    fault: violation('MQTT-3.3.2-14'),
  },
  {
    title: 'a content type twice',
    wire: '30 0c | 00 03 "a/b" | 06 03 00 00 03 00 00',
    fault: violation('MQTT 5, 2.2.2.2'),
  },
  {
    title: 'a property of CONNECT: receive maximum',
    wire: '30 09 | 00 03 "a/b" | 03 21 00 01',
    fault: malformed('MQTT 5, 2.2.2.2'),
  },
  {
    title: 'a will delay interval, which only a will has',
    wire: '30 0b | 00 03 "a/b" | 05 18 00 00 00 01',
    fault: malformed('MQTT 5, 2.2.2.2'),
  },
  {
    title: 'a user property without a value',
    wire: '30 0a | 00 03 "a/b" | 04 26 00 01 "n"',
    fault: malformed('MQTT 5, 2.1.4'),
  },
];
