/** The kernel's name for an error: `EINVAL`. Throws an error that is not the kernel's. */
export function errnoOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') throw error;
  return code;
}
