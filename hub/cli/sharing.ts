import { networkInterfaces } from 'node:os';
import { renderUnicodeCompact } from 'uqr';
import type { Accounts } from '../access/accounts/accounts.ts';
import type { ExposureOptions } from '../gateways/http/exposure.ts';
import type { BannerLine } from './banner.ts';
import { DEFAULT_HUB_NAME } from './cluster-options.ts';
import type { Words } from './languages/words.ts';
import { COMMAND, type StartOptions } from './options.ts';

/** Tokens for links to a hub without users: one to control it, and one to view it. */
export interface LinkTokens {
  readonly control: string;
  readonly watch: string;
}

/** The names of the links made at the start, and of those shared from the pages. */
const START_LINK = /^(ephemeral-|hub-[\w-]+-)?link-to-(control|watch)$/;
const SHARED_LINK = /^(ephemeral-|hub-[\w-]+-)?link-for-/;

/** Whether a token of this name is valid only until the next start. */
export function isLinkToken(name: string): boolean {
  return START_LINK.test(name) || SHARED_LINK.test(name);
}

type LinkNames = Partial<Pick<StartOptions, 'ephemeral' | 'cluster' | 'hubName'>>;

/** Hubs that share accounts have links of their own: a hub that starts must not revoke those of the others. */
function prefixOf({ ephemeral = false, cluster, hubName = DEFAULT_HUB_NAME }: LinkNames): string {
  if (cluster) return `hub-${hubName}-link-`;
  return ephemeral ? 'ephemeral-link-' : 'link-';
}

/** The prefix of the names of links that are shared from the pages of this hub. */
export function sharedLinkPrefix(options: LinkNames): string {
  return `${prefixOf(options)}for-`;
}

/** Revokes the links that were shared from the pages of an earlier start. */
export function endSharedLinks(accounts: Accounts, options: LinkNames): Promise<void> {
  const prefix = sharedLinkPrefix(options);
  return revokeAll(accounts, (name) => name.startsWith(prefix));
}

/** Makes the links of this start, as only hashes of the old ones are stored. Browsers that logged in with the old links stay logged in. */
export async function renewLinkTokens(accounts: Accounts, options: LinkNames = {}): Promise<LinkTokens> {
  const prefix = prefixOf(options);
  return {
    control: await accounts.renewToken({ name: `${prefix}to-control`, role: 'controller' }),
    watch: await accounts.renewToken({ name: `${prefix}to-watch`, role: 'viewer' }),
  };
}

/** Revokes the links of earlier starts once there are users; otherwise they would be valid for ever. */
export function endLinkTokens(accounts: Accounts): Promise<void> {
  return revokeAll(accounts, (name) => START_LINK.test(name));
}

async function revokeAll(accounts: Accounts, isMeant: (name: string) => boolean): Promise<void> {
  const names = [...(await accounts.tokens()).keys()];
  for (const name of names.filter(isMeant)) await accounts.revokeToken(name);
}

export interface Sharing {
  /** The addresses of the dashboard for other machines, the likeliest first. */
  readonly bases: readonly string[];
  readonly linkTokens: LinkTokens | undefined;
}

/** How other machines reach a hub that is open to the network. */
export function describeSharing(sharing: Sharing, { output: { banner: say } }: Words): BannerLine[] {
  const { bases: urls, linkTokens } = sharing;
  const links = (name: string, token: string) =>
    urls.map((url, index): BannerLine => [index === 0 ? name : '', withToken(url, token)]);
  const lines: BannerLine[] = linkTokens
    ? [
        ...links(say.control, linkTokens.control),
        ...links(say.watch, linkTokens.watch),
        ['', say.linksAreNew],
      ]
    : [[say.share, `${urls.join('  ')}   (${say.logInAsUser})`]];
  const unencrypted: BannerLine[] = [
    [say.warning, say.unencrypted],
    ['', say.encrypt(`${COMMAND} cert`)],
  ];
  return [...(urls.some((url) => url.startsWith('http:')) ? unencrypted : []), ...lines];
}

