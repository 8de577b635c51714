import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/**
 * The packages that are bundled with the built programs, and the names that the programs import from each. Bundling leaves out unused code: an
 * installation of Pinhub has a few files instead of thirty packages. Pinhub's own types mention none of these packages.
 */
export const BUNDLED: Readonly<Record<string, string>> = {
  '@nats-io/jetstream':
    '{ DeliverPolicy, DiscardPolicy, JetStreamApiError, JetStreamError, jetstream, jetstreamManager, StorageType }',
  '@nats-io/transport-node':
    '{ connect, credsAuthenticator, tokenAuthenticator, usernamePasswordAuthenticator }',
  commander: '{ Command, InvalidArgumentError, Option }',
  helmet: '{ default }',
  'pino-pretty': '{ default }',
  'prom-client': '{ Counter, Gauge, Histogram, Registry }',
  uqr: '{ renderUnicodeCompact }',
  zod: '{ z }',
};

const root = join(import.meta.dirname, '..');
const ENTRY = 'bundled:';

export default defineConfig({
  root,
  publicDir: false,
  plugins: [exportUsed(), addLicenses()],
  ssr: { noExternal: true },
  build: {
    ssr: true,
    target: 'node20',
    minify: false,
    rolldownOptions: {
      input: Object.fromEntries(Object.keys(BUNDLED).map((name) => [name, `${ENTRY}${name}`])),
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'shared/[name].js',
        // The names of classes and functions stay: some errors get their names from their classes, and stacks stay readable.
        minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
      },
    },
  },
});

/** Creates an entry for each package, with the names that are used. */
function exportUsed(): Plugin {
  const nameOf = (id: string) => (id.startsWith(ENTRY) ? id.slice(ENTRY.length) : undefined);
  return {
    name: 'export-used',
    enforce: 'pre',
    resolveId: (id) => (nameOf(id) ? id : undefined),
    load(id) {
      const name = nameOf(id);
      return name && `export ${BUNDLED[name]} from '${name}';`;
    },
  };
}

/** Puts the licenses of all packages beside the bundled code. */
function addLicenses(): Plugin {
  return {
    name: 'add-licenses',
    generateBundle(_, bundle) {
      const folders = new Set<string>();
      for (const chunk of Object.values(bundle)) {
        const modules = chunk.type === 'chunk' ? chunk.moduleIds : [];
        for (const id of modules) folders.add(/^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? '');
      }
      folders.delete('');
      const source = [...folders].sort().map(readLicense).join('\n\n');
      this.emitFile({ type: 'asset', fileName: 'LICENSES.txt', source });
    },
  };
}

function readLicense(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : license;
  return `${name} ${version}\n\n${text.trim()}\n`;
}
