import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const WEB = join(import.meta.dirname, '../../web');

// Addresses in HTML are left out, because the build makes them relative.
test('every address that a page draws is relative, so that pages work below a path', () => {
  const files = readdirSync(WEB, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  expect(files.length).toBeGreaterThan(100);
  const absolute = files.flatMap((file) =>
    Array.from(
      readFileSync(join(WEB, file), 'utf8').matchAll(/\b(?:href|src|action)=["']\/[^"']*/g),
      ([link]) => `${file}: ${link}`,
    ),
  );
  expect(absolute).toEqual([]);
});
