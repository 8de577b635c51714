import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS, type Cell, prepare, type Scene } from './actors/actions.ts';
import { TurnedAway } from './actors/actor.ts';
import { countRefusals, type Fixture, openFixture, type Refusals, ROLES } from './actors/fixture.ts';
import { type Stranger, WAYS, type Way } from './actors/ways.ts';

/** In which ways (REST, Socket.IO, MQTT) an action exists, and who may do it: + all of it, o for their own topics only, - not at all. */
const TABLE = `
  action                                    | ways | stranger viewer controller seat teacher integration device admin pupil
  read a topic                              | R    | -        +      +          -    +       +           +      +     -
  read one of their own                     | R    | -        +      +          +    +       +           +      +     +
  read $SYS                                 | R    | -        -      -          -    -       -           -      +     -
  read the history of a topic               | R    | -        +      +          -    +       +           +      +     -
  read the history of their own             | R    | -        +      +          +    +       +           +      +     +
  read /metrics                             | R    | -        -      -          -    -       -           -      +     -
  see who is connected                      | R    | -        -      -          -    -       -           -      +     -
  see users and tokens                      | R    | -        -      -          -    -       -           -      +     -
  see limits                                | R    | -        -      -          -    -       -           -      +     -
  see rates                                 | R    | -        -      -          -    -       -           -      +     -
  see refusals                              | R    | -        -      -          -    -       -           -      +     -
  see cluster                               | R    | -        -      -          -    -       -           -      +     -
  see roles                                 | R    | -        -      -          -    -       -           -      +     -
  see sessions                              | R    | -        -      -          -    -       -           -      +     -
  see retained                              | R    | -        -      -          -    -       -           -      +     -
  end the clients of a user                 | R    | -        -      -          -    -       -           -      +     -
  watch the packets of a client             | R    | -        -      -          -    -       -           -      +     -
  see the seats of a class                  | R    | -        -      -          -    +       -           -      +     -
  collect what a class has made             | R    | -        -      -          -    +       -           -      +     -
  give a class another code                 | R    | -        -      -          -    +       -           -      +     -
  reset a class                             | R    | -        -      -          -    +       -           -      +     -
  subscribe to a topic                      | RSM  | -        +      +          -    +       +           +      +     -
  subscribe to one of their own             | RSM  | -        +      +          +    +       +           +      +     +
  subscribe to led/#                        | RSM  | -        +      +          -    +       +           +      +     -
  subscribe to #                            | RSM  | -        +      +          o    +       +           +      +     o
  subscribe to $SYS/+                       | RSM  | -        -      -          -    -       -           -      +     -
  subscribe to $share/g/led/#               |  SM  | -        +      +          -    +       +           +      +     -
  subscribe to $share/g/#                   |  SM  | -        +      +          o    +       +           +      +     o
  inspect the tree of topics                |  S  | -        +      +          o    +       +           +      +     o
  publish what is desired                   | RSM  | -        -      +          -    +       +           +      +     -
  publish what is desired of their own      | RSM  | -        -      +          +    +       +           +      +     +
  publish what is actual                    | RSM  | -        -      -          -    -       -           +      +     -
  publish what is actual of their own       | RSM  | -        -      +          +    +       +           +      +     +
  publish homeassistant/status              | RSM  | -        -      +          -    +       +           +      +     -
  publish what a program of their own says  | RSM  | -        -      -          +    -       +           +      +     +
  publish the state of a mosquitto bridge   | RSM  | -        -      -          -    -       +           +      +     -
  publish to $SYS                           | RSM  | -        -      -          -    -       -           -      -     -
  clear what is retained                    | RSM  | -        -      +          -    +       +           +      +     -
  clear what is retained of their own       | RSM  | -        -      +          +    +       +           +      +     +
  leave a will                              |  SM  | -        -      -          -    -       -           +      +     -
  leave a will of their own                 |  SM  | -        -      +          +    +       +           +      +     +
  leave the will of a mosquitto bridge      |  SM  | -        -      -          -    -       +           +      +     -
`;

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

