import { describe, expect, it } from 'vitest';
import { isTopicFilter, matchesFilter, parseTopicFilter } from '../../../hub/core/filter.ts';
import { NO_NAMES, ODD_NAMES } from './names.ts';

describe('A topic filter', () => {
  it.each([
    ...NO_NAMES,
    ['# after other characters of its level', 'a#'],
    ['# before other characters of its level', 'a/#b'],
    ['# before the last level', '#/a'],
    ['# before an empty last level', 'a/#/'],
    ['two #', '#/#'],
    ['+ before other characters of its level', 'a/+b'],
    ['+ after other characters of its level', 'a+/b'],
    ['two + in a level', '++'],
    ['+ and # in a level', '+#'],
    ['a share without a group or filter', '$share'],
    ['a share without a filter', '$share/group'],
    ['a share with an empty filter', '$share/group/'],
    ['a share with an empty group', '$share//a'],
    ['a share whose group has +', '$share/g+/a'],
    ['a share whose group is #', '$share/#/a'],
    ['a share of no valid filter', '$share/group/a#'],
  ])('may not be %s', (_title, value) => {
    expect(isTopicFilter(value)).toBe(false);
    expect(() => parseTopicFilter(value)).toThrow(expect.objectContaining({ code: 'filter/invalid' }));
  });

  it.each([
    ...ODD_NAMES,
    ['#', '#'],
    ['+', '+'],
    ['+/+', '+/+'],
    ['a/+/b/#', 'a/+/b/#'],
    ['$share as a level', 'a/$share/b'],
  ])('may be %s', (_title, filter) => {
    expect(parseTopicFilter(filter)).toEqual({ filter, path: filter, group: undefined });
  });

  it.each([
    ['$share/group/a/+', 'group', 'a/+'],
    ['$share/g/#', 'g', '#'],
    ['$share/g//', 'g', '/'],
    ['$share/g/$SYS/#', 'g', '$SYS/#'],
    ['$share/$share/a', '$share', 'a'],
  ])('may be shared: %s', (filter, group, path) => {
    expect(parseTopicFilter(filter)).toEqual({ filter, group, path });
  });
});

describe('A filter matches', () => {
  // The examples of MQTT 5, 4.7.1.2, 4.7.1.3 and 4.7.2, and similar ones.
  it.each([
    ['sport/tennis/player1/#', 'sport/tennis/player1'],
    ['sport/tennis/player1/#', 'sport/tennis/player1/ranking'],
    ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon'],
    ['sport/#', 'sport'],
    ['#', 'a'],
    ['#', 'a/b/c'],
    ['#', '/'],
    ['sport/tennis/+', 'sport/tennis/player1'],
    ['sport/+', 'sport/'],
    ['+/+', '/finance'],
    ['/+', '/finance'],
    ['+', 'finance'],
    ['+/tennis/#', 'sport/tennis'],
    ['a//c', 'a//c'],
    ['a/+/c', 'a//c'],
    ['$SYS/#', '$SYS'],
    ['$SYS/#', '$SYS/monitor/Clients'],
    ['$SYS/monitor/+', '$SYS/monitor/Clients'],
    ['a/#', 'a/$SYS'],
    ['+/#', 'a'],
  ])('%s the topic %s', (path, topic) => {
    expect(matchesFilter(path, topic)).toBe(true);
  });

  it.each([
    ['sport/tennis/+', 'sport/tennis/player1/ranking'],
    ['sport/+', 'sport'],
    ['+', '/finance'],
    ['+', 'a/b'],
    ['#', '$SYS/monitor'],
    ['#', '$SYS'],
    ['+/monitor/Clients', '$SYS/monitor/Clients'],
    ['+', '$a'],
    ['a', 'A'],
    ['a', 'a/'],
    ['a/', 'a'],
    ['/a', 'a'],
    ['a/b/#', 'a'],
    ['a/+/#', 'a'],
  ])('%s, but not the topic %s', (path, topic) => {
    expect(matchesFilter(path, topic)).toBe(false);
  });
});
