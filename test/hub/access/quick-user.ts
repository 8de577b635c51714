import type { User } from '../../../hub/access/accounts/records.ts';
import { deriveScramKeys, hashPassword } from '../../../hub/access/accounts/secrets.ts';

/** A user whose password is cheap to check. Other tests cover the cost of a guess. */
export async function createQuickUser(role: string, password: string): Promise<User> {
  return {
    role,
    password: await hashPassword(password, { cost: 16, blockSize: 1, parallelization: 1 }),
    scram: await deriveScramKeys(password, { iterations: 4_096 }),
    createdAt: new Date(0).toISOString(),
  };
}
