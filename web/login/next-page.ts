import { hubAddress } from '../shared/hub-address.ts';

/** The page to go on to, from the query `next`: always a page of this hub, whatever the query says. */
export function nextPage({ href, search }: Pick<Location, 'href' | 'search'>): string {
  const hub = hubAddress({ href });
  const wanted = new URLSearchParams(search).get('next') ?? '';
  if (!URL.canParse(wanted, hub)) return hub;
  const { href: next } = new URL(wanted, hub);
  return next.startsWith(hub) && !next.startsWith(`${hub}login`) ? next : hub;
}
