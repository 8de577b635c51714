/** Renders the part of Jinja that announcements use: `{{ … }}` with filters, slices, `==` and `a if b else c`. */
export function render(template: string, variables: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{\{([\s\S]*?)\}\}/g, (_, expression: string) =>
    String(new Expression(expression, variables).value()),
  );
}

const TOKEN = /\s*(?:('[^']*'|"[^"]*")|(\d+(?:\.\d+)?)|([a-zA-Z_]\w*)|(==|[|()[\],:.]))/y;

type Value = unknown;

class Expression {
  readonly #tokens: readonly string[];
  readonly #variables: Readonly<Record<string, unknown>>;
  #at = 0;

  constructor(text: string, variables: Readonly<Record<string, unknown>>) {
    const tokens: string[] = [];
    TOKEN.lastIndex = 0;
    for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) tokens.push(match[0].trim());
    if (tokens.join('') !== text.replace(/\s+(?=(?:[^']*'[^']*')*[^']*$)/g, ''))
      throw new Error(`this stand-in does not know the template ${text}`);
    this.#tokens = tokens;
    this.#variables = variables;
  }

  /** `a if b else c`, or a comparison. */
  value(): Value {
    const first = this.#comparison();
    if (!this.#take('if')) return first;
    const condition = this.#comparison();
    if (!this.#take('else')) throw new Error('"if" without "else"');
    const other = this.value();
    return condition ? first : other;
  }

  #comparison(): Value {
    const left = this.#filtered();
    return this.#take('==') ? left === this.#filtered() : left;
  }

  #filtered(): Value {
    let value = this.#primary();
    while (this.#take('|')) value = applyFilter(this.#next(), value, this.#arguments());
    return value;
  }

  #primary(): Value {
    const token = this.#next();
    let value: Value = /^['"]/.test(token)
      ? token.slice(1, -1)
      : /^\d/.test(token)
        ? Number(token)
        : this.#variables[token];
    while (this.#take('[')) value = this.#sliced(String(value));
    return value;
  }

  #sliced(text: string): string {
    const from = Number(this.#next());
    this.#expect(':');
    const to = Number(this.#next());
    this.#expect(']');
    return text.slice(from, to);
  }

  #arguments(): readonly Value[] {
    const values: Value[] = [];
    if (!this.#take('(')) return values;
    do values.push(this.value());
    while (this.#take(','));
    this.#expect(')');
    return values;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw new Error(`${token} is missing`);
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Error('the template ends too soon');
    return token;
  }
}

function applyFilter(name: string, value: Value, given: readonly Value[]): Value {
  if (name === 'float') return Number.isNaN(Number(value)) ? given[0] : Number(value);
  if (name === 'int') return Number.parseInt(String(value), Number(given[1] ?? 10));
  if (name === 'format') return format(String(value), given);
  throw new Error(`this stand-in does not know the filter ${name}`);
}

function format(text: string, values: readonly Value[]): string {
  const rest = [...values];
  return text.replace(/%02x/g, () => Number(rest.shift()).toString(16).padStart(2, '0'));
}
