import { describe, expect, it } from 'vitest';
import { EVERYONE, openToAll } from '../../../../hub/access/access.ts';
import { expand, Grants, reserveTopics } from '../../../../hub/access/rights/grants.ts';
import { BUILT_IN_ROLES, NO_ROLE, parseRoles, type Role } from '../../../../hub/access/rights/role.ts';
import { permitsPublish } from '../../../../hub/core/rights.ts';

const names = { user: 'ana', clientIdentifier: 'esp-7' };
const roles = parseRoles({
  student: { read: ['lab/%u/#', 'lab/+/info'], publish: ['lab/%u/#'], report: ['lab/%u/#'] },
  sensor: { read: ['sensors/%c/+'], publish: ['sensors/%c/+'] },
  auditor: { read: ['$SYS/#'] },
  nobody: {},
});

function grantsOf(role: string, given = names): Grants {
  return new Grants(roles.get(role) ?? NO_ROLE, given);
}

describe('what a role may do', () => {
  it.each`
    role             | topic                                 | reads    | publishes
    ${'viewer'}      | ${'led/21/duty'}                      | ${true}  | ${false}
    ${'viewer'}      | ${'led/21/duty/actual'}               | ${true}  | ${false}
    ${'viewer'}      | ${'$SYS/clients'}                     | ${false} | ${false}
    ${'viewer'}      | ${'$SYS/broker/clients/people'}       | ${true}  | ${false}
    ${'viewer'}      | ${'$SYS/broker/clients/people/names'} | ${false} | ${false}
    ${'controller'}  | ${'$SYS/broker/clients/people'}       | ${true}  | ${false}
    ${'device'}      | ${'$SYS/broker/clients/people'}       | ${false} | ${false}
    ${'viewer'}      | ${'$SYS/cluster/hubs'}                | ${true}  | ${false}
    ${'controller'}  | ${'$SYS/cluster/hubs'}                | ${true}  | ${false}
    ${'controller'}  | ${'led/21/duty'}                      | ${true}  | ${true}
    ${'controller'}  | ${'led/21/duty/actual'}               | ${true}  | ${false}
    ${'controller'}  | ${'led/21/status'}                    | ${true}  | ${false}
    ${'controller'}  | ${'led/21/info'}                      | ${true}  | ${false}
    ${'controller'}  | ${'led/21/error'}                     | ${true}  | ${false}
    ${'controller'}  | ${'ana/led/21/duty/actual'}           | ${true}  | ${true}
    ${'controller'}  | ${'ana/led/21/status'}                | ${true}  | ${true}
    ${'controller'}  | ${'status'}                           | ${true}  | ${true}
    ${'controller'}  | ${'homeassistant/status'}             | ${true}  | ${true}
    ${'controller'}  | ${'kitchen/status'}                   | ${true}  | ${true}
    ${'controller'}  | ${'/led/21/status'}                   | ${true}  | ${true}
    ${'controller'}  | ${'led/21/statusses'}                 | ${true}  | ${true}
    ${'controller'}  | ${'/led/status'}                      | ${true}  | ${false}
    ${'controller'}  | ${'zigbee2mqtt/bridge/info'}          | ${true}  | ${false}
    ${'controller'}  | ${'$SYS/broker/connection/a/state'}   | ${false} | ${false}
    ${'integration'} | ${'led/21/duty'}                      | ${true}  | ${true}
    ${'integration'} | ${'led/21/duty/actual'}               | ${true}  | ${false}
    ${'integration'} | ${'led/21/info'}                      | ${true}  | ${false}
    ${'integration'} | ${'ana/bridge/info'}                  | ${true}  | ${true}
    ${'integration'} | ${'ana/a/b/c/d/e/error'}              | ${true}  | ${true}
    ${'integration'} | ${'bia/bridge/info'}                  | ${true}  | ${false}
    ${'integration'} | ${'$SYS/clients'}                     | ${false} | ${false}
    ${'integration'} | ${'$SYS/broker/connection/a/state'}   | ${false} | ${true}
    ${'device'}      | ${'$SYS/broker/connection/a/state'}   | ${false} | ${true}
    ${'device'}      | ${'$SYS/broker/connection/a/b/state'} | ${false} | ${false}
    ${'device'}      | ${'$SYS/broker/connection//state'}    | ${false} | ${false}
    ${'device'}      | ${'$SYS/broker/connection/a/status'}  | ${false} | ${false}
    ${'admin'}       | ${'$SYS/broker/connection/a/state'}   | ${true}  | ${true}
    ${'controller'}  | ${'led/status/duty'}                  | ${true}  | ${true}
    ${'controller'}  | ${'$SYS/clients'}                     | ${false} | ${false}
    ${'controller'}  | ${'$other/thing'}                     | ${false} | ${false}
    ${'device'}      | ${'led/21/duty'}                      | ${true}  | ${true}
    ${'device'}      | ${'led/21/duty/actual'}               | ${true}  | ${true}
    ${'device'}      | ${'led/21/status'}                    | ${true}  | ${true}
    ${'device'}      | ${'$SYS/clients'}                     | ${false} | ${false}
    ${'admin'}       | ${'led/21/duty/actual'}               | ${true}  | ${true}
    ${'admin'}       | ${'$SYS/clients'}                     | ${true}  | ${false}
    ${'admin'}       | ${'$SYS'}                             | ${true}  | ${false}
    ${'student'}     | ${'lab/ana/led/21/duty'}              | ${true}  | ${true}
    ${'student'}     | ${'lab/ana/led/21/info'}              | ${true}  | ${true}
    ${'student'}     | ${'lab/bia/led/21/duty'}              | ${false} | ${false}
    ${'student'}     | ${'lab/bia/info'}                     | ${true}  | ${false}
    ${'student'}     | ${'led/21/duty'}                      | ${false} | ${false}
    ${'sensor'}      | ${'sensors/esp-7/temp'}               | ${true}  | ${true}
    ${'sensor'}      | ${'sensors/esp-7/info'}               | ${true}  | ${false}
    ${'sensor'}      | ${'sensors/esp-8/temp'}               | ${false} | ${false}
    ${'auditor'}     | ${'$SYS/clients'}                     | ${true}  | ${false}
    ${'auditor'}     | ${'led/21/duty'}                      | ${false} | ${false}
    ${'nobody'}      | ${'led/21/duty'}                      | ${false} | ${false}
    ${'forgotten'}   | ${'led/21/duty'}                      | ${false} | ${false}
  `('$role: $topic, reads $reads, publishes $publishes', ({ role, topic, reads, publishes }) => {
    const grants = grantsOf(role);
    expect([grants.mayRead(topic), grants.mayPublish(topic)]).toEqual([reads, publishes]);
    expect([grants.mayRead(topic), grants.mayPublish(topic)], 'remembered').toEqual([reads, publishes]);
    expect(permitsPublish(grants.permissions, topic), 'as a client is told').toBe(publishes);
  });

  it.each`
    role         | filter              | may
    ${'viewer'}  | ${'#'}              | ${true}
    ${'viewer'}  | ${'+/+/info'}       | ${true}
    ${'viewer'}  | ${'$SYS/#'}         | ${true}
    ${'device'}  | ${'$SYS/#'}         | ${false}
    ${'admin'}   | ${'$SYS/#'}         | ${true}
    ${'student'} | ${'#'}              | ${true}
    ${'student'} | ${'lab/ana/led/21'} | ${true}
    ${'student'} | ${'lab/bia/#'}      | ${true}
    ${'student'} | ${'lab/bia/led/+'}  | ${false}
    ${'student'} | ${'led/#'}          | ${false}
    ${'auditor'} | ${'#'}              | ${false}
    ${'nobody'}  | ${'#'}              | ${false}
  `('$role subscribes to $filter: $may', ({ role, filter, may }) => {
    expect(grantsOf(role).maySubscribe(filter)).toBe(may);
  });

  it.each(['+', '#', 'a/b', 'ana/#', '$SYS', '', 'a\0b', '\ud800'])(
    'gives nothing to a user with the name %j, which would mean more than itself',
    (user) => {
      const role: Role = { read: ['%u/#'], publish: ['x/%u'], report: [] };
      const grants = new Grants(role, { user, clientIdentifier: 'c' });
      expect(grants.maySubscribe('#')).toBe(false);
      expect(['$SYS/x', 'a/b', 'ana/x', 'x/y'].filter((topic) => grants.mayRead(topic))).toEqual([]);
      expect(grants.mayPublish('x/y')).toBe(false);
    },
  );

  it('puts each name in once: a name that looks like a placeholder is not filled in again', () => {
    expect(expand('%u/%c', { user: '%c', clientIdentifier: '%u' })).toBe('%c/%u');
  });

  it('is shown with the names put in, and without what a name makes void', () => {
    expect(grantsOf('student').permissions).toEqual({
      read: ['lab/ana/#', 'lab/+/info'],
      publish: ['lab/ana/#'],
      report: ['lab/ana/#'],
    });
    expect(grantsOf('student', { ...names, user: '+' }).permissions).toEqual({
      read: ['lab/+/info'],
      publish: [],
      report: [],
    });
  });

  it('answers many topics without remembering them all', () => {
    const grants = grantsOf('student');
    for (let index = 0; index < 5_000; index++) expect(grants.mayRead(`lab/ana/${index}`)).toBe(true);
    expect(grants.mayRead('lab/bia/0')).toBe(false);
  });
});

