import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import {
  type Content,
  copyShelves,
  SHELVES,
  type Shelf,
  type Shelves,
  type VaultRecord,
} from '../../access/vault/vault.ts';
import { HubError } from '../../core/error.ts';
import { decodeJson, encodeJson } from '../json.ts';

/** A record to store. A record without a value is removed. */
export type RecordChange = readonly [shelf: Shelf, key: string, record: VaultRecord | null];

/** Changes that are made together. */
export interface AccountChange {
  /** Distinguishes this change from an equal one of another hub. */
  readonly id: string;
  readonly records: readonly RecordChange[];
  /** The identifiers of earlier changes that counted, if this change replaces them in the log. */
  readonly earlier?: readonly string[];
}

/** How many changes are remembered. */
const REMEMBERED = 256;

const record = z.record(z.string(), z.unknown());
const entrySchema = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  records: z.array(z.tuple([z.enum(SHELVES), z.string(), record.nullable()])),
  earlier: z.array(z.string()).optional(),
  /** Whether the next entry continues this change. */
  isPart: z.boolean(),
});

export function createChange(records: readonly RecordChange[]): AccountChange {
  return { id: randomUUID(), records };
}

/** The change that creates this content in an empty vault. */
export function toChange(content: Content, earlier: readonly string[] = []): AccountChange {
  const records = SHELVES.flatMap((shelf) =>
    [...content[shelf]].map(([key, record]): RecordChange => [shelf, key, record]),
  );
  return { ...createChange(records), earlier };
}

/** The entries that hold a change, each of about `bytes` at most; a short change has one. */
export function encodeChange({ id, records, earlier }: AccountChange, bytes: number): Uint8Array[] {
  const parts: RecordChange[][] = [[]];
  let room = bytes;
  for (const change of records) {
    const size = encodeJson(change).byteLength + 1;
    if (size > room && parts.at(-1)?.length !== 0) {
      parts.push([]);
      room = bytes;
    }
    parts.at(-1)?.push(change);
    room -= size;
  }
  const last = parts.length - 1;
  return parts.map((part, index) =>
    encodeJson({ version: 1, id, records: part, ...(index === last && { earlier }), isPart: index < last }),
  );
}

/** Throws `store/damaged` for content that this version does not know. */
function decodeEntry(bytes: Uint8Array): z.infer<typeof entrySchema> {
  const { success, data } = entrySchema.safeParse(decodeJson(bytes));
  if (success) return data;
  throw new HubError('store/damaged', 'the cluster has users and tokens of a later version, or damaged ones');
}

/** The change that an entry belongs to. */
export function idOf(bytes: Uint8Array): string {
  return decodeEntry(bytes).id;
}

/** The accounts that a sequence of entries produces. A change of several entries counts only if they follow each other directly. */
export class AccountState {
  readonly #shelves: Shelves = copyShelves({ users: [], tokens: [], logins: [], secrets: [] });
  readonly #recent = new Set<string>();
  #begun: AccountChange | undefined;
  /** Whether no change has ever counted. */
  isUntouched = true;

  get content(): Content {
    return this.#shelves;
  }

  /** The last changes that counted. A hub that got no answer finds its own change here, even after the log was rewritten. */
  get recent(): ReadonlySet<string> {
    return this.#recent;
  }

  /** Applies the next entry; returns whether it changed a record. Throws `store/damaged` for an unknown entry. */
  apply(bytes: Uint8Array): boolean {
    const { id, records, earlier = [], isPart } = decodeEntry(bytes);
    const before = this.#begun?.id === id ? this.#begun.records : [];
    const change = { id, records: [...before, ...records] };
    this.#begun = isPart ? change : undefined;
    if (isPart) return false;
    for (const counted of [...earlier, id]) this.#remember(counted);
    this.isUntouched = false;
    return change.records.filter((each) => this.#store(each)).length > 0;
  }

  #remember(id: string): void {
    this.#recent.add(id);
    const [oldest] = this.#recent;
    if (this.#recent.size > REMEMBERED && oldest !== undefined) this.#recent.delete(oldest);
  }

  #store([shelf, key, record]: RecordChange): boolean {
    if (record === null) return this.#shelves[shelf].delete(key);
    const isOther = !isDeepStrictEqual(this.#shelves[shelf].get(key), record);
    this.#shelves[shelf].set(key, record);
    return isOther;
  }
}
