/**
 * What one person can be thought to have: an IPv4 address, or an IPv6 network of 64 bits (RFC 6177). Addresses that hold within a site alone
 * (RFC 4291, 2.5.6; RFC 4193) are one machine each: one network of 64 bits is all who are there.
 */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (!plain.includes(':')) return plain;
  const groups = expandIpv6(plain);
  return (isWithinSite(groups) ? groups : groups.slice(0, 4)).join(':');
}

/** fe80::/10, fc00::/7. */
function isWithinSite([first = '']: readonly string[]): boolean {
  const bits = Number.parseInt(first, 16);
  return (bits & 0xffc0) === 0xfe80 || (bits & 0xfe00) === 0xfc00;
}

/** An address as people write it: IPv4 without what a socket that takes both puts in front of it (RFC 4291, 2.5.5.2). */
export function plainAddress(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

/** The eight groups of an IPv6 address in hexadecimal, without leading zeros; `::` resolved, a zone left out. */
export function expandIpv6(address: string): string[] {
  const [bare = ''] = address.toLowerCase().split('%');
  const [before = [], after = []] = bare.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const missing = Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(missing).fill('0'), ...after];
  return groups.map((group) => group.replace(/^0+(?=.)/, ''));
}
