/**
 * A receiver of webhooks, as a process that can be killed: it writes each message to a file, on disk, before it accepts
 * it. Arguments: the port and the file.
 */
import { fsyncSync, openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, file] = process.argv.slice(2);
const received = openSync(file, 'a');

createServer((req, res) => {
  let text = '';
  req.setEncoding('utf8');
  req.on('data', (chunk) => {
    text += chunk;
  });
  req.on('end', () => {
    writeSync(received, `${JSON.stringify({ id: req.headers['webhook-id'], payload: JSON.parse(text) })}\n`);
    fsyncSync(received);
    res.writeHead(204).end();
  });
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'));
