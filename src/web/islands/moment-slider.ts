/*
 * Shows which state the slider is at while it moves, and goes there when the pointer lets go of it. From the keyboard,
 * Enter or the button goes there: a page per key would be too many. Without this script the button does.
 */

const slider = document.querySelector<HTMLInputElement>('#moment-step');

function followSlider(input: HTMLInputElement): void {
  const output = input.form?.querySelector('output');
  let isDragged = false;
  const show = () => {
    const label = input.list?.querySelector<HTMLOptionElement>(`option[value="${input.value}"]`)?.label ?? '';
    input.setAttribute('aria-valuetext', label);
    if (output !== null && output !== undefined) output.value = label;
  };
  input.addEventListener('input', show);
  input.addEventListener('pointerdown', () => {
    isDragged = true;
  });
  input.addEventListener('keydown', () => {
    isDragged = false;
  });
  input.addEventListener('change', () => {
    if (isDragged) input.form?.requestSubmit();
  });
  // The browser may keep the value of the slider when the reader comes back.
  show();
}

if (slider !== null) followSlider(slider);

export {};
