import { type Html, html } from '../shell/html.ts';
import { type Heading, renderMarkdown } from './markdown.ts';
import { type JsonSchemaView, schemaType } from './schema-type.ts';

/** A parameter of an operation. */
export interface ApiParameterView {
  readonly name: string;
  readonly place: 'path' | 'query' | 'header';
  /** Markdown, as all descriptions are. */
  readonly description: string;
  readonly isRequired: boolean;
  readonly schema: JsonSchemaView;
}

/** A body that is sent or received: its media type and schema. */
export interface ApiBodyView {
  readonly mediaType: string;
  readonly schema: JsonSchemaView;
}

export interface ApiAnswerView {
  readonly status: string;
  readonly description: string;
  readonly bodies: readonly ApiBodyView[];
  readonly headers: readonly string[];
}

/** A query parameter in the form that tries an operation. */
export interface ApiFieldView {
  readonly name: string;
  readonly value: string;
  /** The allowed values, if they are few. */
  readonly choices: readonly string[] | undefined;
}

export interface ApiOperationView {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string | undefined;
  readonly parameters: readonly ApiParameterView[];
  readonly bodies: readonly ApiBodyView[];
  readonly answers: readonly ApiAnswerView[];
  /** A command that can be run against this server. */
  readonly command: string | undefined;
  /** URL and fields of a form that a browser can send; undefined if there is nothing to see. */
  readonly trial: { readonly url: string; readonly fields: readonly ApiFieldView[] } | undefined;
}

export interface ApiAreaView {
  readonly name: string;
  readonly description: string;
  /** Without the errors that all of them answer with. */
  readonly operations: readonly ApiOperationView[];
  readonly commonErrors: readonly ApiAnswerView[];
}

/** An area in the index. */
export interface ApiAreaLinkView {
  readonly id: string;
  readonly url: string;
  readonly name: string;
  readonly description: string;
  readonly operations: readonly Pick<ApiOperationView, 'id' | 'method' | 'path' | 'summary'>[];
}

/** Name → schema of the objects that bodies consist of. */
export type ApiObjectsView = Readonly<Record<string, JsonSchemaView>>;

/** The content of a page, with its headings for a table of contents. */
export interface ApiSection {
  readonly headings: readonly Heading[];
  readonly body: Html;
}

/** Renders the list of all operations. */
export function apiIndex(introduction: string, areas: readonly ApiAreaLinkView[]): ApiSection {
  const headings = areas.map(({ id, name }) => ({ id, depth: 2, text: name }));
  return { headings, body: html`${markdown(introduction)}${areas.map(areaSection)}` };
}

function areaSection({ id, url, name, description, operations }: ApiAreaLinkView): Html {
  const items = operations.map(({ id: operationId, method, path, summary }) => {
    return html`<li><a href="${url}#${operationId}"><code>${method} ${path}</code></a>: ${summary}</li>`;
  });
  return html`
    <h2 id="${id}"><a href="${url}">${name}</a></h2>
    <p>${description}</p>
    ${items.length > 0 && html`<ul>${items}</ul>`}`;
}

/** Renders the operations of an area. */
export function apiArea({ description, operations, commonErrors }: ApiAreaView): ApiSection {
  const headings = operations.map(({ id, method, path }) => ({ id, depth: 2, text: `${method} ${path}` }));
  const common = { id: 'common-errors', depth: 2, text: 'Errors of every operation in this area' };
  const hasCommon = commonErrors.length > 0;
  const link = hasCommon && html`<p><a href="#${common.id}">${common.text}</a></p>`;
  return {
    headings: hasCommon ? [...headings, common] : headings,
    body: html`
      <p>${description}</p>
      ${operations.map((each) => operationSection(each, link))}
      ${hasCommon && html`<h2 id="${common.id}">${common.text}</h2>${answerTable(commonErrors)}`}`,
  };
}

/** Renders the objects that bodies consist of. */
export function apiObjects(schemas: ApiObjectsView): ApiSection {
  const names = Object.keys(schemas);
  return {
    headings: names.map((name) => ({ id: `object-${name}`, depth: 2, text: name })),
    body: html`
      <p>Members marked with <abbr title="required">*</abbr> are always there.</p>
      ${Object.entries(schemas).map(([name, schema]) => objectSection(name, schema))}`,
  };
}

