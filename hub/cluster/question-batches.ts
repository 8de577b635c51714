import { firstValueFrom, type SchedulerLike, timer } from 'rxjs';
import { ByteReader, ByteWriter } from '../storage/engine/bytes.ts';
import { type Engine, UnansweredError } from './engine.ts';

/** The first byte of a batch of questions. A single question is JSON. */
const BATCH = 1;

/** The most questions, and about the most bytes, in one batch. */
const MOST_QUESTIONS = 500;
const MOST_BYTES = 256 * 2 ** 10;

/** How long the answers of a batch wait for each other, milliseconds. Two hubs may each need an answer from the other first. */
const TOGETHER_MS = 50;

/** A longer answer is requested again on its own, bytes. */
const SHORT_BYTES = 1_024;

/** Stands for an answer that must be requested on its own. */
const LATER = new Uint8Array();

export interface QuestionBatchesOptions {
  readonly engine: Pick<Engine, 'ask'>;
  /** How long an answer may take, milliseconds. */
  readonly withinMs: number;
}

interface Question {
  readonly bytes: Uint8Array;
  readonly resolve: (answer: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

/** Asks hubs: the questions to one hub in a turn of the event loop are sent as one. */
export class QuestionBatches {
  readonly #options: QuestionBatchesOptions;
  readonly #gathered = new Map<string, Question[]>();

  constructor(options: QuestionBatchesOptions) {
    this.#options = options;
  }

  /** Rejects with `UnansweredError`. The same question may be asked twice. */
  ask(channel: string, bytes: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const gathered = this.#gathered.get(channel) ?? this.#begin(channel);
      gathered.push({ bytes, resolve, reject });
    });
  }

  #begin(channel: string): Question[] {
    const gathered: Question[] = [];
    this.#gathered.set(channel, gathered);
    setImmediate(() => {
      this.#gathered.delete(channel);
      for (const questions of split(gathered)) void this.#askTogether(channel, questions);
    });
    return gathered;
  }

  async #askTogether(channel: string, questions: readonly Question[]): Promise<void> {
    const [first] = questions;
    if (first && questions.length === 1) return this.#askAlone(channel, first);
    try {
      const asked = encodeBatch(questions.map(({ bytes }) => bytes));
      const answers = decodeBatch(await this.#options.engine.ask(channel, asked, this.#options.withinMs));
      for (const [index, question] of questions.entries()) {
        const answer = answers[index] ?? LATER;
        if (answer.length > 0) question.resolve(answer);
        else void this.#askAlone(channel, question);
      }
    } catch (error) {
      const reason =
        error instanceof RangeError ? new UnansweredError('this is not an answer', { cause: error }) : error;
      for (const { reject } of questions) reject(reason);
    }
  }

  async #askAlone(channel: string, { bytes, resolve, reject }: Question): Promise<void> {
    const { engine, withinMs } = this.#options;
    await engine.ask(channel, bytes, withinMs).then(resolve, reject);
  }
}

type Handler = (bytes: Uint8Array) => Promise<Uint8Array>;

/** Answers single questions as `handler` does, and those of a batch together: long and slow answers must be requested on their own. */
export function answerBatches(handler: Handler, scheduler: SchedulerLike): Handler {
  return async (bytes) => {
    if (bytes[0] !== BATCH) return handler(bytes);
    const late = firstValueFrom(timer(TOGETHER_MS, scheduler)).then(() => LATER);
    const answers = decodeBatch(bytes).map(async (question) => {
      const answer = handler(question).catch(() => LATER); // If it is asked again on its own, the question gets no answer.
      const found = await Promise.race([answer, late]);
      return found.length > SHORT_BYTES ? LATER : found;
    });
    return encodeBatch(await Promise.all(answers));
  };
}

function split(questions: readonly Question[]): Question[][] {
  const batches: Question[][] = [];
  let [batch, bytes]: [Question[], number] = [[], 0];
  for (const question of questions) {
    const isFull = batch.length === MOST_QUESTIONS || bytes + question.bytes.length > MOST_BYTES;
    if (batch.length === 0 || isFull) {
      [batch, bytes] = [[], 0];
      batches.push(batch);
    }
    batch.push(question);
    bytes += question.bytes.length;
  }
  return batches;
}

function encodeBatch(parts: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter();
  writer.byte(BATCH);
  for (const part of parts) writer.blob(part);
  return writer.copy();
}

/** Throws `RangeError` if it is not a batch. */
function decodeBatch(bytes: Uint8Array): Uint8Array[] {
  const reader = new ByteReader(bytes);
  if (reader.byte() !== BATCH) throw new RangeError('this is not a batch');
  const parts: Uint8Array[] = [];
  while (!reader.isAtEnd) parts.push(reader.blob());
  return parts;
}
