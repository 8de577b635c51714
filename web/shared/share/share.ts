import { encode } from 'uqr';
import { hubAddress } from '../hub-address.ts';

/** The roles and addresses that this person may share. */
export interface Offer {
  /** Roles that one may give to others; none if one may give none, or if a link is not needed. */
  readonly roles: readonly string[];
  /** The addresses of the hub's machine for others, without a port, the likeliest first. */
  readonly addresses: readonly string[];
}

/** Asks the hub what may be shared; `undefined` if it cannot say. */
export async function askOffer(request: typeof fetch = fetch): Promise<Offer | undefined> {
  const answer = await ask('api/links', {}, request);
  if (!answer) return undefined;
  return { roles: readTexts(answer.roles), addresses: readTexts(answer.addresses) };
}

/** Asks the hub for a token that gives a role; `undefined` if it gives none. */
export async function askToken(role: string, request: typeof fetch = fetch): Promise<string | undefined> {
  const body = JSON.stringify({ role });
  const headers = { 'Content-Type': 'application/json' };
  const answer = await ask('api/links', { method: 'POST', headers, body }, request);
  return typeof answer?.token === 'string' ? answer.token : undefined;
}

async function ask(
  address: string,
  how: RequestInit,
  request: typeof fetch,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const response = await request(address, how);
    return response.ok ? { ...(await response.json()) } : undefined;
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return undefined; // No answer, or none of a hub.
    throw error;
  }
}

function readTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** The address of the dashboard for others, seen from a page at `location`; `undefined` if only this machine can reach the hub. */
export function addressForOthers(
  { href, hostname }: Pick<Location, 'href' | 'hostname'>,
  [address]: readonly string[],
): string | undefined {
  const isLoopback = /^(localhost|.*\.localhost|127\..*|\[::1\])$/.test(hostname);
  const hub = new URL(hubAddress({ href }));
  if (!isLoopback) return hub.href;
  if (address === undefined) return undefined;
  hub.hostname = address.includes(':') ? `[${address}]` : address;
  return hub.href;
}

/** A link that lets others in. */
export function withToken(address: string, token: string): string {
  return `${address}?token=${encodeURIComponent(token)}`;
}

/** A QR code as an SVG path, in modules, and the length of its side. The quiet zone of four modules is included (ISO/IEC 18004, 9.1). */
export function qrPath(text: string): { readonly side: number; readonly path: string } {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const rows = data.map((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')).join(''));
  return { side: size, path: rows.join('') };
}