/** @param more is shown after the answers */
function operationSection(operation: ApiOperationView, more: Html | false): Html {
  const { id, method, path, summary, description, parameters, bodies, answers, command, trial } = operation;
  return html`
    <h2 id="${id}"><code>${method} ${path}</code></h2>
    <p>${summary}.</p>
    ${description !== undefined && markdown(description)}
    ${command !== undefined && html`<pre tabindex="0"><code>${command}</code></pre>`}
    ${trial !== undefined && trialForm(operation, trial)}
    <details>
      <summary>Parameters and answers of <code>${method} ${path}</code></summary>
      ${parameters.length > 0 && parameterTable(parameters)}
      ${bodies.length > 0 && html`<p>Body: ${bodyList(bodies)}</p>`}
      ${answers.length > 0 && answerTable(answers)}
      ${more}
    </details>`;
}

/** Opens the URL in the browser, which shows the page if there is one. */
function trialForm({ id }: ApiOperationView, { url, fields }: NonNullable<ApiOperationView['trial']>): Html {
  if (fields.length === 0) return html`<p><a href="${url}">Open ${url}</a></p>`;
  const inputs = fields.map(({ name, value, choices }) => {
    const input =
      choices === undefined
        ? html`<input id="${id}-${name}" name="${name}" value="${value}" required>`
        : html`<select id="${id}-${name}" name="${name}">${choices.map((choice) => option(choice, value))}</select>`;
    return html`<div class="field"><label for="${id}-${name}">${name}</label>${input}</div>`;
  });
  return html`
    <form class="trial" method="get" action="${url}">
      ${inputs}
      <button>Open ${url}</button>
    </form>`;
}

function option(choice: string, chosen: string): Html {
  return html`<option${choice === chosen && html` selected`}>${choice}</option>`;
}

function parameterTable(parameters: readonly ApiParameterView[]): Html {
  const rows = parameters.map(
    ({ name, place, description, isRequired, schema }) => html`
      <tr>
        <td data-label="parameter"><code>${name}</code>${isRequired && html` ${REQUIRED}`}</td>
        <td data-label="in">${place}</td>
        <td data-label="value">${schemaType(schema)}</td>
        <td data-label="description">${markdown(description)}</td>
      </tr>`,
  );
  return table(['parameter', 'in', 'value', 'description'], rows);
}

function answerTable(answers: readonly ApiAnswerView[]): Html {
  const rows = answers.map(
    ({ status, description, bodies, headers }) => html`
      <tr>
        <td data-label="status"><code>${status}</code></td>
        <td data-label="description">${markdown(description)}</td>
        <td data-label="body">${bodyList(bodies)}</td>
        <td data-label="headers">${headers.join(', ')}</td>
      </tr>`,
  );
  return table(['status', 'description', 'body', 'headers'], rows);
}

function bodyList(bodies: readonly ApiBodyView[]): readonly Html[] {
  return bodies.map(({ mediaType, schema }, index) => {
    return html`${index > 0 && ', '}<code>${mediaType}</code> (${schemaType(schema)})`;
  });
}

const REQUIRED = html`<abbr title="required">*</abbr>`;

function objectSection(name: string, schema: JsonSchemaView): Html {
  const { description, properties = {}, required = [] } = schema;
  const rows = Object.entries(properties).map(
    ([member, each]) => html`
      <tr>
        <td data-label="member"><code>${member}</code>${required.includes(member) && html` ${REQUIRED}`}</td>
        <td data-label="value">${schemaType(each)}</td>
        <td data-label="description">${each.description !== undefined && markdown(each.description)}</td>
      </tr>`,
  );
  return html`
    <h2 id="object-${name}">${name}</h2>
    ${description !== undefined && markdown(description)}
    ${rows.length > 0 ? table(['member', 'value', 'description'], rows) : html`<p>${schemaType(schema)}</p>`}`;
}

function table(head: readonly string[], rows: readonly Html[]): Html {
  return html`
    <table>
      <thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
      <tbody>${rows}</tbody>
    </table>`;
}

function markdown(text: string): Html {
  return renderMarkdown(text, (href) => href).body;
}
