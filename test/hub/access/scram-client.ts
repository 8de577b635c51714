import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/** The client's side of SCRAM-SHA-256, written only from RFC 5802. */
export function createScramClient(gs2Header: string, bare: string, password: string) {
  let signed = '';
  let salted = Buffer.alloc(0);
  const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  return {
    first: gs2Header + bare,
    final(serverFirst: string): string {
      const [, nonce, salt = '', iterations] = /^r=(.+),s=(.+),i=(\d+)$/.exec(serverFirst) ?? [];
      const withoutProof = `c=${Buffer.from(gs2Header).toString('base64')},r=${nonce}`;
      signed = `${bare},${serverFirst},${withoutProof}`;
      salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
      const clientKey = hmac(salted, 'Client Key');
      const signature = hmac(createHash('sha256').update(clientKey).digest(), signed);
      const proof = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0));
      return `${withoutProof},p=${Buffer.from(proof).toString('base64')}`;
    },
    serverSignature: () => hmac(hmac(salted, 'Server Key'), signed).toString('base64'),
  };
}
