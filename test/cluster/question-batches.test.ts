import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { UnansweredError } from '../../hub/cluster/engine.ts';
import { answerBatches, QuestionBatches } from '../../hub/cluster/question-batches.ts';
import { SimulatedTime } from './simulated-time.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (of: Uint8Array) => new TextDecoder().decode(of);

let time: SimulatedTime;
/** The number of requests to the other hub. */
let asked: number;
beforeEach(() => {
  time = new SimulatedTime();
  asked = 0;
});

/** Asks a hub that answers as `handler` does. */
function questions(handler: (question: string) => Promise<string>): (question: string) => Promise<string> {
  const answer = answerBatches(async (question) => bytes(await handler(text(question))), time);
  const ask = (_channel: string, question: Uint8Array) => {
    asked++;
    return answer(question).catch(() => Promise.reject(new UnansweredError('nobody has answered')));
  };
  const batches = new QuestionBatches({ engine: { ask }, withinMs: 1_000 });
  return async (question) => text(await batches.ask('b', bytes(question)));
}

describe('questions to one hub', () => {
  it('go together if they come in one turn, and each gets its answer', async () => {
    const ask = questions(async (question) => `${question}!`);
    expect(await time.settle(Promise.all(['1', '2', '3'].map(ask)))).toEqual(['1!', '2!', '3!']);
    expect(asked).toBe(1);
    expect(await time.settle(ask('4'))).toBe('4!');
    expect(asked).toBe(2);
  });

  it('are split if they are too many for one', async () => {
    const ask = questions(async (question) => question);
    const all = Array.from({ length: 1_200 }, (_, index) => `${index}`);
    expect(await time.settle(Promise.all(all.map(ask)))).toEqual(all);
    expect(asked).toBe(3);
  });

  it('do not wait for a slow answer, or for an answer that depends on another hub’s question', async () => {
    let free = (_: string) => undefined as unknown;
    const slow = new Promise<string>((resolve) => {
      free = resolve;
    });
    const ask = questions(async (question) => (question === 'slow' ? slow : question));
    const late = ask('slow');
    expect(await time.settle(ask('quick'))).toBe('quick');
    free('at last');
    expect(await time.settle(late)).toBe('at last');
  });

  it('bring a long answer whole', async () => {
    const long = 'x'.repeat(500_000);
    const ask = questions(async (question) => (question === 'long' ? long : question));
    expect(await time.settle(Promise.all(['long', 'short'].map(ask)))).toEqual([long, 'short']);
  });

  it('fail only themselves if they cannot be answered', async () => {
    const ask = questions(async (question) => {
      await turn();
      if (question === 'bad') throw new Error('no such thing');
      return question;
    });
    const [bad, good] = [ask('bad'), ask('good')];
    bad.catch(() => undefined);
    expect(await time.settle(good)).toBe('good');
    await expect(time.settle(bad)).rejects.toBeInstanceOf(UnansweredError);
  });
});
