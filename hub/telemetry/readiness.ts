import type { HubError } from '../core/error.ts';

export type Phase = 'starting' | 'serving' | 'draining';

/** Whether a hub does all that it is there for. */
export class Readiness {
  phase: Phase = 'starting';
  readonly #storeFailure: () => HubError | undefined;

  /** `storeFailure` tells why nothing can be kept now, if that is so. */
  constructor(storeFailure: () => HubError | undefined) {
    this.#storeFailure = storeFailure;
  }

  /** Why it does not; `undefined` where it does. */
  get reason(): string | undefined {
    if (this.phase !== 'serving') return this.phase;
    return this.#storeFailure()?.message;
  }
}
