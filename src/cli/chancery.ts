#!/usr/bin/env node
// First, because some packages read the working directory when they are loaded.
import './support/require-working-directory.ts';
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { auditCommand } from './audit.ts';
import { backupCommand } from './backup.ts';
import { copyCommand } from './copy.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { keysCommand } from './keys.ts';
import { rebuildCommand } from './rebuild.ts';
import { redactCommand } from './redact.ts';
import { restoreCommand } from './restore.ts';
import { serveCommand } from './serve.ts';
import { CommandError } from './support/command-error.ts';
import { verifyCommand } from './verify.ts';
import { verifyReceiptCommand } from './verify-receipt.ts';

/** The manifest of the package, seen from `dist/src/cli`. */
const MANIFEST = new URL('../../../package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { version: string };

const program = new Command('chancery')
  .description('An event store for the diplomatic record.')
  .version(version)
  .addCommand(serveCommand())
  .addCommand(importCommand())
  .addCommand(exportCommand())
  .addCommand(backupCommand())
  .addCommand(restoreCommand())
  .addCommand(copyCommand())
  .addCommand(rebuildCommand())
  .addCommand(keysCommand())
  .addCommand(redactCommand())
  .addCommand(verifyCommand())
  .addCommand(auditCommand())
  .addCommand(verifyReceiptCommand());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  process.stderr.write(`chancery: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
