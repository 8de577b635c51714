import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { createSelfSigned } from '../../../hub/tls/self-signed.ts';

/** The name in the configurations. */
export const NAME = 'pinhub.example';

/** A proxy that speaks HTTPS in front of a hub. */
export interface RunningProxy {
  readonly port: number;
  stop(): Promise<void>;
}

interface Behind {
  readonly hubPort: number;
  /** Empty for the root. */
  readonly basePath: string;
}

const docs = readFileSync(join(import.meta.dirname, '../../../docs/behind-a-proxy.md'), 'utf8');

/** The configurations of the documentation, in order. */
function configurations(language: string): string[] {
  return [...docs.matchAll(/^```(\w+)\n(.*?)^```/gms)]
    .filter(([, name]) => name === language)
    .map(([, , text = '']) => text);
}

/** Replaces words of the documentation, each of which must be there. */
function adapt(text: string, words: Readonly<Record<string, string>>): string {
  return Object.entries(words).reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`the configuration has no ${from}`);
    return changed.replaceAll(from, to);
  }, text);
}

export async function startNginx({ hubPort, basePath }: Behind): Promise<RunningProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'pinhub-nginx-'));
  const port = await freePort();
  const now = Date.now();
  const day = 24 * 3_600_000;
  const pair = createSelfSigned({
    names: [NAME],
    notBefore: new Date(now - day),
    notAfter: new Date(now + day),
  });
  writeFileSync(join(folder, 'pem'), pair.cert);
  writeFileSync(join(folder, 'key'), pair.key);
  const [given = ''] = configurations('nginx');
  const server = adapt(given, {
    '127.0.0.1:5000': `127.0.0.1:${hubPort}`,
    'listen 443': `listen 127.0.0.1:${port}`,
    '/etc/ssl/pinhub.example.pem': join(folder, 'pem'),
    '/etc/ssl/pinhub.example.key': join(folder, 'key'),
    'location / {': `location ${basePath}/ {`,
  });
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, name)};`,
  );
  writeFileSync(
    join(folder, 'conf'),
    `daemon off; master_process off; pid ${join(folder, 'pid')}; error_log stderr;
    events {} http { access_log off; ${paths.join(' ')} ${server} }`,
  );
  return start('nginx', ['-c', join(folder, 'conf'), '-p', folder, '-e', 'stderr'], { port, folder });
}

export async function startCaddy({ hubPort, basePath }: Behind): Promise<RunningProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'pinhub-caddy-'));
  const port = await freePort();
  const [root = '', below = ''] = configurations('caddyfile');
  const site = adapt(basePath === '' ? root : below, { '127.0.0.1:5000': `127.0.0.1:${hubPort}` });
  const options = [
    'admin off',
    'local_certs',
    'skip_install_trust',
    'auto_https disable_redirects',
    'default_bind 127.0.0.1',
    `https_port ${port}`,
    `storage file_system ${folder}`,
  ];
  writeFileSync(join(folder, 'Caddyfile'), `{\n${options.join('\n')}\n}\n${site}`);
  return start('caddy', ['run', '--config', join(folder, 'Caddyfile')], { port, folder });
}

async function start(
  command: string,
  args: readonly string[],
  { port, folder }: { readonly port: number; readonly folder: string },
): Promise<RunningProxy> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: folder },
  });
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  while (!(await isServing(port))) {
    if (child.exitCode !== null) throw new Error(`${command} has ended: ${errors}`);
  }
  return {
    port,
    async stop() {
      await end(child);
      rmSync(folder, { recursive: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** Whether a TLS handshake for the name succeeds. */
function isServing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, servername: NAME, rejectUnauthorized: false });
    const done = (outcome: boolean) => {
      socket.destroy();
      setTimeout(() => resolve(outcome), outcome ? 0 : 50);
    };
    socket.once('secureConnect', () => done(true)).once('error', () => done(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
