import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Pinhub, pinhub } from './run-pinhub.ts';

let data: string;
let programs: Pinhub[];
beforeEach(() => {
  data = join(mkdtempSync(join(tmpdir(), 'pinhub-drawer-')), 'data');
  programs = [];
});
afterEach(async () => {
  for (const program of programs) await program.stop();
  rmSync(join(data, '..'), { recursive: true });
});

const wordsFor = (plugin: string) => {
  const file = join(import.meta.dirname, 'plug-ins', plugin);
  return ['start', '--port', '0', '--no-devices', '--data', data, '--plugin', file];
};

/** Starts a hub with a plug-in; resolves to its program and its address. */
async function start(plugin: string) {
  const program = new Pinhub([...wordsFor(plugin), '--no-pigpiod', '--mqtt-port', '0']);
  programs.push(program);
  await program.says('Ctrl-C');
  const [, mqttUrl = ''] = /(mqtt:\/\/localhost:\d+)/.exec(program.output) ?? [];
  const [, url = ''] = /(http:\/\/localhost:\d+)/.exec(program.output) ?? [];
  return { program, url, mqttUrl };
}

describe('the store of a plug-in', () => {
  it('keeps retained messages and sessions from one start to the next, in the place of the own one', async () => {
    const session = { clientId: 'ana', clean: false, reconnectPeriod: 0 } as const;
    const first = await start('drawer.mjs');
    expect(first.program.output).toContain('in the store of the plug-in drawer');
    const client = await mqtt.connectAsync(first.mqttUrl, session);
    await client.subscribeAsync('news', { qos: 1 });
    await client.publishAsync('kept', 'yes', { retain: true, qos: 1 });
    await client.endAsync();
    expect(await first.program.stop()).toBe(0);
    expect(existsSync(join(data, 'plug-in-drawer', 'closed'))).toBe(true);

    const second = await start('drawer.mjs');
    expect(await (await fetch(`${second.url}/api/topics/kept`)).text()).toBe('yes');
    const again = mqtt.connect(second.mqttUrl, session);
    const present = new Promise((resolve) =>
      again.once('connect', ({ sessionPresent }) => resolve(sessionPresent)),
    );
    expect(await present).toBe(true);
    await again.endAsync();
  });

  it.each([
    [
      'jammed.mjs',
      /^pinhub: the store of the plug-in "jammed" cannot be opened: the drawer is jammed \(store\/unavailable\)\n$/,
    ],
    [
      'shut.mjs',
      /^pinhub: the store of the plug-in "shut" cannot be opened: it is not an object \(store\/unavailable\)\n$/,
    ],
  ])('that cannot be opened ends the start with its name: %s', async (plugin, reason) => {
    const { code, errors } = await pinhub(wordsFor(plugin));
    expect(errors).toMatch(reason);
    expect(code).toBe(1);
  });

  it('excludes a hub that keeps nothing, and another store', async () => {
    const ephemeral = await pinhub([...wordsFor('drawer.mjs'), '--ephemeral']);
    expect(ephemeral.errors).toMatch(/--ephemeral.*"drawer" brings a store/);
    const other = join(import.meta.dirname, 'plug-ins', 'shut.mjs');
    const both = await pinhub([...wordsFor('drawer.mjs'), '--plugin', other]);
    expect(both.errors).toMatch(/a hub has one store; drawer and shut bring one each/);
  });
});
