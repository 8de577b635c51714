import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { fateOf, markProcess, processMarkSchema } from '../../files/process-mark.ts';
import { LifeSign } from './life-sign.ts';

const schema = processMarkSchema.extend({
  /** The name of its life sign. */
  socket: z
    .string()
    .regex(/^pinhub\.lock\.[0-9a-f]{8}$/)
    .optional(),
});

/** Who has a lock. */
export type LockOwner = z.infer<typeof schema>;

/** This process. */
export function describeSelf(lifeSign: LifeSign | undefined): LockOwner {
  return { ...markProcess(), ...(lifeSign && { socket: lifeSign.name }) };
}

/** The owner that a lock names; `undefined` where it names none. */
export function parseOwner(content: string): LockOwner | undefined {
  try {
    return schema.parse(JSON.parse(content));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

/** Where an owner's life sign is. */
export function socketPath(folder: string, { socket }: LockOwner): string | undefined {
  return socket === undefined ? undefined : join(folder, socket);
}

/** `unseen`: it cannot be told from here. */
export type Presence = 'there' | 'gone' | 'unseen';

/** Whether an owner is still there: who answers is; of others the system may know. */
export async function findPresence(folder: string, owner: LockOwner): Promise<Presence> {
  const path = owner.host === hostname() ? socketPath(folder, owner) : undefined;
  const answers = path === undefined ? undefined : await LifeSign.ask(path);
  if (answers === true) return 'there';
  const fate = fateOf(owner);
  if (fate === 'running') return 'there';
  return fate === 'gone' || answers === false ? 'gone' : 'unseen';
}
