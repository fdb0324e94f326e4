/** What medx's exit codes mean. A command sets `process.exitCode`; it never calls `process.exit`. */
export const exitCodes = {
  ok: 0,
  /** The user's file or data has errors: diagnostics were printed. */
  userError: 1,
  usage: 2,
  jobFailed: 3,
  /** `medx verify`, or `expect` of the file that was run: a number is not what was stated. */
  notReproduced: 4,
  bug: 70,
  /** Ctrl-C: 128 + SIGINT, as shells have it. */
  stopped: 130,
  /** The reader of the output has gone: 128 + SIGPIPE. */
  pipe: 141,
} as const;
