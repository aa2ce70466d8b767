import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** The default is the path of Debian's package. */
const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/**
 * Resolves to undefined if no browser is installed. In continuous integration that is an error.
 *
 * @param args of the command line
 */
export async function startChromium(args: readonly string[] = []): Promise<Browser | undefined> {
  if (!existsSync(CHROMIUM)) {
    const reason = `There is no browser at ${CHROMIUM}; install chromium, or set CHROMIUM_PATH.`;
    if (process.env['CI'] === 'true') throw new Error(reason);
    process.stderr.write(`Skipped: ${reason}\n`);
    return undefined;
  }
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath: CHROMIUM, args: isRoot ? ['--no-sandbox', ...args] : [...args] });
}
