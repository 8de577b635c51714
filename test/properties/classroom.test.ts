import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseAccountName } from '../../hub/access/accounts/records.ts';
import { Grants } from '../../hub/access/rights/grants.ts';
import { BUILT_IN_ROLES } from '../../hub/access/rights/role.ts';
import { createCode, normalizeCode } from '../../hub/classroom/codes.ts';
import { freeLevel, levelOf, looksOf, parseNickname } from '../../hub/classroom/nickname.ts';
import { HubError } from '../../hub/core/error.ts';
import { isTopicName } from '../../hub/core/topic.ts';

/** Nicknames chosen to do harm, and any others. */
const typed = fc.oneof(
  fc.constantFrom('+/#', '#', '$SYS', '$share/a/#', '../a', '%u', '', ' ', '\u202eana', '\u200f', 'ﷺ'),
  fc.constantFrom(
    'Ana',
    'ana',
    'аnа',
    'ＡＮＡ',
    'हिन्दी',
    'Zoë',
    'Zoe\u0308',
    '👩‍🔬',
    'İ',
    'a\u0300'.repeat(9),
  ),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

/** The valid nicknames among those typed. */
const nickname = typed.map(nicknameOf).filter((name) => name !== undefined);

function nicknameOf(text: string): string | undefined {
  try {
    return parseNickname(text);
  } catch (error) {
    expect(error).toBeInstanceOf(HubError);
    return undefined;
  }
}

it('whatever is typed becomes a nickname in NFC on one line, which stays the same when it is typed again, or a clear error', () => {
  fc.assert(
    fc.property(nickname, (name) => {
      expect(parseNickname(name)).toBe(name);
      expect(name).toBe(name.normalize('NFC'));
      expect(name).not.toMatch(/[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
      expect(name.trim()).toBe(name);
    }),
    { numRuns: 300 },
  );
});

it('the level of any nickname is a name of an account and one level of a topic, and opens no topic but those below it', () => {
  const seat = BUILT_IN_ROLES.get('seat') ?? expect.unreachable();
  const others = fc.constantFrom('ana', 'led', 'x', '$SYS', 'seat');
  fc.assert(
    fc.property(nickname, others, (name, other) => {
      const level = levelOf(name);
      expect(parseAccountName(level)).toBe(level);
      expect(isTopicName(`${level}/led/21/duty`)).toBe(true);
      expect(level).not.toMatch(/[/+#$\p{C}\s]/u);
      expect(level).toBe(level.normalize('NFC'));
      const grants = new Grants(seat, { user: level, clientIdentifier: '#' });
      expect(grants.mayPublish(`${level}/led/21/duty`)).toBe(true);
      expect(grants.mayPublish(`${level}/led/21/duty/actual`)).toBe(true);
      if (other !== level) expect(grants.mayPublish(`${other}/led/21/duty`)).toBe(false);
      if (other !== level) expect(grants.mayRead(`${other}/led/21/duty`)).toBe(false);
    }),
    { numRuns: 300 },
  );
});

it('seats of a class have levels of their own, and no two look the same', () => {
  fc.assert(
    fc.property(fc.array(nickname, { maxLength: 12 }), (names) => {
      const looks = new Set<string>();
      for (const name of names) {
        const level = freeLevel(levelOf(name), (one) => looks.has(looksOf(one)));
        expect(level.startsWith(levelOf(name))).toBe(true);
        expect(parseAccountName(level)).toBe(level);
        expect(looks.has(looksOf(level))).toBe(false);
        looks.add(looksOf(level));
      }
    }),
  );
});

it('a code is the same in small letters, with spaces and with dashes', () => {
  const code = fc.integer({ min: 4, max: 8 }).map((length) => createCode(length));
  fc.assert(
    fc.property(code, fc.constantFrom(' ', '-', '–', '\t'), fc.nat(8), (made, between, at) => {
      expect(made).toMatch(/^[A-HJKMNP-Z2-9]+$/);
      const written = `${made.slice(0, at)}${between}${made.slice(at)}`.toLowerCase();
      expect(normalizeCode(written)).toBe(made);
    }),
  );
});
