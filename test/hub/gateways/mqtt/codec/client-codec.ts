import { Buffer } from 'node:buffer';
import type {
  ConnectPacket,
  EncodeLimits,
  Packet,
  ProtocolVersion,
  SubscribePacket,
  Subscription,
  UnsubscribePacket,
  Will,
} from '../../../../../hub/gateways/mqtt/codec/index.ts';
import * as server from '../../../../../hub/gateways/mqtt/codec/index.ts';
import { firstByteOf } from '../../../../../hub/gateways/mqtt/codec/packet-type.ts';
import { Property } from '../../../../../hub/gateways/mqtt/codec/property.ts';
import {
  fourByteInteger,
  writeMessageProperties,
  writeProperties,
} from '../../../../../hub/gateways/mqtt/codec/property-writer.ts';
import { PacketWriter } from '../../../../../hub/gateways/mqtt/codec/writer.ts';

/** The bytes of any packet: a client's, or a server's as the hub writes it. */
export function encode(packet: Packet, version: ProtocolVersion, limits?: EncodeLimits): Buffer {
  switch (packet.type) {
    case 'connect':
      return encodeConnect(packet);
    case 'subscribe':
      return encodeSubscribe(packet, version);
    case 'unsubscribe':
      return encodeUnsubscribe(packet, version);
    case 'pingreq':
      return Buffer.of(firstByteOf('pingreq'), 0);
    default:
      return server.encode(packet, version, limits);
  }
}

const CLEAN_START = 0x02;
const WILL = 0x04;
const WILL_RETAIN = 0x20;
const PASSWORD = 0x40;
const USER_NAME = 0x80;
const NO_LOCAL = 0x04;
const RETAIN_AS_PUBLISHED = 0x08;

/** Writes a CONNECT; a will's payload, the user name and the password in the order of [MQTT-3.1.3-1]. */
function encodeConnect(packet: ConnectPacket): Buffer {
  const { protocolVersion, will } = packet;
  const writer = new PacketWriter();
  writer.utf8(protocolVersion === 3 ? 'MQIsdp' : 'MQTT');
  writer.byte(protocolVersion);
  writer.byte(flagsOf(packet));
  writer.twoByteInteger(packet.keepAlive);
  if (protocolVersion === 5) writeProperties(writer, packet.properties);
  writer.utf8(packet.clientIdentifier);
  if (will) writeWill(writer, will, protocolVersion);
  if (packet.userName !== undefined) writer.utf8(packet.userName);
  if (packet.password !== undefined) writer.binary(packet.password);
  return writer.finish(firstByteOf('connect'));
}

function flagsOf({ cleanStart, will, userName, password }: ConnectPacket): number {
  let flags = cleanStart ? CLEAN_START : 0;
  if (will) flags |= WILL | (will.qos << 3) | (will.retain ? WILL_RETAIN : 0);
  if (userName !== undefined) flags |= USER_NAME;
  if (password !== undefined) flags |= PASSWORD;
  return flags;
}

function writeWill(writer: PacketWriter, will: Will, version: ProtocolVersion): void {
  if (version === 5) {
    writer.section(() => {
      fourByteInteger(writer, Property.WillDelayInterval, will.willDelayInterval);
      fourByteInteger(writer, Property.MessageExpiryInterval, will.messageExpiryInterval);
      if (will.properties) writeMessageProperties(writer, will.properties);
    });
  }
  writer.utf8(will.topic);
  writer.binary(will.payload);
}
/** Writes a SUBSCRIBE; in MQTT 3.1.1 the QoS is all that is left of the options. */
function encodeSubscribe(packet: SubscribePacket, version: ProtocolVersion): Buffer {
  const writer = new PacketWriter();
  writer.twoByteInteger(packet.packetIdentifier);
  if (version === 5) writeProperties(writer, packet.properties);
  for (const subscription of packet.subscriptions) {
    writer.utf8(subscription.topicFilter);
    writer.byte(version === 5 ? optionsOf(subscription) : subscription.qos);
  }
  return writer.finish(firstByteOf('subscribe'));
}

function optionsOf({ qos, noLocal, retainAsPublished, retainHandling }: Subscription): number {
  return (
    qos | (noLocal ? NO_LOCAL : 0) | (retainAsPublished ? RETAIN_AS_PUBLISHED : 0) | (retainHandling << 4)
  );
}

/** Writes an UNSUBSCRIBE. */
function encodeUnsubscribe(packet: UnsubscribePacket, version: ProtocolVersion): Buffer {
  const writer = new PacketWriter();
  writer.twoByteInteger(packet.packetIdentifier);
  if (version === 5) writeProperties(writer, packet.properties);
  for (const filter of packet.topicFilters) writer.utf8(filter);
  return writer.finish(firstByteOf('unsubscribe'));
}
