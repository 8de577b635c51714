import { type BusMessage, isTopicName } from '../../../hub/core/index.ts';
import { fromBase64, toBase64 } from './payload-forms.ts';

/** A message of a recording. */
export interface Recorded {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly topic: string;
  /** `null` if the payload is no text. */
  readonly payload: string | null;
  readonly base64?: string;
  readonly retain: boolean;
}

/** The most that a recording holds: messages, and characters of their topics and payloads. */
export const MOST_RECORDED = 200_000;
const MOST_CHARACTERS = 50_000_000;

/** Messages, until there are too many. */
export class Recording {
  readonly messages: Recorded[] = [];
  #characters = 0;

  /** Returns whether there was room. */
  add(message: BusMessage, time: number): boolean {
    const { topic, text, bytes, retain } = message;
    const recorded =
      text === undefined
        ? { time, topic, payload: null, base64: toBase64(bytes), retain }
        : { time, topic, payload: text, retain };
    this.#characters += topic.length + (recorded.payload ?? recorded.base64 ?? '').length;
    if (this.messages.length >= MOST_RECORDED || this.#characters > MOST_CHARACTERS) return false;
    this.messages.push(recorded);
    return true;
  }
}

/** One JSON object on each line, as `parseJsonLines` reads them. */
export function toJsonLines(messages: readonly object[]): string {
  return messages.map((message) => `${JSON.stringify(message)}\n`).join('');
}

/** RFC 4180, with a row of names. Bytes are base64. */
export function toCsv(messages: readonly Partial<Recorded>[]): string {
  const rows = messages.map(({ time, topic, payload, base64, retain }) => [
    time === undefined ? '' : new Date(time).toISOString(),
    topic ?? '',
    payload ?? '',
    base64 ?? '',
    retain === undefined ? '' : String(retain),
  ]);
  const lines = [['time', 'topic', 'payload', 'base64', 'retain'], ...rows];
  return lines.map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** What is wrong with a file: the line, counted from 1. */
export class RecordingFault extends Error {
  readonly line: number;

  constructor(line: number) {
    super(`line ${line} is no message of a recording`);
    this.line = line;
  }
}

/** Reads a recording. Throws a `RecordingFault`. */
export function parseJsonLines(text: string): readonly Recorded[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const message = readRecorded(line);
    if (!message) throw new RecordingFault(index + 1);
    return [message];
  });
}

function readRecorded(line: string): Recorded | undefined {
  const {
    time = 0,
    topic,
    payload = null,
    base64,
    retain = true,
  }: Record<string, unknown> = Object(readObject(line));
  if (typeof time !== 'number' || !isTopicName(topic) || typeof retain !== 'boolean') return undefined;
  if (typeof payload === 'string') return { time, topic, payload, retain };
  if (payload !== null || typeof base64 !== 'string' || !isBase64(base64)) return undefined;
  return { time, topic, payload, base64, retain };
}

function readObject(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isBase64(text: string): boolean {
  try {
    fromBase64(text);
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}
