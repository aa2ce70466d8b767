import { expect, test } from '@jest/globals';
import { desk, reportedBy, state } from './desk.ts';

const { post, record, event, country } = desk();

// Latvia and Cyprus signed an agreement on ship registers on 12 May 2026, the Baltic Ledger reported.
const registers = {
  stream: 'mou-ship-registers',
  occurred: '2026-05-12',
  type: 'MouSigned',
  data: {
    title: 'Agreement on Ship Registers',
    instrument: 'agreement',
    parties: [state('Latvia', 'LV'), state('Cyprus', 'CY')],
  },
  sources: [{ outlet: 'Baltic Ledger', url: 'https://ledger.example/regsiters' }],
};

const sourceAdded = (data: object, source: object) => ({
  type: 'SourceAdded',
  stream: registers.stream,
  occurred: '2026-05-14',
  data,
  sources: [source],
});

test('a second outlet reports the same signing', async () => {
  // Two days later the Nicosia Mail reported the signing, too.
  const { id } = await record(registers);
  await record(sourceAdded({ to: id, act: 'corroborates' }, { outlet: 'Nicosia Mail' }));
  for (const code of ['LV', 'CY']) {
    expect(await country(code)).toMatchObject([
      { id, sources: 2, status: 'current', occurred: { edtf: '2026-05-12' } },
    ]);
  }
});

test('a typing mistake in the address of a source is put right', async () => {
  // The analyst had typed “regsiters”.
  const { id } = await record(registers);
  const right = { outlet: 'Baltic Ledger', url: 'https://ledger.example/registers' };
  await record(sourceAdded({ to: id, act: 'corrects-source', source: 0 }, right));
  expect(await country('CY')).toMatchObject([{ id, sources: 1, status: 'current' }]);
  // What was recorded stays readable, and the correction stands beside it.
  expect(await event(id)).toMatchObject({
    event: { sources: registers.sources },
    versions: 1,
    corrections: [{ type: 'SourceAdded', data: { act: 'corrects-source', source: 0 }, sources: [right] }],
  });
});

test('a corrected date counts only in its place', async () => {
  // On 20 May the Baltic Ledger wrote that it had been wrong: the agreement was signed on 11 May.
  const { id } = await record(registers);
  const correction = (occurred: string, corrected: object) => ({
    type: 'EventCorrected',
    stream: registers.stream,
    occurred,
    data: {
      corrects: id,
      data: registers.data,
      kind: 'source',
      reason: 'The outlet was wrong.',
      ...corrected,
    },
    sources: reportedBy('Baltic Ledger'),
  });
  const misplaced = await post(correction('2026-05-11', {}));
  expect([misplaced.status, misplaced.json.errors]).toMatchObject([409, [{ code: 'nothing-changed' }]]);
  expect(await country('LV')).toMatchObject([{ status: 'current', occurred: { edtf: '2026-05-12' } }]);
  await record(correction('2026-05-20', { occurred: '2026-05-11' }));
  expect(await country('LV')).toMatchObject([
    {
      id,
      status: 'corrected',
      versions: 2,
      occurred: { edtf: '2026-05-11', earliest: '2026-05-11', latest: '2026-05-11' },
      headline: 'Agreement signed: Latvia and Cyprus',
    },
  ]);
});
