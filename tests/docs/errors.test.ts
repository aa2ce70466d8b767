import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { JsonError } from '../../src/append/json/strict-json.ts';
import { findEventType } from '../../src/domain/event-types/registry.ts';
import { exampleOf } from '../../src/domain/events/json-schema.ts';
import { parseEvent } from '../../src/domain/events/parse.ts';
import { FIELD_ERROR_CODES } from '../../src/domain/fields/field-error.ts';
import { PROBLEM_TYPES } from '../../src/http/protocol/problem-types.ts';
import type { ParameterError } from '../../src/http/protocol/query.ts';
import { markdownSection, renderMarkdown } from '../../src/web/components/markdown.ts';
import { readPage } from './doc-pages.ts';

const page = readPage('src/docs/errors.md');
const problemCodes = Object.keys(PROBLEM_TYPES).sort();

function section(heading: string): string {
  return markdownSection(page, heading) ?? '';
}

/** The codes that begin the items of a section's lists. */
function listedCodes(heading: string): readonly string[] {
  return [...section(heading).matchAll(/^- `([\w-]+)`: /gm)].map(([, code = '']) => code).sort();
}

describe('errors.md', () => {
  test('has a section for every problem, and no other', () => {
    const { headings } = renderMarkdown(page, (href) => href);
    const documented = headings.filter(({ depth }) => depth === 3).map(({ text }) => text);
    expect(documented.sort()).toEqual(problemCodes);
  });

  test('lists every problem with its status', () => {
    const rows = [...page.matchAll(/^\| \[`([\w-]+)`\]\(#([\w-]+)\) \| (\d{3}) \|/gm)];
    const listed = rows.map(([, code, anchor, status]) => [code, anchor, Number(status)]);
    expect(listed).toEqual(Object.entries(PROBLEM_TYPES).map(([code, { status }]) => [code, code, status]));
  });

  test.each(problemCodes)('explains %s with cause, example and fix', (code) => {
    const text = section(code);
    expect(text).toMatch(/^\*\*Cause\.\*\* \S/);
    expect(text).toMatch(/^\*\*Fix\.\*\* \S/m);
    expect(text).toContain(`"type": "/problems/${code}"`);
  });

  test('lists every code of a field error, and no other', () => {
    expect(listedCodes('Field codes')).toEqual([...FIELD_ERROR_CODES].sort());
  });

  test('lists the codes of parameters and of JSON', () => {
    expect(listedCodes('Parameter codes')).toEqual(Object.keys(PARAMETER_CODES));
    expect(listedCodes('JSON codes')).toEqual(Object.keys(JSON_CODES));
  });

  test('has a row with meaning and example for every warning of the source, and no other', () => {
    const rows = [...section('Warnings').matchAll(/^\| `([\w-]+)` \| \S[^|]* \| \S[^|]* \|$/gm)];
    const listed = rows.map(([, code = '']) => code);
    const patterns = warningCodes().map((code) => new RegExp(`^${code}$`));
    expect(listed.filter((code) => !patterns.some((pattern) => pattern.test(code)))).toEqual([]);
    expect(patterns.filter((pattern) => !listed.some((code) => pattern.test(code)))).toEqual([]);
    expect(listed).toContain('return-without-dispatch');
  });
});

/** The compiler checks that these are all. */
const PARAMETER_CODES: Readonly<Record<ParameterError['code'], true>> = {
  'another-history': true,
  'before-log': true,
  'beyond-log': true,
  'invalid-value': true,
  'repeated-parameter': true,
  'unknown-parameter': true,
};
const JSON_CODES: Readonly<Record<JsonError['code'], true>> = {
  'byte-order-mark': true,
  'duplicate-key': true,
  'forbidden-key': true,
  'inexact-number': true,
  'invalid-utf8': true,
  malformed: true,
  nul: true,
  'too-deep': true,
  'unpaired-surrogate': true,
};
/** Returns the codes in the files that make warnings, as patterns: a part of a code may be computed. */
function warningCodes(): readonly string[] {
  const definitions = readdirSync('src/domain/event-types').map((file) => `src/domain/event-types/${file}`);
  const others = [
    'src/domain/events/field-warnings.ts',
    'src/domain/record/rules.ts',
    'src/append/dangling-references.ts',
  ];
  const source = [...definitions, ...others].map((file) => readFileSync(file, 'utf8')).join('');
  return [...source.matchAll(/\bcode: ['`]([^'`]+)['`]/g)].map(([, code = '']) =>
    code.replaceAll(/\$\{[^}]*\}/g, '[a-z]+'),
  );
}

const EXAMPLE =
  /^- `([\w-]+)`: [^\n]*(?:\n {2}(?!Refused)[^\n]*)*\n {2}Refused: `(\w+)` `([^`]+)` `([^`]+)`$/gm;

const refusedExamples = [...section('Field codes').matchAll(EXAMPLE)].map(
  ([, code = '', type = '', pointer = '', value = '']) => ({ code, type, pointer, value }),
);

describe('The examples of field codes', () => {
  test('are there for nearly every code that one event can show', () => {
    expect(refusedExamples.length).toBeGreaterThan(28);
  });

  test.each(refusedExamples)('$code: $type $pointer $value', ({ code, type, pointer, value }) => {
    const definition = findEventType(type);
    if (definition === undefined) throw new Error(`No such type: ${type}`);
    const event = structuredClone(exampleOf(definition)) as Record<string, unknown>;
    place(event, pointer.slice(1).split('/'), JSON.parse(value));
    const parsed = parseEvent(event);
    expect(parsed.outcome === 'refused' && parsed.errors.map((error) => error.code)).toContain(code);
  });
});

function place(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) target[name] = value;
  else place(target[name] as Record<string, unknown>, rest, value);
}
