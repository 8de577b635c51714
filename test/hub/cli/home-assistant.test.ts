import { describe, expect, it } from 'vitest';
import { EVERYONE, openToAll } from '../../../hub/access/access.ts';
import { guardAnnouncements } from '../../../hub/cli/home-assistant.ts';
import type { StartOptions } from '../../../hub/cli/options.ts';
import { createProgram } from '../../../hub/cli/program.ts';
import { NO_ACTIONS } from './no-actions.ts';

async function parse(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<StartOptions> {
  let parsed: StartOptions | undefined;
  const start = async (options: StartOptions) => {
    parsed = options;
  };
  const program = createProgram('0', { ...NO_ACTIONS, start }, environment);
  for (const command of [program, ...program.commands])
    command.exitOverride().configureOutput({ writeErr: () => {} });
  await program.parseAsync(['start', ...words], { from: 'user' });
  return parsed ?? expect.unreachable('start was not called');
}

describe('--home-assistant', () => {
  it.each([
    [[], {}, undefined],
    [['--home-assistant'], {}, 'homeassistant'],
    [['--home-assistant', 'lab/ha'], {}, 'lab/ha'],
    [[], { PINHUB_HOME_ASSISTANT: '1' }, 'homeassistant'],
    [[], { PINHUB_HOME_ASSISTANT: 'ha' }, 'ha'],
    [[], { PINHUB_HOME_ASSISTANT: 'no' }, undefined],
  ])('%j with %j is the prefix %s', async (words, environment, prefix) => {
    expect((await parse(words, environment)).homeAssistant).toBe(prefix);
  });

  it.each([
    ['--home-assistant='],
    ['--home-assistant=a/+'],
    ['--home-assistant=/'],
    ['--home-assistant-form=x'],
  ])('%s is an error', async (word) => {
    await expect(parse([word])).rejects.toThrow();
  });

  it('announces each device by one message unless configured otherwise', async () => {
    expect((await parse([])).homeAssistantForm).toBe('device');
    expect((await parse(['--home-assistant-form', 'component'])).homeAssistantForm).toBe('component');
  });

  it('lets nobody else announce in the name of the hub, below its prefix', async () => {
    const mayPublish = (options: StartOptions, topic: string) =>
      guardAnnouncements(openToAll, options).rightsOf(EVERYONE, '').mayPublish(topic);
    const own = 'ha/device/pinhub_led_21/config';
    expect(mayPublish(await parse(['--home-assistant', 'ha']), own)).toBe(false);
    expect(mayPublish(await parse(['--home-assistant', 'ha']), 'ha/device/zigbee/config')).toBe(true);
    expect(mayPublish(await parse(['--home-assistant']), own)).toBe(true);
    expect(mayPublish(await parse(['--home-assistant', 'my/ha']), `my/${own}`)).toBe(false);
    expect(mayPublish(await parse(['--home-assistant', 'my/ha']), own)).toBe(true);
    expect(mayPublish(await parse([]), own)).toBe(true);
  });
});
