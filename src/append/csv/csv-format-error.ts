/** A CSV file that cannot be read with its mapping at all. Nothing of it was appended. */
export class CsvFormatError extends Error {
  override readonly name = 'CsvFormatError';
}
