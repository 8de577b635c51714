import { type GoldenFault, type GoldenPacket, malformed, violation } from './golden.ts';

const receiver = 'client';

export const packets: GoldenPacket[] = [
  {
    title: 'accepted, in 3.1.1, with a session',
    version: 4,
    receiver,
    wire: '20 02 01 00',
    packet: { type: 'connack', sessionPresent: true, reasonCode: 0 },
  },
  ...[0x84, 0x85, 0x88, 0x86, 0x87].map(
    (reasonCode, index): GoldenPacket => ({
      title: `refused in 3.1.1 with return code ${index + 1}`,
      version: 4,
      receiver,
      wire: `20 02 00 0${index + 1}`,
      packet: { type: 'connack', sessionPresent: false, reasonCode },
    }),
  ),
  {
    title: 'accepted, in MQTT 5',
    receiver,
    wire: '20 03 00 00 00',
    packet: { type: 'connack', sessionPresent: false, reasonCode: 0 },
  },
  {
    title: 'refused, in MQTT 5, with a reason',
    receiver,
    wire: '20 09 00 85 | 06 1f 00 03 "bad"',
    packet: { type: 'connack', sessionPresent: false, reasonCode: 0x85, properties: { reasonString: 'bad' } },
  },
  {
    title: 'every property of CONNACK',
    receiver,
    wire: `20 47 01 00 | 44
      | 11 00 00 00 78 | 12 00 03 "c-1" | 13 00 1e | 15 00 05 "SCRAM" | 16 00 01 ff | 1a 00 02 "r/"
      | 1c 00 01 "b" | 1f 00 02 "ok" | 21 00 14 | 22 00 0a | 24 01 | 25 01 | 27 00 10 00 00
      | 28 01 | 29 01 | 2a 00 | 26 00 01 "n" 00 01 "v"`,
    packet: {
      type: 'connack',
      sessionPresent: true,
      reasonCode: 0,
      properties: {
        sessionExpiryInterval: 120,
        assignedClientIdentifier: 'c-1',
        serverKeepAlive: 30,
        authenticationMethod: 'SCRAM',
        authenticationData: Uint8Array.of(255),
        responseInformation: 'r/',
        serverReference: 'b',
        reasonString: 'ok',
        receiveMaximum: 20,
        topicAliasMaximum: 10,
        maximumQos: 1,
        retainAvailable: 1,
        maximumPacketSize: 1_048_576,
        wildcardSubscriptionAvailable: 1,
        subscriptionIdentifierAvailable: 1,
        sharedSubscriptionAvailable: 0,
        userProperties: [['n', 'v']],
      },
    },
  },
];

export const faults: GoldenFault[] = [
  { title: 'reserved flags', receiver, wire: '20 03 02 00 00', fault: malformed('MQTT-3.2.2-1') },
  {
    title: 'a session for a client that is refused',
    receiver,
    wire: '20 03 01 87 00',
    fault: violation('MQTT-3.2.2-6'),
  },
  {
    title: 'a reason code that CONNACK has not',
    receiver,
    wire: '20 03 00 8b 00',
    fault: violation('MQTT-3.2.2-8'),
  },
  {
    title: 'a reserved return code, in 3.1.1',
    version: 4,
    receiver,
    wire: '20 02 00 06',
    fault: violation('MQTT 3.1.1, 3.2.2.3'),
  },
  { title: 'no reason code', receiver, wire: '20 01 00', fault: malformed('MQTT 5, 2.1.4') },
  {
    title: 'a maximum QoS of 2',
    receiver,
    wire: '20 05 00 00 02 24 02',
    fault: violation('MQTT 5, 2.2.2.2'),
  },
  {
    title: 'properties, in 3.1.1',
    version: 4,
    receiver,
    wire: '20 03 00 00 00',
    fault: malformed('MQTT 5, 2.1.4'),
  },
];
