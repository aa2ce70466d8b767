import type { LineError } from '../../append/import-line.ts';
import type { RefusalGroup, RefusalGroups } from '../../append/refusal-groups.ts';
import type { ImportCounts, RefusedLine } from './import-lines.ts';

const FIELD_ERRORS_MAX = 5;
const GROUPS_MAX = 50;

/** Returns how many lines had which outcome. The counts add up to the lines that were read. */
export function countsText(
  { recorded, repeated, corrected, refused }: ImportCounts,
  { isCheck, updates }: { readonly isCheck: boolean; readonly updates: boolean },
): string {
  const ofCorrected = updates ? [isCheck ? `${corrected} to correct` : `corrected ${corrected}`] : [];
  if (isCheck) {
    const counts = [`${recorded} to record`, `${repeated} repeated`, ...ofCorrected, `${refused} refused`];
    return `checked ${recorded + repeated + corrected + refused}: ${counts.join(', ')}\n`;
  }
  const ofRefused = refused === 0 ? [] : [`refused ${refused}`];
  return `${[`recorded ${recorded}`, `repeated ${repeated}`, ...ofCorrected, ...ofRefused].join(', ')}\n`;
}

/** Returns lines for the user; none if there are no warnings. */
export function warningsText({ warnings, firstWarnings }: ImportCounts, name: string): string {
  if (warnings === 0) return '';
  const shown = firstWarnings.map(({ line, warning }) => {
    return `  ${name}:${line}: ${withField(warning)} (${warning.code})
`;
  });
  const rest = warnings - firstWarnings.length;
  const more = rest === 0 ? '' : `  and ${rest} more\n`;
  return `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}\n${shown.join('')}${more}`;
}

/** Returns where and why a line was refused: `history.ndjson:12:7: …`. */
export function refusalText({ line, errors }: RefusedLine, name: string): string {
  const character = errors[0]?.character;
  const place = character === undefined ? `${line}` : `${line}:${character}`;
  const details = errors.slice(0, FIELD_ERRORS_MAX).map(withField);
  return `${name}:${place}: ${details.join('; ')}`;
}

/** Returns a line for each reason of refusals, the most frequent first; none if nothing was refused. */
export function refusalGroupsText(groups: RefusalGroups, name: string): string {
  const list = groups.list();
  const shown = list.slice(0, GROUPS_MAX).map((group) => `  ${groupText(group, name)}\n`);
  const rest = list.length - shown.length;
  const more = rest === 0 ? '' : `  and ${rest} more reasons\n`;
  const ungrouped = groups.ungrouped === 0 ? '' : `  and ${groups.ungrouped} errors that are not grouped\n`;
  return `${shown.join('')}${more}${ungrouped}`;
}

function groupText({ code, value, lines, firstLine, error }: RefusalGroup, name: string): string {
  const about = value === undefined ? '' : ` ${typeof value === 'string' ? `“${value}”` : value}`;
  const field = fieldText(error);
  const place = `${name}:${firstLine}${field === '' ? '' : `, ${field}`}`;
  return `${lines} × ${code}${about}: ${error.detail} (${lines === 1 ? '' : 'first '}${place})`;
}

function withField(error: LineError): string {
  const field = fieldText(error);
  return field === '' ? error.detail : `${field}: ${error.detail}`;
}

/** Such as `column “Parties” → MouSigned /data/parties/1/country`. */
function fieldText({ column, event, pointer = '' }: LineError): string {
  const field = [event, pointer].filter((part) => part !== undefined && part !== '').join(' ');
  if (column === undefined) return field;
  return field === '' ? `column “${column}”` : `column “${column}” → ${field}`;
}
