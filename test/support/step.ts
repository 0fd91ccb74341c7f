/** Runs one step of a test; an error says which step it was. */
export async function step(name: string, run: () => void | Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (error instanceof Error) error.stack = `In the step "${name}": ${error.stack}`;
    throw error;
  }
}
