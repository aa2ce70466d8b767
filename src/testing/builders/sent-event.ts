import type { z } from 'zod';
import type { contentTypes, curationTypes } from '../../domain/event-types/registry.ts';
import type { source } from '../../domain/fields/source.ts';

type Types = (typeof contentTypes)[number] | (typeof curationTypes)[number];

/** Event type → its payload, as it is sent. */
export type SentData = { readonly [Type in Types as Type['name']]: z.input<Type['data']> };

/** An event as it is sent, with an id and a record of its own. */
export type SentEvent<Type extends Types['name'] = Types['name']> = {
  readonly [Name in Type]: {
    readonly id: string;
    readonly type: Name;
    readonly stream: string;
    /** EDTF. */
    readonly occurred: string;
    readonly data: SentData[Name];
    readonly sources: readonly z.input<typeof source>[];
    readonly correlationId?: string;
    readonly causationId?: string;
  };
}[Type];
