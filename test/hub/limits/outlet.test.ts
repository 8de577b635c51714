import { Buffer } from 'node:buffer';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Outlet } from '../../../hub/limits/outlet.ts';

/** A stream to a network that accepts a write only when the test says so. */
class SlowStream extends Duplex {
  readonly writes: Buffer[][] = [];
  #take: (() => void) | undefined;

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.writes.push([bytes]);
    this.#take = done;
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.writes.push(chunks.map(({ chunk }) => chunk));
    this.#take = done;
  }

  override _read(): void {
    // The client sends nothing.
  }

  /** The network accepts what it was given; resolves once the stream knows. */
  async release(): Promise<void> {
    const take = this.#take;
    this.#take = undefined;
    take?.();
    await new Promise((resolve) => setImmediate(resolve));
  }

  get isWaiting(): boolean {
    return this.#take !== undefined;
  }

  get text(): string {
    return Buffer.concat(this.writes.flat()).toString();
  }
}

describe('an outlet', () => {
  it('writes at once while the network keeps up', () => {
    const stream = new SlowStream();
    new Outlet(stream).write(Buffer.from('a'));
    expect(stream.text).toBe('a');
  });

  it('gathers 50,000 small writes of a client that does not read into a few blocks', async () => {
    const stream = new SlowStream();
    const outlet = new Outlet(stream);
    for (let index = 0; index < 50_000; index++) outlet.write(Buffer.from('0123456789'));
    expect(outlet.bufferedBytes).toBe(500_000);
    await stream.release();
    expect(stream.writes.flat().length).toBeLessThan(20);
    expect(Buffer.concat(stream.writes.flat()).byteLength).toBe(500_000);
  });

  it('sends what follows bytes that somebody else has written to the stream', async () => {
    const stream = new SlowStream();
    const outlet = new Outlet(stream);
    stream.write('101 ');
    outlet.write(Buffer.from('a'));
    outlet.write(Buffer.from('b'));
    while (stream.isWaiting) await stream.release();
    expect(stream.text).toBe('101 ab');
    expect(outlet.bufferedBytes).toBe(0);
  });

  it('says when the network has caught up, once, and only if it had fallen behind', async () => {
    const stream = new SlowStream();
    const owner = { drained: vi.fn() };
    const outlet = new Outlet(stream, owner);
    outlet.write(Buffer.from('a'));
    outlet.write(Buffer.from('b'));
    await stream.release();
    expect(owner.drained).not.toHaveBeenCalled(); // The collected pieces are on their way now.
    await stream.release();
    expect(owner.drained).toHaveBeenCalledTimes(1);
    expect(outlet.bufferedBytes).toBe(0);
  });

  it('sends what it has gathered before it ends the stream', async () => {
    const stream = new SlowStream();
    const outlet = new Outlet(stream);
    outlet.write(Buffer.from('a'));
    outlet.write(Buffer.from('b'));
    outlet.end();
    await stream.release();
    expect(stream.text).toBe('ab');
  });

  it('sends every byte once and in order, however writes and the network take turns', async () => {
    const size = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 900, max: 5_000 }));
    const step = fc.oneof(size, fc.constant('take' as const));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const stream = new SlowStream();
        const outlet = new Outlet(stream);
        let sent = '';
        for (const [index, bytes] of steps.entries()) {
          if (bytes === 'take') await stream.release();
          else outlet.write(Buffer.from(String.fromCharCode(97 + (index % 26)).repeat(bytes)));
          if (bytes !== 'take') sent += String.fromCharCode(97 + (index % 26)).repeat(bytes);
        }
        while (stream.isWaiting) await stream.release();
        expect(stream.text).toBe(sent);
        expect(outlet.bufferedBytes).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});
