import { type GoldenFault, type GoldenPacket, malformed, violation } from './golden.ts';

const method = { authenticationMethod: 'SCRAM' } as const;

export const packets: GoldenPacket[] = [
  { title: 'DISCONNECT in 3.1.1', version: 4, wire: 'e0 00', packet: { type: 'disconnect', reasonCode: 0 } },
  { title: 'DISCONNECT with nothing to say', wire: 'e0 00', packet: { type: 'disconnect', reasonCode: 0 } },
  {
    title: 'DISCONNECT with a reason code alone: send the will',
    wire: 'e0 01 04',
    packet: { type: 'disconnect', reasonCode: 4 },
  },
  {
    title: 'DISCONNECT with an empty property length',
    wire: 'e0 02 00 00',
    packet: { type: 'disconnect', reasonCode: 0 },
    readOnly: 'nothing will do',
  },
  {
    title: 'DISCONNECT with a session expiry interval, a reason string and a user property',
    wire: 'e0 15 00 | 13 11 00 00 00 00 | 1f 00 04 "done" | 26 00 01 "n" 00 01 "v"',
    packet: {
      type: 'disconnect',
      reasonCode: 0,
      properties: { sessionExpiryInterval: 0, reasonString: 'done', userProperties: [['n', 'v']] },
    },
  },
  {
    title: 'DISCONNECT by a server that sends the client elsewhere',
    receiver: 'client',
    wire: 'e0 06 9c | 04 1c 00 01 "b"',
    packet: { type: 'disconnect', reasonCode: 0x9c, properties: { serverReference: 'b' } },
  },
  {
    title: 'DISCONNECT by a server whose session has been taken over',
    receiver: 'client',
    wire: 'e0 01 8e',
    packet: { type: 'disconnect', reasonCode: 0x8e },
  },
  {
    title: 'AUTH that goes on',
    wire: 'f0 0e 18 | 0c 15 00 05 "SCRAM" | 16 00 01 ff',
    packet: {
      type: 'auth',
      reasonCode: 0x18,
      properties: { ...method, authenticationData: Uint8Array.of(255) },
    },
  },
  {
    title: 'AUTH that begins again',
    wire: 'f0 0a 19 | 08 15 00 05 "SCRAM"',
    packet: { type: 'auth', reasonCode: 0x19, properties: method },
  },
  {
    title: 'AUTH of nothing at all, which is a success',
    receiver: 'client',
    wire: 'f0 00',
    packet: { type: 'auth', reasonCode: 0 },
  },
];

export const faults: GoldenFault[] = [
  {
    title: 'a DISCONNECT with a body, in 3.1.1',
    version: 4,
    wire: 'e0 01 00',
    fault: malformed('MQTT 5, 2.1.4'),
  },
  { title: 'a DISCONNECT with flags', wire: 'e2 00', fault: malformed('MQTT-2.1.3-1') },
  { title: 'a reason code that no DISCONNECT has', wire: 'e0 01 01', fault: violation('MQTT-3.14.2-1') },
  { title: 'a reason code that only a server has', wire: 'e0 01 8e', fault: violation('MQTT-3.14.2-1') },
  {
    title: 'a reason code that only a client has',
    receiver: 'client',
    wire: 'e0 01 04',
    fault: violation('MQTT-3.14.2-1'),
  },
  {
    title: 'a session expiry interval from a server',
    receiver: 'client',
    wire: 'e0 07 00 | 05 11 00 00 00 01',
    fault: violation('MQTT-3.14.2-2'),
  },
  {
    title: 'a property that DISCONNECT has not',
    wire: 'e0 05 00 | 03 21 00 01',
    fault: malformed('MQTT 5, 2.2.2.2'),
  },
  { title: 'bytes behind the properties', wire: 'e0 03 00 00 00', fault: malformed('MQTT 5, 2.1.4') },
  { title: 'an AUTH with flags', wire: 'f1 00', fault: malformed('MQTT-2.1.3-1') },
  { title: 'an AUTH of success from a client', wire: 'f0 00', fault: violation('MQTT-3.15.2-1') },
  { title: 'an AUTH without a method', wire: 'f0 02 18 00', fault: violation('MQTT 5, 3.15.2.2.2') },
  { title: 'an AUTH without a property length', wire: 'f0 01 18', fault: malformed('MQTT 5, 2.1.4') },
  { title: 'a reason code that AUTH has not', wire: 'f0 02 17 00', fault: violation('MQTT-3.15.2-1') },
];
