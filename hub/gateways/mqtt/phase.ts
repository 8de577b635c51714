import type { ExchangeStep } from '../../access/access.ts';
import type { HubError } from '../../core/error.ts';
import type { Ending } from '../../session/sessions.ts';
import type { Packet } from './codec/index.ts';

/** What a connection does with the packets that come: it greets its client, and then converses with it. */
export interface Phase {
  /** The keep alive that holds, seconds, 0 for none; `undefined` before the client is let in. */
  readonly keepAlive: number | undefined;
  /** What it keeps between packets, bytes. */
  readonly heldBytes: number;
  /** Takes a packet. Throws what ends the connection. */
  handle(packet: Packet): void;
  /** Goes on with what has waited for the network. */
  resume(): void;
  /** Has what is due to the client wait until all that was told to the journal is safe. */
  bind(): void;
  /** Tells the client why the connection ends, where its version has words for it. */
  sayGoodbye(reason: HubError): void;
  /** The connection is over. */
  leave(ending: Ending): void;
}

/** What a phase asks of its connection. */
export interface Host {
  /** Waits for access to decide, and reads nothing meanwhile. */
  decide(decision: Promise<ExchangeStep>, then: (step: ExchangeStep) => void): void;
  /** Goes on in another phase. */
  enter(phase: Phase): void;
  /** Ends the connection because the client has said goodbye. */
  end(ending: Ending): void;
  /** Ends it from the hub's side, and says why. */
  close(reason: HubError): void;
}
