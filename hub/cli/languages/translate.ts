/**
 * An English sentence and its translation. Both contain the facts as `{name}`. The English one marks a fact that may be a sentence itself, `{~name}`, and one
 * that must be a known sentence, `{=name}`.
 */
export type Sentence = readonly [english: string, own: string];

/** Translates an English sentence of an error; `undefined` if the language does not have it. */
export type Translate = (english: string) => string | undefined;

interface Pattern {
  readonly own: string;
  readonly names: readonly string[];
  readonly expression: RegExp;
}

const FACT = /\{([~=]?\w+)\}/;

/**
 * A translator of errors. An error contains its facts in an English sentence, on the wire and in the log as well. So the sentence is recognized here with its facts,
 * some of which are sentences too.
 */
export function createTranslate(sentences: readonly Sentence[]): Translate {
  const patterns = sentences.toSorted(byPrecision).map(toPattern);
  const translate: Translate = (english) => {
    for (const pattern of patterns) {
      const facts = pattern.expression.exec(english);
      const own = facts ? fill(pattern, facts.slice(1), translate) : undefined;
      if (own !== undefined) return own;
    }
    return withoutStop(english, translate);
  };
  return translate;
}

/** The same sentence may stand alone, with a full stop, or within another. */
function withoutStop(english: string, translate: Translate): string | undefined {
  if (!english.endsWith('.')) return undefined;
  const own = translate(english.slice(0, -1));
  return own && `${own}.`;
}

/**
 * The more precise sentence comes first: one with more fixed words. One that begins with a fact comes after the others, as the fact could be the beginning of a
 * sentence in front: `environment: …`.
 */
function byPrecision([one]: Sentence, [other]: Sentence): number {
  return Number(one.startsWith('{')) - Number(other.startsWith('{')) || fixedLength(other) - fixedLength(one);
}

function fixedLength(sentence: string): number {
  return sentence.split(FACT).reduce((sum, piece, index) => sum + (index % 2 === 0 ? piece.length : 0), 0);
}

function toPattern([english, own]: Sentence): Pattern {
  const pieces = english.split(FACT);
  const isFact = (index: number) => index % 2 === 1;
  const source = pieces.map((piece, index) => (isFact(index) ? '([^]+?)' : literally(piece))).join('');
  return {
    own,
    names: pieces.filter((_, index) => isFact(index)),
    expression: new RegExp(`^${source}$`),
  };
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** `undefined` if a fact that must be a sentence is not one. */
function fill({ own, names }: Pattern, facts: readonly string[], translate: Translate): string | undefined {
  const ownFacts = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const fact = facts[index] ?? '';
    const ownFact = /^[~=]/.test(name) ? translate(fact) : fact;
    if (ownFact === undefined && name.startsWith('=')) return undefined;
    ownFacts.set(name.replace(/^[~=]/, ''), ownFact ?? fact);
  }
  return own.replace(new RegExp(FACT, 'g'), (_, name: string) => ownFacts.get(name) ?? '');
}