describe.each(Object.entries(WAYS))('by %s', (_way, way) => {
  it.each(ROLES)(
    'as %s one may do what the table says; all else is refused in so many words, and counted',
    async (role) => {
      const hub = fixture[way.hub];
      const account = fixture.accounts.get(role) ?? expect.unreachable();
      const actor = await way.open(hub, await way.show(account, hub));
      const scene = { server: hub.server, actor, name: way.nameOf(account) };
      expect(await tryAll(way, scene)).toEqual(expectedOf(role, way));
      await actor.close();
    },
  );

  it.each(Object.entries(way.strangers))(
    'an unknown client that shows %s is refused, and counted',
    async (_what, stranger) => {
      const hub = fixture[way.hub];
      const enter = () => way.open(hub, stranger.shown);
      if (way.family === 'R') {
        const scene = { server: hub.server, actor: await enter(), name: 'viewer' };
        expect(await tryAll(way, scene, stranger.answer)).toEqual(expectedOf('stranger', way));
      } else {
        const tally = await openTally(way);
        expect(await attempt(tally, () => enter().then(() => '+'), stranger.answer)).toBe('-');
      }
    },
  );
});

type Column = (typeof ROLES)[number] | 'stranger';

const [HEAD = [], ...ROWS] = TABLE.trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()));
const COLUMNS = HEAD[2]?.split(/ +/) ?? [];

/** The table's cells for an actor, for the actions that exist in a way. */
function expectedOf(column: Column, { family }: Way): Record<string, Cell> {
  const rows = ROWS.filter(([, ways]) => ways?.includes(family));
  const cell = (cells = '') => cells.split(/ +/)[COLUMNS.indexOf(column)] ?? '';
  return Object.fromEntries(rows.map(([action = '', , cells]) => [action, cell(cells)]));
}

/** Tries every action that exists in a way. */
async function tryAll(
  way: Way,
  scene: Scene,
  strangerAnswer?: Stranger['answer'],
): Promise<Record<string, Cell>> {
  const cells: Record<string, Cell> = {};
  const tally = await openTally(way);
  for (const action of Object.keys(expectedOf('stranger', way))) {
    const act = ACTIONS[action] ?? expect.unreachable(`nobody knows how to ${action}`);
    prepare(scene);
    cells[action] = await attempt(tally, () => act(scene), strangerAnswer);
  }
  return cells;
}

/** Does something, and reports wrong counts: each refusal must count once, and also as unauthenticated if it was. */
async function attempt(
  tally: Tally,
  act: () => Promise<Cell>,
  strangerAnswer?: Stranger['answer'],
): Promise<Cell> {
  if (strangerAnswer !== undefined) fixture.forgetGuesses();
  const { cell, isStranger } = await act().then(
    (cell) => ({ cell, isStranger: false }),
    (error: unknown) => ({
      cell: error instanceof TurnedAway && error.answer === strangerAnswer ? '-' : String(error),
      isStranger: true,
    }),
  );
  const { ofWay, logins } = await tally();
  const isCounted = ofWay === (cell === '-' ? 1 : 0) && logins === (isStranger ? 1 : 0);
  return isCounted ? cell : `${cell}, but counted ${ofWay} times, and as of a stranger ${logins} times`;
}

/** Resolves to what a hub has counted since the last call: each action is between two counts, and nothing else is. */
type Tally = () => Promise<Refusals>;

async function openTally({ hub, counter }: Way): Promise<Tally> {
  const count = () => countRefusals(fixture[hub], counter, fixture.accounts.get('admin')?.token ?? '');
  let before = await count();
  return async () => {
    const last = before;
    before = await count();
    return { ofWay: before.ofWay - last.ofWay, logins: before.logins - last.logins };
  };
}

it('the table has every action, and every action of the table is one', () => {
  expect(ROWS.map(([action]) => action).sort()).toEqual(Object.keys(ACTIONS).sort());
  expect(COLUMNS).toEqual(['stranger', ...ROLES]);
});
