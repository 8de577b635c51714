import { map, type OperatorFunction } from 'rxjs';
import type { BusMessage } from '../../hub/core/bus.ts';
import { HubError } from '../../hub/core/error.ts';

/** Parses a payload's text into a value. Throws `payload/invalid` with the reason. */
export type Parser<T> = (text: string) => T;

/** The result of parsing a message: its value, or the reason for the refusal. */
export type Parsed<T> =
  | { readonly message: BusMessage; readonly value: T; readonly refusal?: undefined }
  | { readonly message: BusMessage; readonly refusal: HubError };

/** The longest payload of a property, in characters. Longer ones are refused without parsing. */
export const MAX_PAYLOAD_CHARACTERS = 1024;

/** Parses every message. An invalid message becomes a refusal; the stream goes on. */
export function parse<T>(parser: Parser<T>): OperatorFunction<BusMessage, Parsed<T>> {
  return map((message) => parseMessage(message, parser));
}

function parseMessage<T>(message: BusMessage, parser: Parser<T>): Parsed<T> {
  try {
    return { message, value: parser(textOf(message)) };
  } catch (error) {
    return { message, refusal: refusalOf(error) };
  }
}

/** If a parser throws any other error, the value is refused too: one bad payload must not end the device. */
function refusalOf(thrown: unknown): HubError {
  if (thrown instanceof HubError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new HubError('payload/invalid', reason, { cause: thrown });
}

function textOf({ text, bytes }: BusMessage): string {
  if (text === undefined) {
    throw new HubError('payload/invalid', `${bytes.byteLength} bytes that are not UTF-8 text`);
  }
  if (text.length > MAX_PAYLOAD_CHARACTERS) {
    throw new HubError(
      'payload/invalid',
      `${text.length} characters are too many for a value; at most ${MAX_PAYLOAD_CHARACTERS} are allowed`,
    );
  }
  return text;
}
