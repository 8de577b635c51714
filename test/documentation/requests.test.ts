import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../hub/gateways/http/openapi.ts';
import { PAGES, ROOT } from './code-blocks.ts';

const METHODS = 'GET|PUT|POST|DELETE';

interface Request {
  readonly page: string;
  readonly method: string;
  readonly path: string;
}

/** The requests of `curl`, and of `hub`, which docs/administration.md makes of it. */
function typedIn(page: string, text: string): Request[] {
  return [...text.matchAll(/\b(?:curl|\$ hub) [^`\n]*/g)].flatMap(([line]) => {
    const [, path] = /https?:\/\/[^/\s'"]+(\/[^\s?'"`)]*)/.exec(line) ?? [];
    const [, method = / -d\b/.test(line) ? 'POST' : 'GET'] = / -X (\w+)/.exec(line) ?? [];
    return path === undefined || !/^\/(api|healthz|readyz|metrics)\b/.test(path)
      ? []
      : [{ page, method, path }];
  });
}

/** The requests that a page names as code: `GET /api/me`, or `GET`, `PUT /api/topics`. */
function namedIn(page: string, text: string): Request[] {
  const named = new RegExp(`((?:\`(?:${METHODS})\`, )*)\`(${METHODS}) (/[^\`?]*)`, 'g');
  return [...text.matchAll(named)].flatMap(([, others = '', last = '', path = '']) =>
    [...others.matchAll(/\w+/g), [last]].map(([method = '']) => ({
      page,
      method,
      path: path.replace(/<\w+>/g, 'x'),
    })),
  );
}

/** The form of a path, in which `{topic}` may hold slashes. */
function formOf(path: string): RegExp {
  return new RegExp(`^${path.replace('{topic}', '.+').replace(/\{\w+\}/g, '[^/]+')}$`);
}

/** The requests that the hub answers although its API description does not list them. */
const BESIDE = /^\/api\/history\/.+\.csv$/;

describe('a request in the documentation', () => {
  const requests = PAGES.flatMap((page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    return [...typedIn(page, text), ...namedIn(page, text)];
  });

  it('is in the REST interface', () => {
    expect(requests.length).toBeGreaterThan(40);
    const operations = OPERATIONS.map(({ method, path }) => ({
      method: method.toUpperCase(),
      form: formOf(path),
    }));
    const known = ({ method, path }: Request) =>
      BESIDE.test(path) || operations.some((one) => one.method === method && one.form.test(path));
    expect(requests.filter((request) => !known(request))).toEqual([]);
  });
});
