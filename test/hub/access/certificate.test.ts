import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, createServer } from 'node:tls';
import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HubError } from '../../../hub/core/error.ts';
import { CertificateFiles } from '../../../hub/tls/certificate-files.ts';
import { createSelfSigned } from '../../../hub/tls/self-signed.ts';

const DAY_MS = 24 * 3_600_000;
const NOW = Date.now();

function make(...names: string[]) {
  const [first = 'pi.local', ...others] = names;
  return createSelfSigned({
    names: [first, ...others],
    notBefore: new Date(NOW - DAY_MS),
    notAfter: new Date(NOW + DAY_MS),
  });
}

describe('a self-signed certificate', () => {
  it('says what it is for, and is signed by its own key', () => {
    const { cert, key } = make('pi.local', 'joão', '192.168.0.7', 'fe80::1:2', '::ffff:10.0.0.1');
    const read = new X509Certificate(cert);
    expect(read.subject).toBe('CN=pi.local');
    expect(read.issuer).toBe('CN=pi.local');
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.ca).toBe(false);
    expect(read.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    expect(read.checkHost('pi.local')).toBe('pi.local');
    expect(read.checkIP('192.168.0.7')).toBe('192.168.0.7');
    expect(read.checkIP('fe80::1:2')).toBe('fe80::1:2');
    expect(read.checkIP('::ffff:10.0.0.1')).toBe('::ffff:10.0.0.1');
    expect(read.checkHost('xn--joo-nla')).toBe('xn--joo-nla');
    expect(read.checkHost('evil.example')).toBeUndefined();
    expect(Date.parse(read.validTo) - Date.parse(read.validFrom)).toBe(2 * DAY_MS);
    expect(BigInt(`0x${read.serialNumber}`)).toBeGreaterThan(2n ** 100n);
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  });

  it('is another each time', () => {
    expect(new X509Certificate(make().cert).serialNumber).not.toBe(
      new X509Certificate(make().cert).serialNumber,
    );
  });

  it('is accepted by TLS clients that trust it, only for its names', async () => {
    const pair = make('localhost', '127.0.0.1');
    const server = createServer(pair, (socket) => socket.end());
    server.on('tlsClientError', () => undefined); // The test is about clients that hang up.
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const shake = async (options: ConnectionOptions) => {
      const socket = connect({ host: '127.0.0.1', port, ...options });
      await once(socket, 'secureConnect');
      socket.destroy();
      return socket.authorized;
    };
    expect(await shake({ ca: pair.cert })).toBe(true);
    expect(await shake({ ca: pair.cert, servername: 'localhost' })).toBe(true);
    await expect(shake({ ca: make('localhost').cert })).rejects.toThrow(/self-signed/);
    await expect(shake({ ca: pair.cert, servername: 'evil.example' })).rejects.toThrow(/altnames/);
    server.close();
  });
});

describe('certificate files', () => {
  let folder: string;
  let cert: string;
  let key: string;
  let faults: HubError[];
  let files: CertificateFiles | undefined;
  const open = () => {
    files = new CertificateFiles({ cert, key, onFault: (error) => faults.push(error), pollMs: 10 });
    return files;
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pinhub-cert-'));
    [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    faults = [];
  });
  afterEach(async () => {
    files?.close();
    await rm(folder, { recursive: true });
  });

  async function write(pair: { cert: string; key: string }): Promise<void> {
    await writeFile(cert, pair.cert);
    await writeFile(key, pair.key);
  }

  it('are read, and read again when they are renewed', async () => {
    const [first, second] = [make(), make()];
    await write(first);
    const opened = open();
    expect(opened.current).toMatchObject(first);
    const renewed = firstValueFrom(opened.renewed$);
    await writeFile(`${cert}.new`, second.cert);
    await writeFile(`${key}.new`, second.key);
    await rename(`${cert}.new`, cert);
    await rename(`${key}.new`, key);
    expect(await renewed).toMatchObject(second);
    expect(opened.current).toMatchObject(second);
  });

  it('stay in use as they were while the new ones do not fit each other', async () => {
    const [first, second] = [make(), make()];
    await write(first);
    const fault = new Promise<HubError>((resolve) => {
      files = new CertificateFiles({ cert, key, onFault: resolve, pollMs: 10 });
    });
    await writeFile(cert, second.cert);
    expect(await fault).toMatchObject({ code: 'option/invalid' });
    expect(files?.current).toMatchObject(first);
  });

  it('that are missing, no PEM, or not a pair are refused', async () => {
    const invalid = expect.objectContaining({ code: 'option/invalid' });
    expect(open).toThrow(invalid);
    await write({ cert: 'no', key: 'no' });
    expect(open).toThrow(invalid);
    await write({ cert: make().cert, key: make().key });
    expect(open).toThrow(invalid);
  });
});
