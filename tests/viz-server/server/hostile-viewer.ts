// A process that sends what no page would: argv: port, token, messages. A thousand on each connection, every second one without a hello.
import { once } from 'node:events';
import { WebSocket } from 'ws';

const [port, token, messages = '1000'] = process.argv.slice(2);
const junk = ['{"type":"view"}', '{', '\u0000', JSON.stringify({ type: 'query', requestId: 1, text: '('.repeat(500) })];
let sent = 0;
while (sent < Number(messages)) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, 'escapement.v1');
  socket.on('error', () => undefined);
  const end = once(socket, 'close');
  await once(socket, 'open');
  if (sent % 2000 === 0) socket.send(JSON.stringify({ type: 'hello', magic: 'ESCP', protocol: [1, 1], token }));
  for (let i = 0; i < 1000; i++, sent++) socket.send(junk[i % junk.length]!);
  await end;
}
process.send?.(sent, () => process.disconnect());
