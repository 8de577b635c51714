import { describe, expect, it } from 'vitest';
import type { InspectedMessage } from '../../../../hub/core/index.ts';
import {
  addPlot,
  MOST_PLOTS,
  numberAt,
  plotHistory,
  plotMessages,
} from '../../../../web/topics/model/plots.ts';

const heard = (at: number, payload: string, topic = 't'): InspectedMessage => ({
  topic,
  at,
  payload,
  qos: 0,
  retain: false,
});

describe('A plot', () => {
  it.each([
    ['42.5', [], 42.5],
    ['on', [], undefined],
    ['', [], undefined],
    ['{"a":{"b":[7]}}', ['a', 'b', '0'], 7],
    ['{"on":true}', ['on'], 1],
    ['{"a":"7"}', ['a'], undefined],
    ['{', ['a'], undefined],
    ['{}', ['constructor'], undefined],
    [null, ['a'], undefined],
  ])('reads the number of %j at %j', (payload, path, value) => {
    expect(numberAt(payload, path)).toBe(value);
  });

  it('adds new points at the end, and the past in front', () => {
    const [added] = addPlot([], { topic: 't', path: [] }, [heard(10, '1')]);
    const [live] = plotMessages(added ? [added] : [], [
      heard(20, '2'),
      heard(21, 'x'),
      heard(22, '9', 'other'),
    ]);
    const plot =
      live &&
      plotHistory(live, [
        [5, 0, 3, 3],
        [15, 8, 8, 8],
      ]);
    expect(plot?.points).toEqual([
      { x: 5, y: 0 },
      { x: 5, y: 3 },
      { x: 10, y: 1 },
      { x: 20, y: 2 },
    ]);
  });

  it('is in the chart once, beside as many as there is room for', () => {
    const paths = Array.from({ length: MOST_PLOTS + 1 }, (_, index) => [`${index}`]);
    const all = [...paths, ['1']].reduce<ReturnType<typeof addPlot>>(
      (plots, path) => addPlot(plots, { topic: 't', path }, []),
      [],
    );
    expect(all.map(({ path }) => path[0])).toEqual(paths.slice(1).map(([name]) => name));
  });
});
