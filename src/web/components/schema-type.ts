import { type Html, html } from '../shell/html.ts';

/** The keywords of a JSON Schema (2020-12) that pages show. */
export interface JsonSchemaView {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchemaView[];
  readonly oneOf?: readonly JsonSchemaView[];
  readonly items?: JsonSchemaView;
  readonly properties?: Readonly<Record<string, JsonSchemaView>>;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

const EVENT_PREFIX = 'Event.';
/** Longer enumerations are documented with the event types and vocabularies. */
const SHOWN_VALUES_MAX = 12;

/** Says in a few words what values a schema allows, with links to the objects that it refers to. */
export function schemaType(schema: JsonSchemaView): Html {
  const { $ref, type, items, minimum, maximum, default: fallback } = schema;
  const choices = schema.anyOf ?? schema.oneOf;
  if ($ref !== undefined) return reference($ref.split('/').at(-1) ?? '');
  if (choices !== undefined) return alternatives(choices);
  if (schema.const !== undefined) return html`<code>${String(schema.const)}</code>`;
  if (schema.enum !== undefined) return withDefault(enumeration(schema.enum), fallback);
  if (type === 'array') return html`list of ${schemaType(items ?? {})}`;
  if (type === 'integer' && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) {
    return withDefault(html`${minimum ?? 0} to ${maximum}`, fallback);
  }
  return html`${type === 'string' ? 'text' : (type ?? 'any JSON')}`;
}

/** Objects and event types have pages of their own. */
function reference(name: string): Html {
  if (!name.startsWith(EVENT_PREFIX)) return html`<a href="/docs/api/objects#object-${name}">${name}</a>`;
  const type = name.slice(EVENT_PREFIX.length);
  return html`<a href="/docs/events#${type.toLowerCase()}">${type}</a>`;
}

function alternatives(choices: readonly JsonSchemaView[]): Html {
  return html`${choices.map((choice, index) => html`${index > 0 && ' or '}${schemaType(choice)}`)}`;
}

function enumeration(values: readonly unknown[]): Html {
  const shown = values.slice(0, SHOWN_VALUES_MAX);
  const more = values.length > shown.length && '…';
  return html`${shown.map((value, index) => html`${index > 0 && ', '}<code>${String(value)}</code>`)} ${more}`;
}

function withDefault(text: Html, fallback: unknown): Html {
  return fallback === undefined ? text : html`${text}; default <code>${String(fallback)}</code>`;
}
