import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';

/*
 * The files of a data folder that hold evidence about the log. They are kept apart from it: whoever replaces the log
 * alone is found out.
 */

export function keyPath(dataDir: string): string {
  return join(dataDir, 'log.key');
}

function checkpointPath(dataDir: string): string {
  return join(dataDir, 'checkpoint');
}

/** Returns the private key that signs checkpoints. Creates it if the folder has none. */
export async function openLogKey(dataDir: string): Promise<KeyObject> {
  const key = readLogKey(dataDir);
  if (key !== undefined) return key;
  const { privateKey } = generateKeyPairSync('ed25519');
  await replaceFile(keyPath(dataDir), String(privateKey.export({ format: 'pem', type: 'pkcs8' })));
  return privateKey;
}

/** Returns undefined if the folder has no key. */
export function readLogKey(dataDir: string): KeyObject | undefined {
  const pem = readIfExists(keyPath(dataDir));
  return pem === undefined ? undefined : createPrivateKey(pem);
}

/** The last checkpoint that was signed, a signed note. */
export class CheckpointFile {
  readonly #path: string;

  constructor(dataDir: string) {
    this.#path = checkpointPath(dataDir);
  }

  read(): string | undefined {
    return readIfExists(this.#path);
  }

  async write(note: string): Promise<void> {
    await replaceFile(this.#path, note);
  }

  remove(): void {
    rmSync(this.#path, { force: true });
  }
}

function readIfExists(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Replaces a file atomically. After a crash it is the old one or the new one, complete. Only the owner can read it. */
async function replaceFile(path: string, text: string): Promise<void> {
  const unfinished = `${path}.new`;
  const file = await open(unfinished, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}
