import { Subject } from 'rxjs';
import { expect, it } from 'vitest';
import { chosenLink, type Shown } from '../../../../web/shared/share/chosen-link.ts';

const location = new URL('http://hub:5000/');

function openDialog() {
  const role$ = new Subject<string | undefined>();
  const answers = new Map<string, (token: string | undefined) => void>();
  const askToken = (role: string) => new Promise<string | undefined>((resolve) => answers.set(role, resolve));
  const shown: Shown[] = [];
  chosenLink(role$, { addresses: [] }, { location, askToken }).subscribe((one) => shown.push(one));
  const answer = async (role: string, token: string | undefined) => {
    answers.get(role)?.(token);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { choose: (role?: string) => role$.next(role), answer, shown };
}

it('ignores the answer for a role that is chosen no longer, however late it comes', async () => {
  const { choose, answer, shown } = openDialog();
  choose('admin');
  choose('viewer');
  await answer('viewer', 'for-viewers');
  await answer('admin', 'for-admins');
  expect(shown.at(-1)).toEqual({ is: 'link', link: 'http://hub:5000/?token=for-viewers', role: 'viewer' });
});

it('shows no link of the role before while it asks for another', async () => {
  const { choose, answer, shown } = openDialog();
  choose('viewer');
  await answer('viewer', 'for-viewers');
  choose('admin');
  expect(shown.at(-1)).toEqual({ is: 'asking' });
  await answer('admin', undefined);
  expect(shown.at(-1)).toEqual({ is: 'failed' });
});

it('needs no token if everybody has an account', async () => {
  const { choose, answer, shown } = openDialog();
  choose();
  await answer('', undefined);
  expect(shown.at(-1)).toEqual({ is: 'link', link: 'http://hub:5000/', role: undefined });
});
