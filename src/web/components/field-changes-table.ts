import type { FieldChange } from '../../domain/record/field-changes.ts';
import type { JsonValue } from '../../domain/values/json.ts';
import { type Html, html } from '../shell/html.ts';
import { capitalize } from '../text/format-text.ts';
import { fieldLabel } from './payload-fields.ts';

/** @param type of the event, which names its fields */
export function fieldChangesTable(type: string, changes: readonly FieldChange[], caption: string): Html {
  return html`
    <table class="differences">
      <caption>${caption}</caption>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>${changes.map((change) => changeRow(type, change))}</tbody>
    </table>`;
}

function changeRow(type: string, change: FieldChange): Html {
  const before = 'before' in change ? html`<del dir="auto">${formatValue(change.before)}</del>` : 'not set';
  const after = 'after' in change ? html`<ins dir="auto">${formatValue(change.after)}</ins>` : 'removed';
  return html`
    <tr>
      <th scope="row">${formatPointer(type, change.pointer)}</th>
      <td>${before}</td>
      <td>${after}</td>
    </tr>`;
}

/** Formats a JSON pointer into an event, an entry or a payload: `/data/amounts/0/value` becomes “Amounts, 1, value”. */
export function formatPointer(type: string, pointer: string): string {
  const [, ...steps] = pointer.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const [name = '', ...inner] = steps[0] === 'data' ? steps.slice(1) : steps;
  const innerLabels = inner.map((step) => (/^\d+$/.test(step) ? String(Number(step) + 1) : step));
  return capitalize([fieldLabel(type, name), ...innerLabels].join(', '));
}

/** “name: Dawn, kind: media” for an object, and the items of a list after one another. */
function formatValue(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(formatValue).join('; ');
  return Object.entries(value)
    .map(([name, part]) => `${name}: ${formatValue(part)}`)
    .join(', ');
}
