/** Runs actions one after the other: each starts when the previous one has ended, successfully or not. */
export class ActionQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles like the action. */
  take<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#last.then(action);
    this.#last = result.catch(() => undefined); // The caller gets the error.
    return result;
  }

  /** Resolves once all actions requested so far have ended. */
  async ended(): Promise<void> {
    await this.#last;
  }
}
