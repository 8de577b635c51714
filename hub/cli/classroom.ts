import { renderUnicodeCompact } from 'uqr';
import { checkValue } from '../../devices/check-value.ts';
import type { Access } from '../access/access.ts';
import { Accounts } from '../access/accounts/accounts.ts';
import type { GuardedAccess } from '../access/guarded-access.ts';
import type { Vault } from '../access/vault/vault.ts';
import { openClassroom } from '../classroom/classroom.ts';
import { guardSeats } from '../classroom/seat-rights.ts';
import type { HubOptions } from '../create-hub.ts';
import type { BannerLine } from './banner.ts';
import { wordsOf } from './languages/index.ts';
import type { StartOptions } from './options.ts';
import type { Scope } from './run-until-stopped.ts';
import { withToken } from './sharing.ts';

/** The account of the link that is printed for the teacher. */
const TEACHER_TOKEN = 'class-teacher';

interface ClassParts {
  readonly access: GuardedAccess;
  readonly vault: Vault;
  readonly kinds: readonly { readonly kind: string }[];
}

/** A class on a hub that is about to start. */
interface HeldClass {
  /** For the hub. */
  readonly parts: Pick<HubOptions, 'classroom'>;
  /** The access with the class's rules. */
  guard(access: Access): Access;
  /** Its lines of the banner. */
  describe(bases: readonly string[]): BannerLine[];
  /** The QR code with which students join. */
  qrCode(bases: readonly string[]): string | undefined;
}

/** With `pinhub class` or `--class`, reopens the class of the last start, or opens a new one. */
export async function openClass(
  { class: isWanted = false, lang }: StartOptions,
  { log, closers }: Scope,
  { access, vault, kinds }: ClassParts,
): Promise<HeldClass | undefined> {
  if (!isWanted) return undefined;
  const elapsedMs = () => performance.now();
  const reserved = ['board', 'class', ...kinds.map(({ kind }) => kind)];
  const accounts = access.managed;
  const classroom = await openClassroom({ accounts, vault, reserved, elapsedMs, checkValue, log });
  closers.add(() => classroom.close());
  const teacher = await new Accounts(vault).renewToken({ name: TEACHER_TOKEN, role: 'teacher' });
  await access.refresh();
  const { classroom: say } = wordsOf({ lang }).output;
  const joinLink = (base: string) => `${base}class?code=${classroom.code ?? ''}`;
  return {
    parts: { classroom },
    guard: (inner) => guardSeats(inner, { classroom, elapsedMs }),
    describe: (bases) => [
      [say.code, classroom.code ?? ''],
      ...list(
        say.students,
        bases.map((base) => `${base}class`),
      ),
      ...list(
        say.teacher,
        bases.map((base) => withToken(`${base}class`, teacher)),
      ),
      ['', say.linkIsNew],
    ],
    qrCode: ([base]) => base && renderUnicodeCompact(joinLink(base), { border: 2 }),
  };
}

function list(name: string, values: readonly string[]): BannerLine[] {
  return values.map((value, index) => [index === 0 ? name : '', value]);
}
