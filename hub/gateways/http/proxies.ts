import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { HubError, quote } from '../../core/error.ts';
import { plainAddress } from '../../limits/network.ts';

/** The parts of a request that show its origin. */
type Forwarded = Pick<IncomingMessage, 'headers' | 'socket'>;

/** The networks of this machine itself, as one word. */
const LOOPBACK = ['127.0.0.0/8', '::1'];

/** The proxies that are trusted to say who is calling through them. */
export class Proxies {
  readonly #trusted = new BlockList();
  /** Trusted in one zone alone, as in `fe80::1%eth0` (RFC 4007, 11). */
  readonly #zoned = new Set<string>();
  /** Whether there are any. */
  readonly exist: boolean;

  /** `networks`: addresses, networks such as `172.16.0.0/12`, or `loopback`. Throws `option/invalid`. */
  constructor(networks: readonly string[]) {
    this.exist = networks.length > 0;
    for (const network of networks) {
      for (const each of network === 'loopback' ? LOOPBACK : [network]) this.#trust(each);
    }
  }

  /**
   * The address of the client: that of the connection or, if a trusted proxy made it, the last one in `X-Forwarded-For` that is not a trusted
   * proxy's. The addresses before it came from the client, and prove nothing.
   */
  addressOf({ headers, socket }: Forwarded): string {
    let address = plainAddress(socket.remoteAddress ?? '');
    if (!this.exist) return address;
    const hops = [headers['x-forwarded-for'] ?? ''].flat().join().split(',');
    while (this.#trusts(address)) {
      const hop = parseHop(hops.pop() ?? '');
      if (hop === undefined) return address;
      address = hop;
    }
    return address;
  }

  /** Whether the client's connection is encrypted: to the hub or, as a trusted proxy says, to the proxy. */
  isEncrypted({ headers, socket }: Forwarded): boolean {
    if ('encrypted' in socket && socket.encrypted === true) return true;
    if (!this.exist || !this.#trusts(plainAddress(socket.remoteAddress ?? ''))) return false;
    const [first = ''] = [headers['x-forwarded-proto'] ?? ''].flat().join().split(',');
    return first.trim() === 'https';
  }

  #trust(network: string): void {
    if (isZoned(network)) {
      this.#zoned.add(network.toLowerCase());
      return;
    }
    const [address = '', bits, ...rest] = network.split('/');
    const family = isIP(address);
    const most = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? most : Number(bits);
    if (
      family === 0 ||
      address.includes('%') ||
      rest.length > 0 ||
      !/^\d+$/.test(bits ?? '0') ||
      prefix > most
    ) {
      const allowed = 'an address, a network without a zone as in 172.16.0.0/12, or "loopback"';
      throw new HubError('option/invalid', `${quote(network)} is not a proxy: it must be ${allowed}`);
    }
    this.#trusted.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  }

  #trusts(address: string): boolean {
    const [bare = ''] = address.split('%');
    const family = isIP(bare);
    if (family === 0) return false;
    return (
      this.#zoned.has(address.toLowerCase()) || this.#trusted.check(bare, family === 4 ? 'ipv4' : 'ipv6')
    );
  }
}

/** An address in `X-Forwarded-For`, to which some proxies add a port. */
function parseHop(text: string): string | undefined {
  const hop = text.trim();
  const [, address = hop] = /^\[(.+)\](?::\d+)?$/.exec(hop) ?? /^([\d.]+):\d+$/.exec(hop) ?? [];
  return isIP(address) === 0 ? undefined : plainAddress(address);
}

function isZoned(address: string): boolean {
  return address.includes('%') && isIP(address) === 6;
}
