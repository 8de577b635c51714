import type { Logger } from 'pino';
import {
  firstValueFrom,
  lastValueFrom,
  merge,
  ReplaySubject,
  type Subject,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { openFileVault } from '../access/vault/file-vault.ts';
import { answerVault } from '../access/vault/vault-requests.ts';
import { type FolderLock, followHolder, keepFolder } from '../storage/folder/folder-lock.ts';
import { folderOf, type VaultOptions, vaultPath } from './vault.ts';

/** The pause between two attempts, milliseconds; it doubles while they fail. */
const PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;

interface SharedAccountsOptions {
  readonly options: VaultOptions;
  /** Called after each change, and when changes may have been missed. */
  readonly changed$: Subject<void>;
  /** Awaited before another process learns that its change is done. */
  readonly settle: () => Promise<void>;
  readonly log: Logger;
}

/** The accounts in a data folder. Follows the hub that holds it; if there is none, holds it until a hub that stores messages requests it. */
export class SharedAccounts {
  readonly #given: SharedAccountsOptions;
  readonly #folder: string;
  readonly #stopped$ = new ReplaySubject<void>(1);
  readonly #settled$ = new ReplaySubject<void>(1);
  #running: Promise<void> = Promise.resolve();
  #pauseMs = PAUSE_MS;
  #isStopped = false;

  constructor(given: SharedAccountsOptions) {
    this.#given = given;
    this.#folder = folderOf(given.options);
  }

  /** Resolves after the first attempt, whether it succeeded or failed; others follow. */
  async open(): Promise<void> {
    this.#running = this.#run();
    await firstValueFrom(this.#settled$);
  }

  async close(): Promise<void> {
    this.#isStopped = true;
    this.#stopped$.next();
    this.#stopped$.complete();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      await this.#attempt();
      this.#settled$.next();
      const pauseMs = this.#pauseMs * (0.5 + Math.random() / 2); // Random, so that two hubs do not keep colliding.
      if (!this.#isStopped) await firstValueFrom(merge(timer(pauseMs), this.#stopped$));
    }
  }

  async #attempt(): Promise<void> {
    try {
      await this.#follow();
      if (this.#isStopped) return;
      const kept = await keepFolder(this.#folder);
      if (kept) await this.#keep(kept).finally(() => kept.release());
    } catch (err) {
      this.#given.log.debug({ err }, 'users and tokens cannot be shared now');
      this.#pauseMs = Math.min(this.#pauseMs * 2, MAX_PAUSE_MS); // An attempt may write to the disk.
    }
  }

  /** Resolves when the hub has ended, or at once if there is none. */
  async #follow(): Promise<void> {
    const changes$ = followHolder(this.#folder, { do: 'follow' }).pipe(
      tap(() => this.#reportChange()),
      takeUntil(this.#stopped$),
    );
    await lastValueFrom(changes$, { defaultValue: undefined });
  }

  async #keep(kept: FolderLock): Promise<void> {
    const { options, changed$, settle } = this.#given;
    const own = await openFileVault(vaultPath(options));
    const changes = own.changed$.subscribe(() => changed$.next());
    const wanted = kept.keep((request) => answerVault(own, request, settle));
    this.#reportChange();
    await Promise.race([wanted, firstValueFrom(this.#stopped$)]);
    kept.pause();
    await own.close();
    changes.unsubscribe();
  }

  #reportChange(): void {
    this.#pauseMs = PAUSE_MS;
    this.#given.changed$.next();
    this.#settled$.next();
  }
}
