import type { z } from 'zod';
import type { ContentEventType } from '../../domain/event-types/define-event-type.ts';
import type { BuiltInType, curationTypes } from '../../domain/event-types/registry.ts';
import type { source } from '../../domain/fields/source.ts';

type AnyBuiltInType = BuiltInType | (typeof curationTypes)[number];

/** Event type → payload as sent. */
export type SentData = { readonly [Type in AnyBuiltInType as Type['name']]: z.input<Type['data']> };

/** An event as sent, with its own id and record. */
export type SentEvent<Name extends AnyBuiltInType['name'] = AnyBuiltInType['name']> = {
  readonly [Each in Name]: SentEventOf<Each, SentData[Each]>;
}[Name];

export interface SentEventOf<Name extends string, Data> {
  readonly id: string;
  readonly type: Name;
  readonly stream: string;
  /** EDTF. */
  readonly occurred: string;
  readonly data: Data;
  readonly sources: readonly z.input<typeof source>[];
  readonly correlationId?: string;
  readonly causationId?: string;
}

type EnvelopeField = Exclude<keyof SentEventOf<string, unknown>, 'type' | 'data'>;

/** Fields of the event and of its payload side by side. `undefined` removes a field of the payload. */
export type EventOverrides<Data> = {
  readonly [Field in EnvelopeField]?: SentEventOf<string, Data>[Field];
} & { readonly [Field in keyof Data]?: Data[Field] | undefined };

/** Makes an event of a type from its example, with the given fields replaced. */
export type EventBuilder<Name extends string, Data> = (
  overrides?: EventOverrides<Data>,
) => SentEventOf<Name, Data>;

/** The builder of a type that was defined with `defineEventType`. */
export type BuilderOf<Type> =
  Type extends ContentEventType<infer Name, string, infer Schema, infer _Details>
    ? EventBuilder<Name, z.input<Schema>>
    : never;
