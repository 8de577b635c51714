import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Message } from '../../hub/core/message.ts';

describe('A message', () => {
  it('of any text has the text’s bytes, and of these bytes that text again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const message = new Message('a', text);
        expect(Buffer.from(message.bytes)).toEqual(Buffer.from(text));
        expect(new Message('a', message.bytes).text).toBe(message.text);
      }),
    );
  });

  it('keeps its size, whatever is read of it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array()), (payload) => {
        const message = new Message('a', payload);
        const { size, length, isEmpty } = message;
        expect([message.bytes, message.text, message.payload]).toHaveLength(3);
        expect(message).toMatchObject({ size, length, isEmpty });
      }),
    );
  });

  it('of any bytes keeps them, and has text exactly if it encodes to these bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const message = new Message('a', bytes);
        const { text } = message;
        expect(message.bytes).toEqual(bytes);
        if (text !== undefined) expect(new Uint8Array(Buffer.from(text))).toEqual(bytes);
        else expect(new Uint8Array(Buffer.from(Buffer.from(bytes).toString('utf8')))).not.toEqual(bytes);
      }),
      { numRuns: 1_000 },
    );
  });
});
