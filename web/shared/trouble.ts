import type { Connection } from '../../hub/client/hub-client.ts';

/** What stands between the page and the hub: one thing at a time, the gravest. */
export type Trouble =
  /** The hub is away, or has sent us away for now; it is tried again. */
  | { readonly is: 'lost'; readonly code: string | undefined }
  /** What let us in is no more. */
  | { readonly is: 'signed-out' }
  /** The hub will not have us, for another reason. */
  | { readonly is: 'ended'; readonly code: string | undefined; readonly reason: string }
  /** We are in, and may not see what this page is about. */
  | { readonly is: 'denied' };

/** What is wrong, if anything is. */
export function troubleOf(connection: Connection, isDenied: boolean): Trouble | undefined {
  if (connection.status !== 'offline') return isDenied ? { is: 'denied' } : undefined;
  const { code, reason, final } = connection;
  if (!final) return { is: 'lost', code };
  return code?.startsWith('auth/') ? { is: 'signed-out' } : { is: 'ended', code, reason };
}

/** Whether there is nothing to be shown but the trouble itself. */
export function isInTheWay(trouble: Trouble | undefined): trouble is Exclude<Trouble, { is: 'lost' }> {
  return trouble !== undefined && trouble.is !== 'lost';
}
