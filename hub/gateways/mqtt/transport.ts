import type { Buffer } from 'node:buffer';
import type { Credentials } from '../../access/access.ts';
import type { Parcel } from './delivery.ts';

/** What carries MQTT. */
export type Carrier = 'tcp' | 'websocket';

/** What happens on a transport. */
export interface TransportEvents {
  /** Bytes have come. They are the receiver's from now on. */
  received(chunk: Buffer): void;
  /** The network has taken all that was sent. */
  drained(): void;
  /** The connection is gone; nothing follows. */
  closed(): void;
}

/** A stream of bytes both ways, whatever carries it. None of these throws: what fails ends in `closed`. */
export interface Transport {
  readonly carrier: Carrier;
  /** The other side's IP address. */
  readonly address: string;
  /** What the connection itself shows of who is there: a client certificate, a browser's login. */
  readonly credentials?: Credentials;
  /** Bytes that were sent and that the network has not taken yet. */
  readonly bufferedBytes: number;
  /** Its client was let in. */
  letIn(): void;
  /** Begins to report. Called once. */
  start(events: TransportEvents): void;
  send(parcel: Parcel): void;
  /** Stops reading, and goes on with it. */
  pause(): void;
  resume(): void;
  /** Ends the connection once all that was sent has left; what still comes is thrown away. */
  end(): void;
  /** Ends it at once. */
  destroy(): void;
}
