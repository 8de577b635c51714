import { type GoldenFault, type GoldenPacket, malformed, violation } from './golden.ts';

export const packets: GoldenPacket[] = [
  { title: 'PINGREQ', wire: 'c0 00', packet: { type: 'pingreq' } },
  { title: 'PINGREQ in 3.1.1', version: 4, wire: 'c0 00', packet: { type: 'pingreq' } },
  { title: 'PINGRESP', receiver: 'client', wire: 'd0 00', packet: { type: 'pingresp' } },
  {
    title: 'a remaining length with a byte too many, in 3.1.1, which does not mind',
    version: 4,
    wire: 'c0 80 00',
    packet: { type: 'pingreq' },
    readOnly: 'one byte will do',
  },
];

export const faults: GoldenFault[] = [
  { title: 'packet type 0', wire: '00 00', fault: malformed('MQTT 5, 2.1.2') },
  { title: 'packet type 15 in 3.1.1', version: 4, wire: 'f0 00', fault: malformed('MQTT 5, 2.1.2') },
  { title: 'a PINGREQ with flags', wire: 'c1 00', fault: malformed('MQTT-2.1.3-1') },
  { title: 'a PINGREQ with a body', wire: 'c0 01 00', fault: malformed('MQTT 5, 2.1.4') },
  { title: 'a PINGRESP to a server', wire: 'd0 00', fault: violation('MQTT 5, 2.1.2') },
  { title: 'a PINGREQ to a client', receiver: 'client', wire: 'c0 00', fault: violation('MQTT 5, 2.1.2') },
  { title: 'a CONNACK to a server', wire: '20 03 00 00 00', fault: violation('MQTT 5, 2.1.2') },
  { title: 'a SUBACK to a server', wire: '90 04 00 01 00 00', fault: violation('MQTT 5, 2.1.2') },
  { title: 'an UNSUBACK to a server', wire: 'b0 04 00 01 00 00', fault: violation('MQTT 5, 2.1.2') },
  { title: 'a SUBSCRIBE to a client', receiver: 'client', wire: '82 00', fault: violation('MQTT 5, 2.1.2') },
  { title: 'a CONNECT to a client', receiver: 'client', wire: '10 00', fault: violation('MQTT 5, 2.1.2') },
  { title: 'a second CONNECT', wire: '10 00', fault: violation('MQTT-3.1.0-2') },
  {
    title: 'a remaining length of five bytes, before any of the body',
    wire: '30 80 80 80 80',
    fault: malformed('MQTT 5, 1.5.5'),
  },
  { title: 'a remaining length with a byte too many', wire: 'c0 80 00', fault: malformed('MQTT-1.5.5-1') },
];
