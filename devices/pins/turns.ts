/** Does one thing after the other: each begins when the one before has ended, however that went. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as the action does. */
  take<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#last.then(action);
    this.#last = result.catch(() => undefined); // Whoever asked for it hears of the failure.
    return result;
  }

  /** Resolves once all that was asked for until now has ended. */
  async ended(): Promise<void> {
    await this.#last;
  }
}
