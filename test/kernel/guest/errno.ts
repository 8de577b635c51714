/** The kernel's name for an error: `EINVAL`. Throws what is no error of the kernel. */
export function errnoOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') throw error;
  return code;
}
