import type { Command } from 'commander';
import {
  type Config,
  type ConfigOutcome,
  type Flags,
  LOG_LEVELS,
  readConfig,
  readConfigWithLog,
} from '../../config.ts';
import { CommandError, WRONG_SETTING_EXIT_CODE } from './errors.ts';

export function addDataOption(command: Command): Command {
  return addExtensionOption(command.option('--data-dir <folder>', 'where the log is (DATA_DIR; ./data)'));
}

export function addExtensionOption(command: Command): Command {
  return command.option(
    '--extension <file>',
    'a module of your own event types and projections; may be repeated (EXTENSIONS)',
    (file: string, files: readonly string[] = []) => [...files, file],
  );
}

/** Where the server that has the data folder is found. */
export function addAddressOptions(command: Command): Command {
  return command
    .option('--host <address>', 'address of the running server (HOST; 127.0.0.1)')
    .option('--port <number>', 'its port (PORT; 8080)');
}

export function addServerOptions(command: Command): Command {
  return addDataOption(command)
    .option('--host <address>', 'loopback address to listen at (HOST; 127.0.0.1)')
    .option('--port <number>', '0 = any free one (PORT; 8080)')
    .option('--log-level <level>', `${LOG_LEVELS.join(', ')} (LOG_LEVEL; info)`);
}

/** @throws CommandFailure with a line for each wrong setting. */
export function settings(flags: Flags): Config {
  return valid(readConfig(flags));
}

/**
 * With the log that an option names in the place of the settings' own.
 * @throws CommandFailure with a line for each wrong setting.
 */
export function settingsWithLog(option: string, log: string, flags: Flags): Config {
  return valid(readConfigWithLog(option, log, flags));
}

function valid(read: ConfigOutcome): Config {
  if (read.outcome === 'valid') return read.config;
  const lines = read.wrong.map(({ name, value, reason }) =>
    value === undefined ? `${name}: ${reason}` : `${name}=${JSON.stringify(value)}: ${reason}`,
  );
  throw new CommandError(lines.join('\n'), WRONG_SETTING_EXIT_CODE);
}
