import { type GoldenFault, type GoldenPacket, malformed, violation } from './golden.ts';

const simple = {
  topicFilter: 'a/b',
  qos: 1,
  noLocal: false,
  retainAsPublished: false,
  retainHandling: 0,
} as const;

export const packets: GoldenPacket[] = [
  {
    title: 'SUBSCRIBE in 3.1.1',
    version: 4,
    wire: '82 08 | 00 07 | 00 03 "a/b" 01',
    packet: { type: 'subscribe', packetIdentifier: 7, subscriptions: [simple] },
  },
  {
    title: 'a SUBSCRIBE with DUP, as MQTT 3.1 has it',
    version: 3,
    wire: '8a 08 | 00 07 | 00 03 "a/b" 01',
    packet: { type: 'subscribe', packetIdentifier: 7, subscriptions: [simple] },
    readOnly: 'there is no need for it',
  },
  {
    title: 'a SUBSCRIBE of MQTT 3.1 with all its reserved bits set',
    version: 3,
    wire: '8b 08 | 00 07 | 00 03 "a/b" fd',
    packet: { type: 'subscribe', packetIdentifier: 7, subscriptions: [simple] },
    readOnly: 'they mean nothing',
  },
  {
    title: 'several topic filters, in order, one of them twice',
    version: 4,
    wire: '82 11 | 00 07 | 00 03 "a/b" 01 | 00 01 "#" 00 | 00 02 "+/" 02',
    packet: {
      type: 'subscribe',
      packetIdentifier: 7,
      subscriptions: [
        simple,
        { ...simple, topicFilter: '#', qos: 0 },
        { ...simple, topicFilter: '+/', qos: 2 },
      ],
    },
  },
  {
    title: 'every option and property',
    wire: '82 21 | 00 07 | 0b | 0b ff ff 03 | 26 00 01 "n" 00 01 "v" | 00 03 "a/b" 2e | 00 0a "$share/g/#" 12',
    packet: {
      type: 'subscribe',
      packetIdentifier: 7,
      properties: { subscriptionIdentifier: 65_535, userProperties: [['n', 'v']] },
      subscriptions: [
        { topicFilter: 'a/b', qos: 2, noLocal: true, retainAsPublished: true, retainHandling: 2 },
        { topicFilter: '$share/g/#', qos: 2, noLocal: false, retainAsPublished: false, retainHandling: 1 },
      ],
    },
  },
  {
    title: 'UNSUBSCRIBE in 3.1.1',
    version: 4,
    wire: 'a2 0a | 00 07 | 00 03 "a/b" | 00 01 "#"',
    packet: { type: 'unsubscribe', packetIdentifier: 7, topicFilters: ['a/b', '#'] },
  },
  {
    title: 'UNSUBSCRIBE with a user property',
    wire: 'a2 0f | 00 07 | 07 26 00 01 "n" 00 01 "v" | 00 03 "a/b"',
    packet: {
      type: 'unsubscribe',
      packetIdentifier: 7,
      topicFilters: ['a/b'],
      properties: { userProperties: [['n', 'v']] },
    },
  },
  {
    title: 'SUBACK in 3.1.1',
    version: 4,
    receiver: 'client',
    wire: '90 06 | 00 07 | 00 01 02 80',
    packet: { type: 'suback', packetIdentifier: 7, reasonCodes: [0, 1, 2, 0x80] },
  },
  {
    title: 'SUBACK with a reason string',
    receiver: 'client',
    wire: '90 0a | 00 07 | 05 1f 00 02 "no" | 8f a2',
    packet: {
      type: 'suback',
      packetIdentifier: 7,
      reasonCodes: [0x8f, 0xa2],
      properties: { reasonString: 'no' },
    },
  },
  {
    title: 'UNSUBACK in 3.1.1, which has no reason codes',
    version: 4,
    receiver: 'client',
    wire: 'b0 02 | 00 07',
    packet: { type: 'unsuback', packetIdentifier: 7, reasonCodes: [] },
  },
  {
    title: 'UNSUBACK in MQTT 5',
    receiver: 'client',
    wire: 'b0 05 | 00 07 | 00 | 00 11',
    packet: { type: 'unsuback', packetIdentifier: 7, reasonCodes: [0, 0x11] },
  },
];

/** An invalid filter, in SUBSCRIBE and UNSUBSCRIBE. */
const misplaced = (filter: string, hex: string, clause: string): GoldenFault[] => [
  {
    title: `a SUBSCRIBE with ${JSON.stringify(filter)}`,
    wire: `82 ${hexByte(6 + filter.length)} | 00 07 | 00 | 00 ${hex} ${filter && `"${filter}"`} 01`,
    fault: violation(clause),
  },
  {
    title: `an UNSUBSCRIBE with ${JSON.stringify(filter)} in 3.1.1`,
    version: clause === 'MQTT-4.8.2-1' ? 5 : 4,
    wire: `a2 ${hexByte((clause === 'MQTT-4.8.2-1' ? 5 : 4) + filter.length)} | 00 07 | ${clause === 'MQTT-4.8.2-1' ? '00 |' : ''} 00 ${hex} ${filter && `"${filter}"`}`,
    fault: violation(clause),
  },
];

const hexByte = (value: number) => value.toString(16).padStart(2, '0');

