/*
 * Says how the server understands a date while somebody types it. Without this script the reading is shown when the
 * form is sent.
 */

interface DateReading {
  /** How the date is understood, or why it is not. */
  readonly reading: string;
}

const READ_AFTER_MS = 250;
let waiting: ReturnType<typeof setTimeout> | undefined;

/** Drops the answer if the text has changed in the meantime. */
async function showReading(input: HTMLInputElement): Promise<void> {
  const output = document.getElementById(`${input.id}.reading`);
  const typed = input.value.trim();
  if (output === null) return;
  if (typed === '') {
    output.textContent = '';
    return;
  }
  const response = await fetch(`/record/dates?text=${encodeURIComponent(typed)}`);
  if (!response.ok || input.value.trim() !== typed) return;
  const { reading } = (await response.json()) as DateReading;
  output.textContent = reading;
}

document.addEventListener('input', ({ target }) => {
  if (!(target instanceof HTMLInputElement) || !target.hasAttribute('data-date')) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => showReading(target).catch(() => {}), READ_AFTER_MS);
});
