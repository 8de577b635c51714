import type { HubError } from '../../core/error.ts';
import { networkOf } from '../../limits/network.ts';
import { RateLimiter } from '../../limits/rate-limiter.ts';
import { MqttError, ReasonCode } from './codec/index.ts';
import type { MqttLimits } from './limits.ts';

/** So many seconds' worth of connections may come at once: after a power cut, all do. */
const BURST_SECONDS = 5;

/** A connection over which nobody has been let in. */
export interface Guest {
  /** An IP address. */
  readonly address: string;
  /** Ends the connection, after which its bytes are to be forgotten. */
  close(reason: HubError): void;
}

/** Counts how fast new clients come, and what is kept for those that have not been let in. */
export class Admission {
  #bytes = 0;
  readonly #guests = new Map<Guest, number>();
  readonly #limits: MqttLimits;
  readonly #pace: RateLimiter;

  constructor(limits: MqttLimits, now: () => number) {
    const { connectsPerSecond } = limits;
    this.#limits = limits;
    this.#pace = new RateLimiter({
      now,
      burst: connectsPerSecond * BURST_SECONDS,
      everyMs: 1000 / connectsPerSecond,
    });
  }

  /** Counts bytes that have come from a guest. Where there are too many, from all of them, whoever has sent most goes. */
  keep(guest: Guest, bytes: number): void {
    this.#guests.set(guest, (this.#guests.get(guest) ?? 0) + bytes);
    this.#bytes += bytes;
    while (this.#bytes > this.#limits.strangerBytes) this.#dropOne();
  }

  /** Forgets the bytes of one who was let in, or has gone. */
  forget(guest: Guest): void {
    this.#bytes -= this.#guests.get(guest) ?? 0;
    this.#guests.delete(guest);
  }

  /** Counts a CONNECT. Throws `limit/exceeded` where they come too fast from one network. */
  admit(address: string): void {
    if (this.#pace.take(networkOf(address)) === 0) return;
    const { connectsPerSecond } = this.#limits;
    throw new MqttError('limit/exceeded', `more than ${connectsPerSecond} connections a second; try again`, {
      reasonCode: ReasonCode.ConnectionRateExceeded,
    });
  }

  /** Of the network that has sent most the guest that has: a newcomer pays for nobody else. */
  #dropOne(): void {
    const networks = new Map<string, number>();
    for (const [{ address }, bytes] of this.#guests) {
      const network = networkOf(address);
      networks.set(network, (networks.get(network) ?? 0) + bytes);
    }
    const greediest = keyOfMost(networks);
    const guest = keyOfMost([...this.#guests].filter(([{ address }]) => networkOf(address) === greediest));
    if (!guest) return;
    this.forget(guest);
    guest.close(
      new MqttError('limit/exceeded', 'too many connections have begun and not said who they are', {
        reasonCode: ReasonCode.ServerBusy,
      }),
    );
  }
}

/** The first of those that have most; `undefined` where there is none. */
function keyOfMost<Key>(counts: Iterable<readonly [Key, number]>): Key | undefined {
  let most: readonly [Key | undefined, number] = [undefined, 0];
  for (const count of counts) if (count[1] > most[1]) most = count;
  return most[0];
}
