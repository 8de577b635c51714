import { z } from 'zod';
import { HubError } from '../core/error.ts';
import { ByteReader, ByteWriter } from '../storage/engine/bytes.ts';
import { MESSAGE } from '../storage/hub/codecs.ts';
import type { CellValue, Engine, SharedLog } from './engine.ts';
import { FrameReader } from './frame-reader.ts';
import { parseJson } from './json.ts';
import { type EntryClock, shift } from './ledger-frame.ts';
import { BASE_LOG } from './log-names.ts';
import { LEDGER_PLACE, OriginOrder } from './origin-order.ts';
import type { RetainedState } from './retained-replay.ts';

/** The cell that names the latest base. */
export const BASE_CELL = 'ledger-base';

/** The approximate size of one piece of a base, bytes. */
const PIECE_BYTES = 64 * 2 ** 10;

const POINTER = z.object({
  /** Separates the pieces of one base from those of another, which may lie among them. */
  generation: z.string(),
  /** The sequences of its first and its last piece. */
  first: z.int().positive(),
  last: z.int().positive(),
});

type Pointer = Readonly<z.infer<typeof POINTER>>;

export interface LedgerBase {
  readonly state: RetainedState;
  /** The cell with the position of the base; `undefined` if there is none, and readers start with the first entry of the ledger. */
  readonly cell: CellValue | undefined;
}

/** Reads the messages that were retained at some point of the ledger, from which reading can continue. Rejects with `UnansweredError` and `store/damaged`. */
export async function readBase(engine: Engine, clock: EntryClock): Promise<LedgerBase> {
  const log = await engine.log(BASE_LOG);
  for (;;) {
    const cell = await engine.cell(BASE_CELL);
    const state = cell ? await readState(log, parsePointer(cell), clock) : emptyState();
    if (state) return { state, cell };
    // Another base has replaced it meanwhile.
    if ((await engine.cell(BASE_CELL))?.revision === cell?.revision)
      throw new HubError('store/damaged', 'the cluster has lost what was retained');
  }
}

/** Replaces a base with a later one. Resolves to false if another hub was faster. Rejects with `store/unavailable` if there is no room. */
export async function writeBase(
  { state, cell }: LedgerBase,
  engine: Engine,
  clock: EntryClock,
  generation: string,
): Promise<boolean> {
  const log = await engine.log(BASE_LOG);
  const sequences: number[] = [];
  for (const piece of encodePieces(state, clock, generation)) {
    const outcome = await log.append(piece);
    if (outcome.kind === 'full') throw new HubError('store/unavailable', outcome.reason);
    if (outcome.kind === 'appended') sequences.push(outcome.sequence);
  }
  const [first = 0, last = first] = [sequences[0], sequences.at(-1)];
  const pointer: Pointer = { generation, first, last };
  if (!(await engine.setCell(BASE_CELL, JSON.stringify(pointer), cell?.revision ?? 0))) return false;
  await log.trim(first);
  return true;
}

function emptyState(): RetainedState {
  return { position: 0, reader: new FrameReader(new OriginOrder()), messages: new Map() };
}

/** `undefined` if some of it is trimmed. */
async function readState(
  log: SharedLog,
  { generation, first, last }: Pointer,
  clock: EntryClock,
): Promise<RetainedState | undefined> {
  let state: RetainedState | undefined;
  let next = first;
  const aheadMs = clock.now() - clock.timeOfDay();
  for await (const { sequence, bytes } of log.entries(first, last)) {
    if (sequence !== next++) return undefined;
    const reader = new ByteReader(bytes);
    if (reader.text() !== generation) continue;
    if (sequence === first) {
      const { position, states } = LEDGER_PLACE.read(reader);
      state = { position, reader: new FrameReader(new OriginOrder(states)), messages: new Map() };
    }
    while (!reader.isAtEnd) {
      const message = shift(MESSAGE.read(reader), aheadMs);
      state?.messages.set(message.topic, message);
    }
  }
  return next === last + 1 ? state : undefined;
}

function* encodePieces(
  { position, reader, messages }: RetainedState,
  clock: EntryClock,
  generation: string,
): Generator<Uint8Array> {
  const writer = new ByteWriter();
  const now = clock.now();
  writer.text(generation);
  LEDGER_PLACE.write(writer, { position, states: [...reader.order.states] });
  for (const message of messages.values()) {
    if (message.isExpiredAt(now)) continue;
    MESSAGE.write(writer, shift(message, clock.timeOfDay() - now));
    if (writer.length < PIECE_BYTES) continue;
    yield writer.copy();
    writer.clear();
    writer.text(generation);
  }
  yield writer.copy();
}

function parsePointer({ text }: CellValue): Pointer {
  const pointer = POINTER.safeParse(parseJson(text));
  if (pointer.success) return pointer.data;
  throw new HubError('store/damaged', 'the cluster does not say where its retained messages are');
}
