import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Vault } from './vault.ts';

interface KeptSecretOptions {
  readonly vault: Vault;
  readonly key: string;
  readonly log: Logger;
}

const BYTES = 32;

const schema = z.object({ secret: z.base64().length(Math.ceil(BYTES / 3) * 4) });

/** A secret of the hub's own, 32 bytes, made when it is first needed. It outlives the process, unless the vault cannot be used. */
export function createKeptSecret(options: KeptSecretOptions): () => Promise<Uint8Array> {
  let secret: Promise<Uint8Array> | undefined;
  return () => {
    secret ??= readOrMake(options);
    return secret;
  };
}

async function readOrMake({ vault, key, log }: KeptSecretOptions): Promise<Uint8Array> {
  const made = randomBytes(BYTES);
  const record = { secret: made.toString('base64') };
  try {
    await vault.update('secrets', key, (found) =>
      schema.safeParse(found.secrets).success ? undefined : record,
    );
    return Buffer.from(schema.parse(await vault.get('secrets', key)).secret, 'base64');
  } catch (error) {
    log.warn({ err: error }, 'a secret of the hub is not kept: it will be another after the next start');
    return made;
  }
}
