import { type GoldenFault, type GoldenPacket, malformed, violation } from './golden.ts';

const seven = { packetIdentifier: 7, reasonCode: 0 } as const;

export const packets: GoldenPacket[] = [
  { title: 'PUBACK in 3.1.1', version: 4, wire: '40 02 00 07', packet: { type: 'puback', ...seven } },
  { title: 'PUBREC in 3.1.1', version: 4, wire: '50 02 00 07', packet: { type: 'pubrec', ...seven } },
  { title: 'PUBREL in 3.1.1', version: 4, wire: '62 02 00 07', packet: { type: 'pubrel', ...seven } },
  { title: 'PUBCOMP in 3.1.1', version: 4, wire: '70 02 00 07', packet: { type: 'pubcomp', ...seven } },
  {
    title: 'a PUBACK of MQTT 3.1 with all its unused bits set',
    version: 3,
    wire: '4f 02 00 07',
    packet: { type: 'puback', ...seven },
    readOnly: 'they mean nothing',
  },
  {
    title: 'a PUBREL with DUP, as MQTT 3.1 has it',
    version: 3,
    wire: '6a 02 00 07',
    packet: { type: 'pubrel', ...seven },
    readOnly: 'there is no need for it',
  },
  {
    title: 'PUBACK with nothing to say',
    wire: '40 02 ff ff',
    packet: { type: 'puback', packetIdentifier: 65_535, reasonCode: 0 },
  },
  {
    title: 'PUBACK with a reason code alone',
    wire: '40 03 00 07 10',
    packet: { type: 'puback', packetIdentifier: 7, reasonCode: 0x10 },
  },
  {
    title: 'PUBACK with a success that need not be there',
    wire: '40 03 00 07 00',
    packet: { type: 'puback', ...seven },
    readOnly: 'two bytes will do',
  },
  {
    title: 'PUBREC with an empty property length',
    wire: '50 04 00 07 97 00',
    packet: { type: 'pubrec', packetIdentifier: 7, reasonCode: 0x97 },
    readOnly: 'three bytes will do',
  },
  {
    title: 'PUBREC with a reason string and a user property',
    wire: '50 13 00 07 87 | 0f | 1f 00 05 "quota" | 26 00 01 "n" 00 01 "v"',
    packet: {
      type: 'pubrec',
      packetIdentifier: 7,
      reasonCode: 0x87,
      properties: { reasonString: 'quota', userProperties: [['n', 'v']] },
    },
  },
  {
    title: 'PUBREL of a packet identifier not found',
    wire: '62 03 00 07 92',
    packet: { type: 'pubrel', packetIdentifier: 7, reasonCode: 0x92 },
  },
  {
    title: 'PUBCOMP of a packet identifier not found, to a client',
    receiver: 'client',
    wire: '70 03 00 07 92',
    packet: { type: 'pubcomp', packetIdentifier: 7, reasonCode: 0x92 },
  },
];

export const faults: GoldenFault[] = [
  { title: 'a PUBACK without a packet identifier', wire: '40 00', fault: malformed('MQTT 5, 2.1.4') },
  { title: 'a PUBACK with half a packet identifier', wire: '40 01 00', fault: malformed('MQTT 5, 2.1.4') },
  { title: 'a PUBACK of packet identifier 0', wire: '40 02 00 00', fault: violation('MQTT-2.2.1-3') },
  { title: 'a PUBACK with flags', wire: '42 02 00 07', fault: malformed('MQTT-2.1.3-1') },
  { title: 'a PUBREL without its flags', wire: '60 02 00 07', fault: malformed('MQTT-2.1.3-1') },
  { title: 'a PUBREL with DUP, in 3.1.1', version: 4, wire: '6a 02 00 07', fault: malformed('MQTT-2.1.3-1') },
  {
    title: 'a PUBACK with a reason code, in 3.1.1',
    version: 4,
    wire: '40 03 00 07 00',
    fault: malformed('MQTT 5, 2.1.4'),
  },
  { title: 'a reason code that PUBACK has not', wire: '40 03 00 07 92', fault: violation('MQTT-3.4.2-1') },
  { title: 'a reason code that PUBREC has not', wire: '50 03 00 07 01', fault: violation('MQTT-3.5.2-1') },
  { title: 'a reason code that PUBREL has not', wire: '62 03 00 07 10', fault: violation('MQTT-3.6.2-1') },
  { title: 'a reason code that PUBCOMP has not', wire: '70 03 00 07 80', fault: violation('MQTT-3.7.2-1') },
  { title: 'bytes behind the properties', wire: '40 05 00 07 00 00 00', fault: malformed('MQTT 5, 2.1.4') },
  {
    title: 'a property that acknowledgements have not',
    wire: '40 09 00 07 00 | 05 11 00 00 00 00',
    fault: malformed('MQTT 5, 2.2.2.2'),
  },
  {
    title: 'two reason strings',
    wire: '40 0a 00 07 00 | 06 1f 00 00 1f 00 00',
    fault: violation('MQTT 5, 2.2.2.2'),
  },
];
