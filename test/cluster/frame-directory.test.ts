import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALL_HUBS, DirectoryWriter, type FrameTarget } from '../../hub/cluster/frame-directory.ts';
import { readEntries, readNeededEntries } from '../../hub/cluster/frame-reader.ts';
import { type LedgerEntry, readEntry, writeEntry } from '../../hub/cluster/ledger-frame.ts';
import { Message } from '../../hub/core/message.ts';
import { ByteReader, ByteWriter } from '../../hub/storage/engine/bytes.ts';

const CLOCK = { now: () => 0, timeOfDay: () => 0 };

/** Two hubs that a writer knows up to a version, and a third one that it does not know. */
const A = { name: 'a', epoch: 3, mark: 1, isGone: false };
const B = { name: 'b', epoch: 7, mark: 2, isGone: false };
const VERSION = 5;

interface Sent {
  readonly text: string;
  readonly wanted: number;
}

function entryOf({ text }: Sent): LedgerEntry {
  const message = new Message('x', text, { qos: 1 });
  return { kind: 'message', message, picks: [], isForPicksOnly: false, receipt: undefined };
}

/** The content of a frame as a hub appends it. */
function contentOf(sent: readonly Sent[], destinations = [A, B]): Uint8Array {
  const entries = new ByteWriter();
  const directory = new DirectoryWriter();
  directory.begin(destinations.map((destination) => ({ destination, version: VERSION })));
  for (const one of sent) {
    directory.add(entries.length, one.wanted);
    writeEntry(entries, entryOf(one), CLOCK);
  }
  const written = directory.end(entries.length);
  return Buffer.concat(written ? [written, entries.bytes] : [entries.bytes]);
}

/** The entries that a hub reads, and their places. */
function readBy(content: Uint8Array, target: Partial<FrameTarget>): [text: string, place: number][] {
  const read: [string, number][] = [];
  const reader = { hub: 'a', epoch: 3, hasAddedSince: () => false, ...target };
  readNeededEntries(content, CLOCK, reader, (entry, place) => read.push([textOf(entry), place]));
  return read;
}

function textOf(entry: LedgerEntry): string {
  return entry.kind === 'message' ? (entry.message.text ?? '') : 'over';
}

const sent = fc.array(
  fc.record({ text: fc.string({ maxLength: 90 }), wanted: fc.constantFrom(0, 1, 2, 3, ALL_HUBS) }),
  { maxLength: 30 },
);

const all = (messages: readonly Sent[]) => messages.map(({ text }, index) => [text, index]);

describe('the directory of a frame', () => {
  it('spares a hub the entries that are not for it, and leaves the places of the others as they are', () => {
    fc.assert(
      fc.property(sent, (messages) => {
        const content = contentOf(messages);
        for (const { name: hub, epoch, mark } of [A, B]) {
          const isShort = messages.length < 8;
          const needed = all(messages).filter((_, index) => isShort || (messages[index]?.wanted ?? 0) & mark);
          expect(readBy(content, { hub, epoch })).toEqual(needed);
        }
      }),
    );
  });

  it.each<[string, Partial<FrameTarget>]>([
    ['the writer did not know', { hub: 'c' }],
    ['has another epoch by now', { epoch: 4 }],
    ['has added a filter since', { hasAddedSince: (version) => version <= VERSION }],
  ])('spares nothing to a hub that %s', (_, target) => {
    fc.assert(
      fc.property(sent, (messages) => {
        expect(readBy(contentOf(messages), target)).toEqual(all(messages));
      }),
    );
  });

  it('spares a hub nothing if it was gone before the frame was complete, as its mark may belong to another', () => {
    const messages = Array.from({ length: 9 }, (_, n) => ({ text: `for b ${n}`, wanted: B.mark }));
    const content = contentOf(messages, [{ ...A, isGone: true }, B]);
    expect(readBy(content, {})).toEqual(all(messages));
  });

  it('is a message without receivers for a hub of an earlier version', () => {
    const content = contentOf(Array.from({ length: 9 }, (_, n) => ({ text: `${n}`, wanted: 0 })));
    const reader = new ByteReader(content);
    const directory = readEntry(reader, CLOCK);
    expect(directory).toMatchObject({
      message: { topic: '', retain: false, length: 0, expiresAt: undefined },
      picks: [{ hub: '*' }],
      isForPicksOnly: true,
      undelivered: undefined,
      receipt: undefined,
    });
    for (let n = 0; n < 9; n++) expect(textOf(readEntry(reader, CLOCK))).toBe(`${n}`);
    expect(reader.isAtEnd).toBe(true);
  });

  it('is not an entry for a hub that reads everything', () => {
    fc.assert(
      fc.property(sent, fc.boolean(), (messages, isKnown) => {
        const texts = Array.from(readEntries(contentOf(messages, isKnown ? [A, B] : []), CLOCK), textOf);
        expect(texts).toEqual(messages.map(({ text }) => text));
      }),
    );
  });
});
