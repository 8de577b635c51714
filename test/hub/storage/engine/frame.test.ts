import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DISK } from '../../../../hub/storage/engine/disk.ts';
import { FrameReader, toFrame } from '../../../../hub/storage/engine/frame.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-frame-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const SEED = 7;
const contents = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 8 });
const toFile = (parts: readonly Uint8Array[]) => Buffer.concat(parts.map((part) => toFrame(part, SEED)));

/** The frames of a file up to the first incomplete one, and whether the reader can continue after it. */
function read(file: Uint8Array, seed = SEED) {
  const path = join(folder, 'file');
  writeFileSync(path, file);
  const handle = DISK.open(path, 'read');
  try {
    const reader = new FrameReader(handle, seed);
    const found: number[][] = [];
    for (let content = reader.next(); content; content = reader.next()) found.push([...content]);
    return { found, offset: reader.offset, isAtEnd: reader.isAtEnd, canSkip: reader.skip() };
  } finally {
    handle.close();
  }
}

describe('a file of frames', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(contents, (parts) => {
        expect(read(toFile(parts))).toMatchObject({ found: parts.map((part) => [...part]), isAtEnd: true });
      }),
    );
  });

  it('that is cut off anywhere gives its whole frames, and nothing else', () => {
    fc.assert(
      fc.property(contents, fc.nat(), (parts, at) => {
        const file = toFile(parts);
        const cut = file.subarray(0, at % (file.length + 1));
        const { found, offset } = read(cut);
        expect(found).toEqual(parts.slice(0, found.length).map((part) => [...part]));
        expect(offset).toBe(toFile(parts.slice(0, found.length)).length);
        const next = parts[found.length];
        if (next) expect(cut.length).toBeLessThan(offset + toFrame(next, SEED).length);
      }),
    );
  });

  it('with a changed byte gives nothing that was not written', () => {
    fc.assert(
      fc.property(contents, fc.nat(), fc.integer({ min: 1, max: 255 }), (parts, at, change) => {
        fc.pre(parts.length > 0);
        const file = toFile(parts);
        const index = at % file.length;
        file[index] = (file[index] ?? 0) ^ change;
        const { found } = read(file);
        expect(found).toEqual(parts.slice(0, found.length).map((part) => [...part]));
        expect(found.length).toBeLessThan(parts.length);
      }),
    );
  });

  it('can be read further after a frame whose content is damaged', () => {
    const file = toFile([Uint8Array.of(1), Uint8Array.of(2, 2), Uint8Array.of(3)]);
    file[9 + 8] = 0xee;
    expect(read(file)).toMatchObject({ found: [[1]], canSkip: true });
  });

  it('cannot be read past a frame that was cut off', () => {
    const file = toFile([Uint8Array.of(1), Uint8Array.of(2, 2)]);
    expect(read(file.subarray(0, -1))).toMatchObject({ found: [[1]], isAtEnd: false, canSkip: false });
  });

  it('is nothing to a reader with another seed, and neither are zeros or noise', () => {
    expect(read(toFile([Uint8Array.of(1)]), SEED + 1).found).toEqual([]);
    expect(read(new Uint8Array(5_000)).found).toEqual([]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (noise) => {
        expect(read(noise).found).toEqual([]);
      }),
    );
  });

  it('may have frames larger than what is read at a time', () => {
    const large = new Uint8Array(600_000).fill(5);
    expect(
      read(toFile([Uint8Array.of(1), large, Uint8Array.of(2)])).found.map(({ length }) => length),
    ).toEqual([1, 600_000, 1]);
  });
});
