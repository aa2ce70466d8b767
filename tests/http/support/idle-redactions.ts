import { createRecorder } from '../../../src/append/recorder.ts';
import type { EventStore } from '../../../src/event-store/event-store.ts';
import { Redactions } from '../../../src/redaction/redactions.ts';
import { SqliteRedactionStore } from '../../../src/sqlite/redaction-store.ts';

/** Requests for removals from a log that cannot be rewritten. */
export function idleRedactions(log: EventStore): Redactions {
  return new Redactions({
    store: new SqliteRedactionStore(':memory:'),
    log,
    redactable: undefined,
    recorder: createRecorder(log),
    clock: () => new Date(),
    newId: () => '',
    newSalt: () => '',
    eraseDerived: async () => {},
    onSignal: () => {},
  });
}
