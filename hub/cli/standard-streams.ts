const STANDARD_STREAMS = [process.stdout, process.stderr] as const;

/** The exit code that a shell reports for a program ended by SIGPIPE. Node ignores this signal and reports an error instead. */
const SIGPIPE_EXIT_CODE = 141;

/** Ends the process without a message once its output has no reader, as in `pinhub sub '#' | head -2`. */
export function endWithoutReader(): void {
  for (const stream of STANDARD_STREAMS) stream.on('error', endAfter);
}

function endAfter(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') process.exit(SIGPIPE_EXIT_CODE);
  console.error(`pinhub: ${error.message}`);
  process.exit(1);
}

/** Lets a hub and its devices continue without a reader of their output: their work does not depend on it. */
export function continueWithoutReader(): void {
  for (const stream of STANDARD_STREAMS) stream.off('error', endAfter).on('error', () => undefined);
}
