import { bytes, type GoldenFault, type GoldenPacket, malformed, violation } from './golden.ts';

const plain = { type: 'connect', cleanStart: true, keepAlive: 60, clientIdentifier: 'zen' } as const;

export const packets: GoldenPacket[] = [
  {
    title: 'MQTT 3.1, as old clients speak it',
    version: 3,
    wire: '10 11 | 00 06 "MQIsdp" 03 | 02 | 00 3c | 00 03 "zen"',
    packet: { ...plain, protocolVersion: 3 },
  },
  {
    title: 'MQTT 3.1 with all its unused bits set: in the fixed header, and will bits without a will',
    version: 3,
    wire: '1f 11 | 00 06 "MQIsdp" 03 | 3b | 00 3c | 00 03 "zen"',
    packet: { ...plain, protocolVersion: 3 },
    readOnly: 'they mean nothing',
  },
  {
    title: 'MQTT 3.1.1',
    version: 4,
    wire: '10 0f | 00 04 "MQTT" 04 | 02 | 00 3c | 00 03 "zen"',
    packet: { ...plain, protocolVersion: 4 },
  },
  {
    title: 'MQTT 3.1.1 with the high bit of a mosquitto bridge',
    version: 4,
    wire: '10 0f | 00 04 "MQTT" 84 | 02 | 00 3c | 00 03 "zen"',
    packet: { ...plain, protocolVersion: 4, isBridge: true },
  },
  {
    title: 'MQTT 3.1 with the same',
    version: 3,
    wire: '10 11 | 00 06 "MQIsdp" 83 | 02 | 00 3c | 00 03 "zen"',
    packet: { ...plain, protocolVersion: 3, isBridge: true },
  },
  {
    title: 'MQTT 3.1.1 with an empty client identifier and a clean session [MQTT-3.1.3-7 of 3.1.1]',
    version: 4,
    wire: '10 0c | 00 04 "MQTT" 04 | 02 | 00 00 | 00 00',
    packet: { ...plain, protocolVersion: 4, keepAlive: 0, clientIdentifier: '' },
  },
  {
    title: 'MQTT 3.1.1 with a user name and a password',
    version: 4,
    wire: '10 1a | 00 04 "MQTT" 04 | c2 | 00 3c | 00 03 "zen" | 00 03 "ana" | 00 04 ff 00 fe 01',
    packet: { ...plain, protocolVersion: 4, userName: 'ana', password: Uint8Array.of(255, 0, 254, 1) },
  },
  {
    title: 'MQTT 3.1.1 with a will, retained, QoS 1 [MQTT-3.1.2-9]',
    version: 4,
    wire: '10 1d | 00 04 "MQTT" 04 | 2e | 00 3c | 00 03 "zen" | 00 03 "lwt" | 00 07 "offline"',
    packet: {
      ...plain,
      protocolVersion: 4,
      will: { topic: 'lwt', payload: bytes('offline'), qos: 1, retain: true },
    },
  },
  {
    title: 'a will with nothing in it, which is still a will',
    version: 4,
    wire: '10 16 | 00 04 "MQTT" 04 | 16 | 00 3c | 00 03 "zen" | 00 03 "lwt" | 00 00',
    packet: {
      ...plain,
      protocolVersion: 4,
      will: { topic: 'lwt', payload: bytes(''), qos: 2, retain: false },
    },
  },
  {
    title: 'MQTT 5 without properties',
    wire: '10 10 | 00 04 "MQTT" 05 | 00 | 00 3c | 00 | 00 03 "zen"',
    packet: { ...plain, protocolVersion: 5, cleanStart: false },
  },
  {
    title:
      'MQTT 5 with an empty client identifier and a session to keep: the server gives one [MQTT-3.1.3-7]',
    wire: '10 0d | 00 04 "MQTT" 05 | 00 | 00 3c | 00 | 00 00',
    packet: { ...plain, protocolVersion: 5, cleanStart: false, clientIdentifier: '' },
  },
  {
    title: 'MQTT 5 with every property of CONNECT, the user properties in order and repeated',
    wire: `10 56 | 00 04 "MQTT" 05 | 02 | 00 3c
      | 46
      | 11 00 00 00 78 | 15 00 05 "SCRAM" | 16 00 02 00 ff | 17 01 | 19 00
      | 21 01 f4 | 22 03 e7 | 27 00 00 7d 00
      | 26 00 03 "key" 00 03 "two" | 26 00 03 "key" 00 03 "one" | 26 00 09 "__proto__" 00 01 "x"
      | 00 03 "zen"`,
    packet: {
      ...plain,
      protocolVersion: 5,
      properties: {
        sessionExpiryInterval: 120,
        authenticationMethod: 'SCRAM',
        authenticationData: Uint8Array.of(0, 255),
        requestProblemInformation: 1,
        requestResponseInformation: 0,
        receiveMaximum: 500,
        topicAliasMaximum: 999,
        maximumPacketSize: 32_000,
        userProperties: [
          ['key', 'two'],
          ['key', 'one'],
          ['__proto__', 'x'],
        ],
      },
    },
  },
  {
    title: 'MQTT 5 with a password and no user name, which 3.1.1 does not allow',
    wire: '10 14 | 00 04 "MQTT" 05 | 42 | 00 3c | 00 | 00 03 "zen" | 00 02 "jw"',
    packet: { ...plain, protocolVersion: 5, password: bytes('jw') },
  },
  {
    title: 'MQTT 5 with a user name of no characters',
    wire: '10 12 | 00 04 "MQTT" 05 | 82 | 00 3c | 00 | 00 03 "zen" | 00 00',
    packet: { ...plain, protocolVersion: 5, userName: '' },
  },
  {
    title: 'MQTT 5 with every property of a will, in front of its topic [MQTT-3.1.3-1]',
    wire: `10 4b | 00 04 "MQTT" 05 | 06 | 00 3c | 00 | 00 03 "zen"
      | 2b
      | 18 00 00 02 58 | 02 ff ff ff ff | 01 01 | 03 00 0a "text/plain" | 08 00 03 "a/b" | 09 00 02 00 01
      | 26 00 01 "n" 00 01 "v"
      | 00 03 "lwt" | 00 08 "notagain"`,
    packet: {
      ...plain,
      protocolVersion: 5,
      will: {
        topic: 'lwt',
        payload: bytes('notagain'),
        qos: 0,
        retain: false,
        willDelayInterval: 600,
        messageExpiryInterval: 0xffff_ffff,
        properties: {
          payloadFormatIndicator: 1,
          contentType: 'text/plain',
          responseTopic: 'a/b',
          correlationData: Uint8Array.of(0, 1),
          userProperties: [['n', 'v']],
        },
      },
    },
  },
  {
    title: 'a byte order mark in the client identifier, which stays [MQTT-1.5.4-3]',
    version: 4,
    wire: '10 0f | 00 04 "MQTT" 04 | 02 | 00 3c | 00 03 ef bb bf',
    packet: { ...plain, protocolVersion: 4, clientIdentifier: '\ufeff' },
  },
  {
    title: 'a replacement character in the client identifier, which is a character like any other',
    version: 4,
    wire: '10 0f | 00 04 "MQTT" 04 | 02 | 00 3c | 00 03 ef bf bd',
    packet: { ...plain, protocolVersion: 4, clientIdentifier: '\ufffd' },
  },
  {
    title: 'a client identifier of four-byte characters',
    version: 4,
    wire: '10 10 | 00 04 "MQTT" 04 | 02 | 00 3c | 00 04 f0 9f 92 a1',
    packet: { ...plain, protocolVersion: 4, clientIdentifier: '💡' },
  },
];

