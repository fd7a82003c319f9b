// Express, of the slot of an arbiter that passes the listener, or of Node's own cluster:
// node express.js PORT WORKERS.
const cluster = require('cluster');
const express = require('express');

const [port, workers] = process.argv.slice(2).map(Number);
if (!process.env.LISTEN_FDS && cluster.isPrimary) {
  for (let slot = 0; slot < workers; slot++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
  process.on('SIGTERM', () => process.exit(0));
} else {
  const app = express();
  app.get('/plain', (request, response) => response.type('text').send('Hello, World!\n'));
  const server = app.listen(process.env.LISTEN_FDS ? { fd: 3, backlog: 2048 } : port);
  process.on('SIGTERM', () => server.close(() => process.exit(0)));
}
