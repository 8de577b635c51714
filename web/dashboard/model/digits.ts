/** The digits after the decimal mark that a step needs: 2 for 0.25; 0–3. Without a step, two. */
export function digitsOf(step: number | undefined): number {
  if (step === undefined) return 2;
  return [0, 1, 2].find((count) => Number(step.toFixed(count)) === step) ?? 3;
}
