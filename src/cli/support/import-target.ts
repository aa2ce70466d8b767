import { LOCAL_PRINCIPAL } from '../../access/principal.ts';
import { createDryRun, type PreviewOutcome, type RecordOutcome } from '../../append/recorder.ts';
import { type Config, httpUrl } from '../../config.ts';
import type { JsonObject } from '../../domain/values/json.ts';
import type { EventLookup } from '../../event-store/event-store.ts';
import { DataFolderInUseError, openLog, openLookup } from '../../log.ts';
import { CommandError } from './command-error.ts';
import { toCommandError } from './errors.ts';
import type { ImportTarget } from './import-lines.ts';
import { reportingRetryPolicy, retryingRecorder } from './retry.ts';

/** Lines in flight share the fsyncs of the log. */
const IN_FLIGHT_MAX = 256;

/** Records in the log, or checks against it. */
export interface LogTarget extends ImportTarget {
  record(input: JsonObject | readonly JsonObject[]): Promise<RecordOutcome | PreviewOutcome>;
}

/** The log that an import goes to, or is checked against. */
export interface OpenImportTarget {
  readonly store: Pick<EventLookup, 'readAll' | 'readStream'>;
  target(aborted: AbortSignal): LogTarget;
  close(): Promise<void>;
}

/** @param hint what to do if a server has the log open */
export async function openImportTarget(config: Config, hint: string): Promise<OpenImportTarget> {
  try {
    const log = await openLog(config, () => {});
    return {
      store: log.store,
      target: (aborted) => {
        const retry = reportingRetryPolicy(aborted, (text) => process.stderr.write(text));
        const recorder = retryingRecorder(log.recorder, retry);
        return {
          record: (input) => recorder.record(input, { actor: LOCAL_PRINCIPAL.name }),
          restore: (envelope) => recorder.restore(envelope),
          inFlightMax: IN_FLIGHT_MAX,
        };
      },
      close: () => log.close(),
    };
  } catch (error) {
    if (!(error instanceof DataFolderInUseError)) throw toCommandError(error, config) ?? error;
    throw new CommandError(`${error.message}\n${hint}`);
  }
}

/** Checks lines as an import would, and records nothing. A server may have the log open. */
export async function openCheckTarget(config: Config): Promise<OpenImportTarget> {
  try {
    const log = await openLookup(config, () => {});
    const run = createDryRun(log.store);
    const target: LogTarget = {
      record: (input) => run.preview(input, { actor: LOCAL_PRINCIPAL.name }),
      restore: (envelope) => run.previewRestore(envelope),
      inFlightMax: 1,
    };
    return { store: log.store, target: () => target, close: () => log.close() };
  } catch (error) {
    throw toCommandError(error, config) ?? error;
  }
}

/** Returns the command that sends a file to the server of these settings. */
export function commandToSend({ host, port }: Config, file: string, mapping: string | undefined): string {
  const url = `${httpUrl(host, port)}/events`;
  const body =
    mapping === undefined
      ? `--data-binary @${file} -H 'Content-Type: application/x-ndjson'`
      : `-F mapping=@${mapping} -F file=@${file}`;
  return `If a server has it open, send the file to the server:\n  curl ${body} ${url}`;
}
