#!/usr/bin/env node
import { Command } from 'commander';
import { copyCommand } from './copy.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { rebuildCommand } from './rebuild.ts';
import { serveCommand } from './serve.ts';
import { CommandError } from './support/errors.ts';

const program = new Command('chancery')
  .description('An event store for the diplomatic record.')
  .addCommand(serveCommand())
  .addCommand(importCommand())
  .addCommand(exportCommand())
  .addCommand(copyCommand())
  .addCommand(rebuildCommand());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  process.stderr.write(`chancery: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
