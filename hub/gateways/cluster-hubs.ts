import { type Observable, Subject, type Subscription } from 'rxjs';
import type { Hubs, ServingHub } from '../core/ports.ts';

/** The hubs that serve at present, to which clients can go. */
export class ClusterHubs {
  readonly self: Hubs['self'];
  readonly #changed$ = new Subject<void>();
  readonly #listening: Subscription;
  #live: readonly ServingHub[] = [];
  #turn = 0;

  constructor({ self, live$ }: Hubs) {
    this.self = self;
    this.#listening = live$.subscribe((live) => {
      this.#live = live;
      this.#changed$.next();
    });
  }

  /** Emits after `live` has changed. */
  get changed$(): Observable<unknown> {
    return this.#changed$;
  }

  /** All hubs that serve, including this one. */
  get live(): readonly ServingHub[] {
    return this.#live;
  }

  /** Hosts and ports of the other hubs for these schemes, as in `10.0.0.7:1883`. Each call begins with the next hub, so that clients spread. */
  hostsElsewhere(schemes: readonly string[]): string[] {
    const others = this.#live.filter(({ hub }) => hub !== this.self.hub);
    const first = this.#turn++ % Math.max(1, others.length);
    const hubs = [...others.slice(first), ...others.slice(0, first)];
    const urls = hubs.flatMap(({ addresses }) => addresses.flatMap(parse));
    return urls.filter(({ protocol }) => schemes.includes(protocol)).map(({ host }) => host);
  }

  /** The origins of the pages of all hubs, as in `http://10.0.0.7:5000`. */
  get pageOrigins(): readonly string[] {
    const urls = this.#live.flatMap(({ addresses }) => addresses.flatMap(parse));
    return urls.filter(({ protocol }) => /^https?:$/.test(protocol)).map(({ origin }) => origin);
  }

  close(): void {
    this.#listening.unsubscribe();
    this.#changed$.complete();
  }
}

/** Another version of a hub may have addresses of kinds that this one does not know. */
function parse(address: string): URL[] {
  return URL.canParse(address) ? [new URL(address)] : [];
}
