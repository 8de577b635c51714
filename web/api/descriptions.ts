/** One operation of REST, as the page shows it. */
export interface RestOperation {
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly body: Content | undefined;
  readonly answer: readonly Content[];
}

interface Parameter {
  readonly name: string;
  readonly isInPath: boolean;
  readonly description: string;
}

/** A media type, and the schema of what it holds, if that is described. */
export interface Content {
  readonly type: string;
  readonly schema: object | undefined;
}

/** A topic of a device. */
export interface Channel {
  readonly topic: string;
  readonly title: string;
  /** `receive`: anybody may publish there. `send`: the device does. */
  readonly action: string;
  readonly payload: object | undefined;
}

type Json = Readonly<Record<string, unknown>>;

function at(value: unknown, ...path: readonly string[]): Json {
  return path.reduce<Json>((object, name) => ({ ...Object(object[name]) }), { ...Object(value) });
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The operations of an OpenAPI document, in its order. References to schemas are replaced by what they stand for. */
export function readOpenApi(document: Json): readonly RestOperation[] {
  return Object.entries(at(document, 'paths')).flatMap(([path, methods]) =>
    Object.entries(at(methods)).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      summary: text(at(operation).summary),
      parameters: parametersOf(operation),
      body: contentsOf(document, at(operation, 'requestBody'))[0],
      answer: contentsOf(document, at(operation, 'responses', '200')),
    })),
  );
}

function parametersOf(operation: unknown): readonly Parameter[] {
  const { parameters } = at(operation);
  return (Array.isArray(parameters) ? parameters : []).map((parameter: unknown) => {
    const { name, description, in: place } = at(parameter);
    return { name: text(name), isInPath: place === 'path', description: text(description) };
  });
}

function contentsOf(document: Json, holder: Json): readonly Content[] {
  return Object.entries(at(holder, 'content')).map(([type, content]) => {
    const schema = at(content, 'schema');
    const name = text(schema.$ref).split('/').at(-1) ?? '';
    const found = name === '' ? schema : at(document, 'components', 'schemas', name);
    return { type, schema: Object.keys(found).length > 0 ? found : undefined };
  });
}

/** The channels of an AsyncAPI document, in the order of their topics. */
export function readAsyncApi(document: Json): readonly Channel[] {
  const operations = at(document, 'operations');
  return Object.entries(at(document, 'channels'))
    .map(([topic, channel]) => {
      const [message] = Object.values(at(channel, 'messages'));
      const payload = at(message, 'payload');
      return {
        topic: text(at(channel).address) || topic,
        title: text(at(channel).title),
        action: text(at(operations, topic).action),
        payload: Object.keys(payload).length > 0 ? payload : undefined,
      };
    })
    .toSorted((one, other) => (one.topic < other.topic ? -1 : 1));
}