describe('roles from a configuration', () => {
  it('come after the built-in ones', () => {
    expect([...roles.keys()]).toEqual([...BUILT_IN_ROLES.keys(), 'student', 'sensor', 'auditor', 'nobody']);
  });

  it.each([
    [{ student: { read: ['a#'] } }, /"a#" is not a topic filter/],
    [{ student: { read: ['$share/g/a'] } }, /not a topic filter/],
    [{ student: { read: 'a' } }, /list of topic filters/],
    [{ student: { write: ['a'] } }, /write/],
    [{ admin: { read: [] } }, /"admin" is built in/],
    [{ 'a b': {} }, /not a valid role name/],
    [['a'], /roles/],
  ])('%j is refused', (value, reason) => {
    expect(() => parseRoles(value)).toThrow(reason);
  });
});

it('keeps every client from reserved topics, and leaves everything else as it is', async () => {
  const access = reserveTopics(openToAll, (topic) => topic.startsWith('ours/'));
  const rights = access.rightsOf(EVERYONE, 'client');
  expect(rights.mayPublish('ours/x')).toBe(false);
  expect(rights.mayPublish('theirs/x')).toBe(true);
  expect(rights.mayPublish('$SYS/x')).toBe(false);
  expect(rights.mayRead('ours/x')).toBe(true);
  expect(rights.maySubscribe('ours/#')).toBe(true);
  expect(rights.permissions).toEqual(openToAll.rightsOf(EVERYONE, 'client').permissions);
  expect(await access.authenticate({}, { address: '::1' })).toBe(EVERYONE);
  expect(access.recognize(EVERYONE)).toBe(EVERYONE);
});
