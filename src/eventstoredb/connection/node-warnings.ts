let isFiltered = false;

/**
 * Leaves out Node's warning DEP0123 for the rest of the process or thread. grpc-js passes the host of an address as the
 * TLS server name, even if it is an IP number. Node does not send it then, which is right, but warns.
 */
export function filterIpServerNameWarning(): void {
  if (isFiltered) return;
  isFiltered = true;
  const { emitWarning } = process;
  process.emitWarning = ((...warning: Parameters<typeof emitWarning>) => {
    if (!(warning as readonly unknown[]).includes('DEP0123')) emitWarning.apply(process, warning);
  }) as typeof emitWarning;
}
