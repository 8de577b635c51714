import { describe, expect, it } from 'vitest';
import { createFindModule } from '../../../../web/shared/plug-ins/find-module.ts';

const KINDS = JSON.stringify({ ok: true, kinds: { relay: { card: 'modules/relay-card-1.js' } } });

/** A hub that gives these answers, one after another. */
function createHub(answers: readonly (string | Error)[]) {
  const asked: string[] = [];
  const rest = [...answers];
  const read = async (address: string) => {
    asked.push(address);
    const answer = rest.shift() ?? '';
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const load = async (address: string) => ({ default: address });
  const find = createFindModule({ what: 'card', hub: 'http://hub/pinhub/', read, load });
  return { asked, find };
}

describe('the module of a kind', () => {
  it('is loaded from the address that the hub gives, and the hub is asked once', async () => {
    const { asked, find } = createHub([KINDS]);
    expect(await find('relay')).toEqual({ default: 'http://hub/pinhub/modules/relay-card-1.js' });
    expect(await find('siren')).toBeUndefined();
    expect(asked).toEqual(['http://hub/pinhub/api/kinds']);
  });

  it('is asked for again if the answer did not come', async () => {
    const { find } = createHub([new Error('the hub is away'), KINDS]);
    expect(await find('relay')).toBeUndefined();
    expect(await find('relay')).toBeDefined();
  });

  it.each(['', 'null', '[]', '{"kinds":null}', '{"kinds":{"relay":null}}', '{"kinds":{"relay":{"card":7}}}'])(
    'does not exist if the answer is another: %s',
    async (answer) => {
      expect(await createHub([answer]).find('relay')).toBeUndefined();
    },
  );

  it.each(['constructor', '__proto__', 'toString'])(
    'does not exist for a kind of the name %s',
    async (kind) => {
      expect(await createHub([KINDS]).find(kind)).toBeUndefined();
    },
  );
});
