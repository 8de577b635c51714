import type { Buffer } from 'node:buffer';
import { basename, dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Disk, DiskFile, FileAccess } from '../../../hub/storage/engine/disk.ts';
import { Sheet } from './sheet.ts';

/** An operation that a disk was asked for. If it takes time, it is reported twice: when it begins and, with `isDone`, when it is done. */
export interface DiskCall {
  readonly what: 'open' | 'write' | 'truncate' | 'flush' | 'rename' | 'remove' | 'sync-folder';
  readonly path: string;
  readonly isDone?: true;
}

export interface PowerCutDiskOptions {
  /** Called before every call, and may throw instead of it. */
  readonly onCall?: (call: DiskCall) => void;
  /** How long slow operations take. Default: one turn of the event loop. */
  readonly pace?: () => Promise<unknown>;
}

interface NameChange {
  readonly serial: number;
  readonly apply: (names: Map<string, Sheet>) => void;
}

/**
 * A disk in memory that remembers what was flushed. It can end at any call: from then on every call throws, and `afterKill` and
 * `afterPowerCut` give the disk that the next process finds.
 */
export class PowerCutDisk implements Disk {
  /** The capacity of the disk, bytes. */
  capacityBytes = Number.POSITIVE_INFINITY;
  /** The error of a full disk. */
  fullCode = 'ENOSPC';
  /** The number of calls that the disk still answers. */
  callsLeft = Number.POSITIVE_INFINITY;
  options: PowerCutDiskOptions;
  readonly #names: Map<string, Sheet>;
  readonly #flushedNames: Map<string, Sheet>;
  #nameChanges: NameChange[];
  #serial = 0;
  #openFiles = 0;
  /** The place of the unfinished write with which the disk ended. */
  #torn: Sheet | undefined;

  constructor(options: PowerCutDiskOptions = {}, before?: PowerCutDisk) {
    this.options = options;
    this.#names = new Map(before ? before.#names : []);
    this.#flushedNames = new Map(before ? before.#flushedNames : []);
    this.#nameChanges = before ? before.#nameChanges : [];
    this.#serial = before ? before.#serial : 0;
  }

  get isOff(): boolean {
    return this.callsLeft <= 0;
  }

  get openFiles(): number {
    return this.#openFiles;
  }

  /** Names of files, and their content. */
  get files(): ReadonlyMap<string, Buffer> {
    return new Map([...this.#names].map(([path, { content }]) => [basename(path), content]));
  }

  /** The disk that the next process finds after this one was killed: everything written, the last write perhaps in part. */
  afterKill(random: () => number): PowerCutDisk {
    this.callsLeft = 0;
    this.#torn?.tearLast(random());
    return new PowerCutDisk(this.options, this);
  }

  /** The disk after a power cut: everything flushed, and of the rest some writes, or parts of them, or nothing, in no order. */
  afterPowerCut(random: () => number): PowerCutDisk {
    this.callsLeft = 0;
    const after = new PowerCutDisk(this.options);
    const names = new Map(this.#flushedNames);
    for (const { apply } of this.#nameChanges) if (random() < 0.5) apply(names);
    for (const [path, sheet] of names) {
      const found = new Sheet(sheet.afterPowerCut(random));
      after.#names.set(path, found);
      after.#flushedNames.set(path, found);
    }
    return after;
  }

  list(folder: string): string[] {
    this.#check();
    return [...this.#names.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path));
  }

  open(path: string, access: FileAccess): DiskFile {
    if (access !== 'read') this.#call({ what: 'open', path });
    this.#check();
    const sheet = this.#names.get(path) ?? new Sheet();
    if (!this.#names.has(path)) {
      if (access !== 'create') throw failure('ENOENT');
      this.#rename((names) => names.set(path, sheet));
    }
    if (access === 'create') sheet.truncate(0);
    this.#openFiles++;
    return this.#toFile(path, sheet);
  }

  rename(from: string, to: string): void {
    this.#call({ what: 'rename', path: from });
    const sheet = this.#names.get(from);
    if (!sheet) throw failure('ENOENT');
    this.#rename((names) => {
      names.set(to, sheet);
      if (names.get(from) === sheet) names.delete(from);
    });
  }

  remove(path: string): void {
    this.#call({ what: 'remove', path });
    const sheet = this.#names.get(path);
    this.#rename((names) => names.get(path) === sheet && names.delete(path));
  }

  async syncFolderOf(path: string): Promise<void> {
    const serial = this.#serial;
    await this.#work({ what: 'sync-folder', path });
    const isDue = (change: NameChange) => change.serial <= serial;
    for (const { apply } of this.#nameChanges.filter(isDue)) apply(this.#flushedNames);
    this.#nameChanges = this.#nameChanges.filter((change) => !isDue(change));
  }

  #call(call: DiskCall): void {
    this.#check();
    this.options.onCall?.(call);
    this.#count();
  }

  #check(): void {
    if (this.isOff) throw failure('EIO');
  }

  #count(): void {
    this.callsLeft--;
    this.#check();
  }

  async #work(call: DiskCall): Promise<void> {
    this.#call(call);
    await (this.options.pace ?? setImmediate)();
    this.#call({ ...call, isDone: true });
  }

  #rename(apply: NameChange['apply']): void {
    apply(this.#names);
    this.#nameChanges.push({ serial: ++this.#serial, apply });
  }

  get #room(): number {
    const taken = [...new Set(this.#names.values())].reduce((sum, { content }) => sum + content.length, 0);
    return Math.max(0, this.capacityBytes - taken);
  }

  #write(path: string, sheet: Sheet, { bytes, at }: { bytes: Uint8Array; at: number }): number {
    const grows = Math.max(0, at + bytes.length - sheet.content.length);
    const taken = bytes.length - Math.max(0, grows - this.#room);
    this.#check();
    this.options.onCall?.({ what: 'write', path });
    if (taken <= 0) throw failure(this.fullCode);
    this.#torn = sheet;
    sheet.write(at, bytes.subarray(0, taken));
    this.#count(); // If the disk ends here, it may have reached any byte of it.
    this.#torn = undefined;
    return taken;
  }

  #toFile(path: string, sheet: Sheet): DiskFile {
    return {
      size: () => sheet.content.length,
      read: (into, at) => sheet.content.copy(into, 0, at),
      writeSync: (bytes, at) => this.#write(path, sheet, { bytes, at }),
      write: async (bytes, at) => {
        await (this.options.pace ?? setImmediate)();
        return this.#write(path, sheet, { bytes, at });
      },
      truncate: (size) => {
        this.#call({ what: 'truncate', path });
        sheet.truncate(size);
      },
      flush: async () => {
        const flushed = sheet.changeCount;
        await this.#work({ what: 'flush', path });
        sheet.flush(flushed);
      },
      close: () => {
        this.#openFiles--;
      },
    };
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
