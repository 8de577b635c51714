/** What is said of a delivery, as bits: `RETAINED` is the retain flag, `OWN` marks a message that the receiver itself published. */
export type DeliveryFlags = 0 | 1 | 2 | 3;
export const RETAINED = 1;
export const OWN = 2;

/** One message as it travels in Socket.IO's `messages`: the payload is text where it is UTF-8. */
export type WireMessage = readonly [
  topic: string,
  payload: string | Uint8Array | ArrayBuffer,
  flags: DeliveryFlags,
];
