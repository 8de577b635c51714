import type { HubError } from '../core/error.ts';

export type Phase = 'starting' | 'serving' | 'draining';

/** Whether a hub does all its work. */
export class Readiness {
  phase: Phase = 'starting';
  readonly #storeFailure: () => HubError | undefined;

  /** `storeFailure` returns why nothing can be stored at present; `undefined` if it can. */
  constructor(storeFailure: () => HubError | undefined) {
    this.#storeFailure = storeFailure;
  }

  /** Why the hub cannot do all its work; `undefined` if it can. */
  get reason(): string | undefined {
    if (this.phase !== 'serving') return this.phase;
    return this.#storeFailure()?.message;
  }
}
