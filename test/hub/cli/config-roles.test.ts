import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfigFile, readConfigRoles } from '../../../hub/cli/config-file.ts';
import { createProgram } from '../../../hub/cli/program.ts';
import { withConfigFile } from '../../../hub/cli/words.ts';
import { NO_ACTIONS } from './no-actions.ts';

const program = createProgram('0', NO_ACTIONS);
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinhub-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a configuration file', () => {
  it('has roles beside options', async () => {
    const path = join(folder, 'config.json');
    await writeFile(
      path,
      JSON.stringify({ port: 5001, data: '/x', roles: { student: { read: ['lab/%u/#'] } } }),
    );
    expect([...readConfigFile(path).keys()]).toEqual(['port', 'data']);
    expect(readConfigRoles(path).get('student')).toEqual({ read: ['lab/%u/#'], publish: [], report: [] });
    const words = withConfigFile(['token', 'make', 'kiosk', '--config', path], {}, program);
    expect(words, 'only what the command knows').toEqual([
      'token',
      'make',
      'kiosk',
      '--config',
      path,
      '--data=/x',
    ]);
    expect(withConfigFile(['start', '--config', path], {}, program)).toContain('--port=5001');
    expect(withConfigFile(['pub', 'a', 'b'], { PINHUB_CONFIG: path }, program)).toEqual(['pub', 'a', 'b']);
  });

  it.each<[object, string]>([
    [{ student: { read: ['a#'] } }, '"student.read.0": "a#" is no topic filter'],
    [{ student: { reed: ['#'] } }, '"student": "reed": a role may "read", "publish" and "report"'],
    [{ student: { read: '#' } }, '"student.read": must be a list of topic filters, as in ["lab/%u/#"]'],
    [{ student: { read: [5] } }, '"student.read.0": must be a topic filter in quotes'],
    [{ student: 5 }, '"student": must be an object with "read", "publish" and "report"'],
    [{ 'my students': {} }, '"my students" is no name of a role: 1 to 64 letters'],
    [{ student: { read: ['%z/#'] } }, '"%z/#" has a placeholder that means nothing; there are %u'],
  ])('with roles that mean nothing is refused with what is allowed: %j', async (roles, message) => {
    const path = join(folder, 'config.json');
    await writeFile(path, JSON.stringify({ roles }));
    expect(() => readConfigRoles(path)).toThrow(`configuration file ${JSON.stringify(path)}: roles: `);
    expect(() => readConfigRoles(path)).toThrow(message);
  });

  it('may have a per cent sign in a topic', async () => {
    const path = join(folder, 'config.json');
    await writeFile(path, JSON.stringify({ roles: { student: { read: ['humidity/%', '50%/%u'] } } }));
    expect(readConfigRoles(path).get('student')?.read).toEqual(['humidity/%', '50%/%u']);
  });
});