/** The QR code of the link to control, for the likeliest address; `undefined` without a link or an address. */
export function qrCode(sharing: Sharing): string | undefined {
  const { bases, linkTokens } = sharing;
  const [url] = bases;
  if (!linkTokens || url === undefined) return undefined;
  return renderUnicodeCompact(withToken(url, linkTokens.control), { border: 2 });
}

interface Served {
  readonly scheme: 'http' | 'https';
  readonly port: number;
}

/**
 * The addresses of the dashboard for other machines: first by the names given to the hub, then by the addresses of this machine. If only this machine
 * can reach the hub itself, others come through a proxy, which is assumed to speak HTTPS on its usual port.
 */
export function basesOf(
  { host, name = [], basePath = '' }: Pick<StartOptions, 'host' | 'name' | 'basePath'>,
  { scheme, port }: Served,
): string[] {
  const end = `${basePath}/`;
  if (host === undefined) return name.map((each) => `https://${each}${end}`);
  const bracket = (address: string) => (address.includes(':') ? `[${address}]` : address);
  const hosts = [...name, ...outsideAddresses(host).map(bracket)];
  return hosts.map((each) => `${scheme}://${each}:${port}${end}`);
}

/** A link that logs in a browser. */
export function withToken(url: string, token: string): string {
  return `${url}?token=${token}`;
}

/** The addresses of this machine in the networks on which a hub with that `host` listens. */
export function outsideAddresses(host: string): string[] {
  if (host !== '::' && host !== '0.0.0.0') return [host];
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const outside = addresses.filter(({ internal, address }) => !internal && !address.startsWith('fe80:'));
  const rank = ({ family }: { family: string }) => (family === 'IPv4' ? 0 : 1);
  return outside.toSorted((one, other) => rank(one) - rank(other)).map(({ address }) => address);
}

const LOOPBACK = /^(localhost|127\..*|::1)$/;

/** The addresses with which pages invite others; none if only this machine can reach the hub. */
export function inviteAddresses({ host, name = [] }: Pick<StartOptions, 'host' | 'name'>): string[] {
  if (host === undefined) return [];
  return [...name, ...outsideAddresses(host).filter((address) => !LOOPBACK.test(address))];
}

interface ServedPorts {
  /** The port of the pages, and that of MQTT if it is served over TCP. */
  readonly port: number;
  readonly mqttPort: number | undefined;
}

/**
 * How clients of other hubs reach a hub: by the first name given to it, or else by its first address in the network. A proxy in front of it serves no MQTT
 * over TCP; a hub that only this machine can reach serves clients on this machine.
 */
export function clientAddresses(
  options: Pick<StartOptions, 'host' | 'name' | 'basePath' | 'cert'>,
  { port, mqttPort }: ServedPorts,
): string[] {
  const [scheme, mqtt] =
    options.cert === undefined ? (['http', 'mqtt'] as const) : (['https', 'mqtts'] as const);
  const [base] = basesOf(options, { scheme, port });
  const isBehindProxy = base !== undefined && options.host === undefined;
  const own = base ?? `${scheme}://localhost:${port}${options.basePath ?? ''}/`;
  if (mqttPort === undefined || isBehindProxy) return [own];
  return [`${mqtt}://${new URL(own).hostname}:${mqttPort}`, own];
}

/** How the hub is reached, from the options of the command line. */
export function exposureOf(options: StartOptions): ExposureOptions & { readonly basePath: string } {
  const { name, allowOrigin, frameAncestors, trustProxy, basePath = '', www } = options;
  return {
    names: name,
    allowedOrigins: allowOrigin,
    frameAncestors,
    trustedProxies: trustProxy,
    basePath,
    www,
  };
}

/**
 * Whether other machines can reach the hub: over the network or, if it has a name or a proxy, through a proxy on this machine. Then all
 * clients must authenticate; in a class they must in any case.
 */
export function isReachable({ host, name, trustProxy, class: hasClass = false }: StartOptions): boolean {
  return host !== undefined || name !== undefined || trustProxy !== undefined || hasClass;
}
