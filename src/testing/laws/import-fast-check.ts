/**
 * Imports fast-check only when it is needed, because it is an optional peer dependency.
 * @param user what needs it
 */
export async function importFastCheck(user: string): Promise<typeof import('fast-check')> {
  try {
    return await import('fast-check');
  } catch (cause) {
    throw new Error(`${user} needs fast-check: npm install --save-dev fast-check`, { cause });
  }
}
