import { expect, it } from 'vitest';
import { table } from '../../../hub/cli/banner.ts';

it('a table has its columns in line', () => {
  expect(
    table([
      ['NAME', 'ROLE'],
      ['ana', 'viewer'],
      ['joaquim', 'x'],
    ]),
  ).toBe('NAME     ROLE\nana      viewer\njoaquim  x');
});
