/** Engine.IO's "message" in front of Socket.IO's packet. (Engine.IO protocol, revision 4) */
export const ENGINE_MESSAGE = '4';

/** A Socket.IO packet, encoded past Socket.IO's own encoder. */
export interface EncodedPacket {
  /** The packet, for transports that frame it themselves. */
  readonly text: string;
  /** The same as a WebSocket frame. */
  readonly frame: Buffer;
}
