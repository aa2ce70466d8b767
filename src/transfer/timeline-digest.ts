import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { InboundLink } from '../domain/record/record-version.ts';
import type { Position } from '../event-store/event-store.ts';
import { positionNumber } from '../event-store/position.ts';
import type { TimelineDefinition } from '../projector/define-timeline.ts';
import { completeFacets } from '../projector/entry-filter.ts';
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

/** A digest of the timelines of a projection at every point of the log. */
export interface TimelineDigest {
  readonly projection: string;
  /** Hex. */
  readonly sha256: string;
  /** Timeline key → checksum of all entries it ever had, to locate the difference between two digests. */
  readonly checksums: ReadonlyMap<string, number>;
  /** Why the projection stopped before the end of the log. */
  readonly stop: ProjectionStop | undefined;
}

/** Projects the log, once for all definitions, and digests the rows. Throws what the log throws. */
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
  /** The first timeline that differs, in the order of keys; undefined if only the checkpoints differ. */
  readonly key: string | undefined;
}

/** Returns the first projection whose digests differ. Both lists come from the same definitions in the same order. */
export function findDigestDifference(
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

/** Digests rows instead of storing them. Its positions are those of an `OrdinalLog`. */
class DigestWriter implements TimelineWriter {
  readonly checksums = new Map<string, number>();
  readonly #hash = createHash('sha256');
  /** Target → id of the `RecordLinked` event → the link. */
  readonly #links = new Map<string, Map<string, InboundLink>>();
  #checkpoint: Checkpoint | undefined;

  checkpoint(): Checkpoint | undefined {
    return this.#checkpoint;
  }

  ordinalAt(position: Position): Ordinal {
    return positionNumber(position) as Ordinal;
  }

  linksTo(target: string): readonly InboundLink[] {
    return [...(this.#links.get(target)?.values() ?? [])];
  }

  commit({ versions, links, checkpoint }: Batch): void {
    for (const version of versions) this.#add(version);
    for (const { target, link } of links) {
      const known = this.#links.get(target) ?? new Map<string, InboundLink>();
      this.#links.set(target, known.set(link.linkedBy, link));
    }
    this.#checkpoint = checkpoint;
  }

  #add({
    eventOrdinal,
    item,
    from,
    earliest,
    latest,
    reach,
    rank,
    facets,
    body,
    partitions,
  }: EntryVersion): void {
    const place = [
      eventOrdinal,
      item,
      from.ordinal,
      from.instant,
      earliest ?? '',
      latest ?? '',
      reach ?? null,
      rank,
    ];
    const entry = JSON.stringify([...place, ...Object.values(completeFacets(facets))]) + body;
    this.#hash.update(entry);
    for (const [key, fields] of partitions) {
      const partition = JSON.stringify(key) + fields;
      this.#hash.update(partition);
      this.checksums.set(key, crc32(partition + entry, this.checksums.get(key)));
    }
  }

  /** Call once, at the end. */
  sha256(): string {
    return this.#hash.update(JSON.stringify(this.#checkpoint ?? null)).digest('hex');
  }

  close(): void {}
}
