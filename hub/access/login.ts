import { z } from 'zod';

/** What is kept of a browser that is logged in, under the hash of its cookie's value. */
export const loginSchema = z.object({
  /** The ground of the account: `user:<name>` or `token:<name>`. */
  account: z.string(),
  /** The account's generation at that time: with another password, the login is over. */
  generation: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});

export type Login = z.infer<typeof loginSchema>;
