import type { Connection } from '../client/index.ts';
import { HubError } from '../core/error.ts';

type Offline = Extract<Connection, { status: 'offline' }>;

/** Which hub, and what a token for it must allow. */
export interface Admission {
  readonly url: string;
  /** What comes behind "a token", as in ` of role device`. */
  readonly ofRole?: string;
}

/** Why a hub turns us away for good, with what may help; `undefined` where it does not. */
export function refusalOf(connection: Connection, admission: Admission): HubError | undefined {
  if (connection.status !== 'offline' || !connection.final) return undefined;
  return new HubError(connection.code ?? 'hub/unreachable', describe(connection, admission));
}

/** Where a token may stand; never in the command line, which everybody on the machine can see. */
const WHERE = '--token-file FILE or PINHUB_TOKEN';

function describe({ code, reason }: Offline, { url, ofRole }: Admission): string {
  if (code === 'auth/required') return `the hub at ${url} asks for a token${ofRole ?? ''}: ${WHERE}`;
  const refused = `the hub at ${url} does not let us in: ${reason}`;
  if (code !== 'auth/denied') return refused;
  return ofRole === undefined
    ? `${refused}; another token: ${WHERE}`
    : `${refused}; it takes a token${ofRole}: ${WHERE}`;
}
