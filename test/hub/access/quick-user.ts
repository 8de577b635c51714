import type { User } from '../../../hub/access/accounts/accounts.ts';
import { hashPassword } from '../../../hub/access/accounts/password.ts';
import { deriveScramKeys } from '../../../hub/access/authenticators/scram.ts';

/** A user whose password is as cheap to check as can be: what it costs to guess is for other tests to see. */
export async function createQuickUser(role: string, password: string): Promise<User> {
  return {
    role,
    password: await hashPassword(password, { cost: 16, blockSize: 1, parallelization: 1 }),
    scram: await deriveScramKeys(password, { iterations: 4_096 }),
    createdAt: new Date(0).toISOString(),
  };
}
