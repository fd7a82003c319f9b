// Express on the listener that forktail passes as descriptor 3.
const express = require('express');

const { FORKTAIL_SLOT: slot, FORKTAIL_GENERATION: generation } = process.env;
const app = express();
app.get('/', (request, response) => {
  response.type('text').send(`${slot} ${process.pid} ${generation}\n`);
});
app.get('/slow', (request, response) => setTimeout(() => response.send('slow\n'), 2000));
app.get('/hang', () => {});
app.get('/crash', () => process.kill(process.pid, 'SIGKILL'));

const server = app.listen({ fd: 3 });
// Without a handler SIGTERM ends the process and every request in it.
process.on('SIGTERM', () => server.close(() => process.exit(0)));
