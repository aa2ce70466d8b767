import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An empty folder, for the caller to remove. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'chancery-'));
}
