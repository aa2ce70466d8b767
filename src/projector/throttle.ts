/** Calls at once, and then at most once an interval, as long as it is asked to. */
export function throttle(call: () => void, intervalMs: number): () => void {
  let isWaiting = false;
  let isAsked = false;
  const run = (): void => {
    isAsked = false;
    isWaiting = true;
    call();
    setTimeout(() => {
      isWaiting = false;
      if (isAsked) run();
    }, intervalMs);
  };
  return () => {
    isAsked = true;
    if (!isWaiting) run();
  };
}
