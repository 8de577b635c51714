import { hubAddress } from '../shared/hub-address.ts';

/** Where to go on, as the address says: to a page of this hub, and nowhere else, whatever stands there. */
export function nextPage({ href, search }: Pick<Location, 'href' | 'search'>): string {
  const hub = hubAddress({ href });
  const wanted = new URLSearchParams(search).get('next') ?? '';
  if (!URL.canParse(wanted, hub)) return hub;
  const { href: next } = new URL(wanted, hub);
  return next.startsWith(hub) && !next.startsWith(`${hub}login`) ? next : hub;
}
