import type { Observable } from 'rxjs';

/** A hub of a cluster that serves. */
export interface ServingHub {
  /** Its name in the cluster. */
  readonly hub: string;
  /** Counts the processes that have owned its state: a later one has fenced those before. */
  readonly epoch: number;
  /** The process, as users know it: host and process identifier. */
  readonly instance: string;
  /** How clients reach it, as in `mqtt://10.0.0.7:1883` and `http://10.0.0.7:5000/`; empty if nobody knows. */
  readonly addresses: readonly string[];
}

/** The hubs that serve together with this one. */
export interface Hubs {
  readonly self: Pick<ServingHub, 'hub' | 'epoch'>;
  /** All that are known to serve, this one included from when it does; the present state first. */
  readonly live$: Observable<readonly ServingHub[]>;
}

/** Where a hub of a cluster tells its clients which hubs serve, as JSON: `[{ "hub": "a", "addresses": ["http://10.0.0.7:5000/"] }]`. */
export const HUBS_TOPIC = '$SYS/cluster/hubs';
