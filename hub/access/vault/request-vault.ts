import { isDeepStrictEqual } from 'node:util';
import { Subject } from 'rxjs';
import { type Content, type Found, findUnder, type Shelf, type Vault, type VaultRecord } from './vault.ts';
import { type ChangeRequest, type ChangeResult, toJson } from './vault-requests.ts';

/** How a vault reads its records, and changes them. */
export interface VaultAccess {
  read(): Promise<Content>;
  perform(request: ChangeRequest): Promise<ChangeResult>;
}

/** A vault whose changes are requests: each states the records that it is based on, and is refused if those have changed. */
export class RequestVault implements Vault {
  readonly changed$ = new Subject<void>();
  readonly #access: VaultAccess;
  #last: Promise<unknown> = Promise.resolve();

  constructor(access: VaultAccess) {
    this.#access = access;
  }

  read(): Promise<Content> {
    return this.#access.read();
  }

  async get(shelf: Shelf, key: string): Promise<VaultRecord | undefined> {
    return (await this.#access.read())[shelf].get(key);
  }

  async put(shelf: Shelf, key: string, record: VaultRecord): Promise<void> {
    const kept = structuredClone(record);
    await this.update(shelf, key, () => kept);
  }

  update(shelf: Shelf, key: string, change: (found: Found) => VaultRecord | undefined): Promise<boolean> {
    return this.#enqueue(async () => {
      for (;;) {
        const found = findUnder(await this.#access.read(), key);
        const record = change(found);
        if (record === undefined || isDeepStrictEqual(record, found[shelf])) return record !== undefined;
        const request = { do: 'update', shelf, key, found: toJson(found), record } as const;
        if ((await this.#send(request)) !== 'again') return true;
      }
    });
  }

  delete(shelf: Shelf, ...keys: readonly string[]): Promise<boolean> {
    return this.#enqueue(async () => {
      const records = (await this.#access.read())[shelf];
      if (!keys.some((key) => records.has(key))) return false; // Neither file nor folder need exist.
      return (await this.#send({ do: 'delete', shelf, keys: [...keys] })) === true;
    });
  }

  /** Resolves when all requested changes are made. */
  async close(): Promise<void> {
    await this.#last;
    this.changed$.complete();
  }

  /** One change at a time. */
  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined); // The caller gets the error; the next change must not.
    return done;
  }

  async #send(request: ChangeRequest): Promise<ChangeResult> {
    const result = await this.#access.perform(request);
    if (result === true) this.changed$.next();
    return result;
  }
}
