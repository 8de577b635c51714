import type { Connection } from '../../hub/client/hub-client.ts';

/** A trouble that keeps the page from working: one at a time, the most serious. */
export type Trouble =
  /** The hub is away, or has rejected us for now; the page tries again. */
  | { readonly is: 'lost'; readonly code: string | undefined }
  /** Our link, token or account is no longer valid, or our seat in a class is gone. */
  | { readonly is: 'signed-out'; readonly wasSeat: boolean }
  /** The hub refuses us for another reason. */
  | { readonly is: 'ended'; readonly code: string | undefined; readonly reason: string }
  /** We are signed in, but may not read the topics of this page. */
  | { readonly is: 'denied' };

/** The current trouble of somebody with a role, if there is any. */
export function troubleOf(connection: Connection, isDenied: boolean, role?: string): Trouble | undefined {
  if (connection.status !== 'offline') return isDenied ? { is: 'denied' } : undefined;
  const { code, reason, final } = connection;
  if (!final) return { is: 'lost', code };
  return code?.startsWith('auth/')
    ? { is: 'signed-out', wasSeat: role === 'seat' }
    : { is: 'ended', code, reason };
}

/** Whether the trouble replaces the page. */
export function isInTheWay(trouble: Trouble | undefined): trouble is Exclude<Trouble, { is: 'lost' }> {
  return trouble !== undefined && trouble.is !== 'lost';
}
