import type { HubError } from '../core/error.ts';

export type Phase = 'starting' | 'serving' | 'draining';

/** Whether a hub does all its work. */
export class Readiness {
  phase: Phase = 'starting';
  readonly #storeFailure: () => HubError | undefined;

  /** `storeFailure` returns why nothing can be kept at present, if so. */
  constructor(storeFailure: () => HubError | undefined) {
    this.#storeFailure = storeFailure;
  }

  /** Why it does not; `undefined` if it does. */
  get reason(): string | undefined {
    if (this.phase !== 'serving') return this.phase;
    return this.#storeFailure()?.message;
  }
}
