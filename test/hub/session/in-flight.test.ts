import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Message } from '../../../hub/core/message.ts';
import { PLAIN_TERMS } from '../../../hub/core/subscription.ts';
import { SessionCounters } from '../../../hub/session/context.ts';
import { Delivery, IdentifierSet, InFlightTable } from '../../../hub/session/in-flight.ts';
import { DEFAULT_SESSION_LIMITS } from '../../../hub/session/limits.ts';
import { SessionAccount, Shares } from '../../../hub/session/quotas.ts';

const message = new Message('a', 'x');
const counters = new SessionCounters();
const shares = new Shares(DEFAULT_SESSION_LIMITS, counters, () => false);
const createAccount = () => new SessionAccount('ana', shares, 0);
const inFlight = (packetIdentifier: number, order: number) =>
  Object.assign(new Delivery(message, PLAIN_TERMS, 1, 0), { packetIdentifier, order });

describe('messages in flight', () => {
  test('are found by their identifiers, each its own, and listed in the order of sending, as in a Map', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(), { nil: undefined, freq: 3 }), { maxLength: 300 }), (steps) => {
        const table = new InFlightTable(createAccount());
        const model = new Map<number, Delivery>();
        for (const [order, step] of steps.entries()) {
          if (step === undefined) {
            const entry = inFlight(table.nextIdentifier(), order);
            expect(model.has(entry.packetIdentifier)).toBe(false);
            model.set(entry.packetIdentifier, entry);
            table.add(entry);
          } else {
            const identifier = [...model.keys()][step % (model.size || 1)] ?? step;
            table.delete(model.get(identifier) ?? inFlight(identifier, order));
            model.delete(identifier);
          }
          expect(table.size).toBe(model.size);
        }
        for (const [identifier, entry] of model) expect(table.get(identifier)).toBe(entry);
        expect(table.inOrder()).toEqual([...model.values()]);
        expect(counters.inFlightBytes).toBe(model.size * message.size);
        for (const entry of table.inOrder()) table.delete(entry);
        expect(counters.inFlightBytes).toBe(0);
      }),
    );
  });

  test('that are acknowledged late leave their identifiers out of the round of 65,535', () => {
    const table = new InFlightTable(createAccount());
    const late = inFlight(table.nextIdentifier(), 0);
    table.add(late);
    const seen = new Set<number>();
    for (let order = 1; order < 70_000; order++) {
      const entry = inFlight(table.nextIdentifier(), order);
      table.add(entry);
      table.delete(entry);
      seen.add(entry.packetIdentifier);
    }
    expect(seen.has(late.packetIdentifier)).toBe(false);
    expect(Math.min(...seen)).toBe(2);
    expect(Math.max(...seen)).toBe(65_535);
  });

  test('can be as many as there are identifiers', () => {
    const table = new InFlightTable(createAccount());
    const entries = Array.from({ length: 65_535 }, (_, order) => {
      const entry = inFlight(table.nextIdentifier(), order);
      table.add(entry);
      return entry;
    });
    expect(table.size).toBe(65_535);
    for (const entry of entries) if (entry.packetIdentifier === 1234) table.delete(entry);
    expect(table.nextIdentifier()).toBe(1234);
  });
});

test('a set of identifiers is a set', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 65_535 }))), (steps) => {
      const set = new IdentifierSet();
      const model = new Set<number>();
      for (const [isAdded, identifier] of steps) {
        if (isAdded) {
          set.add(identifier);
          model.add(identifier);
        } else expect(set.delete(identifier)).toBe(model.delete(identifier));
        expect(set.has(identifier)).toBe(isAdded);
        expect(set.size).toBe(model.size);
      }
      for (const identifier of model) expect(set.has(identifier)).toBe(true);
    }),
  );
});
