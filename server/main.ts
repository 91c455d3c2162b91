import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { languageServices } from './languageServices.ts';
import { nodeHost } from './nodeHost.ts';
import { logFailure } from './requests.ts';
import { startServer } from './startServer.ts';

/**
 * Entry of `dist/server.js`: talks over what the arguments name (`--stdio`, `--node-ipc`, `--socket=PORT`). The
 * connection ends the process on `exit`, when its input ends, and when the client's process is gone.
 */
const transports = ['--stdio', '--node-ipc', '--socket', '--pipe'];
if (!process.argv.slice(2).some((argument) => transports.some((t) => argument === t || argument.startsWith(`${t}=`)))) {
  process.stderr.write('The SSD language server needs to know how to talk to its editor. Start it with --stdio.\n');
  process.exit(2);
}

const connection = createConnection(ProposedFeatures.all);
// One faulty answer must not take the others down: it is logged, and the server goes on.
process.on('unhandledRejection', (reason) => logFailure(connection, 'Work in the background', reason));
startServer(connection, languageServices(), nodeHost);
