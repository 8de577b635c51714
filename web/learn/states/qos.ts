import type { HubError } from '../../../hub/core/error.ts';
import type { Qos } from '../model/mqtt-sender.ts';

/** The messages that one attempt sent, and the ones that reached the hub. */
export interface Run {
  readonly qos: Qos;
  readonly isLinkBad: boolean;
  readonly sent: number;
  /** The number of times that each number arrived; the first entry is for 1. */
  readonly arrived: readonly number[];
  readonly breaks: number;
  readonly isOver: boolean;
}

export interface QosState {
  readonly topic: string;
  readonly isLinkBad: boolean;
  readonly run: Run | undefined;
  /** The last finished run of each quality of service. */
  readonly finished: readonly Run[];
  /** What the hub has refused last. */
  readonly problem: HubError | undefined;
}

export interface QosActions {
  readonly setLink: (isBad: boolean) => void;
  readonly send: (qos: Qos) => void;
}

/** How many numbers did not arrive, and how many arrived more than once. */
export function tally({ arrived }: Pick<Run, 'arrived'>): {
  readonly lost: number;
  readonly doubled: number;
} {
  return {
    lost: arrived.filter((times) => times === 0).length,
    doubled: arrived.filter((times) => times > 1).length,
  };
}
