import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';

const FLOW = join(import.meta.dirname, '../../../examples/node-red/flow.json');

export interface NodeRedOptions {
  /** The folder in which Node-RED is installed. */
  readonly folder: string;
  readonly mqttPort: number;
  readonly user: string;
  readonly password: string;
}

/** Node-RED in its own process, with the flow of the examples, after a user has entered a port and a user name for its brokers. */
export class NodeRed {
  readonly port: number;
  readonly #folder: string;
  readonly #userFolder = mkdtempSync(join(tmpdir(), 'pinhub-node-red-'));
  #process: ChildProcess | undefined;
  #output = '';

  private constructor(port: number, { folder, mqttPort, user, password }: NodeRedOptions) {
    this.port = port;
    this.#folder = folder;
    const nodes = readFlow();
    const brokers = nodes.filter(({ type }) => type === 'mqtt-broker');
    const deployed = nodes.map((node) =>
      brokers.includes(node) ? { ...node, port: String(mqttPort) } : node,
    );
    this.#write('flows.json', JSON.stringify(deployed));
    this.#write(
      'flows_cred.json',
      JSON.stringify(Object.fromEntries(brokers.map(({ id }) => [id, { user, password }]))),
    );
    const settings = {
      flowFile: 'flows.json',
      credentialSecret: false,
      uiHost: '127.0.0.1',
      mqttReconnectTime: 100,
      telemetry: { enabled: false },
    };
    this.#write('settings.js', `module.exports = ${JSON.stringify(settings)};`);
  }

  static async create(options: NodeRedOptions): Promise<NodeRed> {
    return new NodeRed(await freePort(), options);
  }

  async start(): Promise<void> {
    this.#output = '';
    const main = join(this.#folder, 'node_modules/node-red/red.js');
    const words = ['--userDir', this.#userFolder, '--port', String(this.port)];
    this.#process = spawn(process.execPath, [main, ...words], { cwd: this.#userFolder });
    this.#process.stdout?.on('data', (chunk) => {
      this.#output += chunk;
    });
    await vi.waitUntil(() => this.#output.includes('Started flows'), { timeout: 100_000 });
  }

  /** How often a broker of the flow, by its name there, has connected since the start. */
  connectionsOf(broker: string): number {
    return this.#output.split(`${broker}] Connected to broker`).length - 1;
  }

  /** Kills Node-RED, so that it sends no goodbye. */
  async kill(): Promise<void> {
    const { exitCode, signalCode } = this.#process ?? {};
    if (!this.#process || exitCode !== null || signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#userFolder, { recursive: true });
  }

  #write(name: string, text: string): void {
    writeFileSync(join(this.#userFolder, name), text);
  }
}

interface FlowNode {
  readonly id: string;
  readonly type: string;
}

function readFlow(): readonly FlowNode[] {
  return JSON.parse(readFileSync(FLOW, 'utf8'));
}

/** Node-RED does not report the port that the system chose. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('there is no port');
  return address.port;
}
