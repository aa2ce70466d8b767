import { open } from 'node:fs/promises';
import type { RefusedLine } from './import-lines.ts';
import { findOutput, outputError } from './output.ts';

/** A file that lists the refused lines of an import, as NDJSON: `{ line, errors, text }`. */
export interface RefusedFile {
  /** Calls must not overlap. */
  add(refused: RefusedLine): Promise<void>;
  close(): Promise<void>;
}

/** @throws CommandError if the file cannot be written, or belongs to a data folder */
export async function openRefusedFile(file: string, dataDir: string): Promise<RefusedFile> {
  const { name, path } = await findOutput(file, dataDir);
  const explained = (error: unknown): never => {
    throw outputError(error, name) ?? error;
  };
  const handle = await open(path, 'w').catch(explained);
  return {
    add: async ({ line, errors, text }) => {
      await handle.appendFile(`${JSON.stringify({ line, errors, text })}\n`).catch(explained);
    },
    close: () => handle.close(),
  };
}
