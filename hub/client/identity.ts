import { HubError, quote } from '../core/error.ts';
import { matchesFilter } from '../core/filter.ts';
import { type Permissions, permitsPublish } from '../core/rights.ts';
import { errorIn } from './outgoing.ts';

/** A client's identity at its hub, and its permissions there. */
export interface Identity {
  readonly name: string;
  readonly role: string;
  /** How the hub authenticated it: `open` (not at all), `login` (a browser's cookie), `token`, `password`, `certificate`. */
  readonly how: string;
  readonly may: Permissions;
}

/** Whether an identity may publish to a topic; true if the identity is unknown, as the hub decides then. */
export function mayPublish(identity: Identity | undefined, topic: string): boolean {
  return identity === undefined || permitsPublish(identity.may, topic);
}

/** Whether an identity may read a topic; false if the identity is unknown. */
export function mayRead(identity: Identity | undefined, topic: string): boolean {
  return identity?.may.read.some((filter) => matchesFilter(filter, topic)) ?? false;
}

/** Whether an identity may publish nothing to devices. */
export function isWatchOnly(identity: Identity | undefined): boolean {
  return identity?.may.publish.length === 0;
}

/** Reads a hub's answer to `whoami`. Throws the error in it, or `protocol/violation`. */
export function parseIdentity(answer: unknown): Identity {
  const error = errorIn(answer);
  if (error) throw error;
  const { name, role, how, may }: Record<string, unknown> = Object(answer);
  const permissions = readPermissions(may);
  if (typeof name !== 'string' || typeof role !== 'string' || typeof how !== 'string' || !permissions) {
    throw new HubError('protocol/violation', `${quote(answer)} is not an identity`);
  }
  return { name, role, how, may: permissions };
}

function readPermissions(value: unknown): Permissions | undefined {
  const { read, publish, report }: Record<string, unknown> = Object(value);
  return isTexts(read) && isTexts(publish) && isTexts(report) ? { read, publish, report } : undefined;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
