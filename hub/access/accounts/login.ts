import { z } from 'zod';

/** What is kept of a browser that is logged in, under the hash of its cookie's value. */
export const loginSchema = z.object({
  /** The credentialId of the account: `user:<name>` or `token:<name>`. */
  account: z.string(),
  /** The account's generation at that time: with another password, the login is over. */
  generation: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** Where it was opened, as `networkOf` has it; logins of before this was kept have none. */
  network: z.string().optional(),
});

export type Login = z.infer<typeof loginSchema>;

/** A login with the key that it is kept under. */
export type KeptLogin = readonly [hash: string, login: Login];

/**
 * Which login has to go where one more is to come: the oldest of the network that has the most, so that whoever logs in again and again
 * crowds out themselves. Where no network has more than another, the oldest of all.
 */
export function findSurplus(logins: readonly KeptLogin[]): KeptLogin | undefined {
  const networks = new Map<string, KeptLogin[]>();
  for (const kept of logins) {
    const [hash, { network = hash }] = kept; // One whose network is not known is alone in its own.
    const others = networks.get(network);
    if (others) others.push(kept);
    else networks.set(network, [kept]);
  }
  const most = Math.max(0, ...[...networks.values()].map(({ length }) => length));
  const candidates = [...networks.values()].filter(({ length }) => length === most).flat();
  return candidates.toSorted(([, one], [, other]) => one.createdAt.localeCompare(other.createdAt))[0];
}
