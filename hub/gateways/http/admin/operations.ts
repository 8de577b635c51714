import { ACCOUNT_OPERATIONS } from './accounts.ts';
import { CLIENT_OPERATIONS } from './clients.ts';
import type { AdminOperation } from './define.ts';
import { STATE_OPERATIONS } from './state.ts';

/** All of administration: its routes, and its part of the description, come from here. */
export const ADMIN_OPERATIONS: readonly AdminOperation[] = [
  ...CLIENT_OPERATIONS,
  ...STATE_OPERATIONS,
  ...ACCOUNT_OPERATIONS,
];
