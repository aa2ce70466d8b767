/**
 * Returns a function that runs `call` at once, and again after each interval in which it was called. The last call is
 * never lost.
 */
export function throttle(call: () => void, intervalMs: number): () => void {
  let isWaiting = false;
  let isRequested = false;
  const run = (): void => {
    isRequested = false;
    isWaiting = true;
    call();
    setTimeout(() => {
      isWaiting = false;
      if (isRequested) run();
    }, intervalMs);
  };
  return () => {
    isRequested = true;
    if (!isWaiting) run();
  };
}
