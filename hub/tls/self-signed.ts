import { Buffer } from 'node:buffer';
import { generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { expandIpv6 } from '../limits/network.ts';

/** The part of ASN.1's distinguished encoding rules (ITU-T X.690) that a certificate needs, by the tags of 8.1.2. */
const der = {
  true: () => encode(0x01, Buffer.from([0xff])),
  /** A non-negative integer, big-endian. */
  integer: (bytes: Buffer) => encode(0x02, (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([ZERO, bytes])),
  /** A bit string of whole bytes, so that no bits are unused. */
  bitString: (bytes: Buffer) => encode(0x03, ZERO, bytes),
  octetString: (bytes: Buffer) => encode(0x04, bytes),
  objectIdentifier: (hex: string) => encode(0x06, Buffer.from(hex, 'hex')),
  utf8String: (text: string) => encode(0x0c, Buffer.from(text)),
  /** A time to the second, from 1950 to 2049 (RFC 5280, 4.1.2.5.1). */
  utcTime: (date: Date) =>
    encode(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/\D/g, '')}Z`)),
  sequence: (...parts: readonly Buffer[]) => encode(0x30, ...parts),
  set: (...parts: readonly Buffer[]) => encode(0x31, ...parts),
  /** A value with a context-specific tag, around its own tag (constructed) or instead of it. */
  explicit: (number: number, value: Buffer) => encode(0xa0 | number, value),
  implicit: (number: number, bytes: Buffer) => encode(0x80 | number, bytes),
};

const ZERO = Buffer.alloc(1);

function encode(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
}

interface SelfSignedOptions {
  /** Host names and IP addresses of the hub; the first becomes the common name. */
  readonly names: readonly [string, ...string[]];
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A certificate and its private key, PEM. */
export interface CertificateAndKey {
  readonly cert: string;
  readonly key: string;
}

/** Object identifiers of RFC 5280 and RFC 5758, as they are encoded (8.19). */
const OID = {
  commonName: '550403', // 2.5.4.3
  keyUsage: '551d0f', // 2.5.29.15
  subjectAlternativeName: '551d11', // 2.5.29.17
  basicConstraints: '551d13', // 2.5.29.19
  extendedKeyUsage: '551d25', // 2.5.29.37
  serverAuthentication: '2b06010505070301', // 1.3.6.1.5.5.7.3.1
  clientAuthentication: '2b06010505070302', // 1.3.6.1.5.5.7.3.2
  ecdsaWithSha256: '2a8648ce3d040302', // 1.2.840.10045.4.3.2
};

const PURPOSES = [OID.serverAuthentication, OID.clientAuthentication];

const SIGNATURE_ALGORITHM = der.sequence(der.objectIdentifier(OID.ecdsaWithSha256));

/** X.509 version 3 (RFC 5280, 4.1.2.1). */
const VERSION_3 = der.explicit(0, der.integer(Buffer.from([2])));

/** Creates a self-signed certificate (RFC 5280; ECDSA with P-256). It is not a CA: a client that trusts it trusts this hub alone. */
export function createSelfSigned({ names, notBefore, notAfter }: SelfSignedOptions): CertificateAndKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [commonName] = names;
  const name = der.sequence(
    der.set(der.sequence(der.objectIdentifier(OID.commonName), der.utf8String(commonName))),
  );
  const content = der.sequence(
    VERSION_3,
    der.integer(serialNumber()),
    SIGNATURE_ALGORITHM,
    name, // issuer
    der.sequence(der.utcTime(notBefore), der.utcTime(notAfter)),
    name, // subject
    publicKey.export({ type: 'spki', format: 'der' }),
    der.explicit(3, extensions(names)),
  );
  const signature = sign('sha256', content, privateKey);
  const certificate = der.sequence(content, SIGNATURE_ALGORITHM, der.bitString(signature));
  return {
    cert: new X509Certificate(certificate).toString(),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** 127 random bits, the first of them set: it must be positive and at most 20 bytes (RFC 5280, 4.1.2.2). */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

function extensions(names: readonly string[]): Buffer {
  const digitalSignature = Buffer.from([0x03, 0x02, 0x07, 0x80]);
  return der.sequence(
    extension(OID.basicConstraints, der.sequence(), 'critical'), // Not a CA.
    extension(OID.keyUsage, digitalSignature, 'critical'),
    extension(OID.extendedKeyUsage, der.sequence(...PURPOSES.map(der.objectIdentifier))),
    extension(OID.subjectAlternativeName, der.sequence(...names.map(generalName))),
  );
}

function extension(identifier: string, value: Buffer, weight?: 'critical'): Buffer {
  const critical = weight === 'critical' ? [der.true()] : [];
  return der.sequence(der.objectIdentifier(identifier), ...critical, der.octetString(value));
}

/** [2] is a DNS name, [7] an IP address (RFC 5280, 4.2.1.6). */
function generalName(name: string): Buffer {
  const address = addressBytes(name);
  return address ? der.implicit(7, address) : der.implicit(2, Buffer.from(domainToASCII(name), 'ascii'));
}

function addressBytes(name: string): Buffer | undefined {
  if (isIPv4(name)) return Buffer.from(name.split('.').map(Number));
  if (!isIPv6(name)) return undefined;
  // A URL also writes an embedded IPv4 address in hexadecimal.
  const groups = expandIpv6(new URL(`http://[${name}]`).hostname.slice(1, -1));
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
