import { type ErrorCode, HubError, quote } from '../core/error.ts';

/** Why a hub refuses something, as it says it. */
export interface Fault {
  /** One of ours, or of a hub that is newer than this client. */
  readonly code: ErrorCode;
  readonly message: string;
}

/** What a hub says is wrong, or `undefined` where it says nothing of the kind. */
export function readFault(value: unknown): Fault | undefined {
  return isFault(value) ? value : undefined;
}

/** The error in an answer to an event, if there is one. Of what is no answer of a hub, as another server may send, it is `protocol/violation`. */
export function errorIn(answer: unknown): HubError | undefined {
  const { ok, error }: { ok?: unknown; error?: unknown } = Object(answer);
  if (ok === true) return undefined;
  const fault = readFault(error);
  if (fault) return new HubError(fault.code, fault.message);
  return new HubError('protocol/violation', `${quote(answer)} is no answer of a hub`);
}

function isFault(value: unknown): value is Fault {
  const { code, message }: { code?: unknown; message?: unknown } = Object(value);
  return typeof code === 'string' && typeof message === 'string';
}
