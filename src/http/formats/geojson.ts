import { countryPoint } from '../../domain/countries/points.ts';
import { type ExportEntry, entryKeyOf } from './entry-text.ts';
import type { ExportView, ExportWriter } from './export-writer.ts';

/**
 * GeoJSON (RFC 7946): a feature per entry, at a point of each country that it involves, as no source says more exactly
 * where. The geometry is null if no country has a point. The properties are the columns of the CSV.
 */
export const geojsonWriter: ExportWriter = {
  begin: ({ title, url }) =>
    `{"type":"FeatureCollection","title":${JSON.stringify(title)},"url":"${url}","features":[`,
  items: (items, view, isFirst) => {
    const features = items.map((item) => JSON.stringify(feature(view.parse(item) as ExportEntry, view)));
    return `${isFirst ? '' : ','}${features.join(',')}`;
  },
  end: () => ']}',
};

function feature(entry: ExportEntry, { columns, origin }: ExportView): object {
  const values = columns.map(({ name, value }) => [name, value(entry, origin) ?? null] as const);
  const properties = Object.fromEntries(values.filter(([, value]) => value !== null));
  return { type: 'Feature', id: entryKeyOf(entry), geometry: geometryOf(entry.countries), properties };
}

function geometryOf(countries: readonly string[]): object | null {
  const points = countries.flatMap((code) => {
    const point = countryPoint(code);
    return point === undefined ? [] : [point];
  });
  const [first] = points;
  if (first === undefined) return null;
  return points.length === 1
    ? { type: 'Point', coordinates: first }
    : { type: 'MultiPoint', coordinates: points };
}
