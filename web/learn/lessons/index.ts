import type { Lesson, LessonId } from '../lesson.ts';
import { actual } from './actual.ts';
import { connection } from './connection.ts';
import { page } from './page.ts';
import { pwm } from './pwm.ts';
import { python } from './python.ts';
import { qos } from './qos.ts';
import { retained } from './retained.ts';
import { topics } from './topics.ts';
import { will } from './will.ts';

/**
 * All lessons, in the order in which they build on each other; the last one needs a computer with Python. A new lesson needs a file here, a line, and
 * its texts in each language.
 */
export const LESSONS: readonly Lesson[] = [
  connection,
  topics,
  retained,
  actual,
  pwm,
  qos,
  will,
  page,
  python,
];

export function isLessonId(name: string): name is LessonId {
  return LESSONS.some(({ id }) => id === name);
}
