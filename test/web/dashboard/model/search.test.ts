import { describe, expect, it } from 'vitest';
import { createMatcher } from '../../../../web/dashboard/model/search.ts';

describe('the search', () => {
  it.each([
    ['', true],
    ['  ', true],
    ['lampada', true],
    ['LÂMPADA sala', true],
    ['led/2 sal', true],
    ['lampada cozinha', false],
    ['.*', false],
  ])('for %j: %s', (query, isFound) => {
    expect(createMatcher(query)(['Lâmpada de mesa', 'Sala', 'led/21'])).toBe(isFound);
  });
});
