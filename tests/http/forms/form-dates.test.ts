import { describe, expect, test } from '@jest/globals';
import { mou } from '../../append/sent-events.ts';
import { ask, post } from '../support/client.ts';
import { formIn, formSite, signingFields } from '../support/sent-forms.ts';

const { running, send, opened, logged } = formSite();

describe('a date in a form', () => {
  test('is read as people write it, shown in the preview and at its field, and recorded in EDTF', async () => {
    const typed = { ...signingFields, '/occurred': 'mid-September 2025', '/data/term/until': 'about 2030' };
    const fields = await opened('/record/mou', typed);
    const { text } = await send('/record/mou', { ...fields, do: 'preview' });
    const reading = '2025-09-11~/2025-09-20~: about 11–about 20 September 2025';
    expect(text).toContain(`<dt>Date, date of the event</dt><dd>${reading}</dd>`);
    expect(text).toContain('<dt>Term, until</dt><dd>2030~: about 2030</dd>');
    expect(text).toMatch(/<output class="reading" id="f\/occurred.reading"[^>]*>2025-09-11~/);
    expect(formIn(text).values.get('/occurred')).toBe('mid-September 2025');

    expect((await send('/record/mou', { ...fields, do: 'record' })).status).toBe(303);
    expect(await logged()).toMatchObject([
      { occurred: '2025-09-11~/2025-09-20~', data: { term: { until: '2030~' } } },
    ]);
  });

  test.each([
    ['03/04/2025', '“03/04/2025” may be 2025-04-03 or 2025-03-04.'],
    ['recently', '“recently” depends on the day on which it is read.'],
    ['summer 2025', '“summer” has no fixed months'],
    ['2025-21', 'Seasons and quarters are not supported.'],
  ])('is refused as “%s”, with the reason at its field', async (typed, reason) => {
    const fields = await opened('/record/mou', { ...signingFields, '/occurred': typed });
    const { status, text } = await send('/record/mou', fields);
    expect(status).toBe(400);
    expect(formIn(text).errors['/occurred']).toContain(reason);
    expect(formIn(text).values.get('/occurred')).toBe(typed);
  });

  test('is not read like that by the API', async () => {
    const { status, json } = await post(running().url, { ...mou, occurred: '14 October 2025' });
    expect([status, json.errors[0].code]).toEqual([400, 'invalid-date']);
  });

  test.each([
    [
      'mid-October 2025',
      '2025-10-11~/2025-10-20~',
      '2025-10-11~/2025-10-20~: about 11–about 20 October 2025',
    ],
    ['lately', null, expect.stringContaining('depends on the day')],
  ])('is read for the script that shows it: %s', async (typed, edtf, reading) => {
    const path = `/record/dates?text=${encodeURIComponent(typed)}`;
    expect((await ask(running().url, path)).json).toEqual({ edtf, reading });
    expect((await ask(running().url, `${path}&x=1`)).status).toBe(400);
  });
});
