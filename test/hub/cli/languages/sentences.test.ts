import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkServerIdentity, createSecureContext } from 'node:tls';
import { getSystemErrorMap } from 'node:util';
import { type ESTree, parseAst, Visitor } from 'vite';
import { describe, expect, it } from 'vitest';
import { sentences } from '../../../../hub/cli/languages/pt-BR/sentences/index.ts';
import { createTranslate } from '../../../../hub/cli/languages/translate.ts';

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
    const files = sourcesBelow('hub', 'devices', 'simulator/board', 'node_modules/commander/lib');
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

/** The messages of all errors that a file creates, if they stand in the same place: `${…}` is ‹›. */
function messagesIn(file: string): string[] {
  const messages: string[] = [];
  const take = (given: readonly ESTree.Argument[]) =>
    messages.push(...given.flatMap(textOf).filter((text) => /\w \w/.test(text)));
  const visitor = new Visitor({
    NewExpression({ callee, arguments: given }) {
      if (callee.type === 'Identifier' && /^(HubError|InvalidArgumentError)$/.test(callee.name)) take(given);
    },
    CallExpression({ callee, arguments: given }) {
      const name = callee.type === 'MemberExpression' ? callee.property : callee;
      if (name.type === 'Identifier' && name.name === 'fail') take(given);
    },
  });
  visitor.visit(parseAst(readFileSync(file, 'utf8'), { lang: 'ts' }));
  return messages;
}

function textOf(node: ESTree.Argument): string[] {
  if (node.type === 'Literal' && typeof node.value === 'string') return [node.value];
  return node.type === 'TemplateLiteral' ? [node.quasis.map(({ value }) => value.cooked).join('‹›')] : [];
}

it('there is one for every error of the command line', () => {
  const messages = sourcesBelow('hub/cli').flatMap(messagesIn);
  expect(messages.length).toBeGreaterThan(30);
  expect(messages.filter((message) => translate(message) === undefined)).toEqual([]);
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
