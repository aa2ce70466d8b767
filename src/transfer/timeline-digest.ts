import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Position } from '../event-store/event-store.ts';
import { positionNumber } from '../event-store/position.ts';
import type { TimelineDefinition } from '../projector/define-timeline.ts';
import type { ProjectionStop } from '../projector/mounted-projection.ts';
import { Projector } from '../projector/projector.ts';
import type {
  Batch,
  Checkpoint,
  EntryVersion,
  Ordinal,
  TimelineWriter,
} from '../projector/timeline-store.ts';
import type { OrdinalLog } from './ordinal-log.ts';

/** What tells the timelines of a projection, of now and of every moment before, from others. */
export interface TimelineDigest {
  readonly projection: string;
  /** Hex. */
  readonly sha256: string;
  /** Timeline key → checksum of the entries that were ever put into it: tells where to look when the digests differ. */
  readonly checksums: ReadonlyMap<string, number>;
  /** Why the projection did not come to the end of the log. */
  readonly stop: ProjectionStop | undefined;
}

/** Folds the log as it is folded for the timelines that are kept, once for all definitions. Throws what the log throws. */
export async function digestTimelines(
  log: OrdinalLog,
  definitions: readonly TimelineDefinition[],
): Promise<readonly TimelineDigest[]> {
  const projections = definitions.map((definition) => ({ definition, writer: new DigestWriter() }));
  const stops = new Map<string, ProjectionStop>();
  const projector = new Projector(log, projections, (signal) => {
    if (signal.kind === 'stopped') stops.set(signal.projection, signal);
  });
  await projector.run(new AbortController().signal);
  return projections.map(({ definition: { name }, writer }) => ({
    projection: name,
    sha256: writer.sha256(),
    checksums: writer.checksums,
    stop: stops.get(name),
  }));
}

export interface TimelineDifference {
  readonly projection: string;
  /** The first timeline that differs, in the order of their keys; undefined where none has other entries put into it. */
  readonly key: string | undefined;
}

/** The first projection of which the digests, made by the same definitions in the same order, differ. */
export function digestDifference(
  digests: readonly TimelineDigest[],
  others: readonly TimelineDigest[],
): TimelineDifference | undefined {
  for (const [index, digest] of digests.entries()) {
    const other = others[index];
    if (other === undefined || digest.sha256 === other.sha256) continue;
    const keys = [...new Set([...digest.checksums.keys(), ...other.checksums.keys()])].sort();
    const key = keys.find((each) => digest.checksums.get(each) !== other.checksums.get(each));
    return { projection: digest.projection, key };
  }
  return undefined;
}

/** Keeps of the rows only what they come to. Of a numbered log. */
class DigestWriter implements TimelineWriter {
  readonly checksums = new Map<string, number>();
  readonly #hash = createHash('sha256');
  #checkpoint: Checkpoint | undefined;

  checkpoint(): Checkpoint | undefined {
    return this.#checkpoint;
  }

  ordinalAt(position: Position): Ordinal {
    return positionNumber(position) as Ordinal;
  }

  commit({ versions, checkpoint }: Batch): void {
    for (const version of versions) this.#add(version);
    this.#checkpoint = checkpoint;
  }

  #add({ eventOrdinal: record, item, from, earliest, latest, facets, body, partitions }: EntryVersion): void {
    const { type, countries, topics, speechActs, speakers } = facets;
    const place = [record, item, from.ordinal, from.instant, earliest ?? '', latest ?? ''];
    const entry = JSON.stringify([...place, type, countries, topics, speechActs, speakers ?? []]) + body;
    this.#hash.update(entry);
    for (const [key, matter] of partitions) {
      const shown = JSON.stringify(key) + matter;
      this.#hash.update(shown);
      this.checksums.set(key, crc32(shown + entry, this.checksums.get(key)));
    }
  }

  /** To be asked for once, at the end. */
  sha256(): string {
    return this.#hash.update(JSON.stringify(this.#checkpoint ?? null)).digest('hex');
  }

  close(): void {}
}
