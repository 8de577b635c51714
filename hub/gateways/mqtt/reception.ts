import type { ProtocolVersion } from './codec/index.ts';

/** The limits that a client's CONNECT sets for packets to it. */
export interface Reception {
  readonly version: ProtocolVersion;
  /** [MQTT-3.3.4-9] */
  readonly receiveMaximum: number;
  /** Bytes, [MQTT-3.1.2-24]. */
  readonly maximumPacketSize: number | undefined;
  /** Topic aliases that the hub may set, [MQTT-3.1.2-26]. */
  readonly topicAliases: number;
  /** [MQTT-3.1.2-29] */
  readonly problemInformation: boolean;
  /** Whether the client is another broker: it does not want its own messages back, and passes on whether they are retained. */
  readonly isBridge?: boolean;
}
