/**
 * The addresses of one subscriber of a provider: an IPv4 address, or an IPv6 network of 64 bits (RFC 6177). Link-local and unique local addresses
 * (RFC 4291, 2.5.6; RFC 4193) count one by one, as all machines of a site share one network.
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

/** An IPv4 or IPv6 address in the form that gateways and listeners use: IPv4 without the prefix of an IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2). */
export function plainAddress(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

/** The eight groups of an IPv6 address in hexadecimal, without leading zeros, `::` expanded, and without the zone. */
export function expandIpv6(address: string): string[] {
  const [bare = ''] = address.toLowerCase().split('%');
  const [before = [], after = []] = bare.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const missing = Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(missing).fill('0'), ...after];
  return groups.map((group) => group.replace(/^0+(?=.)/, ''));
}
