/** Exit codes of the commands that ask about templates. */
export const EXIT_CODES = { holds: 0, fails: 1, unknown: 2, badInput: 3 } as const;

/** Runs a command. An error is bad input, which it says in one line. */
export function run(name: string, main: () => number): void {
  try {
    process.exitCode = main();
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = EXIT_CODES.badInput;
  }
}
