import type { Subscription } from 'rxjs';
import type { Hubs, ServingHub } from '../core/hubs.ts';

/** The other hubs of a cluster, to which clients can go. */
export class OtherHubs {
  readonly #listening: Subscription;
  #others: readonly ServingHub[] = [];
  #turn = 0;

  constructor({ self, live$ }: Hubs) {
    this.#listening = live$.subscribe((live) => {
      this.#others = live.filter(({ hub }) => hub !== self.hub);
    });
  }

  /** Their hosts and ports for these schemes, as in `10.0.0.7:1883`. Each call begins with the next hub, so that clients spread. */
  hosts(schemes: readonly string[]): string[] {
    const first = this.#turn++ % Math.max(1, this.#others.length);
    const hubs = [...this.#others.slice(first), ...this.#others.slice(0, first)];
    const urls = hubs.flatMap(({ addresses }) => addresses.flatMap(parse));
    return urls.filter(({ protocol }) => schemes.includes(protocol)).map(({ host }) => host);
  }

  close(): void {
    this.#listening.unsubscribe();
  }
}

/** Another version of a hub may have addresses of kinds that this one does not know. */
function parse(address: string): URL[] {
  return URL.canParse(address) ? [new URL(address)] : [];
}