export const faults: GoldenFault[] = [
  ...(
    [
      ['', 'MQTT-4.7.3-1'],
      ['a#', 'MQTT-4.7.1-1'],
      ['#/b', 'MQTT-4.7.1-1'],
      ['a/#/b', 'MQTT-4.7.1-1'],
      ['a/b#', 'MQTT-4.7.1-1'],
      ['a+', 'MQTT-4.7.1-2'],
      ['ab/+e', 'MQTT-4.7.1-2'],
      ['+a/b', 'MQTT-4.7.1-2'],
      ['$share/', 'MQTT-4.8.2-1'],
      ['$share/g', 'MQTT-4.8.2-1'],
      ['$share/g/', 'MQTT-4.8.2-1'],
      ['$share//a', 'MQTT-4.8.2-1'],
      ['$share/+/a', 'MQTT-4.8.2-1'],
    ] as const
  ).flatMap(([filter, clause]) => misplaced(filter, hexByte(filter.length), clause)),
  {
    title: 'a SUBSCRIBE without topic filters',
    wire: '82 03 | 00 07 | 00',
    fault: violation('MQTT-3.8.3-2'),
  },
  { title: 'the same in 3.1.1', version: 4, wire: '82 02 | 00 07', fault: violation('MQTT-3.8.3-2') },
  {
    title: 'a SUBSCRIBE with packet identifier 0',
    wire: '82 09 | 00 00 | 00 | 00 03 "a/b" 01',
    fault: violation('MQTT-2.2.1-3'),
  },
  {
    title: 'a SUBSCRIBE without its flags',
    wire: '80 09 | 00 07 | 00 | 00 03 "a/b" 01',
    fault: malformed('MQTT-2.1.3-1'),
  },
  {
    title: 'a topic filter without options',
    wire: '82 08 | 00 07 | 00 | 00 03 "a/b"',
    fault: malformed('MQTT 5, 2.1.4'),
  },
  {
    title: 'a maximum QoS of 3',
    wire: '82 09 | 00 07 | 00 | 00 03 "a/b" 03',
    fault: violation('MQTT 5, 3.8.3.1'),
  },
  {
    title: 'a QoS of 3, in 3.1.1',
    version: 4,
    wire: '82 08 | 00 07 | 00 03 "a/b" 03',
    fault: malformed('MQTT-3-8.3-4 of 3.1.1'),
  },
  {
    title: 'an option of MQTT 5, in 3.1.1',
    version: 4,
    wire: '82 08 | 00 07 | 00 03 "a/b" 04',
    fault: malformed('MQTT-3-8.3-4 of 3.1.1'),
  },
  {
    title: 'a retain handling of 3',
    wire: '82 09 | 00 07 | 00 | 00 03 "a/b" 31',
    fault: violation('MQTT 5, 3.8.3.1'),
  },
  {
    title: 'a reserved option',
    wire: '82 09 | 00 07 | 00 | 00 03 "a/b" 41',
    fault: malformed('MQTT-3.8.3-5'),
  },
  {
    title: 'the other reserved option',
    wire: '82 09 | 00 07 | 00 | 00 03 "a/b" 81',
    fault: malformed('MQTT-3.8.3-5'),
  },
  {
    title: 'No Local for a shared subscription',
    wire: '82 10 | 00 07 | 00 | 00 0a "$share/g/#" 04',
    fault: violation('MQTT-3.8.3-4'),
  },
  {
    title: 'a subscription identifier of 0',
    wire: '82 0b | 00 07 | 02 0b 00 | 00 03 "a/b" 01',
    fault: violation('MQTT 5, 3.8.2.1.2'),
  },
  {
    title: 'two subscription identifiers',
    wire: '82 0d | 00 07 | 04 0b 01 0b 02 | 00 03 "a/b" 01',
    fault: violation('MQTT 5, 2.2.2.2'),
  },
  {
    title: 'ill-formed UTF-8 in a topic filter',
    wire: '82 07 | 00 07 | 00 | 00 01 c0 01',
    fault: malformed('MQTT-1.5.4-1'),
  },
  {
    title: 'an UNSUBSCRIBE without topic filters',
    wire: 'a2 03 | 00 07 | 00',
    fault: violation('MQTT-3.10.3-2'),
  },
  {
    title: 'an UNSUBSCRIBE with packet identifier 0',
    version: 4,
    wire: 'a2 05 | 00 00 | 00 01 "a"',
    fault: violation('MQTT-2.2.1-3'),
  },
  {
    title: 'an UNSUBSCRIBE without its flags',
    wire: 'a0 06 | 00 07 | 00 | 00 01 "a"',
    fault: malformed('MQTT-2.1.3-1'),
  },
  {
    title: 'a subscription identifier in an UNSUBSCRIBE',
    wire: 'a2 08 | 00 07 | 02 0b 01 | 00 01 "a"',
    fault: malformed('MQTT 5, 2.2.2.2'),
  },
  {
    title: 'a SUBACK without reason codes',
    receiver: 'client',
    wire: '90 03 | 00 07 | 00',
    fault: malformed('MQTT-3.9.3-1'),
  },
  {
    title: 'a reason code that SUBACK has not',
    receiver: 'client',
    wire: '90 04 | 00 07 | 00 | 03',
    fault: violation('MQTT-3.9.3-2'),
  },
  {
    title: 'the same in 3.1.1',
    version: 4,
    receiver: 'client',
    wire: '90 03 | 00 07 | 87',
    fault: violation('MQTT-3.9.3-2'),
  },
  {
    title: 'an UNSUBACK without reason codes',
    receiver: 'client',
    wire: 'b0 03 | 00 07 | 00',
    fault: malformed('MQTT-3.11.3-1'),
  },
  {
    title: 'a reason code that UNSUBACK has not',
    receiver: 'client',
    wire: 'b0 04 | 00 07 | 00 | 01',
    fault: violation('MQTT-3.11.3-2'),
  },
  {
    title: 'an UNSUBACK with a body, in 3.1.1',
    version: 4,
    receiver: 'client',
    wire: 'b0 03 | 00 07 | 00',
    fault: malformed('MQTT 5, 2.1.4'),
  },
];
