import type { z } from 'zod';
import { quote } from './core/error.ts';

/** The faults in a configuration, in one line: where, and why. */
export function describeIssues({ issues }: z.ZodError): string {
  return issues.map(describe).join('; ');
}

function describe(issue: z.core.$ZodIssue): string {
  // The name itself is invalid, and the nested issue says why.
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return issue.path.length === 0 ? message : `${quote(issue.path.join('.'))}: ${message}`;
}
