import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createAccount, createOperator, createUser, type KeyPair } from '@nats-io/nkeys';

const operator = createOperator();
const account = createAccount();
/** The system account, which JetStream requires. */
const system = createAccount();
const decoder = new TextDecoder();

/** A user of the account that the server knows, and one of an account that it does not. */
export const MEMBER = { user: createUser(), account };
export const STRANGER = { user: createUser(), account: createAccount() };

/** The configuration of a server that accepts JWTs of one operator, with one account. */
export function accountsConfig(): string {
  const storage = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
  return `
operator: ${jwt(operator, operator.getPublicKey(), { type: 'operator' })}
system_account: ${system.getPublicKey()}
resolver: MEMORY
resolver_preload: {
  ${system.getPublicKey()}: ${accountJwt(system, {})}
  ${account.getPublicKey()}: ${accountJwt(account, storage)}
}
`;
}

function accountJwt(of: KeyPair, storage: object): string {
  const limits = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, conn: -1, leaf: -1 };
  const content = { type: 'account', limits: { ...limits, wildcards: true, ...storage } };
  return jwt(operator, of.getPublicKey(), content);
}

/** The credentials of a user, as `nsc generate creds` prints them. */
export function credsOf({ user, account: issuer }: typeof MEMBER): string {
  const content = { type: 'user', subs: -1, data: -1, payload: -1 };
  return `-----BEGIN NATS USER JWT-----
${jwt(issuer, user.getPublicKey(), content)}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
${decoder.decode(user.getSeed())}
------END USER NKEY SEED------
`;
}

/** A JWT of NATS, version 2: https://docs.nats.io/running-a-nats-service/configuration/securing_nats/jwt. */
function jwt(issuer: KeyPair, subject: string, content: object): string {
  const claims = {
    iat: Math.floor(Date.now() / 1000),
    iss: issuer.getPublicKey(),
    name: 'test',
    sub: subject,
    nats: { ...content, version: 2 },
  };
  const jti = createHash('sha256').update(JSON.stringify(claims)).digest('hex');
  const signed = [
    { typ: 'JWT', alg: 'ed25519-nkey' },
    { ...claims, jti },
  ]
    .map(encode)
    .join('.');
  const signature = issuer.sign(new TextEncoder().encode(signed));
  return `${signed}.${Buffer.from(signature).toString('base64url')}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
