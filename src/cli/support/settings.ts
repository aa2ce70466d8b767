import type { Command } from 'commander';
import {
  type Config,
  type ConfigOutcome,
  type Flags,
  LOG_LEVELS,
  readConfig,
  readConfigWithLog,
} from '../../config.ts';
import { CommandError } from './command-error.ts';
import { USAGE_EXIT_CODE } from './errors.ts';

export function addLogOptions(command: Command): Command {
  return addExtensionOption(
    command.option('--data-dir <folder>', 'folder of the log and the views (env DATA_DIR, default ./data)'),
  );
}

export function addExtensionOption(command: Command): Command {
  return command.option(
    '--extension <file>',
    'module with event types and projections of your own; may be repeated (env EXTENSIONS)',
    (file: string, files: readonly string[] = []) => [...files, file],
  );
}

/** Adds the options that say where to find a running server. */
export function addAddressOptions(command: Command): Command {
  return command
    .option('--host <address>', 'address of the running server (env HOST, default 127.0.0.1)')
    .option('--port <number>', 'port of the running server (env PORT, default 8080)');
}

/** Adds the options of a server to start. */
export function addServeOptions(command: Command): Command {
  return addLogOptions(command)
    .option('--host <address>', 'address to listen on (env HOST, default 127.0.0.1)')
    .option('--port <number>', 'port to listen on; 0 picks a free one (env PORT, default 8080)')
    .option('--log-level <level>', `${LOG_LEVELS.join(', ')} (env LOG_LEVEL, default info)`);
}

/** @throws CommandError with one line per invalid setting */
export function readSettings(flags: Flags): Config {
  return requireValid(readConfig(flags));
}

/**
 * Reads the settings with another log in place of the configured one.
 *
 * @param option the flag that named the log
 * @throws CommandError with one line per invalid setting
 */
export function readSettingsWithLog(option: string, log: string, flags: Flags): Config {
  return requireValid(readConfigWithLog(option, log, flags));
}

function requireValid(outcome: ConfigOutcome): Config {
  if (outcome.outcome === 'valid') return outcome.config;
  const lines = outcome.invalid.map(({ name, value, reason }) =>
    value === undefined ? `${name}: ${reason}` : `${name}=${JSON.stringify(value)}: ${reason}`,
  );
  throw new CommandError(lines.join('\n'), USAGE_EXIT_CODE);
}