const unsupported = (clause: string) => ['protocol/unsupported', 0x84, clause] as const;

export const faults: GoldenFault[] = [
  {
    title: 'a protocol name that is not MQTT',
    wire: '10 0f | 00 04 "AMQP" 04 | 02 | 00 3c | 00 03 "zen"',
    fault: unsupported('MQTT-3.1.2-1'),
  },
  {
    title: 'a protocol name in lower case',
    wire: '10 0f | 00 04 "mqtt" 04 | 02 | 00 3c | 00 03 "zen"',
    fault: unsupported('MQTT-3.1.2-1'),
  },
  {
    title: 'a level of the future',
    wire: '10 10 | 00 04 "MQTT" 06 | 02 | 00 3c | 00 | 00 03 "zen"',
    fault: unsupported('MQTT-3.1.2-2'),
  },
  {
    title: 'MQTT 5 with the high bit of a bridge, which bridges set for earlier versions alone',
    wire: '10 10 | 00 04 "MQTT" 85 | 02 | 00 3c | 00 | 00 03 "zen"',
    fault: unsupported('MQTT-3.1.2-2'),
  },
  {
    title: 'the name of 3.1 with the level of 3.1.1',
    wire: '10 11 | 00 06 "MQIsdp" 04 | 02 | 00 3c | 00 03 "zen"',
    fault: unsupported('MQTT-3.1.2-2'),
  },
  {
    title: 'an end within the protocol name',
    wire: '10 05 | 00 04 "MQT"',
    fault: malformed('MQTT 5, 2.1.4'),
  },
  { title: 'an end before the level', wire: '10 06 | 00 04 "MQTT"', fault: malformed('MQTT 5, 2.1.4') },
  { title: 'an end before the flags', wire: '10 07 | 00 04 "MQTT" 04', fault: malformed('MQTT 5, 2.1.4') },
  {
    title: 'an end within the keep alive',
    wire: '10 09 | 00 04 "MQTT" 04 | 02 | 00',
    fault: malformed('MQTT 5, 2.1.4'),
  },
  {
    title: 'an end within the client identifier',
    wire: '10 0e | 00 04 "MQTT" 04 | 02 | 00 3c | 00 03 "ze"',
    fault: malformed('MQTT 5, 2.1.4'),
  },
  {
    title: 'no body at all',
    wire: '10 00',
    fault: malformed('MQTT 5, 2.1.4'),
  },
  {
    title: 'bytes behind the last field',
    wire: '10 10 | 00 04 "MQTT" 04 | 02 | 00 3c | 00 03 "zen" | 00',
    fault: malformed('MQTT 5, 2.1.4'),
  },
  {
    title: 'flags in the fixed header',
    wire: '11 0f | 00 04 "MQTT" 04 | 02 | 00 3c | 00 03 "zen"',
    fault: malformed('MQTT-2.1.3-1'),
  },
  {
    title: 'the reserved connect flag',
    wire: '10 0f | 00 04 "MQTT" 04 | 03 | 00 3c | 00 03 "zen"',
    fault: malformed('MQTT-3.1.2-3'),
  },
  {
    title: 'a will QoS without a will',
    wire: '10 0f | 00 04 "MQTT" 04 | 0a | 00 3c | 00 03 "zen"',
    fault: malformed('MQTT-3.1.2-11'),
  },
  {
    title: 'a will QoS of 3',
    wire: '10 1c | 00 04 "MQTT" 04 | 1e | 00 3c | 00 03 "zen" | 00 03 "lwt" | 00 06 "gone.."',
    fault: malformed('MQTT-3.1.2-12'),
  },
  {
    title: 'a will retain without a will',
    wire: '10 0f | 00 04 "MQTT" 04 | 22 | 00 3c | 00 03 "zen"',
    fault: malformed('MQTT-3.1.2-13'),
  },
  {
    title: 'a will flag without a will',
    wire: '10 0f | 00 04 "MQTT" 04 | 06 | 00 3c | 00 03 "zen"',
    fault: malformed('MQTT 5, 2.1.4'),
  },
  {
    title: 'a will topic with a wildcard',
    wire: '10 16 | 00 04 "MQTT" 04 | 06 | 00 3c | 00 03 "zen" | 00 03 "a/#" | 00 00',
    fault: violation('MQTT-3.3.2-2'),
  },
  {
    title: 'an empty will topic',
    wire: '10 13 | 00 04 "MQTT" 04 | 06 | 00 3c | 00 03 "zen" | 00 00 | 00 00',
    fault: violation('MQTT-4.7.3-1'),
  },
  {
    title: 'a user name flag without a user name [MQTT-3.1.2-17]',
    wire: '10 0f | 00 04 "MQTT" 04 | 82 | 00 3c | 00 03 "zen"',
    fault: malformed('MQTT 5, 2.1.4'),
  },
  {
    title: 'a user name without its flag [MQTT-3.1.2-16]',
    wire: '10 14 | 00 04 "MQTT" 04 | 02 | 00 3c | 00 03 "zen" | 00 03 "ana"',
    fault: malformed('MQTT 5, 2.1.4'),
  },
  {
    title: 'a password without a user name, in 3.1.1',
    wire: '10 13 | 00 04 "MQTT" 04 | 42 | 00 3c | 00 03 "zen" | 00 02 "pw"',
    fault: violation('MQTT-3.1.2-22 of 3.1.1'),
  },
  {
    title: 'an empty client identifier and a session to keep, in 3.1.1',
    wire: '10 0c | 00 04 "MQTT" 04 | 00 | 00 3c | 00 00',
    fault: violation('MQTT-3.1.3-8 of 3.1.1', 0x85),
  },
  {
    title: 'an empty client identifier in 3.1, clean or not',
    wire: '10 0e | 00 06 "MQIsdp" 03 | 02 | 00 3c | 00 00',
    fault: violation('MQTT-3.1.3-8 of 3.1.1', 0x85),
  },
  {
    title: 'half a surrogate pair in the client identifier',
    wire: '10 0f | 00 04 "MQTT" 04 | 02 | 00 3c | 00 03 ed a0 80',
    fault: malformed('MQTT-1.5.4-1'),
  },
  {
    title: 'an overlong encoding in the client identifier',
    wire: '10 0e | 00 04 "MQTT" 04 | 02 | 00 3c | 00 02 c1 81',
    fault: malformed('MQTT-1.5.4-1'),
  },
  {
    title: 'a NUL in the client identifier',
    wire: '10 0f | 00 04 "MQTT" 04 | 02 | 00 3c | 00 03 "a" 00 "b"',
    fault: malformed('MQTT-1.5.4-2'),
  },
  {
    title: 'an end within a session expiry interval, which is what aedes 2.0.0-beta.1 exits on',
    wire: '10 0e | 00 04 "MQTT" 05 | 02 | 00 3c | 05 | 11 00 00',
    fault: malformed('MQTT 5, 2.2.2.1'),
  },
  {
    title: 'a session expiry interval that reaches past the properties',
    wire: '10 13 | 00 04 "MQTT" 05 | 02 | 00 3c | 03 | 11 00 00 | 00 03 "zen"',
    fault: malformed('MQTT 5, 2.1.4'),
  },
  {
    title: 'no property length, in MQTT 5 [MQTT-2.2.2-1]',
    wire: '10 0a | 00 04 "MQTT" 05 | 02 | 00 3c',
    fault: malformed('MQTT 5, 2.1.4'),
  },
  {
    title: 'a property that does not exist',
    wire: '10 12 | 00 04 "MQTT" 05 | 02 | 00 3c | 02 7f 00 | 00 03 "zen"',
    fault: malformed('MQTT 5, 2.2.2.2'),
  },
  {
    title: 'a property identifier of two bytes, none of which exists',
    wire: '10 13 | 00 04 "MQTT" 05 | 02 | 00 3c | 03 91 02 00 | 00 03 "zen"',
    fault: malformed('MQTT 5, 2.2.2.2'),
  },
  {
    title: 'a property of another packet: topic alias',
    wire: '10 13 | 00 04 "MQTT" 05 | 02 | 00 3c | 03 23 00 01 | 00 03 "zen"',
    fault: malformed('MQTT 5, 2.2.2.2'),
  },
  {
    title: 'a property of the will among those of CONNECT',
    wire: '10 15 | 00 04 "MQTT" 05 | 02 | 00 3c | 05 18 00 00 00 01 | 00 03 "zen"',
    fault: malformed('MQTT 5, 2.2.2.2'),
  },
  {
    title: 'a property of CONNECT among those of the will',
    wire: '10 19 | 00 04 "MQTT" 05 | 06 | 00 3c | 00 | 00 03 "zen" | 03 21 00 01 | 00 01 "w" | 00 00',
    fault: malformed('MQTT 5, 2.2.2.2'),
  },
  {
    title: 'a property twice',
    wire: '10 16 | 00 04 "MQTT" 05 | 02 | 00 3c | 06 21 00 01 21 00 01 | 00 03 "zen"',
    fault: violation('MQTT 5, 2.2.2.2'),
  },
  {
    title: 'a receive maximum of 0',
    wire: '10 13 | 00 04 "MQTT" 05 | 02 | 00 3c | 03 21 00 00 | 00 03 "zen"',
    fault: violation('MQTT 5, 3.1.2.11.3'),
  },
  {
    title: 'a maximum packet size of 0',
    wire: '10 15 | 00 04 "MQTT" 05 | 02 | 00 3c | 05 27 00 00 00 00 | 00 03 "zen"',
    fault: violation('MQTT 5, 3.1.2.11.4'),
  },
  {
    title: 'a request problem information of 2',
    wire: '10 12 | 00 04 "MQTT" 05 | 02 | 00 3c | 02 17 02 | 00 03 "zen"',
    fault: violation('MQTT 5, 2.2.2.2'),
  },
  {
    title: 'authentication data without a method',
    wire: '10 14 | 00 04 "MQTT" 05 | 02 | 00 3c | 04 16 00 01 ff | 00 03 "zen"',
    fault: violation('MQTT 5, 3.1.2.11.10'),
  },
  {
    title: 'a user property with ill-formed UTF-8 as its value [MQTT-1.5.7-1]',
    wire: '10 17 | 00 04 "MQTT" 05 | 02 | 00 3c | 07 26 00 01 "n" 00 01 ff | 00 03 "zen"',
    fault: malformed('MQTT-1.5.4-1'),
  },
  {
    title: 'a property length with a byte too many',
    wire: '10 11 | 00 04 "MQTT" 05 | 02 | 00 3c | 80 00 | 00 03 "zen"',
    fault: malformed('MQTT-1.5.5-1'),
  },
  {
    title: 'a property length of five bytes',
    wire: '10 14 | 00 04 "MQTT" 05 | 02 | 00 3c | 80 80 80 80 01 | 00 03 "zen"',
    fault: malformed('MQTT 5, 1.5.5'),
  },
  {
    title: 'a remaining length with a byte too many, in MQTT 5',
    wire: '10 90 00 | 00 04 "MQTT" 05 | 02 | 00 3c | 00 | 00 03 "zen"',
    fault: malformed('MQTT-1.5.5-1'),
  },
];
