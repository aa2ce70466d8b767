import { describeProgramStarts } from '../suites/program-outages.ts';
import { describeBehindProxy } from '../support/behind-proxy.ts';
import { startSharedWireServer } from '../support/test-server.ts';

const server = await startSharedWireServer();
describeBehindProxy('the program behind a network that fails', server, describeProgramStarts);
