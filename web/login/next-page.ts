/** Where to go on, as the address says: to a page of this hub, and to no other site, whatever stands there. */
export function nextPage({ origin, search }: Pick<Location, 'origin' | 'search'>): string {
  const wanted = new URLSearchParams(search).get('next') ?? '/';
  if (!URL.canParse(wanted, origin)) return '/';
  const url = new URL(wanted, origin);
  return url.origin === origin && !url.pathname.startsWith('/login') ? url.href : '/';
}
