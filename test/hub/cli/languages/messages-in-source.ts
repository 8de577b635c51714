import { readFileSync } from 'node:fs';
import { type ESTree, parseAst, Visitor } from 'vite';

/** A message that the source gives to an error; ‹› stands for a fact that only a running program knows. */
export interface SourceMessage {
  readonly file: string;
  readonly text: string;
}

const FACT = '‹›';

/** The errors whose messages are shown to people, with the position of their message. */
const ERRORS = new Map([
  ['HubError', 1],
  ['UnansweredError', 0],
  ['InvalidArgumentError', 0],
]);

const CREATES_ERROR = new RegExp(`new (${[...ERRORS.keys()].join('|')})\\(`);

/** How many constants and parameters to follow from a message to its text. */
const MAX_STEPS = 6;

type Node = ESTree.Argument | ESTree.Expression | ESTree.PrivateIdentifier;

interface Place {
  readonly start: number;
  readonly end: number;
}

/** A function of a file; the file itself is one without a name. */
interface Scope extends Place {
  readonly name: string;
  readonly params: readonly string[];
  /** What its constants stand for. */
  readonly constants: Map<string, Node>;
}

/** What is known of a file without running it. */
class Source {
  readonly messages: ESTree.Argument[] = [];
  readonly #scopes: Scope[] = [];
  readonly #results = new Map<string, Node[]>();
  readonly #calls = new Map<string, (readonly ESTree.Argument[])[]>();

  constructor(text: string) {
    const constants: (readonly [name: string, value: Node])[] = [];
    this.#scopes.push({ name: '', params: [], constants: new Map(), start: 0, end: text.length });
    const visitor = new Visitor({
      VariableDeclarator: ({ id, init }) => {
        if (init?.type === 'ArrowFunctionExpression') this.#addScope(nameOf(id), init.params, init);
        else if (init) constants.push([nameOf(id), init]);
      },
      FunctionDeclaration: (node) => {
        this.#addScope(node.id?.name ?? '', node.params, node);
        this.#addResults(node.id?.name ?? '', node.body);
      },
      MethodDefinition: ({ key, value }) => {
        this.#addScope(nameOf(key), value.params, value);
        this.#addResults(nameOf(key), value.body);
      },
      CallExpression: ({ callee, arguments: given }) => {
        note(this.#calls, nameOfCalled(callee), given);
      },
      NewExpression: ({ callee, arguments: given }) => {
        const message = given[ERRORS.get(nameOf(callee)) ?? -1];
        if (message) this.messages.push(message);
      },
    });
    visitor.visit(parseAst(text, { lang: 'ts' }));
    for (const [name, value] of constants) this.#scopesOf(value)[0]?.constants.set(name, value);
  }

  #addScope(name: string, params: readonly object[], { start, end }: Place): void {
    this.#scopes.push({ name, params: params.map(nameOf), constants: new Map(), start, end });
  }

  #addResults(name: string, body: ESTree.FunctionBody | null): void {
    for (const statement of body?.body ?? [])
      if (statement.type === 'ReturnStatement' && statement.argument)
        note(this.#results, name, statement.argument);
  }

  /** The functions around a place, the innermost first. */
  #scopesOf({ start, end }: Place): readonly Scope[] {
    const around = this.#scopes.filter((scope) => scope.start <= start && end <= scope.end);
    return around.sort((one, other) => one.end - one.start - (other.end - other.start));
  }

  /** All texts that an expression may have. */
  textsOf(node: Node, steps = 0): string[] {
    if (steps > MAX_STEPS) return [FACT];
    const all = (nodes: readonly Node[]) => [
      ...new Set(nodes.flatMap((inner) => this.textsOf(inner, steps + 1))),
    ];
    if (node.type === 'Literal') return [typeof node.value === 'string' ? node.value : FACT];
    if (node.type === 'ConditionalExpression') return all([node.consequent, node.alternate]);
    if (node.type === 'LogicalExpression') return all([node.left, node.right]);
    if (node.type === 'TemplateLiteral') return this.#textsOfTemplate(node, all);
    const meant = this.#meaningOf(node);
    return meant.length === 0 ? [FACT] : all(meant);
  }

  #textsOfTemplate(
    { quasis, expressions }: ESTree.TemplateLiteral,
    all: (nodes: readonly Node[]) => string[],
  ): string[] {
    return quasis.reduce<string[]>(
      (texts, { value }, index) => {
        const inner = expressions[index - 1];
        const facts = inner ? all([inner]) : [''];
        return texts.flatMap((text) => facts.map((fact) => `${text}${fact}${value.cooked ?? ''}`));
      },
      [''],
    );
  }

  /** What a name, a call, or an entry of a table stands for. */
  #meaningOf(node: Node): readonly Node[] {
    if (node.type === 'CallExpression') return this.#results.get(nameOfCalled(node.callee)) ?? [];
    const scopes = this.#scopesOf(node);
    if (node.type !== 'MemberExpression') return this.#meaningIn(scopes, nameOf(node));
    return this.#meaningIn(scopes, nameOf(node.object)).flatMap(entriesOf);
  }

  #meaningIn(scopes: readonly Scope[], name: string): readonly Node[] {
    for (const { name: called, params, constants } of scopes) {
      const constant = constants.get(name);
      if (constant) return [constant];
      const index = params.indexOf(name);
      if (name !== '' && index !== -1)
        return (this.#calls.get(called) ?? []).flatMap((given) => given[index] ?? []);
    }
    return [];
  }
}

function entriesOf(table: Node): readonly Node[] {
  if (table.type !== 'ObjectExpression') return [];
  return table.properties.flatMap((property) => (property.type === 'Property' ? property.value : []));
}

function note<T>(map: Map<string, T[]>, name: string, value: T): void {
  map.set(name, [...(map.get(name) ?? []), value]);
}

function nameOfCalled(callee: ESTree.Expression): string {
  return nameOf(callee.type === 'MemberExpression' ? callee.property : callee);
}

function nameOf(node: object): string {
  return 'name' in node && typeof node.name === 'string' ? node.name : '';
}

/** The messages of all errors that files create, as far as the text is in the same file: as it stands, in a constant or a table, or given to a function. */
export function messagesIn(files: readonly string[]): SourceMessage[] {
  return files.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    if (!CREATES_ERROR.test(text)) return [];
    const source = new Source(text);
    const texts = new Set(source.messages.flatMap((message) => source.textsOf(message)));
    return [...texts].map((each) => ({ file, text: each }));
  });
}
