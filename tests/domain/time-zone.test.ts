import { describe, expect, test } from '@jest/globals';
import { localTimeExists, resolveTimeZone } from '../../src/domain/values/time-zone.ts';

describe('a time zone', () => {
  test.each([
    ['Asia/Shanghai', 'Asia/Shanghai'],
    ['UTC', 'UTC'],
    // A zone of its own in zone.tab, although its clocks have agreed with Brussels since 1940.
    ['Europe/Amsterdam', 'Europe/Amsterdam'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['Asia/Calcutta', 'Asia/Kolkata'],
    ['Europe/Kiev', 'Europe/Kyiv'],
    ['America/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['Pacific/Truk', 'Pacific/Chuuk'],
  ])('%s is recorded as %s', (text, zone) => {
    expect(resolveTimeZone(text)).toEqual({ outcome: 'resolved', zone });
  });

  test.each([
    ['PST', 'Abbreviations of time zones are ambiguous'],
    ['EST', 'Abbreviations of time zones are ambiguous'],
    ['EST5EDT', 'Abbreviations of time zones are ambiguous'],
    ['GMT', 'Abbreviations of time zones are ambiguous'],
    ['GMT+5', 'An offset does not say which time zone is meant'],
    ['+05:00', 'An offset does not say which time zone is meant'],
    ['Etc/GMT+5', 'An offset does not say which time zone is meant'],
    ['Mars/Olympus', 'Expected an IANA time zone, such as Asia/Shanghai.'],
    ['constructor', 'Expected an IANA time zone, such as Asia/Shanghai.'],
    ['', 'Expected an IANA time zone, such as Asia/Shanghai.'],
  ])('%s is refused', (text, reason) => {
    expect(resolveTimeZone(text)).toEqual({ outcome: 'refused', detail: expect.stringContaining(reason) });
  });

  test.each(['asia/shanghai', 'US/Pacific', 'Japan'])(
    '%s, a name of no place in the database, is refused',
    (text) => {
      expect(resolveTimeZone(text)).toMatchObject({ outcome: 'refused' });
    },
  );
});

describe('a local time', () => {
  test.each([
    ['2025-03-09T02:00', 'America/New_York'],
    ['2025-03-09T02:30', 'America/New_York'],
    ['2025-03-09T02:59:59', 'America/New_York'],
    ['2025-03-30T01:30', 'Europe/London'],
    // Half an hour is skipped.
    ['2024-10-06T02:15', 'Australia/Lord_Howe'],
    // A whole day is skipped, west to east across the date line.
    ['2011-12-30T00:00', 'Pacific/Apia'],
    ['2011-12-30T23:59:59', 'Pacific/Apia'],
    ['1993-08-21T12:00', 'Pacific/Kwajalein'],
  ])('%s never was in %s', (local, zone) => {
    expect(localTimeExists(local, zone)).toBe(false);
  });

  test.each([
    ['2025-03-09T01:59:59', 'America/New_York'],
    ['2025-03-09T03:00', 'America/New_York'],
    // It was twice.
    ['2025-11-02T01:30', 'America/New_York'],
    ['2025-03-09T02:30', 'America/Phoenix'],
    ['2024-10-06T02:30', 'Australia/Lord_Howe'],
    ['2011-12-29T23:59:59', 'Pacific/Apia'],
    ['2011-12-31T00:00', 'Pacific/Apia'],
    ['2025-10-13T15:00', 'Asia/Shanghai'],
    ['1880-01-01T12:00', 'Europe/London'],
    ['2025-01-01T00:00', 'UTC'],
  ])('%s was in %s', (local, zone) => {
    expect(localTimeExists(local, zone)).toBe(true);
  });
});
