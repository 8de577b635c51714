import { describe, expect, it } from 'vitest';
import type { Identity } from '../../../../hub/client/identity.ts';
import { baseTopic, createLearnerName, devicesOf, placeOf } from '../../../../web/learn/model/learner.ts';

function createStorage(): Pick<Storage, 'getItem' | 'setItem'> {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

const personWith = (
  publish: readonly string[],
  read: readonly string[] = ['#'],
  report = publish,
): Identity => ({
  name: 'ana',
  role: 'student',
  how: 'login',
  may: { read, publish, report },
});

describe('the name of a learner', () => {
  it('stays the same in a browser, and is another one in another', () => {
    const storage = createStorage();
    const name = createLearnerName(storage, crypto);
    expect(name).toMatch(/^[a-km-np-z2-9]{6}$/);
    expect(createLearnerName(storage, crypto)).toBe(name);
    expect(createLearnerName(createStorage(), crypto)).not.toBe(name);
  });

  it('is made again if the stored one is not a name, for example a topic', () => {
    const storage = createStorage();
    storage.setItem('pinhub.learn.name', 'a/#/b+');
    expect(createLearnerName(storage, crypto)).toMatch(/^[a-km-np-z2-9]{6}$/);
  });
});

describe('the place of a learner’s lessons', () => {
  it('is below learn for users who may publish there', () => {
    expect(baseTopic(personWith(['#']), 'k7m2qx')).toBe('learn/k7m2qx');
    expect(baseTopic(undefined, 'k7m2qx')).toBe('learn/k7m2qx');
  });

  it('is below the seat of a student whose rights end there', () => {
    expect(baseTopic(personWith(['bia/#'], ['bia/#']), 'k7m2qx')).toBe('bia/learn');
    expect(baseTopic(personWith(['+/public', 'lab/bia/#'], ['lab/#']), 'k7m2qx')).toBe('lab/bia/learn');
  });

  it('is below the name of a user who may speak for devices only there, as a controller may', () => {
    expect(baseTopic(personWith(['#'], ['#'], ['ana/#']), 'k7m2qx')).toBe('ana/learn/k7m2qx');
  });

  it('tells the place of a seat’s devices; everybody else uses the hub’s', () => {
    expect(['ana/learn', 'lab/bia/learn', 'learn/k7m2qx', 'ana/learn/k7m2qx'].map(devicesOf)).toEqual([
      'ana/',
      'lab/bia/',
      '',
      '',
    ]);
  });

  it('says whether the hub asks programs who they are, and shows its own board', () => {
    const ana = personWith(['#']);
    expect(placeOf({ ...ana, how: 'open' }, 'x')).toEqual({
      base: 'learn/x',
      asksWho: false,
      seesBoard: true,
    });
    expect(placeOf(ana, 'x')).toMatchObject({ asksWho: true, seesBoard: true });
    const seat = personWith(['bia/#'], ['bia/#']);
    expect(placeOf(seat, 'x')).toEqual({ base: 'bia/learn', asksWho: true, seesBoard: false });
    expect(placeOf(personWith([]), 'x')).toBeUndefined();
  });

  it('does not exist for a user who may not publish, or not read what comes back', () => {
    expect(baseTopic(personWith([]), 'k7m2qx')).toBeUndefined();
    expect(baseTopic(personWith(['bia/#'], ['class/#']), 'k7m2qx')).toBeUndefined();
  });
});
