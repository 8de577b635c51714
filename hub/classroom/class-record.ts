import { z } from 'zod';
import type { Vault } from '../access/vault/vault.ts';

/** The state of a class that survives a restart. */
export interface ClassRecord {
  readonly code: string;
  readonly isPaused: boolean;
  /** The material that the teacher hands out: latecomers get it, and a reset gives it again. */
  readonly handOut?: unknown;
}

const schema = z.object({
  code: z.string(),
  isPaused: z.boolean(),
  handOut: z.unknown().optional(),
}) satisfies z.ZodType<ClassRecord>;

/** The place of the class's record among the hub's own secrets: it is secret because its code lets people in. */
const KEY = 'class';

export type RecordVault = Pick<Vault, 'get' | 'put' | 'delete'>;

/** Keeps the record of a class in a vault. Its methods reject as the vault does. */
export class ClassRecords {
  readonly #vault: RecordVault;
  #current: ClassRecord | undefined;

  constructor(vault: RecordVault) {
    this.#vault = vault;
  }

  /** As it was when it was last loaded or stored; `undefined` while there is no class. */
  get current(): ClassRecord | undefined {
    return this.#current;
  }

  async load(): Promise<void> {
    const { success, data } = schema.safeParse(await this.#vault.get('secrets', KEY));
    this.#current = success ? data : undefined;
  }

  async store(record: ClassRecord): Promise<void> {
    await this.#vault.put('secrets', KEY, { ...record });
    this.#current = record;
  }

  async remove(): Promise<void> {
    await this.#vault.delete('secrets', KEY);
    this.#current = undefined;
  }
}
