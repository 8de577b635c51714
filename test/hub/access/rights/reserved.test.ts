import { expect, it } from 'vitest';
import { EVERYONE, openToAll } from '../../../../hub/access/access.ts';
import { reserveTopics } from '../../../../hub/access/rights/reserved.ts';

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
