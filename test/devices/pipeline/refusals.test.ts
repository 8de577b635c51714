import { asyncScheduler, of, Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { latestWins } from '../../../devices/pipeline/latest-wins.ts';
import { type Parsed, parse } from '../../../devices/pipeline/parse.ts';
import { toBusMessage } from '../../../hub/core/local-bus.ts';
import { Message } from '../../../hub/core/message.ts';

const messageOf = (payload: string) => toBusMessage(new Message('relay/17/on', payload), false);

test('a write that throws ends the stream with its error', () => {
  const errors: unknown[] = [];
  const source$ = new Subject<number>();
  const write = () => {
    throw new Error('no such pin');
  };
  source$.pipe(latestWins(write, { intervalMs: 20, scheduler: asyncScheduler })).subscribe({
    error: (error: unknown) => errors.push(error),
  });
  source$.next(1);
  expect(errors).toEqual([new Error('no such pin')]);
});

test('a parser that throws something other than a HubError refuses the payload, and the next one is read', () => {
  const seen: Parsed<unknown>[] = [];
  of(messageOf('{'), messageOf('1'))
    .pipe(parse((text): unknown => JSON.parse(text)))
    .subscribe((parsed) => seen.push(parsed));
  expect(seen[0]?.refusal).toMatchObject({
    code: 'payload/invalid',
    message: expect.stringContaining('JSON'),
  });
  expect(seen[1]).toMatchObject({ value: 1 });
});
