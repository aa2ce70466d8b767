import { uuid } from './sent-events.ts';

/**
 * A history in the first schema versions, as exported then, one event a line: a shipment is announced, arrives at
 * Houston, and is corrected to Karachi. An arrival had one `place`, and a correction did not name the schema version of
 * its payload.
 */
export const olderLines = [
  `{"id":"${uuid(901)}","type":"ShipmentAnnounced","stream":"shipment-antimony-2024","revision":0,"position":"1",` +
    '"recordedAt":"2024-11-05T10:00:00.000Z","actor":"desk","schemaVersion":1,' +
    '"data":{"destination":{"country":"AE"},"goods":[{"description":"antimony"}],"origin":{"country":"CN"}},' +
    '"occurred":"2024-10","sources":[{"outlet":"Dawn"}]}',
  `{"id":"${uuid(902)}","type":"ShipmentArrived","stream":"shipment-antimony-2024","revision":1,"position":"2",` +
    '"recordedAt":"2024-11-20T10:00:00.000Z","actor":"desk","schemaVersion":1,' +
    '"data":{"place":{"country":"US","name":"Houston"}},' +
    '"occurred":"2024-11-19","sources":[{"outlet":"Dawn"}],"verbatim":{"/data/place/country":"USA"}}',
  `{"id":"${uuid(903)}","type":"EventCorrected","stream":"shipment-antimony-2024","revision":2,"position":"3",` +
    '"recordedAt":"2024-12-01T10:00:00.000Z","actor":"desk","schemaVersion":1,' +
    `"data":{"corrects":"${uuid(902)}","data":{"place":{"country":"PK","name":"Karachi"}},"reason":"Misread."},` +
    '"occurred":"2024-12-01","sources":[{"outlet":"Dawn"}]}',
] as const;

/** The same events, parsed. */
export const [olderAnnouncement, olderArrival, olderCorrection] = olderLines.map((line) => JSON.parse(line));
