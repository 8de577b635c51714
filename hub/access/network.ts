/** What one person can be thought to have: an IPv4 address, or an IPv6 network of 64 bits (RFC 6177). */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  return expandIpv6(address).slice(0, 4).join(':');
}

/** The eight groups of an IPv6 address in hexadecimal, without leading zeros; `::` resolved, a zone left out. */
export function expandIpv6(address: string): string[] {
  const [bare = ''] = address.toLowerCase().split('%');
  const [before = [], after = []] = bare.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const missing = Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(missing).fill('0'), ...after];
  return groups.map((group) => group.replace(/^0+(?=.)/, ''));
}
