import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { checkServerIdentity, createSecureContext } from 'node:tls';
import { getSystemErrorMap } from 'node:util';
import { describe, expect, it } from 'vitest';
import { sentences } from '../../../../hub/cli/languages/pt-BR/sentences/index.ts';
import { createTranslate } from '../../../../hub/cli/languages/translate.ts';
import { messagesIn } from './messages-in-source.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const translate = createTranslate(sentences);
const FACT = /\{([~=]?)(\w+)\}/g;

/** A sentence with facts that no language has; facts that must be sentences are one. */
function filled(sentence: string, known: string): string {
  return sentence.replace(FACT, (_, mark: string, name: string) => (mark === '=' ? known : `«${name}»`));
}

function factsOf(sentence: string): string[] {
  return [...sentence.matchAll(FACT)].map(([, , name = '']) => name).sort();
}

function sourcesBelow(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.[jt]s$/.test(file) && !file.includes('languages'))
      .map((file) => join(ROOT, folder, file)),
  );
}

describe('a sentence in Portuguese', () => {
  it('is found by its English one, however its facts read, and no other is', () => {
    const wrong = sentences.filter(([english, own]) => {
      const expected = filled(
        own.replace('{reason}', english.includes('{=reason}') ? 'tente de novo' : '{reason}'),
        '',
      );
      return translate(filled(english, 'try again')) !== expected;
    });
    expect(wrong).toEqual([]);
  });

  it('has the facts of its English one', () => {
    expect(sentences.filter(([english, own]) => factsOf(english).join() !== factsOf(own).join())).toEqual([]);
  });

  it('belongs to an English one that the program still says', () => {
    const files = sourcesBelow('hub', 'devices', 'simulator', 'node_modules/commander/lib');
    const source = [
      ...files.map((file) => readFileSync(file, 'utf8').replace(/\\(['"`])/g, '$1')),
      ...OF_THE_SYSTEM,
    ].join('\n');
    const gone = sentences.flatMap(([english]) =>
      piecesOf(english).filter((piece) => !isPutTogether(piece, source)),
    );
    expect(gone).toEqual([]);
  });
});

/** The message of the error that work throws. */
function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return String(Object(error).message);
  }
  return expect.unreachable('it throws nothing');
}

/** Messages of Node and V8 themselves; a message of the network or of TLS would need a server. */
const OF_THE_SYSTEM = [
  ...[...getSystemErrorMap().values()].map(([code, text]) => `${code}: ${text}`),
  ...['{"a', '{', '{"a":1,}', '{"a":1 "b"}', '[1 2]', '{"a" 1}', '}', ''].map((json) =>
    messageOf(() => JSON.parse(json)),
  ),
  ...[
    ['hub', 'DNS:localhost'],
    ['10.0.0.1', 'IP Address:127.0.0.1'],
  ].map(([host = '', subjectaltname]) =>
    String(checkServerIdentity(host, Object({ subject: {}, subjectaltname }))?.message),
  ),
  messageOf(() => createSecureContext({ cert: 'x', key: 'x' })),
  'Cannot find package',
  'certificate has expired',
  'certificate is not yet valid',
  'getaddrinfo ENOTFOUND hub',
];

/** The text between facts and marks, where the code may join sentences. */
function piecesOf(english: string): string[] {
  const pieces = english.split(/\{[~=]?\w+\}|[;:,.()/\n]/).map((piece) => piece.trim());
  return pieces.filter((piece) => piece.length > 7);
}

/** Whether the source has the words in one place, or in a few. */
function isPutTogether(words: string, source: string, parts = 3): boolean {
  if (source.includes(words)) return true;
  if (parts === 1) return false;
  const spaces = [...words.matchAll(/ /g)].map(({ index }) => index);
  return spaces.some(
    (at) => source.includes(words.slice(0, at)) && isPutTogether(words.slice(at + 1), source, parts - 1),
  );
}

/** Errors that the command line never prints: those for clients of a protocol, for pages, and for programs that embed the broker. */
const NOT_PRINTED = [
  'hub/access/authenticators/scram.ts',
  'hub/broker/',
  'hub/classroom/',
  'hub/client/api/',
  'hub/gateways/http/',
  'hub/gateways/inspector/',
  'hub/gateways/mqtt/',
  'hub/gateways/socket-io/',
  'hub/gateways/traces.ts',
  'hub/home-assistant/',
  'hub/listeners/handed-streams.ts',
  'hub/session/outbox.ts',
  'simulator/board/chip.ts',
  'simulator/board/circuit.ts',
  'simulator/board/frequencies.ts',
  'simulator/board/hardware.ts',
  'simulator/pigpiod/',
];

/** Files that pass on what others say: another error, a plug-in, or a function elsewhere. */
const PASSING_ON: readonly string[] = [
  'devices/check-value.ts',
  'devices/pins/kept-session.ts',
  'devices/pins/sourced-pins.ts',
  'devices/pipeline/parse.ts',
  'devices/running-device.ts',
  'hub/cli/option-values.ts',
  'hub/cli/pub-sub.ts',
  'hub/cli/service/service.ts',
  'hub/client/create-hub-client.ts',
  'hub/client/outgoing.ts',
  'hub/cluster/accounts/cluster-vault.ts',
  'hub/cluster/claims.ts',
  'hub/cluster/hub-log.ts',
  'hub/cluster/ledger-base.ts',
  'hub/cluster/ledger-writer.ts',
  'hub/cluster/log-replay.ts',
  'hub/cluster/nats/connect.ts',
  'hub/cluster/ownership.ts',
  'hub/core/error.ts',
  'hub/core/filter.ts',
  'hub/core/retained.ts',
  'hub/core/topic.ts',
  'hub/storage/folder/control-server.ts',
];

/** Words that no Portuguese sentence contains. */
const ENGLISH_WORDS =
  /(?<![\w-])(the|of|and|is|are|has|not|with|which|that|cannot|must|this|its|it)(?![\w-])/i;

describe('the errors that the command line may print', () => {
  const files = sourcesBelow('hub', 'devices', 'simulator').filter((file) => file.endsWith('.ts'));
  const shown = files.filter((file) => !NOT_PRINTED.some((part) => relative(ROOT, file).startsWith(part)));
  const messages = messagesIn(shown).map(({ file, text }) => ({ file: relative(ROOT, file), text }));
  const inWords = messages.filter(({ text }) => /\p{L}/u.test(text));

  it('have a sentence each', () => {
    expect(inWords.length).toBeGreaterThan(200);
    const missing = inWords.filter(({ text }) => translate(text) === undefined);
    expect(missing.map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
  });

  it('are translated as a whole, with the reasons in them', () => {
    const mixed = inWords.filter(({ text }) =>
      ENGLISH_WORDS.test((translate(text) ?? '').replace(/"[^"]*"/g, '')),
    );
    expect(mixed.map(({ text }) => translate(text))).toEqual([]);
  });

  it('are in words where they are created, or are those of another error', () => {
    const opaque = messages.filter(({ text }) => !/\p{L}/u.test(text)).map(({ file }) => file);
    expect([...new Set(opaque)].sort()).toEqual(PASSING_ON);
  });
});

describe('a translator', () => {
  const say = createTranslate([
    ['{name} is bad', '{name} é ruim'],
    ['{name} is bad: {~reason}', '{name} é ruim: {reason}'],
    ['{topic}: {=reason}', '{topic}: {reason}'],
    ['full (1+1)', 'cheio (1+1)'],
    ['at: {~reason}', 'em: {reason}'],
  ]);

  it('takes the sentence with more words of its own', () => {
    expect(say('x is bad: y')).toBe('x é ruim: y');
  });

  it('translates facts that are sentences, with or without a full stop', () => {
    expect(say('x is bad: full (1+1).')).toBe('x é ruim: cheio (1+1).');
  });

  it('finds a sentence after the beginning of another', () => {
    expect(say('at: x is bad')).toBe('em: x é ruim');
  });

  it('leaves facts that somebody has written, whatever they say', () => {
    expect(say('full (1+1) is bad: y')).toBe('full (1+1) é ruim: y');
  });

  it('leaves what it does not know', () => {
    expect([say('full (11)'), say('a: b'), say('')]).toEqual([undefined, undefined, undefined]);
    expect(say('a: y is bad')).toBe('a: y é ruim');
  });

  it('takes facts as they are, of any characters', () => {
    expect(say('$& {name}\n is bad')).toBe('$& {name}\n é ruim');
  });
});
