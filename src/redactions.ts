import { randomBytes } from 'node:crypto';
import { createUuidV7, newSalt } from './append/ids.ts';
import { readRecordEvents } from './append/read-record.ts';
import type { Config } from './config.ts';
import type { RecordedEvent } from './event-store/event-store.ts';
import type { DraftStore } from './inbox/draft-store.ts';
import { clock, type OpenLog, openLog, openLogReader } from './log.ts';
import type { SignalSink } from './observability/signal.ts';
import { Redactions } from './redaction/redactions.ts';
import { inboxPath, SqliteInboxStore } from './sqlite/inbox-store.ts';
import { redactionsPath, SqliteRedactionStore } from './sqlite/redaction-store.ts';
import { ViewFiles } from './sqlite/views/view-files.ts';
import { SqliteWebhookStore, webhooksPath } from './sqlite/webhook-store.ts';
import { Webhooks } from './webhooks/webhooks.ts';

/** What was made from the log and may have removed content. */
interface DerivedFiles {
  readonly webhooks: Webhooks;
  readonly inbox: Pick<DraftStore, 'erase'>;
  readonly projectors: { rebuildAll(aborted: AbortSignal): Promise<void> };
  readonly signal: SignalSink;
}

/** Opens the removals of content of a data folder. */
export function openRedactions(
  { dataDir }: Config,
  { store: log, redactable, recorder }: OpenLog,
  { webhooks, inbox, projectors, signal }: DerivedFiles,
): Redactions {
  return new Redactions({
    store: new SqliteRedactionStore(redactionsPath(dataDir)),
    log,
    redactable,
    recorder,
    clock,
    newId: createUuidV7(clock, randomBytes),
    newSalt: () => newSalt(randomBytes),
    eraseDerived: async (stream, events, aborted) => {
      await webhooks.redact(stream, events);
      inbox.erase(events);
      await projectors.rebuildAll(aborted);
    },
    onSignal: signal,
  });
}

/** Removals of content from a data folder that no server has open. */
export interface OfflineRedactions {
  readonly redactions: Redactions;
  /** Returns the events of a record. */
  readonly readRecord: (stream: string) => Promise<readonly RecordedEvent[]>;
  close(): Promise<void>;
}

/**
 * Locks the data folder for removals, and continues those that a server has begun.
 *
 * @throws DataFolderInUseError if another process has the data folder open
 */
export async function openOfflineRedactions(config: Config, signal: SignalSink): Promise<OfflineRedactions> {
  (await openLogReader(config)).close();
  const log = await openLog(config, signal);
  const store = new SqliteWebhookStore(webhooksPath(config.dataDir));
  const webhooks = new Webhooks({
    store,
    log: log.store,
    feeds: new Map(),
    scopeOf: () => undefined,
    allowsPrivate: false,
    clock,
    onSignal: signal,
  });
  const inbox = new SqliteInboxStore(inboxPath(config.dataDir));
  const rebuildAll = async (): Promise<void> => new ViewFiles(config.dataDir).removeAll();
  const redactions = openRedactions(config, log, { webhooks, inbox, projectors: { rebuildAll }, signal });
  return {
    redactions,
    readRecord: (stream) => readRecordEvents(log.store, stream),
    close: async () => {
      await redactions.close();
      await webhooks.close();
      inbox.close();
      await log.close();
    },
  };
}
