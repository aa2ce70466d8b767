import { html } from '../../web/shell/html.ts';
import { formatOccurred } from '../../web/text/format-date.ts';
import { eventUrl } from '../../web/text/url.ts';
import { typeLabel } from '../../web/text/vocabulary.ts';
import { type ExportEntry, entryKeyOf, entryText, markedTitle } from './entry-text.ts';
import type { ExportWriter } from './export-writer.ts';

/**
 * The JSON of TimelineJS (https://timeline.knightlab.com/docs/json-format.html), whose texts are HTML. An entry whose
 * date has no known day at all is left out, as a slide needs one.
 */
export const timelineJsWriter: ExportWriter = {
  begin: ({ title, url }) => {
    const slide = { text: { headline: escaped(title), text: escaped(url) } };
    return `{"title":${JSON.stringify(slide)},"events":[`;
  },
  items: (items, view, isFirst) => {
    const slides = items.flatMap((item) => slideOf(view.parse(item) as ExportEntry, view.origin));
    if (slides.length === 0) return '';
    return `${isFirst ? '' : ','}${slides.map((slide) => JSON.stringify(slide)).join(',')}`;
  },
  end: () => ']}',
};

function slideOf(entry: ExportEntry, origin: string): readonly object[] {
  const { earliest, latest } = entry.occurred;
  const start = earliest ?? latest;
  if (start === null) return [];
  const link = html`<a href="${origin}${eventUrl(entry.id)}">${origin}${eventUrl(entry.id)}</a>`;
  const lines = entryText(entry).split('\n');
  return [
    {
      unique_id: entryKeyOf(entry),
      start_date: dateParts(start),
      ...(latest !== null && latest !== start && { end_date: dateParts(latest) }),
      display_date: escaped(formatOccurred(entry.occurred)),
      group: typeLabel(entry.type),
      text: {
        headline: escaped(markedTitle(entry)),
        text: String(html`${lines.map((line) => html`<p>${line}</p>`)}<p>${link}</p>`),
      },
    },
  ];
}

/** @param day such as 2025-10-13 or -0044-03-15 */
function dateParts(day: string): object {
  const [, year, month, date] = /^(-?\d+)-(\d\d)-(\d\d)$/.exec(day) ?? [];
  return { year: Number(year), month: Number(month), day: Number(date) };
}

function escaped(text: string): string {
  return String(html`${text}`);
}
