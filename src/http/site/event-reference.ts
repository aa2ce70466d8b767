import { z } from 'zod';
import { type AnyEventType, fieldsOf } from '../../domain/event-types/define-event-type.ts';
import { eventTypes, findContentType } from '../../domain/event-types/registry.ts';
import { exampleOf } from '../../domain/events/json-schema.ts';
import { type FieldKind, fieldKindOf, fieldTitle, unwrapped } from '../../domain/fields/field-kind.ts';
import { source } from '../../domain/fields/source.ts';

/** How the values of a kind are written, with links to the sections of `events.md` that explain them. */
const KIND_TEXTS: Partial<Record<FieldKind, string>> = {
  'content-hash': 'text, `sha256:` and 64 hexadecimal digits',
  country: '[country](#countries)',
  date: '[date](#dates)',
  instant: 'instant, RFC 3339',
  language: 'language, BCP 47',
  reference: '[reference](#references)',
  topic: '[topic](#topics)',
  url: 'URL',
};

const FIELD_TABLE_HEAD = '| field | name | type | required | description |\n|---|---|---|---|---|\n';
const OVERVIEW_HEAD = '| type | label | category | description |\n|---|---|---|---|\n';

/** Returns Markdown that documents every registered event type, and the values that their fields share. */
export function eventTypeReference(): string {
  const reference = new FieldReference();
  const types = eventTypes().map((type) => typeSection(type, reference));
  return [overview(), ...types, '## Shared values\n', ...reference.sharedSections()].join('\n');
}

function overview(): string {
  const rows = eventTypes().map(
    ({ name, label, category, description }) =>
      `| [\`${name}\`](#${name.toLowerCase()}) | ${escaped(label)} | ${category} | ${escaped(description)} |\n`,
  );
  return OVERVIEW_HEAD + rows.join('');
}

function typeSection(type: AnyEventType, reference: FieldReference): string {
  const { name, label, category, version, description } = type;
  const lane = findContentType(name)?.lane;
  const facts = [
    `Label: **${escaped(label)}**`,
    `version ${version}`,
    category === 'curation' ? 'any record' : `record \`${category}-…\``,
    ...(lane === undefined ? [] : [`lane “${escaped(lane)}”`]),
  ];
  return [
    `### ${name}\n`,
    `${escaped(description)}\n`,
    `${facts.join(' · ')}\n`,
    FIELD_TABLE_HEAD + reference.rows(fieldsOf(type)),
    `\`\`\`json\n${JSON.stringify(exampleOf(type), null, 2)}\n\`\`\`\n`,
  ].join('\n');
}

/** Makes the field tables, and remembers which shared objects they refer to. */
class FieldReference {
  readonly #shared = new Map<string, z.ZodObject>([['source', source]]);

  rows(fields: Readonly<Record<string, z.ZodType>>, prefix = ''): string {
    return Object.entries(fields)
      .map(([name, field]) => this.#row(prefix + name, field))
      .join('');
  }

  /** A section may refer to further objects, whose sections follow. */
  *sharedSections(): Generator<string> {
    for (const [kind, schema] of this.#shared) {
      yield `### ${titleOf(kind)}\n\n${FIELD_TABLE_HEAD}${this.rows(shapeOf(schema))}`;
    }
  }

  #row(path: string, field: z.ZodType): string {
    const isRequired = field === unwrapped(field);
    const { description = '' } = unwrapped(field).meta() ?? {};
    const cells = [
      `\`${path}\``,
      escaped(fieldTitle(field, '')),
      this.#typeText(field),
      isRequired ? 'yes' : '',
      escaped(description),
    ];
    const [inner, suffix] = plainObjectIn(field);
    const innerRows = inner === undefined ? '' : this.rows(shapeOf(inner), `${path}${suffix}`);
    return `| ${cells.join(' | ')} |\n${innerRows}`;
  }

  #typeText(field: z.ZodType): string {
    const schema = unwrapped(field);
    if (schema instanceof z.ZodArray) return `list of ${this.#typeText(schema.element as z.ZodType)}`;
    const kind = fieldKindOf(schema);
    if (kind !== undefined && schema instanceof z.ZodObject) {
      this.#shared.set(kind, this.#shared.get(kind) ?? schema);
      return `[${titleOf(kind).toLowerCase()}](#${kind})`;
    }
    const kindText = kind && KIND_TEXTS[kind];
    return kindText ?? plainTypeText(schema);
  }
}

function plainTypeText(schema: z.ZodType): string {
  if (schema instanceof z.ZodEnum) return schema.options.map((option) => `\`${option}\``).join(', ');
  if (schema instanceof z.ZodString) return 'text';
  if (schema instanceof z.ZodBoolean) return '`true` or `false`';
  if (schema instanceof z.ZodNumber) return 'number';
  return 'object';
}

/** An object that has no section of its own: its fields follow in the same table. */
function plainObjectIn(field: z.ZodType): readonly [z.ZodObject | undefined, string] {
  const schema = unwrapped(field);
  const isList = schema instanceof z.ZodArray;
  const inner = isList ? unwrapped(schema.element as z.ZodType) : schema;
  const isPlain = inner instanceof z.ZodObject && fieldKindOf(inner) === undefined;
  return [isPlain ? inner : undefined, isList ? '[].' : '.'];
}

function shapeOf(schema: z.ZodObject): Readonly<Record<string, z.ZodType>> {
  return schema.shape as Readonly<Record<string, z.ZodType>>;
}

/** `zoned-date-time` → “Zoned date time”. */
function titleOf(kind: string): string {
  return kind.replaceAll('-', ' ').replace(/^./, (first) => first.toUpperCase());
}

/** Definitions are plain text, which must not become Markdown or end a table cell. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, '\\$&');
}
