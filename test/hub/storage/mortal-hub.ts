import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { SessionLimits } from '../../../hub/session/limits.ts';
import { openStore, type FolderStore as Store } from '../../../hub/storage/hub/store.ts';
import { StoredFixture } from './stored-fixture.ts';

/** The data folders of a test, in a separate folder. */
export class DataFolders {
  readonly root = mkdtempSync(join(tmpdir(), 'pinhub-restart-'));
  #count = 0;
  #stores: Store[] = [];

  /** A folder that no store has used yet. */
  next(): string {
    return join(this.root, `data-${this.#count++}`);
  }

  async open(folder: string): Promise<Store> {
    const store = await openStore({ folder, log: pino({ level: 'silent' }) });
    this.#stores.push(store);
    return store;
  }

  async closeStores(): Promise<void> {
    for (const store of this.#stores.splice(0)) await store.close();
  }

  async remove(): Promise<void> {
    await this.closeStores();
    rmSync(this.root, { recursive: true });
  }
}

/** A hub whose process can be killed: another one then continues with what it has stored. */
export class MortalHub {
  fixture: StoredFixture;
  #store: Store;
  readonly #folders: DataFolders;
  readonly #limits: Partial<SessionLimits>;

  private constructor(folders: DataFolders, store: Store, limits: Partial<SessionLimits>) {
    this.#folders = folders;
    this.#store = store;
    this.#limits = limits;
    this.fixture = new StoredFixture(store, 0, limits);
  }

  static async start(folders: DataFolders, limits: Partial<SessionLimits> = {}): Promise<MortalHub> {
    return new MortalHub(folders, await folders.open(folders.next()), limits);
  }

  /** Restarts the hub after `awayMs` without one. Owners in `gone` no longer exist then; `isReady` says whether clients can connect. */
  async die(awayMs = 0, gone: readonly string[] = [], isReady = true): Promise<void> {
    const folder = this.#folders.next();
    this.#store.journal.commit();
    cpSync(this.#store.folder, folder, { recursive: true, filter: (path) => !path.includes('pinhub.lock') });
    const now = this.fixture.clock.now();
    this.#store = await this.#folders.open(folder);
    this.fixture = new StoredFixture(this.#store, now + awayMs, this.#limits, gone);
    if (isReady) this.fixture.sessions.awaitReturns();
  }

  get store(): Store {
    return this.#store;
  }
}
