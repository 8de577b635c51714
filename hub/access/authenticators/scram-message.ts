import { HubError } from '../../core/error.ts';

/** Longer than any honest message, and short enough to be cheap to refuse. */
const MAX_LENGTH = 4_096;

const PROOF_BYTES = 32;

interface ClientFirst {
  readonly user: string;
  readonly nonce: string;
  /** What stands before the message itself: flags of channel binding and authorization identity. */
  readonly gs2Header: string;
  /** The message without that header. */
  readonly bare: string;
}

interface ClientFinal {
  /** The GS2 header again, as the client repeats it. */
  readonly channelBinding: string;
  readonly nonce: string;
  readonly proof: Uint8Array;
  readonly withoutProof: string;
}

/** `client-first-message` (RFC 5802, 7). Throws `protocol/violation`. */
export function parseClientFirst(message: string): ClientFirst {
  // gs2-cbind-flag: "y" is a client that could bind and sees that we do not offer it; "p=" one that insists.
  const parts =
    /^(?<gs2Header>[ny],(?:a=(?<identity>[^,]*))?,)(?<bare>n=(?<name>[^,]+),r=(?<nonce>[^,]+)(?:,.*)?)$/s;
  const found = parts.exec(checkLength(message))?.groups;
  if (!found) throw violation(describeFirst(message));
  const { gs2Header = '', bare = '', identity, name = '', nonce = '' } = found;
  const user = parseSaslName(name);
  if (identity !== undefined && identity !== '' && parseSaslName(identity) !== user) {
    throw violation('nobody may act in the name of another ("a=")');
  }
  return { user, nonce: parseNonce(nonce), gs2Header, bare };
}

/** `client-final-message` (RFC 5802, 7). Throws `protocol/violation`. */
export function parseClientFinal(message: string): ClientFinal {
  const parts = /^(?<withoutProof>c=(?<binding>[^,]*),r=(?<nonce>[^,]+)(?:,.*)?),p=(?<proof>[^,]+)$/s;
  const found = parts.exec(checkLength(message))?.groups;
  if (!found) throw violation('the final SCRAM message is not "c=…,r=…,p=…"');
  const { withoutProof = '', binding = '', nonce = '', proof = '' } = found;
  const bytes = Buffer.from(proof, 'base64');
  if (bytes.length !== PROOF_BYTES)
    throw violation(`a SCRAM proof has ${PROOF_BYTES} bytes, not ${bytes.length}`);
  return {
    channelBinding: Buffer.from(binding, 'base64').toString('utf8'),
    nonce,
    proof: bytes,
    withoutProof,
  };
}

/** Attributes in their order, as `r=…,s=…`. */
export function formatAttributes(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

/** `saslname`: `,` and `=` are written `=2C` and `=3D`. */
function parseSaslName(text: string): string {
  if (/=(?!2C|3D)/.test(text)) throw violation('a user name has "=" other than in "=2C" and "=3D"');
  return text.replaceAll('=2C', ',').replaceAll('=3D', '=');
}

function parseNonce(nonce: string): string {
  if (/^[\x21-\x2b\x2d-\x7e]+$/.test(nonce)) return nonce;
  throw violation('a nonce has only printable ASCII characters');
}

function checkLength(message: string): string {
  if (message.length <= MAX_LENGTH) return message;
  throw violation(`a SCRAM message has at most ${MAX_LENGTH} characters`);
}

function describeFirst(message: string): string {
  if (message.startsWith('p=')) return 'channel binding is not offered; use SCRAM-SHA-256 without it';
  return 'the first SCRAM message is not "n,,n=<user>,r=<nonce>"';
}

function violation(message: string): HubError {
  return new HubError('protocol/violation', message);
}
