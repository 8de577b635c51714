import type { TestEvent } from 'node:test/reporters';
import type { TestResult } from './report.ts';

/** A reporter of `node:test` that writes a line for each test, which the host reads. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { name, details } = event.data;
    if (details.type === 'suite') continue;
    const error = event.type === 'test:fail' ? String(event.data.details.error.cause) : undefined;
    const test: TestResult = { title: name, ...(error !== undefined && { error }) };
    yield `${JSON.stringify({ test })}\n`;
  }
}
