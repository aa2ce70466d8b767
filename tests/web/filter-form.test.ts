import { expect, test } from '@jest/globals';
import { filterInput } from '../../src/web/components/filter-form.ts';
import { PageUrl } from '../../src/web/text/url.ts';

test('inputs that are rendered once are those of the page', () => {
  const input = { url: new PageUrl('/actors/x'), errors: [] };
  const valuesOf = (roles: readonly string[]) =>
    [...String(filterInput('roles', input, { fields: ['roles'], roles })).matchAll(/ value="([^"]+)"/g)].map(
      ([, value]) => value,
    );
  expect(valuesOf(['speaker', 'party'])).toEqual(['speaker', 'party']);
  expect(valuesOf(['consignor', 'carrier'])).toEqual(['consignor', 'carrier']);
});
