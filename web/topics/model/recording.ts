import type { TopicEvent } from '../../../hub/client/api/topic-events.ts';
import { isTopicName, type JsonProperties, type Qos } from '../../../hub/core/index.ts';
import { isBase64 } from './payload-forms.ts';

/** A message of a recording. */
export interface Recorded extends JsonProperties {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly topic: string;
  /** `null` if the payload is not text. */
  readonly payload: string | null;
  readonly base64?: string | undefined;
  readonly retain: boolean;
  readonly qos: Qos;
  readonly expiresInSeconds?: number | undefined;
}

/** The most that a recording holds: messages, and characters of their topics, payloads and properties. */
export const MOST_RECORDED = 200_000;
const MOST_CHARACTERS = 50_000_000;

/** Messages, until there are too many. */
export class Recording {
  readonly messages: Recorded[] = [];
  #characters = 0;

  /** Returns whether there was room. */
  add({ retained, retain, ...event }: TopicEvent, time: number): boolean {
    const recorded = { time, ...event, retain: retain || retained };
    this.#characters += charactersOf(recorded);
    if (this.messages.length >= MOST_RECORDED || this.#characters > MOST_CHARACTERS) return false;
    this.messages.push(recorded);
    return true;
  }
}

function charactersOf({ topic, payload, base64 = '', userProperties = [] }: Recorded): number {
  const ofProperties = userProperties.flat().reduce((sum, { length }) => sum + length, 0);
  return topic.length + (payload ?? base64).length + ofProperties;
}

/** One JSON object on each line, as `parseJsonLines` reads them. */
export function toJsonLines(messages: readonly object[]): string {
  return messages.map((message) => `${JSON.stringify(message)}\n`).join('');
}

/** RFC 4180, with a row of names. Bytes are base64, properties JSON. */
export function toCsv(messages: readonly Partial<Recorded>[]): string {
  const rows = messages.map((message) => {
    const { time, topic, payload, base64, retain, qos } = message;
    const when = time === undefined ? '' : new Date(time).toISOString();
    return [when, topic, payload, base64, retain, qos, propertiesText(message)].map((one) => `${one ?? ''}`);
  });
  const lines = [['time', 'topic', 'payload', 'base64', 'retain', 'qos', 'properties'], ...rows];
  return lines.map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
}

function propertiesText({
  contentType,
  responseTopic,
  correlationData,
  userProperties,
}: JsonProperties): string {
  const text = JSON.stringify({ contentType, responseTopic, correlationData, userProperties });
  return text === '{}' ? '' : text;
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** An error in a file: its line, counted from 1, and what is wrong there. */
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
    const message = readRecorded(readObject(line));
    if (!message) throw new RecordingFault(index + 1);
    return [message];
  });
}

/** Members that no recording has are left out. Topics as REST lists them have neither time nor `retain`. */
function readRecorded(found: Readonly<Record<string, unknown>>): Recorded | undefined {
  const { time = 0, topic, payload = null, base64, retain = true, qos = 0, expiresInSeconds } = found;
  if (typeof time !== 'number' || !isTopicName(topic) || typeof retain !== 'boolean') return undefined;
  if (!isQos(qos) || !isPayload(payload, base64)) return undefined;
  if (expiresInSeconds !== undefined && !isSeconds(expiresInSeconds)) return undefined;
  const properties = readProperties(found);
  if (!properties) return undefined;
  return {
    time,
    topic,
    payload,
    ...(payload === null && { base64: String(base64) }),
    retain,
    qos,
    ...(expiresInSeconds !== undefined && { expiresInSeconds }),
    ...properties,
  };
}

function readProperties(found: Readonly<Record<string, unknown>>): JsonProperties | undefined {
  const { contentType, responseTopic, correlationData, userProperties } = found;
  if (contentType !== undefined && typeof contentType !== 'string') return undefined;
  if (responseTopic !== undefined && !isTopicName(responseTopic)) return undefined;
  if (correlationData !== undefined && !isBase64(correlationData)) return undefined;
  if (userProperties !== undefined && !isPairs(userProperties)) return undefined;
  return {
    ...(contentType !== undefined && { contentType }),
    ...(responseTopic !== undefined && { responseTopic }),
    ...(correlationData !== undefined && { correlationData }),
    ...(userProperties !== undefined && { userProperties }),
  };
}

function readObject(line: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(line));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function isPayload(payload: unknown, base64: unknown): payload is string | null {
  return typeof payload === 'string' || (payload === null && isBase64(base64));
}

function isQos(value: unknown): value is Qos {
  return value === 0 || value === 1 || value === 2;
}

function isSeconds(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isPairs(value: unknown): value is readonly (readonly [string, string])[] {
  const isPair = (one: unknown) =>
    Array.isArray(one) && one.length === 2 && one.every((text) => typeof text === 'string');
  return Array.isArray(value) && value.every(isPair);
}
