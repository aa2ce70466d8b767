import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Creates an empty folder, which the caller must remove. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'chancery-'));
}
