import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { YOUNG_BYTES } from '../../../hub/cli/young-generation.ts';

const HUB = `${import.meta.dirname}/../../../dist/hub`;
const MODULE = pathToFileURL(`${HUB}/cli/young-generation.js`).href;

/** Fills the heap with objects that stay, over many turns; finally prints the size of the young generation, bytes. */
const PROGRAM = `
  import { getHeapSpaceStatistics } from 'node:v8';
  import { limitYoungGeneration } from '${MODULE}';
  limitYoungGeneration();
  const kept = [];
  for (let turn = 0; turn < 60; turn++) {
    for (let index = 0; index < 5000; index++) kept.push({ index, list: [index] });
    await new Promise((resolve) => setImmediate(resolve));
  }
  console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size);
`;

/** Prints the size of the young generation when a program ends, bytes. */
const AT_EXIT = `
  import { getHeapSpaceStatistics } from 'node:v8';
  process.on('exit', () => {
    console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size);
  });
`;

const youngBytes = (...flags: string[]) =>
  Number(execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', PROGRAM]));

describe('The young generation', () => {
  it('stops growing', () => {
    expect(youngBytes()).toBe(YOUNG_BYTES);
  });

  it('stops growing while the program is loaded, too', () => {
    const probe = `data:text/javascript,${encodeURIComponent(AT_EXIT)}`;
    const output = execFileSync(process.execPath, ['--import', probe, `${HUB}/main.js`, '--version']);
    const [, bytes] = output.toString().trim().split('\n');
    expect(Number(bytes)).toBeLessThanOrEqual(YOUNG_BYTES);
  });

  it('grows as far as the command that starts the program says', () => {
    expect(youngBytes('--max-semi-space-size=32')).toBeGreaterThan(YOUNG_BYTES);
  });
});
