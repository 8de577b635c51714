import { describe, expect, it } from 'vitest';
import { Message } from '../../../hub/core/message.ts';

describe('A message', () => {
  it('has its payload as text and as bytes, whichever it was made of', () => {
    expect(new Message('a', 'é').bytes).toEqual(new Uint8Array([0xc3, 0xa9]));
    expect(new Message('a', new Uint8Array([0xc3, 0xa9])).text).toBe('é');
  });

  it.each([
    ['a stray continuation byte', [0x80]],
    ['a cut sequence', [0xc3]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['an overlong NUL', [0xc0, 0x80]],
    ['a byte that UTF-8 never has', [0x61, 0xff]],
  ])('has no text if its bytes are not UTF-8: %s', (_title, bytes) => {
    const message = new Message('a', new Uint8Array(bytes));
    expect(message.text).toBeUndefined();
    expect(message.text).toBeUndefined();
    expect([...message.bytes]).toEqual(bytes);
  });

  it('turns its payload into the other form once', () => {
    const message = new Message('a', 'text');
    expect(message.bytes).toBe(message.bytes);
  });

  it('keeps a byte order mark, in both forms', () => {
    expect(new Message('a', '\ufeffa').bytes).toEqual(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]));
    expect(new Message('a', new Uint8Array([0xef, 0xbb, 0xbf, 0x61])).text).toBe('\ufeffa');
  });

  it('makes half a surrogate pair the same in both forms', () => {
    const message = new Message('a', '\ud83d!');
    expect(message.text).toBe('\ufffd!');
    expect(message.bytes).toEqual(new Uint8Array([0xef, 0xbf, 0xbd, 0x21]));
  });

  it.each<[string | Uint8Array, boolean]>([
    ['', true],
    [new Uint8Array(), true],
    ['0', false],
    [new Uint8Array([0]), false],
  ])('of %j is empty: %s', (payload, isEmpty) => {
    expect(new Message('a', payload).isEmpty).toBe(isEmpty);
  });

  it('expires at its instant, not before, and never if it has none', () => {
    const message = new Message('a', '', { expiresAt: 1000 });
    expect([999, 1000, 1001].map((now) => message.isExpiredAt(now))).toEqual([false, true, true]);
    expect(new Message('a', '').isExpiredAt(Number.MAX_VALUE)).toBe(false);
  });

  it('counts topic, payload and properties in its size', () => {
    const bare = new Message('a', '').size;
    expect(new Message('a'.repeat(1001), '').size).toBe(bare + 1000);
    expect(new Message('a', new Uint8Array(1000)).size).toBe(bare + 1000);
    const userProperties = Array.from({ length: 100 }, () => ['name', 'value'] as const);
    const properties = {
      userProperties,
      correlationData: new Uint8Array(50),
      contentType: 'text',
      responseTopic: 'b',
    };
    expect(new Message('a', '', { properties }).size).toBeGreaterThan(bare + 100 * 9 + 50 + 5);
  });
});
