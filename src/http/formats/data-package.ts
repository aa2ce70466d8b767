import type { ExportView } from './export-writer.ts';

/**
 * Describes the CSV file of a view (Data Package 2.0, https://datapackage.org), in the state that the view shows.
 * @param csvUrl absolute URL of the file in that state
 */
export function dataPackage({ title, url, asOf, columns }: ExportView, csvUrl: string): string {
  const name = new URL(url).pathname
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return JSON.stringify({
    $schema: 'https://datapackage.org/profiles/2.0/datapackage.json',
    name,
    title,
    homepage: url,
    ...(asOf && { created: asOf.instant, version: asOf.position }),
    resources: [
      {
        name,
        type: 'table',
        path: csvUrl,
        format: 'csv',
        mediatype: 'text/csv',
        encoding: 'utf-8',
        schema: {
          fields: columns.map(({ name: field, type, description }) => ({ name: field, type, description })),
          missingValues: [''],
        },
      },
    ],
  });
}
