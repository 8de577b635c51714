/** A student's position in the lessons. */
export interface SeatLesson {
  /** The open lesson, by the name of its title. */
  readonly lesson: string;
  /** The number of finished lessons. */
  readonly done: number;
}

/** Parses the progress that lessons save at `<seat>/learn/progress`; `undefined` if it is invalid: the student may publish there. */
export function readLesson(text: string): SeatLesson | undefined {
  try {
    const { lesson, done }: Record<string, unknown> = Object(JSON.parse(text));
    if (typeof lesson !== 'string' || !Array.isArray(done)) return undefined;
    return { lesson, done: new Set(done).size };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
