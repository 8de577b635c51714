import { describe, expect, it } from 'vitest';
import { Outgoing, type Publication } from '../../../hub/client/outgoing.ts';

function value(topic: string, payload: string): Publication {
  return { topic, payload, options: { retain: true } };
}

function event(topic: string, payload: string): Publication {
  return { topic, payload, options: {} };
}

function show(messages: Iterable<Publication>): string[] {
  return [...messages].map(({ topic, payload }) => `${topic} ${payload}`);
}

/** Waiting messages, and the outcomes for their publishers. */
function create(limit = 100) {
  const outgoing = new Outgoing(limit);
  const told: string[] = [];
  const tell = (publication: Publication) => (error?: Error) =>
    void told.push(`${publication.payload}: ${error?.message ?? 'taken'}`);
  return {
    outgoing,
    told,
    add: (publication: Publication) => outgoing.add(publication, tell(publication)),
    keep: (publication: Publication) => outgoing.keep(publication, tell(publication)),
  };
}

describe('What a client has published', () => {
  it('stays, in order, until the hub has answered', () => {
    const { outgoing, add, told } = create();
    const [one, two] = [add(value('a', '1')), add(value('a', '2'))];
    expect(show(outgoing)).toEqual(['a 1', 'a 2']);
    outgoing.settle(one);
    outgoing.settle(two, new Error('refused'));
    outgoing.settle(two);
    expect(told).toEqual(['1: taken', '2: refused']);
    expect(outgoing.size).toBe(0);
  });

  it('is reduced to the last value of each topic when the hub goes, events not', () => {
    const { outgoing, add, told } = create();
    for (const [topic, payload] of [
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
      ['b', '4'],
      ['a', '5'],
    ] as const)
      add(value(topic, payload));
    add(event('a', '6'));
    outgoing.collapse();
    expect(show(outgoing)).toEqual(['b 4', 'a 5', 'a 6']);
    expect(told).toEqual([]);
    for (const message of outgoing) outgoing.settle(message);
    expect(told.sort()).toEqual(['1: taken', '2: taken', '3: taken', '4: taken', '5: taken', '6: taken']);
  });

  it('is only the last value of each topic while the hub is away', () => {
    const { outgoing, keep } = create();
    keep(value('a', '1'));
    keep(event('a', '2'));
    keep(value('b', '3'));
    keep(value('a', '4'));
    keep(event('a', '5'));
    expect(show(outgoing)).toEqual(['a 2', 'b 3', 'a 4', 'a 5']);
  });

  it('replaces what was on its way when the hub went', () => {
    const { outgoing, add, keep } = create();
    add(value('a', '1'));
    outgoing.collapse();
    keep(value('a', '2'));
    expect(show(outgoing)).toEqual(['a 2']);
  });

  it('does not bring back a value that the hub has answered', () => {
    const { outgoing, add, keep, told } = create();
    outgoing.settle(add(value('a', '1')));
    keep(value('a', '2'));
    for (const message of outgoing) outgoing.settle(message);
    expect(told).toEqual(['1: taken', '2: taken']);
  });

  it('counts an empty value, which forgets, for a value', () => {
    const { outgoing, keep } = create();
    keep(value('a', '1'));
    keep(value('a', ''));
    expect(show(outgoing)).toEqual(['a ']);
  });

  it('has a limited size, but always room for a value that replaces another', () => {
    const { outgoing, keep, add } = create(2);
    keep(value('a', '1'));
    keep(value('b', '2'));
    expect(() => keep(value('c', '3'))).toThrow(expect.objectContaining({ code: 'limit/exceeded' }));
    expect(() => add(value('a', '3'))).toThrow('2 messages are queued');
    keep(value('a', '4'));
    expect(show(outgoing)).toEqual(['b 2', 'a 4']);
  });

  it('informs the publishers of any number of values that one has replaced', () => {
    const { outgoing, keep, told } = create(1);
    for (let n = 0; n < 200_000; n++) keep(value('a', 'x'));
    outgoing.collapse();
    outgoing.abandon(new Error('closed'));
    expect(told).toHaveLength(200_000);
    expect(outgoing.size).toBe(0);
  });

  it('goes to the hub as values, then events, each topic in its order', () => {
    const { outgoing, keep } = create();
    keep(event('ask', '1'));
    keep(value('a', '2'));
    keep(event('b', '3'));
    keep(value('b', '4')); // This value comes after an event on the same topic, and must stay there.
    keep(value('c', '5'));
    keep(event('c', '6'));
    const { values, events } = outgoing.split();
    expect(show(values)).toEqual(['a 2', 'c 5']);
    expect(show(events)).toEqual(['ask 1', 'b 3', 'b 4', 'c 6']);
  });
});
