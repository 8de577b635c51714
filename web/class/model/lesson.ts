/** Where a student is in the lessons. */
export interface SeatLesson {
  /** The one that is open, by the name of its title. */
  readonly lesson: string;
  /** How many are done. */
  readonly done: number;
}

/** Reads what the lessons keep at `<seat>/learn/progress`; `undefined` for anything else: the student may publish there. */
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
